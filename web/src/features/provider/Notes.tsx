import { TriangleAlert } from 'lucide-react';
import type { ProviderNote } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';

/** So many are shown without being asked for. */
const few = 5;

/** What is not as the file or the environment wants it, such as a provider without a key. */
export function Notes({ notes }: { notes: readonly ProviderNote[] }) {
  if (notes.length === 0) return null;
  return (
    <details open={notes.length <= few} className="mt-4 text-ink-2">
      <summary className="cursor-pointer">
        {i18n.t('Not as configured: {count}', { count: notes.length })}
      </summary>
      <ul className="mt-2 flex flex-col gap-2 text-sm">
        {notes.map(({ name, text }) => (
          <li key={`${name}:${text}`} className="flex gap-2">
            <TriangleAlert size={15} className="mt-0.5 shrink-0 text-warn" aria-hidden="true" />
            <span className="min-w-0 break-words">
              <span className="font-medium text-ink">{name}</span> {text}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
