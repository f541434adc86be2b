import { useQuery } from '@tanstack/react-query';
import { UserRound, UsersRound } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { api } from '@/kit/api';
import type { FoundPeople } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { inputClass } from '@/ui/looks';
import { useMe } from './useSession';

/** Someone, or a group, that was found. */
export interface Found {
  to: 'user' | 'group';
  id: string;
  name: string;
  detail: string;
}

interface PeopleSearchProps {
  label: string;
  /** Nobody was found who had to be. */
  error?: string;
  autoFocus?: boolean;
  /** Also groups, not only people. */
  groups?: boolean;
  /** Also whoever searches. */
  self?: boolean;
  /** Those who need not be offered any more, by id. */
  without: readonly string[];
  onPick: (found: Found) => void;
}

/** A field that finds people by the beginning of a name or an address, and groups. */
export function PeopleSearch(props: PeopleSearchProps) {
  const { label, error: wrong, autoFocus, groups = false, self = false, without, onPick } = props;
  const me = useMe();
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
  const short = asked.length < 2;
  const all = listed(data, groups);
  if (self && data && !short && isCalled(me, asked)) all.unshift(asFound(me));
  const rows = all.filter((found) => !without.includes(found.id));
  const current = Math.min(at, rows.length - 1);
  const none = all.length > 0 ? i18n.t('Already added.') : i18n.t('Nobody found.');
  const hint = short
    ? i18n.t('Type two letters or more of a name or an address.')
    : data && rows.length === 0 && none;
  const said = error ? errorText(error).title : isOpen && hint;
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
      <label htmlFor={`${id}field`} className="mb-1.5 block font-medium text-sm">
        {label}
      </label>
      <input
        id={`${id}field`}
        autoFocus={autoFocus}
        role="combobox"
        aria-expanded={isOpen && rows.length > 0}
        aria-controls={id}
        aria-activedescendant={isOpen && rows[current] ? `${id}${current}` : undefined}
        aria-autocomplete="list"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}note`}
        placeholder={i18n.t('Name or address')}
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
              <WhoText {...found} />
            </div>
          ))}
      </div>
      <p
        id={`${id}note`}
        aria-live="polite"
        className={cx('mt-1 min-h-5 text-sm', wrong ? 'text-danger' : 'text-ink-3')}
      >
        {wrong ?? said}
      </p>
    </div>
  );
}

/** Says whether it is a person or a group. */
export function WhoIcon({ to }: { to: 'user' | 'group' }) {
  const Icon = to === 'user' ? UserRound : UsersRound;
  return <Icon size={16} aria-hidden="true" className="shrink-0 text-ink-3" />;
}

/** A name and what tells it from others; on a phone one below the other. */
export function WhoText({ name, detail }: Pick<Found, 'name' | 'detail'>) {
  return (
    <span className="flex min-w-0 grow items-center gap-x-2.5 max-sm:flex-col max-sm:items-stretch max-sm:py-1">
      <span dir="auto" className="min-w-0 grow truncate">
        {name}
      </span>
      <span className="min-w-0 truncate text-ink-3 text-xs sm:max-w-[50%] sm:shrink-0">
        {detail}
      </span>
    </span>
  );
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
    ...(data?.people ?? []).map(asFound),
  ];
}

interface Person {
  id: string;
  name: string;
  email: string;
}

function asFound({ id, name, email }: Person): Found {
  return { to: 'user', id, name: name || email, detail: name && email };
}

/** Whether an address or a word of a name begins with what was typed, as the server looks. */
function isCalled({ name, email }: Person, typed: string): boolean {
  const beginning = typed.toLowerCase();
  return [email, name, ...name.split(' ')].some((text) => text.toLowerCase().startsWith(beginning));
}

/** How many are in a group. */
export function membersText(count: number): string {
  return i18n.t('{count, plural, one {# member} other {# members}}', { count });
}
