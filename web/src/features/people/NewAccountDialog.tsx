import { useQueryClient } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type { NewAccount } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Checkbox } from '@/ui/Checkbox';
import { Field } from '@/ui/Field';
import { FormDialog } from '@/ui/FormDialog';
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
  const submit = useSubmit(async (form) => {
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
    <FormDialog
      {...submit}
      onClose={onClose}
      title={i18n.t('Add person')}
      description={i18n.t('They get a password from you, and can change it.')}
      action={i18n.t('Add')}
    >
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
      <Field label={i18n.t('Name')} help={i18n.t('Left empty, it is taken from the address.')}>
        {(control) => (
          <Input {...control} name="name" maxLength={100} dir="auto" autoComplete="off" />
        )}
      </Field>
      <Checkbox name="admin" label={i18n.t('Administrator')} />
    </FormDialog>
  );
}
