import { i18n } from '@lingui/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { errorText } from '@/kit/errorText';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { ErrorNotice } from './ErrorNotice';

interface ConfirmDialogProps<T> {
  /** What is asked about; null closes the dialog. */
  item: T | null;
  title: (item: T) => string;
  description: (item: T) => ReactNode;
  /** What the button says that does it. */
  action: string;
  /** What the button says that leaves it. */
  keep?: string;
  /** Does it; the dialog stays with what failed. */
  run: (item: T) => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is done that cannot be taken back. */
export function ConfirmDialog<T>(props: ConfirmDialogProps<T>) {
  const { item, title, description, action, keep, run, onClose } = props;
  // What was asked about last stays on the dialog while it fades out.
  const [shown, setShown] = useState(item);
  const doing = useMutation({ mutationFn: run, onSuccess: onClose });
  if (item !== null && item !== shown) {
    setShown(item);
    doing.reset();
  }
  if (shown === null) return null;
  return (
    <Dialog
      open={item !== null}
      onClose={onClose}
      size="sm"
      title={title(shown)}
      description={description(shown)}
      footer={
        <>
          <Button onClick={onClose}>{keep ?? i18n.t('Keep it')}</Button>
          <Button variant="danger" busy={doing.isPending} onClick={() => doing.mutate(shown)}>
            {action}
          </Button>
        </>
      }
    >
      {doing.isError && <ErrorNotice {...errorText(doing.error)} />}
    </Dialog>
  );
}
