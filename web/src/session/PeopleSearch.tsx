import { useQuery } from '@tanstack/react-query';
import { UserRound, UsersRound } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { api } from '@/kit/api';
import type { FoundPeople } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { inputClass } from '@/ui/looks';

/** Someone, or a group, that was found. */
export interface Found {
  to: 'user' | 'group';
  id: string;
  name: string;
  detail: string;
}

interface PeopleSearchProps {
  label: string;
  /** Also groups, not only people. */
  groups?: boolean;
  /** Those who need not be offered any more, by id. */
  without: readonly string[];
  onPick: (found: Found) => void;
}

/** A field that finds people by the beginning of a name or an address, and groups. */
export function PeopleSearch({ label, groups = false, without, onPick }: PeopleSearchProps) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const asked = useDeferredValue(query.trim());
  const id = useId();
  const { data, error } = useQuery({
    queryKey: ['people', asked],
    queryFn: ({ signal }) => api.get<FoundPeople>('/api/people', { query: { q: asked }, signal }),
    enabled: isOpen,
    placeholderData: (before) => before,
    staleTime: 30_000,
  });
  const all = listed(data, groups);
  const rows = all.filter((found) => !without.includes(found.id));
  const current = Math.min(at, rows.length - 1);
  const short = asked.length < 2;
  const pick = (found: Found | undefined) => {
    if (!found) return;
    onPick(found);
    setQuery('');
    setAt(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && rows.length > 0) setAt((current + step + rows.length) % rows.length);
    else if (event.key === 'Enter') pick(rows[current]);
    else return;
    event.preventDefault();
  };
  return (
    <div>
      <input
        autoFocus
        role="combobox"
        aria-expanded={isOpen && rows.length > 0}
        aria-controls={id}
        aria-activedescendant={isOpen && rows[current] ? `${id}${current}` : undefined}
        aria-autocomplete="list"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        value={query}
        onFocus={() => setOpen(true)}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        className={cx(inputClass, 'h-9')}
      />
      <div
        id={id}
        role="listbox"
        aria-label={label}
        className="mt-1 max-h-52 overflow-y-auto rounded-[8px] border border-line p-1 empty:hidden"
      >
        {isOpen &&
          rows.map((found, row) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the focus and the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the same; this is its active descendant
            <div
              key={found.id}
              id={`${id}${row}`}
              role="option"
              aria-selected={row === current}
              onPointerMove={() => setAt(row)}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(found)}
              className={cx(
                'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-[7px] px-2 pointer-coarse:min-h-11',
                row === current && 'bg-hover forced-colors:bg-[Highlight]',
              )}
            >
              <WhoIcon to={found.to} />
              <span dir="auto" className="min-w-0 grow truncate">
                {found.name}
              </span>
              <span className="max-w-[50%] shrink-0 truncate text-ink-3 text-xs">
                {found.detail}
              </span>
            </div>
          ))}
      </div>
      <p aria-live="polite" className="mt-1 min-h-5 text-ink-3 text-sm">
        {error
          ? errorText(error).title
          : isOpen && data && !short && rows.length === 0
            ? all.length > 0
              ? i18n.t('Already added.')
              : i18n.t('Nobody found.')
            : isOpen && short && i18n.t('Type two letters or more of a name or an address.')}
      </p>
    </div>
  );
}

/** Says whether it is a person or a group. */
export function WhoIcon({ to }: { to: 'user' | 'group' }) {
  const Icon = to === 'user' ? UserRound : UsersRound;
  return <Icon size={16} aria-hidden="true" className="shrink-0 text-ink-3" />;
}

function listed(data: FoundPeople | undefined, withGroups: boolean): Found[] {
  const groups = withGroups ? (data?.groups ?? []) : [];
  return [
    ...groups.map(({ id, name, members }) => ({
      to: 'group' as const,
      id,
      name,
      detail: membersText(members),
    })),
    ...(data?.people ?? []).map(({ id, name, email }) => ({
      to: 'user' as const,
      id,
      name,
      detail: email,
    })),
  ];
}

/** How many are in a group. */
export function membersText(count: number): string {
  return i18n.t('{count, plural, one {# member} other {# members}}', { count });
}
