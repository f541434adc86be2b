import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { modelLabel } from '@/chat/models';
import { modelsQuery } from '@/chat/queries';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Skeleton } from '@/ui/Skeleton';
import { ModelOption } from './ModelOption';
import { ProviderMark } from './ProviderMark';
import { noteModel, recentModels } from './recent';
import { type FoundModel, type Group, searchModels } from './search';

interface ModelListProps {
  value: string;
  onPick: (model: string) => void;
}

/** All models by provider, with a search; a combobox whose list is always open. */
export function ModelList({ value, onPick }: ModelListProps) {
  const { data, error, refetch } = useQuery(modelsQuery());
  const [query, setQuery] = useState('');
  const [recent] = useState(recentModels);
  const id = useId();
  const groups = useMemo(
    () => (data ? searchModels(data.items, query, recent, i18n.t('Recent')) : []),
    [data, query, recent],
  );
  const rows = useMemo(() => groups.flatMap((group) => group.models), [groups]);
  const [active, setActive] = useActive(rows, value);
  const pick = (row: FoundModel | undefined) => {
    if (!row) return;
    noteModel(row.model.id);
    onPick(row.model.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const at = rows.findIndex(({ key }) => key === active);
    const to = target(event.key, at, rows.length);
    if (to !== null) setActive(rows[to]?.key ?? '');
    else if (event.key === 'Enter') pick(rows[at]);
    else return;
    event.preventDefault();
  };
  const gone =
    data && value !== '' && !data.items.some((p) => p.models.some((m) => m.id === value));
  return (
    <>
      <div className="flex shrink-0 items-center gap-2.5 border-line border-b px-3.5">
        <Search size={16} aria-hidden="true" className="shrink-0 text-ink-3" />
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={active ? `${id} ${active}`.replaceAll(' ', '-') : undefined}
          aria-label={i18n.t('Search models')}
          placeholder={i18n.t('Search models')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onKeyDown}
          className="h-11 w-full bg-transparent outline-none placeholder:text-ink-3"
        />
      </div>
      {error && !data && (
        <ErrorNotice {...errorText(error)} onRetry={() => void refetch()} className="m-3" />
      )}
      {!data && !error && <Skeleton rows={6} className="p-4" />}
      {gone && (
        <p className="shrink-0 border-line border-b px-4 py-2 text-danger text-sm">
          {i18n.t('{model} is not available any more.', { model: modelLabel(null, value) })}
        </p>
      )}
      {data && rows.length === 0 && (
        <EmptyState
          title={
            query
              ? i18n.t('No model matches “{query}”.', { query })
              : i18n.t('No model is set up yet. An administrator can connect a provider.')
          }
        />
      )}
      <div
        id={id}
        role="listbox"
        aria-label={i18n.t('Models')}
        className="min-h-0 overflow-y-auto overscroll-contain p-1.5 empty:hidden"
      >
        {groups.map((group) => (
          <ModelGroup
            key={group.name}
            group={group}
            listId={id}
            active={active}
            value={value}
            onActive={setActive}
            onPick={pick}
          />
        ))}
      </div>
    </>
  );
}

interface ModelGroupProps {
  group: Group;
  listId: string;
  active: string;
  value: string;
  onActive: (key: string) => void;
  onPick: (row: FoundModel) => void;
}

function ModelGroup({ group, listId, active, value, onActive, onPick }: ModelGroupProps) {
  const labelId = `${listId}-${group.name}-label`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of a listbox has no element of its own
    <div role="group" aria-labelledby={labelId} className="not-first:mt-1.5">
      <p
        id={labelId}
        className="flex items-center gap-2 px-2 py-1.5 font-medium text-ink-3 text-xs"
      >
        {group.provider && <ProviderMark provider={group.provider} />}
        {group.label}
        {group.provider?.demo && (
          <span className="font-normal">{i18n.t('scripted, for trying out')}</span>
        )}
      </p>
      {group.models.map((row) => (
        <ModelOption
          key={row.key}
          id={`${listId} ${row.key}`.replaceAll(' ', '-')}
          row={row}
          active={row.key === active}
          chosen={row.model.id === value}
          marked={group.provider === null}
          onActive={() => onActive(row.key)}
          onPick={() => onPick(row)}
        />
      ))}
    </div>
  );
}

/** The row that Enter takes: the chosen one at first, then the first that is found. */
function useActive(rows: readonly FoundModel[], value: string): [string, (key: string) => void] {
  const [active, setActive] = useState('');
  const known = rows.some(({ key }) => key === active);
  const fallback = rows.find(({ model }) => model.id === value) ?? rows[0];
  const key = known ? active : (fallback?.key ?? '');
  const shown = useRef('');
  useEffect(() => {
    if (shown.current === key) return;
    shown.current = key;
    document.querySelector('[role=option][data-active=true]')?.scrollIntoView({ block: 'nearest' });
  }, [key]);
  return [key, setActive];
}

function target(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowUp':
      return (at - 1 + count) % count;
    case 'PageDown':
      return Math.min(count - 1, at + 8);
    case 'PageUp':
      return Math.max(0, at - 8);
    default:
      return null;
  }
}
