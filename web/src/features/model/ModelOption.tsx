import { Brain, Check, Eye, HardDrive, Wrench } from 'lucide-react';
import type { ReactNode } from 'react';
import { statusName } from '@/chat/modelWords';
import { ProviderMark } from '@/chat/ProviderMark';
import { runsHere } from '@/chat/runsHere';
import type { Model } from '@/kit/api/types';
import { formatCompact, formatCost } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { useSettings } from '@/session/useSettings';
import { Badge } from '@/ui/Badge';
import { cx } from '@/ui/cx';
import type { FoundModel } from './search';
import { troubleOf } from './trouble';

interface ModelOptionProps {
  id: string;
  row: FoundModel;
  /** Its place among all, from 1, and how many there are: not all are on the page. */
  place: number;
  count: number;
  /** The row that Enter takes. */
  active: boolean;
  chosen: boolean;
  /** Stands away from its provider, whose sign it carries. */
  marked: boolean;
  onActive: () => void;
  onPick: () => void;
}

/** A model: its name, what it can do, how much it holds and what it costs. */
export function ModelOption(props: ModelOptionProps) {
  const { id, row, place, count, active, chosen, marked, onActive, onPick } = props;
  const { model, provider } = row;
  const status = statusName(model);
  const retired = model.status === 'deprecated';
  const trouble = troubleOf(provider);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the focus and the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the same; this is its active descendant
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      aria-setsize={count}
      aria-posinset={place}
      data-active={active}
      onPointerMove={() => !active && onActive()}
      onClick={onPick}
      className={cx(
        'flex cursor-pointer items-center gap-2.5 rounded-[7px] px-2 py-1.5 pointer-coarse:min-h-11',
        active && 'bg-hover forced-colors:bg-[Highlight]',
      )}
    >
      {marked && <Mark row={row} />}
      <span className="min-w-0 grow">
        <span className="flex items-center gap-1.5">
          <span className="truncate">{model.label || model.name}</span>
          {status && <Badge tone={retired ? 'danger' : 'plain'}>{status}</Badge>}
        </span>
        <span className="sr-only">{provider.label}</span>
        {/* Below its provider's heading everyone else has read it. */}
        {trouble && (
          <span className={marked ? 'block text-danger text-xs' : 'sr-only'}>{trouble}</span>
        )}
        <span className="flex flex-wrap gap-x-2 text-ink-3 text-xs tabular-nums">
          {model.context > 0 && (
            <span>{i18n.t('{size} context', { size: formatCompact(model.context) })}</span>
          )}
          <Price model={model} />
        </span>
      </span>
      <Abilities model={model} />
      <Check
        size={16}
        aria-hidden="true"
        className={cx('shrink-0 text-accent', !chosen && 'invisible')}
      />
    </div>
  );
}

/** The provider's sign, or that of an entry which an administrator made. */
function Mark({ row: { model, provider } }: { row: FoundModel }) {
  if (model.plainMenu) return null;
  if (!provider.curated) return <ProviderMark provider={provider} />;
  return <ProviderMark provider={{ ...provider, icon: model.icon ?? '' }} of={model.label} />;
}

function isFree({ prices }: Model): boolean {
  return !prices || (prices.input === 0 && prices.output === 0);
}

function Price({ model }: { model: Model }) {
  const { prices } = model;
  const simple = useSettings(({ mode }) => mode === 'simple');
  const free = isFree(model);
  if (runsHere(model) && free) return <span>{i18n.t('on this network')}</span>;
  if (!prices || simple) return null;
  if (free) return <span>{i18n.t('free')}</span>;
  const input = formatCost(prices.input);
  const output = formatCost(prices.output);
  return (
    <span>
      <span className="sr-only">
        {i18n.t('{input} in and {output} out per million tokens', { input, output })}
      </span>
      <span aria-hidden="true">{i18n.t('{input} in · {output} out / 1M', { input, output })}</span>
    </span>
  );
}

function Abilities({ model }: { model: Model }) {
  return (
    <span className="flex shrink-0 items-center gap-1.5 text-ink-3">
      {model.vision && (
        <Ability label={i18n.t('Sees pictures')}>
          <Eye size={14} />
        </Ability>
      )}
      {model.tools && (
        <Ability label={i18n.t('Uses tools')}>
          <Wrench size={14} />
        </Ability>
      )}
      {model.reasoning && (
        <Ability label={i18n.t('Reasons')}>
          <Brain size={14} />
        </Ability>
      )}
      {/* Of one that costs nothing the line below its name says so. */}
      {runsHere(model) && !isFree(model) && (
        <Ability label={i18n.t('Runs locally')}>
          <HardDrive size={14} />
        </Ability>
      )}
    </span>
  );
}

function Ability({ label, children }: { label: string; children: ReactNode }) {
  return (
    <span data-tip={label}>
      <span aria-hidden="true">{children}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
