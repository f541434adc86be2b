import { Popover } from '@base-ui/react/popover';
import { type ReactNode, type RefObject, useRef } from 'react';
import { cx } from './cx';
import { popupClass } from './popup';

interface PopoverPopupProps {
  anchor: RefObject<HTMLButtonElement | null>;
  label: string;
  content: (close: (focus?: HTMLElement | null) => void) => ReactNode;
  align: 'start' | 'center' | 'end';
  side: 'top' | 'bottom';
  className?: string;
  open: boolean;
  onOpen: (open: boolean) => void;
}

export function PopoverPopup(props: PopoverPopupProps) {
  const { anchor, label, content, align, side, className, open, onOpen } = props;
  const goal = useRef<HTMLElement | null>(null);
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next, details) => {
        // The trigger is not the library's: its own press toggles.
        const target = details.event.target;
        if (!next && target instanceof Node && anchor.current?.contains(target)) return;
        goal.current = null;
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
            finalFocus={() => goal.current ?? anchor.current}
            className={cx(
              popupClass,
              'max-h-(--available-height) overflow-y-auto',
              className ?? 'max-w-[min(26rem,calc(100vw-1rem))] p-3',
            )}
          >
            {content((focus) => {
              goal.current = focus ?? null;
              onOpen(false);
            })}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
