import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/kit/api';
import { i18n } from '@/kit/i18n';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/Field';
import { FormDialog } from '@/ui/FormDialog';
import { Input } from '@/ui/Input';
import { Rows, Section } from '@/ui/Section';
import { Meter } from './Meter';
import type { Allowance, BudgetGrant, PersonShare } from './types';
import { formatUsed, nameOfAllowance, nameOfUnit, resetText } from './words';

/** How the budgets stand that hold for one person; what is theirs alone can be raised here. */
export function AllowanceList({ person }: { person: PersonShare }) {
  const allowances = useQuery({
    queryKey: ['usage', 'person', person.id],
    queryFn: () => api.get<{ items: Allowance[] }>(`/api/usage/people/${person.id}`),
  });
  const [granting, setGranting] = useState<Allowance | null>(null);
  const items = allowances.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section>
      <Rows>
        {items.map((allowance) => (
          <AllowanceRow
            key={allowance.budget}
            allowance={allowance}
            onGrant={() => setGranting(allowance)}
          />
        ))}
      </Rows>
      {granting && (
        <GrantDialog allowance={granting} person={person} onClose={() => setGranting(null)} />
      )}
    </Section>
  );
}

function AllowanceRow({ allowance, onGrant }: { allowance: Allowance; onGrant: () => void }) {
  const { used, limit, unit, scope, resetsAt } = allowance;
  const name = nameOfAllowance(allowance);
  const note = [formatUsed(used, limit, unit), resetText(resetsAt)].filter(Boolean).join(' · ');
  return (
    <div className="flex items-center gap-4 px-4 py-3">
      <div className="min-w-0 grow">
        <p className="mb-2 font-medium">{name}</p>
        <Meter share={limit > 0 ? used / limit : 1} />
        <p className="mt-1.5 text-ink-3 text-sm">{note}</p>
      </div>
      {(scope === 'each' || scope === 'user') && (
        <Button size="sm" aria-label={i18n.t('Allow more: {name}', { name })} onClick={onGrant}>
          {i18n.t('Allow more')}
        </Button>
      )}
    </div>
  );
}

interface GrantDialogProps {
  allowance: Allowance;
  person: PersonShare;
  onClose: () => void;
}

function GrantDialog({ allowance, person, onClose }: GrantDialogProps) {
  const client = useQueryClient();
  const submit = useSubmit(async (form) => {
    const grant: BudgetGrant = { amount: Number(textOf(form, 'amount')) };
    if (allowance.scope === 'each') grant.user = person.id;
    await api.post(`/api/usage/budgets/${allowance.budget}/grants`, grant);
    await client.invalidateQueries({ queryKey: ['usage'] });
    onClose();
  });
  return (
    <FormDialog
      {...submit}
      onClose={onClose}
      size="sm"
      title={i18n.t('Allow more')}
      description={
        allowance.resetsAt
          ? i18n.t('{name}, until the budget resets. Less than 0 takes it back.', {
              name: person.name || person.email,
            })
          : i18n.t('{name}. Less than 0 takes it back.', { name: person.name || person.email })
      }
      action={i18n.t('Allow')}
    >
      <Field label={nameOfUnit(allowance.unit)}>
        {(control) => (
          <Input
            {...control}
            name="amount"
            type="number"
            inputMode="decimal"
            step={allowance.unit === 'money' ? 'any' : 1}
            required
            className="tabular-nums"
          />
        )}
      </Field>
    </FormDialog>
  );
}
