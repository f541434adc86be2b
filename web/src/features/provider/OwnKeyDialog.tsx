import { useState } from 'react';
import { api } from '@/kit/api';
import type { OwnKey } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Field } from '@/ui/Field';
import { FormDialog } from '@/ui/FormDialog';
import { Input } from '@/ui/Input';
import { PasswordInput } from '@/ui/PasswordInput';
import { Select } from '@/ui/Select';
import { toast } from '@/ui/toast';
import { Refused } from './Refused';

/** How long a key may be kept: in days, none for good. */
const terms = ['', '1', '7', '30', '90'] as const;
type Term = (typeof terms)[number];

interface OwnKeyDialogProps {
  item: OwnKey;
  onClose: () => void;
  onSaved: () => void;
}

/** Asks for a key, which the server tries before it keeps it. */
export function OwnKeyDialog({ item, onClose, onSaved }: OwnKeyDialogProps) {
  const [term, setTerm] = useState<Term>('');
  const submit = useSubmit(async (form) => {
    const baseUrl = textOf(form, 'address').trim();
    const force = form.has('force') ? { query: { force: true } } : undefined;
    await api.put<OwnKey>(
      `/api/me/provider-keys/${encodeURIComponent(item.provider)}`,
      {
        key: textOf(form, 'key').trim(),
        ...(baseUrl ? { baseUrl } : {}),
        ...(term ? { expiresAt: inDays(Number(term)) } : {}),
      },
      force,
    );
    onSaved();
    onClose();
    void toast(i18n.t('{provider} is ready', { provider: item.label }), { kind: 'ok' });
  });
  return (
    <FormDialog
      {...submit}
      refusal={(error) => <Refused error={error} force />}
      onClose={onClose}
      title={i18n.t('Your key of {provider}', { provider: item.label })}
      description={i18n.t('It goes to this provider only. It is tried now, then kept sealed.')}
      action={i18n.t('Save key')}
    >
      {item.asks.baseUrl && (
        <Field label={i18n.t('Address')} help={i18n.t('A public server that you trust.')}>
          {(control) => (
            <Input
              {...control}
              name="address"
              type="url"
              required
              autoComplete="off"
              defaultValue={item.baseUrl}
              placeholder="https://llm.example.com/v1"
            />
          )}
        </Field>
      )}
      {item.asks.key && (
        <Field label={i18n.t('Key')}>
          {(control) => (
            <PasswordInput {...control} name="key" required autoComplete="off" data-1p-ignore />
          )}
        </Field>
      )}
      <Field label={i18n.t('Keep it')}>
        {(control) => (
          <Select
            {...control}
            value={term}
            onValue={setTerm}
            options={terms.map((value) => ({ value, label: termName(value) }))}
          />
        )}
      </Field>
    </FormDialog>
  );
}

function termName(term: Term): string {
  if (!term) return i18n.t('Until I remove it');
  return i18n.t('{count, plural, one {For # day} other {For # days}}', { count: Number(term) });
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}
