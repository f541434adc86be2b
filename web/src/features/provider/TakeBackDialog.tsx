import { useMutation } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type { OwnKey } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { ErrorNotice } from '@/ui/ErrorNotice';

interface TakeBackDialogProps {
  item: OwnKey | null;
  onClose: () => void;
  onDone: () => void;
}

/** Asks before a key is deleted. */
export function TakeBackDialog({ item, onClose, onDone }: TakeBackDialogProps) {
  const remove = useMutation({
    mutationFn: (provider: string) =>
      api.delete(`/api/me/provider-keys/${encodeURIComponent(provider)}`),
    onSuccess: () => {
      onDone();
      onClose();
    },
  });
  return (
    <Dialog
      open={item !== null}
      onClose={onClose}
      size="sm"
      title={i18n.t('Remove your key?')}
      description={i18n.t('The models of {provider} cannot be used until you add one again.', {
        provider: item?.label ?? '',
      })}
      footer={
        <>
          <Button onClick={onClose}>{i18n.t('Keep it')}</Button>
          <Button
            variant="danger"
            busy={remove.isPending}
            onClick={() => item && remove.mutate(item.provider)}
          >
            {i18n.t('Remove')}
          </Button>
        </>
      }
    >
      {remove.isError && <ErrorNotice {...errorText(remove.error)} />}
    </Dialog>
  );
}
