import { Popover } from '@base-ui/react/popover';
import type { ReactNode, RefObject } from 'react';
import { cx } from './cx';
import { popupClass } from './popup';

interface PopoverPopupProps {
  anchor: RefObject<HTMLButtonElement | null>;
  label: string;
  content: (close: () => void) => ReactNode;
  align: 'start' | 'center' | 'end';
  side: 'top' | 'bottom';
  className?: string;
  open: boolean;
  onOpen: (open: boolean) => void;
}

export function PopoverPopup(props: PopoverPopupProps) {
  const { anchor, label, content, align, side, className, open, onOpen } = props;
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next, details) => {
        // The trigger is not the library's: its own press toggles.
        const target = details.event.target;
        if (!next && target instanceof Node && anchor.current?.contains(target)) return;
        onOpen(next);
      }}
    >
      <Popover.Portal>
        <Popover.Positioner
          anchor={anchor}
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50"
        >
          <Popover.Popup
            aria-label={label}
            finalFocus={anchor}
            className={cx(
              popupClass,
              'max-h-(--available-height) max-w-[min(26rem,calc(100vw-1rem))] overflow-y-auto',
              className ?? 'p-3',
            )}
          >
            {content(() => onOpen(false))}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
