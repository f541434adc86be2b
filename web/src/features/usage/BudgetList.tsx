import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Trash2, Wallet } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/kit/api';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';
import { Button } from '@/ui/Button';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { IconButton } from '@/ui/IconButton';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';
import { BudgetDialog } from './BudgetDialog';
import { Meter } from './Meter';
import type { Budget, Budgets, NewBudget } from './types';
import { formatRate, formatUsed, ownerOf, resetText } from './words';

const key = ['usage', 'budgets'];

/** The budgets that administrators set. */
export function BudgetList() {
  const budgets = useQuery({
    queryKey: key,
    queryFn: () => api.get<Budgets>('/api/usage/budgets'),
  });
  const [editing, setEditing] = useState<Budget | 'new' | null>(null);
  const add = (
    <Button icon={<Plus size={16} />} onClick={() => setEditing('new')}>
      {i18n.t('New budget')}
    </Button>
  );
  const items = budgets.data?.items ?? [];
  return (
    <Section
      title={i18n.t('Budgets')}
      lead={
        budgets.data
          ? i18n.t('How much people may use. Days and months are those of {zone}.', {
              zone: budgets.data.zone,
            })
          : i18n.t('How much people may use.')
      }
      aside={items.length > 0 && add}
    >
      {budgets.isPending && <Skeleton rows={2} />}
      {budgets.isError && (
        <ErrorNotice {...errorText(budgets.error)} onRetry={() => void budgets.refetch()} />
      )}
      {budgets.data && items.length === 0 && (
        <EmptyState
          className="rounded-md border border-line border-dashed"
          icon={<Wallet size={22} />}
          title={i18n.t('No budgets: everyone may use as much as they like.')}
          action={add}
        />
      )}
      {items.length > 0 && (
        <Rows>
          {items.map((budget) => (
            <BudgetRow key={budget.id} budget={budget} onEdit={() => setEditing(budget)} />
          ))}
        </Rows>
      )}
      {budgets.data?.balance && (
        <p className="mt-2 text-ink-3 text-sm">
          {i18n.t('Each person also has a balance, which the configuration sets.')}
        </p>
      )}
      {editing && (
        <BudgetDialog old={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
    </Section>
  );
}

function BudgetRow({ budget, onEdit }: { budget: Budget; onEdit: () => void }) {
  const { amount, unit, period, used, limit, hard, of: most, resetsAt } = budget;
  const remove = useRemove();
  const owner = ownerOf(budget);
  const rate = formatRate(amount, unit, period);
  const name = `${owner}: ${rate}`;
  const whose = most && (most.name || most.email);
  const state = formatUsed(used, limit, unit);
  return (
    <div className="flex items-start gap-2 py-3 pr-2 pl-4">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span dir="auto" className="min-w-0 max-w-full truncate font-medium max-sm:w-full">
            {owner}
          </span>
          <span className="text-ink-2 tabular-nums">{rate}</span>
          <Badge tone={hard ? 'accent' : 'plain'}>
            {hard ? i18n.t('Refuses') : i18n.t('Warns')}
          </Badge>
        </p>
        <div className="mt-2 mb-1.5">
          <Meter share={limit > 0 ? used / limit : 1} />
        </div>
        <p className="text-ink-3 text-sm">
          {[
            whose ? i18n.t('{state} by {name}, who used most', { state, name: whose }) : state,
            resetText(resetsAt),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      <IconButton label={i18n.t('Change {name}', { name })} onClick={onEdit}>
        <Pencil size={16} />
      </IconButton>
      <IconButton
        label={i18n.t('Delete {name}', { name })}
        onClick={() => remove.mutate(budget)}
        aria-disabled={remove.isPending || undefined}
      >
        <Trash2 size={16} />
      </IconButton>
    </div>
  );
}

/** Deletes a budget; undoing makes it again. */
function useRemove() {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: ['usage'] });
  const restore = async (budget: Budget) => {
    const { scope, unit, period, amount, hard, user, group } = budget;
    const again: NewBudget = {
      scope,
      unit,
      period,
      amount,
      hard,
      user: user?.id,
      group: group?.id,
    };
    await api.post('/api/usage/budgets', again);
    await refresh();
  };
  return useMutation({
    mutationFn: (budget: Budget) => api.delete(`/api/usage/budgets/${budget.id}`),
    onSuccess: async (_, budget) => {
      await refresh();
      void toast(i18n.t('Budget deleted'), {
        action: { label: i18n.t('Undo'), run: () => void restore(budget).catch(tell) },
      });
    },
    onError: tell,
  });
}

function tell(error: unknown): void {
  void toast(errorText(error).title, { kind: 'error' });
}
