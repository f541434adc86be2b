import type { Message, Usage } from '@/kit/api/types';
import { formatCost, formatDateTime, formatNumber } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { usePage } from '@/session/useSession';
import { useSettings } from '@/session/useSettings';
import { isLive } from '@/turn/frame';
import { modelLabel, speakerLabel, useModels } from '../models';

/** A dot between two figures, which is not read out. */
const dotted = "before:mr-1.5 before:content-['·'/'']";

/** The line over an answer: which model, how long, how many tokens, what it cost; when, on hover. */
export function Byline({ id, message }: { id: string; message: Message }) {
  const models = useModels();
  const simple = useSettings(({ mode }) => mode === 'simple');
  const { usage, model = '' } = message;
  const { contextCost } = usePage();
  const name = modelLabel(models, model);
  const speaker = speakerLabel(models, model);
  const live = isLive(message.status);
  const figures = usage && !simple && !live ? figuresOf(usage, contextCost) : [];
  return (
    <p
      id={id}
      data-tip={simple ? undefined : details(message, speaker === name ? '' : name)}
      className="flex min-h-5 w-fit max-w-full flex-wrap items-baseline gap-x-1.5 text-ink-3 text-xs tabular-nums"
    >
      <span className="max-w-full truncate">{speaker || i18n.t('Answer')}</span>
      {figures.map((figure) => (
        <span key={figure} className={dotted}>
          {figure}
        </span>
      ))}
      <time
        dateTime={message.createdAt}
        className={`${dotted} opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100`}
      >
        {formatDateTime(message.createdAt)}
      </time>
    </p>
  );
}

function figuresOf({ millis, input, output, cost, estimated }: Usage, priced: boolean): string[] {
  const figures: string[] = [];
  if (millis >= 50) {
    const seconds = millis < 10_000 ? Math.round(millis / 100) / 10 : Math.round(millis / 1000);
    figures.push(i18n.t('{seconds} s', { seconds: formatNumber(seconds) }));
  }
  const tokens = input + output;
  if (tokens > 0) {
    const text = i18n.t('{tokens, plural, one {# token} other {{shown} tokens}}', {
      tokens,
      shown: formatNumber(tokens),
    });
    figures.push(estimated ? i18n.t('about {text}', { text }) : text);
  }
  if (priced && typeof cost === 'number' && cost > 0) figures.push(formatCost(cost));
  return figures;
}

/** The figures behind the line, for whoever points at it. */
function details({ usage }: Message, model: string): string | undefined {
  if (!usage) return model || undefined;
  const { input, output, cacheRead, cacheWrite, reasoning, firstTokenMillis } = usage;
  const count = (text: string, value: number) => (value > 0 ? text : '');
  const number = formatNumber;
  return [
    model,
    i18n.t('{count} in', { count: number(input) }),
    i18n.t('{count} out', { count: number(output) }),
    count(i18n.t('{count} from the cache', { count: number(cacheRead ?? 0) }), cacheRead ?? 0),
    count(i18n.t('{count} to the cache', { count: number(cacheWrite ?? 0) }), cacheWrite ?? 0),
    count(i18n.t('{count} of reasoning', { count: number(reasoning ?? 0) }), reasoning ?? 0),
    count(
      i18n.t('first word after {seconds} s', {
        seconds: number(Math.round((firstTokenMillis ?? 0) / 100) / 10),
      }),
      firstTokenMillis ?? 0,
    ),
  ]
    .filter(Boolean)
    .join(' · ');
}
