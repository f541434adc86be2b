import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/kit/api';
import { i18n } from '@/kit/i18n';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Field } from '@/ui/Field';
import { FormDialog } from '@/ui/FormDialog';
import { Input } from '@/ui/Input';
import { SegmentedControl } from '@/ui/SegmentedControl';
import { Select } from '@/ui/Select';
import { OwnerFields } from './OwnerFields';
import type { Budget, BudgetPatch, NewBudget, Period, Scope, Unit } from './types';
import { nameOfUnit, ownerOf } from './words';

const units: readonly Unit[] = ['money', 'tokens', 'requests'];

interface BudgetDialogProps {
  /** The budget that is changed; null makes a new one. */
  old: Budget | null;
  onClose: () => void;
}

/** Makes a budget, or changes one: whose it is and what it counts stay. */
export function BudgetDialog({ old, onClose }: BudgetDialogProps) {
  const client = useQueryClient();
  const [scope, setScope] = useState<Scope>(old?.scope ?? 'each');
  const [owner, setOwner] = useState('');
  const [unit, setUnit] = useState<Unit>(old?.unit ?? 'money');
  const [period, setPeriod] = useState<Period>(old?.period ?? 'month');
  const [hard, setHard] = useState(old?.hard ?? true);
  const [missing, setMissing] = useState(false);
  const submit = useSubmit(async (form) => {
    const amount = Number(textOf(form, 'amount'));
    const named = scope === 'user' || scope === 'group';
    setMissing(!old && named && !owner);
    if (!old && named && !owner) return;
    if (old) {
      const patch: BudgetPatch = { amount, hard };
      await api.patch(`/api/usage/budgets/${old.id}`, patch);
    } else {
      const made: NewBudget = { scope, unit, period, amount, hard };
      if (named) made[scope] = owner;
      await api.post('/api/usage/budgets', made);
    }
    await client.invalidateQueries({ queryKey: ['usage'] });
    onClose();
  });
  return (
    <FormDialog
      {...submit}
      onClose={onClose}
      title={old ? i18n.t('Change the budget') : i18n.t('New budget')}
      description={old ? ownerOf(old) : undefined}
      action={old ? i18n.t('Save') : i18n.t('Make budget')}
    >
      {!old && (
        <OwnerFields
          scope={scope}
          onScope={(next) => {
            setScope(next);
            setOwner('');
          }}
          owner={owner}
          onOwner={setOwner}
          missing={missing}
        />
      )}
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        <Field label={i18n.t('Amount')} className="max-sm:col-span-2">
          {(control) => (
            <Input
              {...control}
              name="amount"
              type="number"
              inputMode="decimal"
              min={0}
              max={unit === 'money' ? 1e9 : 1e15}
              step={unit === 'money' ? 'any' : 1}
              required
              defaultValue={old?.amount}
              className="tabular-nums"
            />
          )}
        </Field>
        <Field label={i18n.t('Of')}>
          {(control) => (
            <Select
              {...control}
              value={unit}
              onValue={setUnit}
              disabled={old !== null}
              options={units.map((value) => ({ value, label: nameOfUnit(value) }))}
            />
          )}
        </Field>
        <Field label={i18n.t('For')}>
          {(control) => (
            <Select
              {...control}
              value={period}
              onValue={setPeriod}
              disabled={old !== null}
              options={[
                { value: 'day', label: i18n.t('A day') },
                { value: 'month', label: i18n.t('A month') },
                { value: 'ever', label: i18n.t('Ever') },
              ]}
            />
          )}
        </Field>
      </div>
      <div>
        <p className="mb-1.5 font-medium text-sm" aria-hidden="true">
          {i18n.t('When it is used up')}
        </p>
        <SegmentedControl
          label={i18n.t('When it is used up')}
          value={hard ? 'hard' : 'soft'}
          onValue={(value) => setHard(value === 'hard')}
          options={[
            { value: 'hard', label: i18n.t('Refuse requests') },
            { value: 'soft', label: i18n.t('Only warn') },
          ]}
        />
      </div>
    </FormDialog>
  );
}
