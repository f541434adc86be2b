import type { ReactNode } from 'react';
import { goTo } from './path';

/** A link between the doors. */
export function DoorLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <a
      href={to}
      className="font-medium text-accent underline decoration-accent/40 hover:decoration-accent"
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        goTo(to);
      }}
    >
      {children}
    </a>
  );
}
