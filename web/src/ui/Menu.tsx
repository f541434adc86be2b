import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useRef,
  useState,
} from 'react';

const load = () => import('./MenuPopup');
const MenuPopup = lazy(() => load().then((module) => ({ default: module.MenuPopup })));

export interface MenuAction {
  label: string;
  icon?: ReactNode;
  /** Shown at the right, as in "mod+shift+o". */
  keys?: string;
  /** A second line under the label. */
  detail?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Set on a choice: the chosen one carries a check mark. */
  checked?: boolean;
  onSelect: () => void;
}

export type MenuEntry = MenuAction | 'separator' | { heading: string };

/** Spread onto the button that opens the menu. */
export interface PopupTrigger {
  ref: RefObject<HTMLButtonElement | null>;
  'aria-haspopup': 'menu' | 'dialog';
  'aria-expanded': boolean;
  onClick: () => void;
  onPointerEnter: () => void;
  onFocus: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

interface MenuProps {
  /** The menu's name, for assistive technology. */
  label: string;
  /** Called when the menu opens. */
  items: () => MenuEntry[];
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'bottom';
  children: (trigger: PopupTrigger, open: boolean) => ReactNode;
}

/** A menu of actions. Its code is fetched when the pointer or the focus comes near. */
export function Menu({ label, items, align = 'start', side = 'bottom', children }: MenuProps) {
  const { trigger, open, setOpen, opened } = usePopup('menu', load);
  return (
    <>
      {children(trigger, open)}
      {opened && (
        <Suspense fallback={null}>
          <MenuPopup
            anchor={trigger.ref}
            label={label}
            items={items}
            align={align}
            side={side}
            open={open}
            onOpen={setOpen}
          />
        </Suspense>
      )}
    </>
  );
}

/** The state of a popup whose body is loaded late, and what its trigger needs. */
export function usePopup(kind: 'menu' | 'dialog', preload: () => Promise<unknown>) {
  const ref = useRef<HTMLButtonElement>(null);
  const [open, setState] = useState(false);
  const [opened, setOpened] = useState(false);
  const setOpen = (next: boolean) => {
    if (next) setOpened(true);
    setState(next);
  };
  const warm = () => void preload();
  const trigger: PopupTrigger = {
    ref,
    'aria-haspopup': kind,
    'aria-expanded': open,
    onClick: () => setOpen(!open),
    onPointerEnter: warm,
    onFocus: warm,
    onKeyDown: (event) => {
      if (kind !== 'menu' || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
      event.preventDefault();
      setOpen(true);
    },
  };
  return { trigger, open, setOpen, opened };
}
