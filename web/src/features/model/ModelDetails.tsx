import type { ReactNode } from 'react';
import { levelName, monthOf, remoteTool, statusName, useOf } from '@/chat/modelWords';
import { runsHere } from '@/chat/runsHere';
import type { Model, Prices } from '@/kit/api/types';
import { formatCompact, formatCost } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';

/** All that is known of a model. */
export function ModelDetails({ model, action }: { model: Model; action?: ReactNode }) {
  const { context, maxOutput, prices, uses = [], levels = [], remote = [] } = model;
  const status = statusName(model);
  const reads = readsOf(model);
  return (
    <>
      <div className="flex items-start justify-between gap-2">
        <h3 className="min-w-0 break-words font-semibold">{model.label || model.name}</h3>
        {status && (
          <Badge tone={model.status === 'deprecated' ? 'danger' : 'plain'}>{status}</Badge>
        )}
      </div>
      <p className="break-all text-ink-3 text-xs">{model.id}</p>
      {model.description && <p className="mt-2 text-pretty text-ink-2">{model.description}</p>}
      {action && <div className="mt-3 flex flex-wrap gap-1.5">{action}</div>}
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1.5 text-sm">
        {uses.length > 0 && <Fact name={i18n.t('Good for')}>{uses.map(useOf).join(', ')}</Fact>}
        {context > 0 && (
          <Fact name={i18n.t('Context')}>
            {i18n.t('{size} tokens', { size: formatCompact(context) })}
          </Fact>
        )}
        {maxOutput > 0 && (
          <Fact name={i18n.t('Answer')}>
            {i18n.t('up to {size} tokens', { size: formatCompact(maxOutput) })}
          </Fact>
        )}
        <Fact name={i18n.t('Reads')}>{reads.join(', ')}</Fact>
        {model.reasoning && <Fact name={i18n.t('Reasoning')}>{reasoningOf(levels)}</Fact>}
        <Fact name={i18n.t('Tools')}>
          {[model.tools ? i18n.t('yes') : i18n.t('no'), ...remote.map(remoteTool)].join(', ')}
        </Fact>
        {model.knowledge && <Fact name={i18n.t('Knows until')}>{monthOf(model.knowledge)}</Fact>}
        {runsHere(model) && <Fact name={i18n.t('Runs')}>{i18n.t('on this network')}</Fact>}
        {prices && <PriceFacts prices={prices} />}
      </dl>
    </>
  );
}

/** Of a model that thinks or does not, none is the only level. */
function reasoningOf(levels: string[]): string {
  if (levels.length === 0) return i18n.t('yes');
  if (levels.every((level) => level === 'none')) return i18n.t('yes, can be switched off');
  return levels.map(levelName).join(', ');
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 break-words tabular-nums">{children}</dd>
    </>
  );
}

function PriceFacts({ prices }: { prices: Prices }) {
  if (prices.input === 0 && prices.output === 0) {
    return <Fact name={i18n.t('Price')}>{i18n.t('free')}</Fact>;
  }
  const { input, output, cacheRead, cacheWrite, reasoning } = prices;
  const lines = [
    i18n.t('{price} in', { price: formatCost(input) }),
    i18n.t('{price} out', { price: formatCost(output) }),
    cacheRead > 0 &&
      cacheRead !== input &&
      i18n.t('{price} from the cache', { price: formatCost(cacheRead) }),
    cacheWrite > 0 &&
      cacheWrite !== input &&
      i18n.t('{price} into the cache', { price: formatCost(cacheWrite) }),
    reasoning && i18n.t('{price} for reasoning', { price: formatCost(reasoning) }),
    ...(prices.tiers ?? []).map((tier) =>
      i18n.t('above {size}: {input} in, {output} out', {
        size: formatCompact(tier.above),
        input: formatCost(tier.input),
        output: formatCost(tier.output),
      }),
    ),
    ...Object.entries(prices.services ?? {}).map(([service, times]) =>
      i18n.t('service tier {service}: {input} in, {output} out', {
        service,
        input: formatCost(input * times),
        output: formatCost(output * times),
      }),
    ),
  ];
  return (
    <Fact name={i18n.t('Price')}>
      <span className="sr-only">{i18n.t('per million tokens:')}</span>
      {lines
        .filter((line) => typeof line === 'string')
        .map((line) => (
          <span key={line} className="block">
            {line}
          </span>
        ))}
      <span aria-hidden="true" className="block text-ink-3">
        {i18n.t('per million tokens')}
      </span>
    </Fact>
  );
}

function readsOf(model: Model): string[] {
  return [
    i18n.t('text'),
    model.vision && i18n.t('pictures'),
    model.files && i18n.t('documents'),
    model.audio && i18n.t('sound'),
  ].filter((one) => typeof one === 'string');
}
