import { type ReactNode, useEffect, useRef } from 'react';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { Mark } from '@/ui/Mark';

interface StepFrameProps {
  step: 1 | 2 | 3;
  title: string;
  lead: ReactNode;
  footer?: ReactNode;
  children: ReactNode;
}

/** One step of the set-up: how far it is, what it is about, and the step itself. */
export function StepFrame({ step, title, lead, footer, children }: StepFrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // A new step is announced; the first field of it takes the focus by itself.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  return (
    <main
      id="main"
      className="flex h-full flex-col overflow-y-auto px-5 pt-[max(1.25rem,9vh)] pb-10"
    >
      <div className="mx-auto flex w-full max-w-[30rem] flex-col">
        <div className="flex items-center justify-between">
          <div className="flex items-center gap-2.5">
            <Mark size={28} />
            <span className="font-semibold text-lg tracking-tight">Parley</span>
          </div>
          <div className="flex items-center gap-3">
            <span className="text-ink-3 text-sm">{i18n.t('Step {step} of 3', { step })}</span>
            <span className="flex gap-1" aria-hidden="true">
              {[1, 2, 3].map((number) => (
                <span
                  key={number}
                  className={cx(
                    'h-1 rounded-full transition-[width,background-color] duration-240',
                    number === step ? 'w-8' : 'w-4',
                    number <= step ? 'bg-accent' : 'bg-line',
                  )}
                />
              ))}
            </span>
          </div>
        </div>
        <h1
          ref={heading}
          tabIndex={-1}
          className="mt-10 font-semibold text-2xl tracking-[-0.02em] outline-none"
        >
          {title}
        </h1>
        <p className="mt-2 text-ink-2 text-md">{lead}</p>
        <div className="mt-7">{children}</div>
        {footer && <div className="mt-7 flex items-center justify-between gap-3">{footer}</div>}
      </div>
    </main>
  );
}
