import { lazy, type ReactNode, Suspense } from 'react';
import { type PopupTrigger, usePopup } from './Menu';

const load = () => import('./PopoverPopup');
const PopoverPopup = lazy(() => load().then((module) => ({ default: module.PopoverPopup })));

interface PopoverProps {
  /** The popover's name, for assistive technology. */
  label: string;
  /** Its body; close returns the focus to the trigger, or gives it to another element. */
  content: (close: (focus?: HTMLElement | null) => void) => ReactNode;
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'bottom';
  className?: string;
  children: (trigger: PopupTrigger, open: boolean) => ReactNode;
}

/** A small panel at its trigger, for more than a list of actions. Loaded late, like Menu. */
export function Popover({
  label,
  content,
  align = 'start',
  side = 'bottom',
  className,
  children,
}: PopoverProps) {
  const { trigger, open, setOpen, opened } = usePopup('dialog', load);
  return (
    <>
      {children(trigger, open)}
      {opened && (
        <Suspense fallback={null}>
          <PopoverPopup
            anchor={trigger.ref}
            label={label}
            content={content}
            align={align}
            side={side}
            className={className}
            open={open}
            onOpen={setOpen}
          />
        </Suspense>
      )}
    </>
  );
}
