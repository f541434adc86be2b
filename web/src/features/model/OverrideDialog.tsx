import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/kit/api';
import type { Model, ModelOverride } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { useSubmit } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Field } from '@/ui/Field';
import { FormDialog } from '@/ui/FormDialog';
import { Input } from '@/ui/Input';
import { Select } from '@/ui/Select';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';
import { overridesQuery } from './layout';

interface OverrideDialogProps {
  model: Model;
  onClose: () => void;
}

type Ability = 'vision' | 'files' | 'audio' | 'tools' | 'reasoning';
type Price = 'input' | 'output' | 'cacheRead' | 'cacheWrite';

/** What an administrator knows better about a model; what is left open stays as it is known. */
export function OverrideDialog({ model, onClose }: OverrideDialogProps) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(overridesQuery());
  const [edited, setEdited] = useState<ModelOverride | null>(null);
  const old = data?.get(model.id) ?? {};
  const draft = edited ?? old;
  const save = async (override: ModelOverride) => {
    await api.put('/api/models/overrides', { model: model.id, override });
    void client.invalidateQueries({ queryKey: overridesQuery().queryKey });
    void toast(i18n.t('Saved'), { kind: 'ok' });
    onClose();
  };
  const submit = useSubmit(() => save(defined(draft)));
  const forget = useMutation({ mutationFn: () => save({}) });
  return (
    <FormDialog
      {...submit}
      error={submit.error ?? forget.error}
      onClose={onClose}
      title={model.label || model.name}
      description={i18n.t('What you leave open stays as it is known.')}
      action={i18n.t('Save')}
      disabled={!data}
      aside={
        Object.keys(old).length > 0 && (
          <Button variant="ghost" busy={forget.isPending} onClick={() => forget.mutate()}>
            {i18n.t('Back to what is known')}
          </Button>
        )
      }
    >
      {error && <ErrorNotice {...errorText(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton rows={6} />}
      {data && <Fields model={model} draft={draft} onDraft={setEdited} />}
    </FormDialog>
  );
}

interface FieldsProps {
  model: Model;
  draft: ModelOverride;
  onDraft: (draft: ModelOverride) => void;
}

function Fields({ model, draft, onDraft }: FieldsProps) {
  const set = (change: Partial<ModelOverride>) => onDraft({ ...draft, ...change });
  const price = (name: Price, value: number | undefined) =>
    set({ prices: priced(draft, model, name, value) });
  return (
    <>
      <TextField
        label={i18n.t('Name')}
        value={draft.label}
        known={model.label}
        onValue={(label) => set({ label })}
      />
      <TextField
        label={i18n.t('Description')}
        value={draft.description}
        known={model.description}
        onValue={(description) => set({ description })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberField
          label={i18n.t('Context, in tokens')}
          value={draft.context}
          known={model.context || undefined}
          onValue={(context) => set({ context })}
        />
        <NumberField
          label={i18n.t('Longest answer, in tokens')}
          value={draft.maxOutput}
          known={model.maxOutput || undefined}
          onValue={(maxOutput) => set({ maxOutput })}
        />
        {prices().map(([name, label]) => (
          <NumberField
            key={name}
            label={label}
            value={draft.prices?.[name]}
            known={model.prices?.[name]}
            onValue={(value) => price(name, value)}
          />
        ))}
        {abilities().map(([name, label]) => (
          <AbilityField
            key={name}
            label={label}
            value={draft[name]}
            known={model[name] ?? false}
            onValue={(value) => set({ [name]: value })}
          />
        ))}
        <Field label={i18n.t('State')}>
          {(control) => (
            <Select
              {...control}
              value={draft.status ?? ''}
              options={[
                { value: '', label: i18n.t('As known') },
                { value: 'stable', label: i18n.t('Stable') },
                { value: 'preview', label: i18n.t('Preview') },
                { value: 'deprecated', label: i18n.t('Being retired') },
              ]}
              onValue={(status) => set({ status: status || undefined })}
            />
          )}
        </Field>
        <Field label={i18n.t('Knows until')}>
          {(control) => (
            <Input
              {...control}
              value={draft.knowledge ?? ''}
              placeholder={model.knowledge || '2026-01'}
              pattern="\d{4}(-\d{2}){0,2}"
              onChange={(event) => set({ knowledge: event.target.value || undefined })}
            />
          )}
        </Field>
      </div>
    </>
  );
}

function prices(): [Price, string][] {
  return [
    ['input', i18n.t('US$ per million tokens in')],
    ['output', i18n.t('US$ per million tokens out')],
    ['cacheRead', i18n.t('US$ per million from the cache')],
    ['cacheWrite', i18n.t('US$ per million into the cache')],
  ];
}

function abilities(): [Ability, string][] {
  return [
    ['vision', i18n.t('Sees pictures')],
    ['files', i18n.t('Reads documents')],
    ['audio', i18n.t('Hears sound')],
    ['tools', i18n.t('Uses tools')],
    ['reasoning', i18n.t('Reasons')],
  ];
}

/** Prices are said all together: what is left open of them stays as it is known. */
function priced(draft: ModelOverride, model: Model, name: Price, value: number | undefined) {
  const none = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const { input, output, cacheRead, cacheWrite } = { ...none, ...model.prices, ...draft.prices };
  return { input, output, cacheRead, cacheWrite, [name]: value ?? 0 };
}

function defined(override: ModelOverride): ModelOverride {
  return Object.fromEntries(Object.entries(override).filter(([, value]) => value !== undefined));
}

interface ValueFieldProps<T> {
  label: string;
  value: T | undefined;
  /** What holds where nothing is said. */
  known: T | undefined;
  onValue: (value: T | undefined) => void;
}

function TextField({ label, value, known, onValue }: ValueFieldProps<string>) {
  return (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          value={value ?? ''}
          placeholder={known}
          onChange={(event) => onValue(event.target.value || undefined)}
        />
      )}
    </Field>
  );
}

function NumberField({ label, value, known, onValue }: ValueFieldProps<number>) {
  return (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          type="number"
          min={0}
          step="any"
          value={value ?? ''}
          placeholder={known === undefined ? i18n.t('Not known') : String(known)}
          onChange={({ target }) => onValue(target.value === '' ? undefined : Number(target.value))}
          className="tabular-nums"
        />
      )}
    </Field>
  );
}

function AbilityField({ label, value, known, onValue }: ValueFieldProps<boolean>) {
  const asKnown = known ? i18n.t('As known: yes') : i18n.t('As known: no');
  return (
    <Field label={label}>
      {(control) => (
        <Select
          {...control}
          value={value === undefined ? '' : value ? 'yes' : 'no'}
          options={[
            { value: '', label: asKnown },
            { value: 'yes', label: i18n.t('Yes') },
            { value: 'no', label: i18n.t('No') },
          ]}
          onValue={(next) => onValue(next === '' ? undefined : next === 'yes')}
        />
      )}
    </Field>
  );
}
