import { useQueryClient } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type { NewAccount } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { accountsKey } from './queries';

interface NewAccountDialogProps {
  onClose: () => void;
  /** Is handed the account with the password that its owner begins with. */
  onMade: (made: NewAccount) => void;
}

/** Makes an account for someone. */
export function NewAccountDialog({ onClose, onMade }: NewAccountDialogProps) {
  const client = useQueryClient();
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    const made = await api.post<NewAccount>('/api/accounts', {
      email: textOf(form, 'email').trim(),
      name: textOf(form, 'name').trim(),
      admin: form.get('admin') === 'on',
    });
    void client.invalidateQueries({ queryKey: accountsKey });
    onClose();
    onMade(made);
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={i18n.t('Add person')}
      description={i18n.t('They get a password from you, and can change it.')}
      footer={
        <>
          <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
          <Button type="submit" form="new-account" variant="primary" busy={busy}>
            {i18n.t('Add')}
          </Button>
        </>
      }
    >
      <form id="new-account" onSubmit={onSubmit} className="flex flex-col gap-4">
        <Field label={i18n.t('Email')}>
          {(control) => (
            <Input
              {...control}
              name="email"
              type="email"
              required
              autoFocus
              maxLength={254}
              autoComplete="off"
            />
          )}
        </Field>
        <Field label={i18n.t('Name')} help={i18n.t('Left open, it is made of the address.')}>
          {(control) => (
            <Input {...control} name="name" maxLength={100} dir="auto" autoComplete="off" />
          )}
        </Field>
        <label className="flex items-center gap-2.5 pointer-coarse:min-h-11">
          <input type="checkbox" name="admin" className="size-4 accent-accent" />
          {i18n.t('Administrator')}
        </label>
        {error !== null && <ErrorNotice {...errorText(error)} />}
      </form>
    </Dialog>
  );
}
