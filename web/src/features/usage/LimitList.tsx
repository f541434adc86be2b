import { useQuery } from '@tanstack/react-query';
import { api } from '@/kit/api';
import { i18n } from '@/kit/i18n';
import { Rows, Section } from '@/ui/Section';
import { Meter } from './Meter';
import type { Limit } from './types';
import { formatShare, formatUsed, nameOfLimit, resetText } from './words';

/** How the budgets stand that hold for the user; nothing where there are none. */
export function LimitList() {
  const limits = useQuery({
    queryKey: ['usage', 'limits'],
    queryFn: () => api.get<{ items: Limit[] }>('/api/usage/limits'),
  });
  const items = limits.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section title={i18n.t('What you may use')}>
      <Rows>
        {items.map((limit) => (
          <LimitRow
            key={`${limit.scope} ${limit.unit} ${limit.period} ${limit.hard}`}
            limit={limit}
          />
        ))}
      </Rows>
    </Section>
  );
}

function LimitRow({ limit }: { limit: Limit }) {
  const { used, limit: most, unit, share, hard, resetsAt } = limit;
  const name = nameOfLimit(limit);
  const state = used !== null && most !== null ? formatUsed(used, most, unit) : formatShare(share);
  const notes = [
    resetText(resetsAt),
    hard ? '' : i18n.t('Beyond it you are only warned'),
    share >= 1 && hard ? i18n.t('Used up') : '',
  ].filter(Boolean);
  return (
    <div className="px-4 py-3">
      <p className="mb-2 flex flex-wrap justify-between gap-x-4">
        <span className="font-medium">{name}</span>
        <span className="text-ink-2 tabular-nums">{state}</span>
      </p>
      <Meter share={share} />
      {notes.length > 0 && <p className="mt-1.5 text-ink-3 text-sm">{notes.join(' · ')}</p>}
    </div>
  );
}
