import { type FormEvent, type ReactNode, useId } from 'react';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Button } from './Button';
import { Dialog, type DialogProps } from './Dialog';
import { ErrorNotice } from './ErrorNotice';

interface FormDialogProps extends Pick<DialogProps, 'title' | 'description' | 'size' | 'onClose'> {
  /** What the button says that sends the form. */
  action: string;
  variant?: 'primary' | 'danger';
  /** Something is missing without which it cannot be sent. */
  disabled?: boolean;
  busy: boolean;
  /** How the last try failed; null when it did not. */
  error: unknown;
  /** What is shown of a failure, where it is more than its text. */
  refusal?: (error: unknown) => ReactNode;
  /** What else can be done with it, before the buttons. */
  aside?: ReactNode;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  children: ReactNode;
}

/**
 * A form over the page, with the buttons that send and leave it. A press beside it does not close it:
 * what was typed would be gone.
 */
export function FormDialog(props: FormDialogProps) {
  const { action, variant = 'primary', disabled, busy, error, refusal } = props;
  const { title, description, size, aside, onClose, onSubmit, children } = props;
  const id = useId();
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      size={size}
      firm
      footer={
        <>
          {aside}
          <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
          <Button type="submit" form={id} variant={variant} busy={busy} disabled={disabled}>
            {action}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={onSubmit} className="flex flex-col gap-4">
        {children}
        {error !== null && (
          <div ref={intoView}>
            {refusal ? refusal(error) : <ErrorNotice {...errorText(error)} />}
          </div>
        )}
      </form>
    </Dialog>
  );
}

/** A failure stands at the end of the form, which may be out of sight. */
function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
