import { useState } from 'react';
import { api } from '@/kit/api';
import type { NewApiKey } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { CopyField } from '@/ui/CopyField';
import { Dialog } from '@/ui/Dialog';
import { Field } from '@/ui/Field';
import { FormDialog } from '@/ui/FormDialog';
import { Input } from '@/ui/Input';

interface NewKeyDialogProps {
  onClose: () => void;
  onMade: () => void;
}

/** Names a key, then shows it: the only time that it can be copied. */
export function NewKeyDialog({ onClose, onMade }: NewKeyDialogProps) {
  const [made, setMade] = useState<NewApiKey | null>(null);
  const submit = useSubmit(async (form) => {
    setMade(await api.post<NewApiKey>('/api/me/keys', { name: textOf(form, 'name').trim() }));
    onMade();
  });
  return made ? (
    <Dialog
      open
      onClose={onClose}
      firm
      title={i18n.t('Copy your key now')}
      description={i18n.t('It is not shown again. Keep it as you keep a password.')}
      footer={
        <Button variant="primary" onClick={onClose}>
          {i18n.t('Done')}
        </Button>
      }
    >
      <CopyField label={made.name} value={made.key} />
      <p className="mt-4 text-ink-2 text-sm">
        {i18n.t('Send it as a header:')}
        <code className="mt-1 block break-all font-mono text-ink">
          Authorization: Bearer {made.prefix}…
        </code>
      </p>
    </Dialog>
  ) : (
    <FormDialog
      {...submit}
      onClose={onClose}
      title={i18n.t('New API key')}
      action={i18n.t('Make key')}
    >
      <Field label={i18n.t('Name')} help={i18n.t('What will use it, so that you know it later.')}>
        {(control) => (
          <Input
            {...control}
            name="name"
            required
            maxLength={100}
            autoComplete="off"
            placeholder={i18n.t('Backup script')}
          />
        )}
      </Field>
    </FormDialog>
  );
}
