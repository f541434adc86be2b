import { lazy, type ReactNode, Suspense, useState } from 'react';

const DialogPopup = lazy(() =>
  import('./DialogPopup').then((module) => ({ default: module.DialogPopup })),
);

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  size?: 'sm' | 'md' | 'lg';
  /** A press beside it leaves it open: what it holds would be lost. */
  firm?: boolean;
  children?: ReactNode;
}

/**
 * A modal dialog: the focus moves in, is kept there, and returns on closing; Escape closes it, and a
 * press outside does, unless it is firm. On a phone it is a sheet at the bottom.
 */
export function Dialog(props: DialogProps) {
  // Noted before anything in the dialog takes the focus.
  const [opener, setOpener] = useState(() => focused(props.open));
  const [wasOpen, setWasOpen] = useState(props.open);
  if (props.open !== wasOpen) {
    setWasOpen(props.open);
    if (props.open) setOpener(focused(true));
  }
  if (!opener) return null;
  return (
    <Suspense fallback={null}>
      <DialogPopup {...props} opener={opener} />
    </Suspense>
  );
}

function focused(isOpen: boolean): Element | null {
  return isOpen ? (document.activeElement ?? document.body) : null;
}
