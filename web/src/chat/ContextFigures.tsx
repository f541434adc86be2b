import { useQuery } from '@tanstack/react-query';
import { Wallet } from 'lucide-react';
import { useMemo } from 'react';
import { api } from '@/kit/api';
import type { Message, OfChat } from '@/kit/api/types';
import { formatCost, formatNumber, formatPercent } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Link } from '@/kit/route';
import { useStore } from '@/kit/useStore';
import { usePage } from '@/session/useSession';
import { useSettings } from '@/session/useSettings';
import { isLive } from '@/turn/frame';
import { cx } from '@/ui/cx';
import { useModels } from './models';
import { useOptions } from './options';
import { presetParams, presetTokens } from './preset';

const radius = 6;
const around = 2 * Math.PI * radius;

export interface ContextFiguresProps {
  /** Null is the one that is not begun yet. */
  chat: string | null;
  path: readonly Message[];
  model: string;
}

/** How full the model's context is, what the chat has cost so far, and a budget that is near its end. */
export function ContextFigures({ chat, path, model }: ContextFiguresProps) {
  const known = useModels()?.get(model);
  const { params } = useOptions(chat);
  const preset = useStore(presetParams);
  const most = params.contextTokens ?? preset.contextTokens ?? known?.context ?? 0;
  const size = Math.min(most, known?.context || most);
  const simple = useSettings(({ mode }) => mode === 'simple');
  const { used: counted, cost, limit } = useFigures(chat, path);
  const expected = useStore(presetTokens) + (known?.preamble ?? 0);
  // Before the first answer nobody has counted.
  const used = counted || (expected > 0 ? expected + lengthOf(path) : 0);
  const { contextUsage, contextCost } = usePage();
  const tight = limit && <TightBudget {...limit} />;
  if (simple || used === 0) return tight || null;
  const full = size > 0 ? Math.min(1, used / size) : 0;
  const tokens =
    contextUsage && size > 0
      ? i18n.t('{used} of {context} tokens of context', {
          used: formatNumber(used),
          context: formatNumber(size),
        })
      : '';
  const spent = contextCost && cost > 0 ? i18n.t('{cost} so far', { cost: formatCost(cost) }) : '';
  const loud = full > 0.9 ? 'text-danger' : full > 0.75 ? 'text-warn' : 'text-accent';
  return (
    <>
      {tight}
      {(tokens || spent) && (
        <span
          role="img"
          aria-label={[tokens, spent].filter(Boolean).join(' · ')}
          data-tip={[tokens, spent].filter(Boolean).join(' · ')}
          className="flex items-center gap-1 p-1.5 text-ink-3 text-xs tabular-nums"
        >
          {spent && <span className="max-sm:hidden">{formatCost(cost)}</span>}
          {tokens && (
            <svg
              width="16"
              height="16"
              viewBox="0 0 16 16"
              className={cx('-rotate-90', loud, full < 0.5 && 'max-sm:hidden')}
              aria-hidden="true"
            >
              <circle cx="8" cy="8" r={radius} fill="none" stroke="var(--line)" strokeWidth="2.5" />
              <circle
                cx="8"
                cy="8"
                r={radius}
                fill="none"
                stroke="currentColor"
                strokeWidth="2.5"
                strokeDasharray={`${String(Math.max(full * around, 1.5))} ${String(around)}`}
              />
            </svg>
          )}
        </span>
      )}
    </>
  );
}

/** How many tokens a path's texts are likely to be. */
function lengthOf(path: readonly Message[]): number {
  const letters = path.reduce(
    (sum, { parts }) => sum + parts.reduce((all, { text }) => all + (text?.length ?? 0), 0),
    0,
  );
  return Math.ceil(letters / 4);
}

/** A budget that is near its end, shortly on a phone, and the way to all of them. One that only warns is never used up. */
function TightBudget({ share, hard }: { share: number; hard: boolean }) {
  const percent = formatPercent(Math.floor(share * 100) / 100);
  const usedUp = hard && share >= 1;
  const text = usedUp ? i18n.t('Budget used up') : i18n.t('{percent} of the budget', { percent });
  return (
    <Link
      to="/settings/usage"
      data-tip={text}
      className={cx(
        'flex items-center gap-1 whitespace-nowrap rounded-sm px-1 text-xs no-underline hover:underline pointer-coarse:h-11',
        usedUp ? 'text-danger' : 'text-warn',
      )}
    >
      <Wallet size={14} aria-hidden="true" className="shrink-0" />
      <span className="max-sm:sr-only">{text}</span>
      <span aria-hidden="true" className="sm:hidden">
        {usedUp ? formatPercent(1) : percent}
      </span>
    </Link>
  );
}

/** The server's figures once it has them, which count other versions and titles too; else the path's. */
function useFigures(chat: string | null, path: readonly Message[]) {
  const last = path.findLast(({ usage, status }) => usage && !isLive(status));
  const turn = last?.turn;
  const { data } = useQuery({
    queryKey: ['usage', 'chat', chat, turn],
    queryFn: () => api.get<OfChat>(`/api/usage/chats/${chat ?? ''}`, { query: { turn } }),
    enabled: turn !== undefined,
    placeholderData: (former, query) => (query?.queryKey[2] === chat ? former : undefined),
    staleTime: 60_000,
  });
  return useMemo(() => {
    let cost = 0;
    for (const { usage } of path) cost += usage?.cost ?? 0;
    const tight = data?.limits.filter(({ share }) => share >= 0.8) ?? [];
    return {
      used: data?.context?.used ?? (last?.usage ? last.usage.input + last.usage.output : 0),
      cost: Math.max(cost, data?.total.cost ?? 0),
      limit: tight.toSorted((a, b) => Number(b.hard) - Number(a.hard) || b.share - a.share)[0],
    };
  }, [path, last, data]);
}
