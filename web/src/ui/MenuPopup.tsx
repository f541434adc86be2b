import { Menu } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { RefObject } from 'react';
import { cx } from './cx';
import { Kbd } from './Kbd';
import type { MenuAction, MenuEntry } from './Menu';
import { popupClass } from './popup';

interface MenuPopupProps {
  anchor: RefObject<HTMLButtonElement | null>;
  label: string;
  items: () => MenuEntry[];
  align: 'start' | 'center' | 'end';
  side: 'top' | 'bottom';
  open: boolean;
  onOpen: (open: boolean) => void;
}

export function MenuPopup({ anchor, label, items, align, side, open, onOpen }: MenuPopupProps) {
  return (
    <Menu.Root open={open} onOpenChange={onOpen}>
      <Menu.Portal>
        <Menu.Backdrop className="fixed inset-0 z-50 bg-scrim transition-opacity duration-180 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:hidden" />
        <Menu.Positioner
          anchor={anchor}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={4}
          className="z-50 max-sm:fixed! max-sm:inset-x-0! max-sm:top-auto! max-sm:bottom-0! max-sm:transform-none!"
        >
          <Menu.Popup
            aria-label={label}
            // A dialog that the choice has opened keeps the focus.
            finalFocus={() =>
              document.querySelector('[role=dialog][data-open]') ? false : anchor.current
            }
            className={cx(
              popupClass,
              'overflow-y-auto p-1 sm:max-h-[min(28rem,var(--available-height))] sm:min-w-44 sm:max-w-80',
              // On a phone it is a sheet at the bottom, where the thumb is.
              'max-sm:max-h-[75dvh] max-sm:rounded-t-lg max-sm:rounded-b-none max-sm:border-x-0 max-sm:border-b-0 max-sm:p-2 max-sm:pb-[max(.75rem,env(safe-area-inset-bottom))]',
              'max-sm:data-ending-style:translate-y-6 max-sm:data-starting-style:translate-y-6',
            )}
          >
            {open &&
              items().map((entry, at) => (
                <Entry key={keyOf(entry, at)} entry={entry} anchor={anchor} />
              ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function keyOf(entry: MenuEntry, at: number): string {
  if (entry === 'separator') return `separator ${at}`;
  return 'heading' in entry ? `heading ${entry.heading}` : `${entry.label} ${at}`;
}

function Entry({ entry, anchor }: { entry: MenuEntry } & Pick<MenuPopupProps, 'anchor'>) {
  if (entry === 'separator') return <Menu.Separator className="-mx-1 my-1 h-px bg-line" />;
  if ('heading' in entry) {
    return <p className="px-2 pt-1.5 pb-1 font-medium text-ink-3 text-xs">{entry.heading}</p>;
  }
  const className = cx(
    'flex min-h-8 select-none items-center gap-2.5 rounded-[7px] px-2 py-1 outline-none pointer-coarse:min-h-11',
    'data-disabled:opacity-45 data-highlighted:bg-hover forced-colors:data-highlighted:outline-2',
    entry.danger && 'text-danger data-highlighted:bg-danger-soft',
  );
  // A dialog that the choice opens gives the focus back to the button, the menu being gone by then.
  const choose = () => {
    anchor.current?.focus();
    entry.onSelect();
  };
  if (entry.checked === undefined) {
    return (
      <Menu.Item disabled={entry.disabled} onClick={choose} className={className}>
        <Body entry={entry} />
      </Menu.Item>
    );
  }
  return (
    <Menu.CheckboxItem
      checked={entry.checked}
      disabled={entry.disabled}
      closeOnClick
      onClick={choose}
      className={className}
    >
      <Body entry={entry} />
      <Check
        size={16}
        className={cx('shrink-0 text-accent', !entry.checked && 'invisible')}
        aria-hidden="true"
      />
    </Menu.CheckboxItem>
  );
}

function Body({ entry }: { entry: MenuAction }) {
  return (
    <>
      {entry.icon && (
        <span className={cx('shrink-0', !entry.danger && 'text-ink-3')} aria-hidden="true">
          {entry.icon}
        </span>
      )}
      <span className="min-w-0 grow">
        <span className="block truncate">{entry.label}</span>
        {entry.detail && <span className="block truncate text-ink-3 text-xs">{entry.detail}</span>}
      </span>
      {entry.keys && (
        <span className="pointer-coarse:hidden">
          <Kbd keys={entry.keys} />
        </span>
      )}
    </>
  );
}
