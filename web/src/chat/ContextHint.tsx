import { useMemo } from 'react';
import type { Message } from '@/kit/api/types';
import { formatCost, formatNumber } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { useSettings } from '@/session/useSettings';
import { useModels } from './models';

const radius = 6;
const around = 2 * Math.PI * radius;

/** How full the model's context is, and what the path has cost so far; the figures on hover. */
export function ContextHint({ path, model }: { path: readonly Message[]; model: string }) {
  const context = useModels()?.get(model)?.context ?? 0;
  const simple = useSettings(({ mode }) => mode === 'simple');
  const { used, cost } = useMemo(() => measure(path), [path]);
  if (simple || used === 0 || context === 0) return null;
  const full = Math.min(1, used / context);
  const tokens = i18n.t('{used} of {context} tokens of context', {
    used: formatNumber(used),
    context: formatNumber(context),
  });
  const text = [tokens, cost > 0 && i18n.t('{cost} so far', { cost: formatCost(cost) })]
    .filter(Boolean)
    .join(' · ');
  const loud = full > 0.9 ? 'text-danger' : full > 0.75 ? 'text-warn' : 'text-accent';
  return (
    <span role="img" aria-label={text} data-tip={text} className={`flex p-1.5 ${loud}`}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" className="-rotate-90">
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
    </span>
  );
}

/** The last answer's tokens are what the next request starts from. */
function measure(path: readonly Message[]): { used: number; cost: number } {
  let used = 0;
  let cost = 0;
  for (const { usage } of path) {
    if (!usage) continue;
    used = usage.input + usage.output;
    cost += usage.cost ?? 0;
  }
  return { used, cost };
}
