import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { modelLabel, wantsKey } from '@/chat/models';
import { ProviderMark } from '@/chat/ProviderMark';
import { modelsQuery } from '@/chat/queries';
import type { ModelProvider } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Link } from '@/kit/route';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Skeleton } from '@/ui/Skeleton';
import { layoutQuery, plain } from './layout';
import { ModelOption } from './ModelOption';
import { ModelPane } from './ModelPane';
import { noteModel, recentModels } from './recent';
import { type FoundModel, type Group, isCalled, searchModels } from './search';
import { troubleOf } from './trouble';

interface ModelListProps {
  value: string;
  onPick: (model: string) => void;
}

/** A line of the list: a heading, or a model with its place among all. */
type Row = { group: Group; found?: undefined } | { group: Group; found: FoundModel; at: number };

/** Up to here every row is on the page. */
const mounted = 60;

/** How old the list may be when it is opened, in milliseconds: providers come and go meanwhile. */
const fresh = 30_000;

/** What a row is high before it was measured; most are models. */
const rowHeight = 48;

/**
 * All models by provider, with a search; a combobox whose list is always open. Of thousands only the
 * rows in sight are on the page.
 */
export function ModelList({ value, onPick }: ModelListProps) {
  const { data, error, refetch } = useQuery({ ...modelsQuery(), staleTime: fresh });
  const { data: layout = plain } = useQuery(layoutQuery());
  const [query, setQuery] = useState('');
  const [recent] = useState(recentModels);
  const id = useId();
  const groups = useMemo(
    () => (data ? searchModels(data.items, layout, query, recent, headings()) : []),
    [data, layout, query, recent],
  );
  const rows = useMemo(() => rowsOf(groups), [groups]);
  const models = useMemo(() => groups.flatMap((group) => group.models), [groups]);
  const [active, setActive] = useState('');
  const shown = activeIn(models, active, value, query);
  const pick = (row: FoundModel | undefined) => {
    if (!row) return;
    noteModel(row.model.id);
    onPick(row.model.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const at = shown ? models.indexOf(shown) : -1;
    const to = target(event.key, at, models.length);
    if (to !== null) setActive(models[to]?.key ?? '');
    else if (event.key === 'Enter') pick(shown);
    else return;
    event.preventDefault();
  };
  const locked = data?.items.filter(wantsKey) ?? [];
  const gone =
    data && value !== '' && !data.items.some((p) => p.models.some((m) => m.id === value));
  return (
    <>
      <div className="flex min-h-0 min-w-0 grow flex-col">
        <div className="flex shrink-0 items-center gap-2.5 border-line border-b px-3.5">
          <Search size={16} aria-hidden="true" className="shrink-0 text-ink-3" />
          <input
            autoFocus
            role="combobox"
            aria-expanded="true"
            aria-controls={id}
            aria-activedescendant={shown ? optionId(id, shown) : undefined}
            aria-label={i18n.t('Search models')}
            placeholder={i18n.t('Search models')}
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
              setActive('');
            }}
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
        {data && models.length === 0 && <Nothing query={query} locked={locked} />}
        <Rows
          id={id}
          rows={rows}
          count={models.length}
          active={shown}
          value={value}
          onActive={setActive}
          onPick={pick}
        />
        {locked.length > 0 && <Locked providers={locked} />}
      </div>
      {shown && <ModelPane {...shown} layout={layout} />}
    </>
  );
}

function Nothing({ query, locked }: { query: string; locked: readonly ModelProvider[] }) {
  if (query) return <EmptyState title={i18n.t('No model matches “{query}”.', { query })} />;
  return (
    <EmptyState
      className="grow"
      title={
        locked.length > 0
          ? i18n.t('The models here wait for a key of yours.')
          : i18n.t('No model is set up yet. An administrator can connect a provider.')
      }
    />
  );
}

