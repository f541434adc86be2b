import type { ReactNode } from 'react';
import { Link } from '@/kit/route';

/** A link between the doors. */
export function DoorLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link
      to={to}
      className="font-medium text-accent underline decoration-accent/40 hover:decoration-accent"
    >
      {children}
    </Link>
  );
}
