import type { ReactNode } from 'react';
import { appName } from '@/kit/appName';
import { Mark } from '@/ui/Mark';

interface DoorFrameProps {
  title: ReactNode;
  lead?: ReactNode;
  /** Under the form: the way to the other door. */
  below?: ReactNode;
  children?: ReactNode;
}

/** The page before the app: one narrow column, the mark, a heading and a form. */
export function DoorFrame({ title, lead, below, children }: DoorFrameProps) {
  return (
    <main
      id="main"
      className="flex h-full flex-col overflow-y-auto px-5 pt-[max(1.5rem,14vh)] pb-10"
    >
      <div className="mx-auto flex w-full max-w-[22.5rem] flex-col">
        <div className="flex items-center gap-2.5">
          <Mark size={30} />
          <span className="font-semibold text-lg tracking-tight">{appName()}</span>
        </div>
        <h1 className="mt-8 font-semibold text-2xl tracking-[-0.02em]">{title}</h1>
        {lead && <p className="mt-2 text-ink-2 text-md">{lead}</p>}
        <div className="mt-7">{children}</div>
        {below && <div className="mt-6 text-ink-2">{below}</div>}
      </div>
    </main>
  );
}
