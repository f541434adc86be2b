import { Download } from 'lucide-react';
import { useState } from 'react';
import { i18n } from '@/kit/i18n';
import { eraseMe } from '@/session/session';
import { usePage } from '@/session/useSession';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/Field';
import { FormDialog } from '@/ui/FormDialog';
import { buttonClass } from '@/ui/looks';
import { PasswordInput } from '@/ui/PasswordInput';
import { Rows, Section, SettingRow } from '@/ui/Section';

/** Taking one's data along, and leaving. */
export function OwnData() {
  const { accountDeletion } = usePage();
  const [leaving, setLeaving] = useState(false);
  return (
    <Section title={i18n.t('Your data')}>
      <Rows>
        <SettingRow
          label={i18n.t('Export')}
          help={i18n.t('Your chats, files and settings as one ZIP archive.')}
        >
          {() => (
            <a href="/api/me/export" download className={buttonClass('secondary', 'md')}>
              <Download size={16} aria-hidden="true" />
              {i18n.t('Download')}
            </a>
          )}
        </SettingRow>
        {accountDeletion && (
          <SettingRow
            label={i18n.t('Delete account')}
            help={i18n.t('Deletes you and all that is yours here, for good.')}
          >
            {() => (
              <Button variant="caution" onClick={() => setLeaving(true)}>
                {i18n.t('Delete account…')}
              </Button>
            )}
          </SettingRow>
        )}
      </Rows>
      {leaving && <EraseDialog onClose={() => setLeaving(false)} />}
    </Section>
  );
}

function EraseDialog({ onClose }: { onClose: () => void }) {
  const submit = useSubmit((form) => eraseMe(textOf(form, 'password')));
  return (
    <FormDialog
      {...submit}
      onClose={onClose}
      title={i18n.t('Delete your account?')}
      description={i18n.t(
        'Your chats, files, settings and keys are deleted at once. This cannot be undone.',
      )}
      action={i18n.t('Delete for good')}
      variant="danger"
    >
      <Field label={i18n.t('Your password')}>
        {(control) => (
          <PasswordInput {...control} name="password" required autoComplete="current-password" />
        )}
      </Field>
    </FormDialog>
  );
}
