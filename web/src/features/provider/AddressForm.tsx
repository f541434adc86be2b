import type { FormEvent } from 'react';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { PasswordInput } from '@/ui/PasswordInput';
import { nameOfAddress } from './kinds';
import type { Wanted } from './useConnect';

interface AddressFormProps {
  onConnect: (wanted: Wanted) => void;
  busy: boolean;
}

/** A server known by its address, with or without a key. */
export function AddressForm({ onConnect, busy }: AddressFormProps) {
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const baseUrl = String(form.get('address') ?? '').trim();
    const key = String(form.get('key') ?? '').trim();
    onConnect({
      name: nameOfAddress(baseUrl),
      kind: 'custom',
      baseUrl,
      ...(key ? { key } : {}),
    });
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-3 px-3.5 pt-1 pb-4">
      <Field label={i18n.t('Address')} help={i18n.t('The part before /chat/completions')}>
        {(control) => (
          <Input
            {...control}
            name="address"
            type="url"
            required
            autoFocus
            autoComplete="off"
            placeholder="https://llm.example.com/v1"
          />
        )}
      </Field>
      <Field label={i18n.t('Key, if it wants one')}>
        {(control) => <PasswordInput {...control} name="key" autoComplete="off" />}
      </Field>
      <Button type="submit" variant="primary" busy={busy} className="self-start">
        {i18n.t('Connect')}
      </Button>
    </form>
  );
}
