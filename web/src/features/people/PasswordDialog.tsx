import type { NewAccount } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { CopyField } from '@/ui/CopyField';
import { Dialog } from '@/ui/Dialog';

/** Shows a password that was made for someone: the only time that it can be copied. */
export function PasswordDialog({
  made,
  onClose,
}: {
  made: NewAccount | null;
  onClose: () => void;
}) {
  return (
    <Dialog
      open={made !== null}
      onClose={onClose}
      firm
      title={i18n.t('Pass the password on')}
      description={i18n.t('It is not shown again. {name} can change it under Settings, Security.', {
        name: made?.account.name ?? '',
      })}
      footer={
        <Button variant="primary" onClick={onClose}>
          {i18n.t('Done')}
        </Button>
      }
    >
      {made && <CopyField label={made.account.email} value={made.password} />}
    </Dialog>
  );
}
