import { type ReactNode, useId } from 'react';
import { cx } from './cx';

/** A titled part of a settings page. */
export function Section({
  title,
  lead,
  aside,
  children,
}: {
  title?: ReactNode;
  lead?: ReactNode;
  /** A button beside the title. */
  aside?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={title ? id : undefined} className="mb-9">
      {title && (
        <div className="mb-3 flex items-end justify-between gap-x-4 gap-y-3 max-sm:flex-wrap">
          <div className="min-w-0 max-sm:basis-full">
            <h2 id={id} className="font-semibold text-md">
              {title}
            </h2>
            {lead && <p className="mt-0.5 text-ink-2">{lead}</p>}
          </div>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}

/** Rows that belong together, in one frame. */
export function Rows({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div
      className={cx(
        'divide-y divide-line overflow-hidden rounded-md border border-line bg-surface',
        className,
      )}
    >
      {children}
    </div>
  );
}

/** A setting: what it is, what it does, and its control, which is handed the ids that tie them. */
export function SettingRow({
  label,
  help,
  stacked,
  children,
}: {
  label: ReactNode;
  help?: ReactNode;
  /** The control stands below, also on wide windows. */
  stacked?: boolean;
  children: (control: { 'aria-labelledby': string; 'aria-describedby'?: string }) => ReactNode;
}) {
  const id = useId();
  return (
    <div
      className={cx(
        'flex gap-x-6 gap-y-2.5 px-4 py-3.5',
        stacked ? 'flex-col' : 'flex-wrap items-center justify-between',
      )}
    >
      <div className="min-w-0 max-w-[26rem] grow basis-44">
        <p id={`${id}label`} className="font-medium">
          {label}
        </p>
        {help && (
          <p id={`${id}help`} className="text-ink-3 text-sm">
            {help}
          </p>
        )}
      </div>
      {children({
        'aria-labelledby': `${id}label`,
        'aria-describedby': help ? `${id}help` : undefined,
      })}
    </div>
  );
}
