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
  children?: ReactNode;
}

/**
 * A modal dialog: the focus moves in, is kept there, and returns on closing; Escape and a press
 * outside close it. On a phone it is a sheet at the bottom.
 */
export function Dialog(props: DialogProps) {
  const [opened, setOpened] = useState(props.open);
  if (props.open && !opened) setOpened(true);
  if (!opened) return null;
  return (
    <Suspense fallback={null}>
      <DialogPopup {...props} />
    </Suspense>
  );
}