/** The providers that ask for a key of the user's own, and where it is entered. */
function Locked({ providers }: { providers: readonly ModelProvider[] }) {
  const names = new Intl.ListFormat(i18n.locale).format(providers.map(({ label }) => label));
  return (
    <p className="mt-auto shrink-0 border-line border-t px-4 py-2 text-ink-2 text-sm">
      {i18n.t('With a key of yours: {names}.', { names })}{' '}
      <Link to="/settings/provider-keys" className="text-accent underline underline-offset-2">
        {i18n.t('Enter your key')}
      </Link>
    </p>
  );
}

interface RowsProps {
  id: string;
  rows: readonly Row[];
  count: number;
  active: FoundModel | undefined;
  value: string;
  onActive: (key: string) => void;
  onPick: (row: FoundModel) => void;
}

/** The list itself. The active row stays on the page, as the search field refers to it. */
function Rows({ id, rows, count, active, value, onActive, onPick }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const at = active ? rows.findIndex(({ found }) => found === active) : -1;
  const long = rows.length > mounted;
  useEffect(() => {
    if (at < 0) return;
    // Above the first model stands a heading.
    const to = at === 1 ? 0 : at;
    if (long) list.current?.scrollToIndex(to, { align: 'nearest' });
    else scroller.current?.children[to]?.scrollIntoView({ block: 'nearest' });
  }, [at, long]);
  const render = (row: Row) =>
    row.found ? (
      <ModelOption
        key={row.found.key}
        id={optionId(id, row.found)}
        row={row.found}
        place={row.at}
        count={count}
        active={row.found === active}
        chosen={row.found.model.id === value}
        marked={row.group.provider === null || row.group.provider.curated === true}
        onActive={() => onActive(row.found.key)}
        onPick={() => onPick(row.found)}
      />
    ) : (
      <Heading key={`heading ${row.group.name}`} group={row.group} />
    );
  return (
    <div
      ref={scroller}
      id={id}
      role="listbox"
      aria-label={i18n.t('Models')}
      className={
        rows.length > 0 ? 'min-h-0 grow overflow-y-auto overscroll-contain p-1.5' : 'hidden'
      }
    >
      {long ? (
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={rows}
          itemSize={rowHeight}
          keepMounted={at >= 0 ? [at] : []}
        >
          {render}
        </Virtualizer>
      ) : (
        rows.map(render)
      )}
    </div>
  );
}

function Heading({ group: { provider, label } }: { group: Group }) {
  const trouble = provider && troubleOf(provider);
  return (
    <div
      role="presentation"
      className="flex items-center gap-2 px-2 pt-2.5 pb-1.5 font-medium text-ink-3 text-xs"
    >
      {provider && (!provider.curated || provider.icon.startsWith('data:')) && (
        <ProviderMark provider={provider} />
      )}
      {label}
      {trouble && <span className="font-normal text-danger">{trouble}</span>}
      {provider?.demo && <span className="font-normal">{i18n.t('scripted, for trying out')}</span>}
    </div>
  );
}

function headings() {
  return {
    pinned: i18n.t('Pinned'),
    recent: i18n.t('Recent'),
    curated: i18n.t('Recommended here'),
  };
}

function rowsOf(groups: readonly Group[]): Row[] {
  let at = 0;
  return groups.flatMap((group): Row[] => [
    { group },
    ...group.models.map((found) => ({ group, found, at: ++at })),
  ]);
}

function optionId(list: string, { key }: FoundModel): string {
  return `${list} ${key}`.replaceAll(' ', '-');
}

/**
 * The row that Enter takes: the one that is called as was typed, else the chosen one, else the first
 * that is found.
 */
function activeIn(models: readonly FoundModel[], active: string, value: string, query: string) {
  return (
    models.find(({ key }) => key === active) ??
    models.find((found) => isCalled(found, query)) ??
    models.find(({ model }) => model.id === value) ??
    models[0]
  );
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
