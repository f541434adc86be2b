import { keyNames } from './keys';

/** A key combination, written "mod+shift+o" or, for a sequence, "g s". */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      {keyNames(keys).map((name) => (
        <kbd
          key={name}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded-[5px] border border-line bg-surface px-1 font-sans text-xs text-ink-2"
        >
          {name}
        </kbd>
      ))}
    </span>
  );
}
