import { Dialog } from '@base-ui/react/dialog';
import { i18n } from '@lingui/core';
import { X } from 'lucide-react';
import { cx } from './cx';
import type { DialogProps } from './Dialog';
import { IconButton } from './IconButton';

const widths = { sm: 'sm:max-w-sm', md: 'sm:max-w-lg', lg: 'sm:max-w-2xl' };

interface DialogPopupProps extends DialogProps {
  /** What had the focus before. */
  opener: Element;
}

export function DialogPopup(props: DialogPopupProps) {
  const { open, onClose, title, description, footer, size = 'md', firm, opener, children } = props;
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => !next && onClose()}
      disablePointerDismissal={firm}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-50 bg-scrim transition-opacity duration-180 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup
          finalFocus={() => (opener instanceof HTMLElement && opener.isConnected ? opener : true)}
          className={cx(
            'fixed z-50 flex max-h-[min(44rem,calc(100dvh-3rem))] flex-col border border-line bg-surface text-ink shadow-dialog outline-none',
            'inset-x-0 bottom-0 rounded-t-lg sm:inset-x-4 sm:top-1/2 sm:bottom-auto sm:mx-auto sm:-translate-y-1/2 sm:rounded-[14px]',
            'transition-[opacity,transform] duration-180 ease-out data-ending-style:opacity-0 data-starting-style:opacity-0',
            'max-sm:data-ending-style:translate-y-6 max-sm:data-starting-style:translate-y-6 sm:data-ending-style:scale-[.98] sm:data-starting-style:scale-[.98]',
            widths[size],
          )}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-4 pb-1">
            <div className="pt-0.5">
              <Dialog.Title className="font-semibold text-md">{title}</Dialog.Title>
              {description && (
                <Dialog.Description className="mt-1 text-ink-2">{description}</Dialog.Description>
              )}
            </div>
            <Dialog.Close
              render={
                <IconButton label={i18n.t('Close')} className="-my-0.5 -mr-2 pointer-coarse:-my-2">
                  <X size={18} />
                </IconButton>
              }
            />
          </div>
          {children && <div className="min-h-0 overflow-y-auto px-5 py-3">{children}</div>}
          {footer && (
            <div className="flex flex-wrap justify-end gap-2 px-5 pt-2 pb-4 max-sm:pb-[max(1rem,env(safe-area-inset-bottom))] max-sm:[&>*]:grow">
              {footer}
            </div>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
