import { useState } from 'react';
import { api } from '@/kit/api';
import type { NewApiKey } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { CopyField } from '@/ui/CopyField';
import { Dialog } from '@/ui/Dialog';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';

interface NewKeyDialogProps {
  open: boolean;
  onClose: () => void;
  onMade: () => void;
}

/** Names a key, then shows it: the only time that it can be copied. */
export function NewKeyDialog({ open, onClose, onMade }: NewKeyDialogProps) {
  const [made, setMade] = useState<NewApiKey | null>(null);
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    setMade(await api.post<NewApiKey>('/api/me/keys', { name: textOf(form, 'name').trim() }));
    onMade();
  });
  const close = () => {
    onClose();
    setMade(null);
  };
  return made ? (
    <Dialog
      open={open}
      onClose={close}
      title={i18n.t('Copy your key now')}
      description={i18n.t('It is not shown again. Keep it as you keep a password.')}
      footer={
        <Button variant="primary" onClick={close}>
          {i18n.t('Done')}
        </Button>
      }
    >
      <CopyField label={made.name} value={made.key} />
      <p className="mt-4 text-ink-2 text-sm">
        {i18n.t('Send it as a header:')}{' '}
        <code className="break-all font-mono text-ink">Authorization: Bearer {made.prefix}…</code>
      </p>
    </Dialog>
  ) : (
    <Dialog
      open={open}
      onClose={close}
      title={i18n.t('New API key')}
      footer={
        <>
          <Button onClick={close}>{i18n.t('Cancel')}</Button>
          <Button type="submit" form="new-key" variant="primary" busy={busy}>
            {i18n.t('Make key')}
          </Button>
        </>
      }
    >
      <form id="new-key" onSubmit={onSubmit} className="flex flex-col gap-3">
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
        {error !== null && <ErrorNotice {...errorText(error)} />}
      </form>
    </Dialog>
  );
}
