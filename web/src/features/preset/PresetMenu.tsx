import type { UseQueryResult } from '@tanstack/react-query';
import { Check, Plus, Search, Settings2 } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useState } from 'react';
import { useModels } from '@/chat/models';
import type { Preset, Presets } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Link } from '@/kit/route';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Skeleton } from '@/ui/Skeleton';
import { PresetIcon } from './PresetIcon';
import { searchPresets } from './search';
import { type ActivePreset, presetModel } from './usePreset';

interface PresetMenuProps {
  presets: UseQueryResult<Presets>;
  active: ActivePreset | null;
  onPick: (preset: Preset) => void;
  onSave: () => void;
}

/** All presets with a search: a combobox whose list is always open, and what else can be done. */
export function PresetMenu({ presets, active, onPick, onSave }: PresetMenuProps) {
  const { data, error, refetch } = presets;
  const [query, setQuery] = useState('');
  const [wanted, setWanted] = useState('');
  const id = useId();
  const groups = useMemo(() => searchPresets(data?.items ?? [], query), [data, query]);
  const rows = useMemo(() => groups.flatMap(({ items }) => items), [groups]);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.id === (wanted || active?.id)),
  );
  const current = rows[at]?.id;
  useEffect(() => {
    if (current) document.getElementById(`${id}${current}`)?.scrollIntoView({ block: 'nearest' });
  }, [current, id]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || rows.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setWanted(rows[(at + step + rows.length) % rows.length]?.id ?? '');
    else if (event.key === 'Enter' && rows[at]) onPick(rows[at]);
    else return;
    event.preventDefault();
  };
  const changed = active?.state === 'changed' && data?.items.find((one) => one.id === active.id);
  return (
    <>
      {active && active.state !== 'same' && (
        <div className="flex shrink-0 items-center gap-3 border-line border-b px-3.5 py-2.5 text-sm">
          <p className="min-w-0 grow text-ink-2">
            {changed
              ? i18n.t('“{name}” has changed. This chat keeps the former version.', {
                  name: active.name,
                })
              : i18n.t('“{name}” is gone. This chat keeps what it was set up with.', {
                  name: active.name,
                })}
          </p>
          {changed && (
            <Button size="sm" onClick={() => onPick(changed)}>
              {i18n.t('Take the new one')}
            </Button>
          )}
        </div>
      )}
      <div className="flex shrink-0 items-center gap-2.5 border-line border-b px-3.5">
        <Search size={16} aria-hidden="true" className="shrink-0 text-ink-3" />
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={current && `${id}${current}`}
          aria-label={i18n.t('Search presets')}
          placeholder={i18n.t('Search presets')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onKeyDown}
          className="h-11 w-full bg-transparent outline-none placeholder:text-ink-3"
        />
      </div>
      {error && !data && (
        <ErrorNotice {...errorText(error)} onRetry={() => void refetch()} className="m-3" />
      )}
      {!data && !error && <Skeleton rows={5} className="p-4" />}
      {data && rows.length === 0 && (
        <EmptyState
          title={
            query
              ? i18n.t('No preset matches “{query}”.', { query })
              : i18n.t('A preset keeps a model, instructions and parameters to use again.')
          }
        />
      )}
      <div
        id={id}
        role="listbox"
        aria-label={i18n.t('Presets')}
        className="min-h-0 overflow-y-auto overscroll-contain p-1.5 empty:hidden"
      >
        {groups.map(({ label, shared, items }) => (
          <PresetGroup
            key={`${shared} ${label}`}
            label={shared ? i18n.t('Shared with you') : label}
          >
            {items.map((preset) => (
              <PresetOption
                key={preset.id}
                id={`${id}${preset.id}`}
                preset={preset}
                current={preset.id === current}
                chosen={preset.id === active?.id}
                onActive={() => setWanted(preset.id)}
                onPick={() => onPick(preset)}
              />
            ))}
          </PresetGroup>
        ))}
      </div>
      <div className="flex shrink-0 items-center justify-between gap-2 border-line border-t p-1.5">
        <Button size="sm" variant="ghost" icon={<Plus size={15} />} onClick={onSave}>
          {i18n.t('Save as preset')}
        </Button>
        <Link
          to="/settings/presets"
          className="flex h-7 items-center gap-1.5 rounded-sm px-2.5 font-medium text-ink-2 text-sm no-underline hover:bg-hover hover:text-ink pointer-coarse:min-h-11"
        >
          <Settings2 size={15} aria-hidden="true" />
          {i18n.t('Manage')}
        </Link>
      </div>
    </>
  );
}

function PresetGroup({ label, children }: { label: string; children: ReactNode }) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of a listbox has no element of its own
    <div role="group" aria-labelledby={label ? id : undefined} className="not-first:mt-1.5">
      {label && (
        <p id={id} dir="auto" className="truncate px-2 py-1.5 font-medium text-ink-3 text-xs">
          {label}
        </p>
      )}
      {children}
    </div>
  );
}

interface PresetOptionProps {
  id: string;
  preset: Preset;
  /** The row that Enter takes. */
  current: boolean;
  chosen: boolean;
  onActive: () => void;
  onPick: () => void;
}

function PresetOption({ id, preset, current, chosen, onActive, onPick }: PresetOptionProps) {
  const models = useModels();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the focus and the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the same; this is its active descendant
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      onPointerMove={() => !current && onActive()}
      onClick={onPick}
      className={cx(
        'flex cursor-pointer items-center gap-2.5 rounded-[7px] px-2 py-1.5 [contain-intrinsic-size:auto_3rem] [content-visibility:auto] pointer-coarse:min-h-11',
        current && 'bg-hover forced-colors:bg-[Highlight]',
      )}
    >
      <PresetIcon preset={preset} />
      <span className="min-w-0 grow">
        <span dir="auto" className="block truncate">
          {preset.name}
        </span>
        <span className="block truncate text-ink-3 text-xs">
          <span className={cx(preset.gone && 'text-danger')}>{presetModel(preset, models)}</span>
          {preset.right !== 'owner' && ` · ${preset.owner.name}`}
          {preset.description && ` · ${preset.description}`}
        </span>
      </span>
      <Check
        size={16}
        aria-hidden="true"
        className={cx('shrink-0 text-accent', !chosen && 'invisible')}
      />
    </div>
  );
}
