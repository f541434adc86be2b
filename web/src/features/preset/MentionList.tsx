import { Cpu } from 'lucide-react';
import {
  type RefObject,
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react';
import { type KnownModel, useModels } from '@/chat/models';
import type { Preset } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { popupClass } from '@/ui/popup';
import { type Mention, mentionAt, withoutMention } from './mention';
import { PresetIcon } from './PresetIcon';
import { best } from './search';
import { presetModel } from './usePreset';

interface MentionListProps {
  text: string;
  onText: (text: string) => void;
  area: RefObject<HTMLTextAreaElement | null>;
  presets: readonly Preset[];
  onPreset: (preset: Preset) => void;
  onModel: (model: string) => void;
}

type Choice = { key: string; preset: Preset } | { key: string; model: KnownModel };

/** How many of each kind are offered. */
const most = 5;

/** Presets and models for what stands after an @ in the message; it takes the keys while it is open. */
export function MentionList(props: MentionListProps) {
  const { text, onText, area, presets, onPreset, onModel } = props;
  const mention = useMention(text, area);
  const [left, setLeft] = useState<number | null>(null); // the @ that Escape was pressed at
  const [wanted, setWanted] = useState('');
  const models = useModels();
  const id = useId();
  const query = mention?.query ?? null;
  const choices = useMemo(() => find(query, presets, models), [query, presets, models]);
  const open = mention !== null && mention.from !== left && choices.length > 0;
  // Once it is gone, the next @ at the same place is another one.
  if (mention === null && left !== null) setLeft(null);
  const at = Math.max(
    0,
    choices.findIndex(({ key }) => key === wanted),
  );
  const current = open ? choices[at] : undefined;
  const [isHigh, setHigh] = useState(false);
  useLayoutEffect(() => {
    // It opens to where there is more room.
    const top = open ? (area.current?.getBoundingClientRect().top ?? 0) : 0;
    if (open) setHigh(top < innerHeight / 2);
  }, [open, area]);

  const take = (choice: Choice | undefined) => {
    const field = area.current;
    // What is shown may be a key press behind the caret.
    const whole = (field && mentionAt(text, field.selectionStart)) ?? mention;
    if (!choice || !whole) return;
    const rest = withoutMention(text, whole);
    onText(rest.text);
    if ('preset' in choice) onPreset(choice.preset);
    else onModel(choice.model.id);
    requestAnimationFrame(() => field?.setSelectionRange(rest.caret, rest.caret));
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setWanted(choices[(at + step + choices.length) % choices.length]?.key ?? '');
    else if (event.key === 'Enter' || event.key === 'Tab') take(current);
    else if (event.key === 'Escape') setLeft(mention?.from ?? null);
    else return;
    event.preventDefault();
    event.stopPropagation(); // or the message would be sent
  });
  useEffect(() => {
    const field = area.current;
    if (!open || !field) return undefined;
    const listen = (event: KeyboardEvent) => onKey(event);
    field.addEventListener('keydown', listen);
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', id);
    return () => {
      field.removeEventListener('keydown', listen);
      for (const name of ['autocomplete', 'controls', 'activedescendant'])
        field.removeAttribute(`aria-${name}`);
    };
  }, [open, area, id]);
  useEffect(() => {
    if (!current) return;
    area.current?.setAttribute('aria-activedescendant', `${id}${current.key}`);
    document.getElementById(`${id}${current.key}`)?.scrollIntoView({ block: 'nearest' });
  }, [current, area, id]);
  return (
    <>
      <span aria-live="polite" className="sr-only">
        {open && i18n.t('{count} suggestions', { count: choices.length })}
      </span>
      {open && (
        <div
          id={id}
          role="listbox"
          aria-label={i18n.t('Presets and models')}
          className={cx(
            popupClass,
            'absolute inset-x-0 z-40 max-h-[min(20rem,45dvh)] overflow-y-auto p-1.5 sm:right-auto sm:w-96',
            isHigh ? 'top-full mt-2' : 'bottom-full mb-2',
          )}
        >
          {choices.map((choice) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the message field has the focus and the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the same; this is its active descendant
            <div
              key={choice.key}
              id={`${id}${choice.key}`}
              role="option"
              aria-selected={choice === current}
              onPointerMove={() => setWanted(choice.key)}
              // The focus stays in the message.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(choice)}
              className={cx(
                'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-[7px] px-2 pointer-coarse:min-h-11',
                choice === current && 'bg-hover forced-colors:bg-[Highlight]',
              )}
            >
              <Row choice={choice} models={models} />
            </div>
          ))}
        </div>
      )}
    </>
  );
}

interface RowProps {
  choice: Choice;
  models: ReturnType<typeof useModels>;
}

function Row({ choice, models }: RowProps) {
  const isPreset = 'preset' in choice;
  return (
    <>
      {isPreset ? (
        <PresetIcon preset={choice.preset} />
      ) : (
        <span className="flex size-7 shrink-0 items-center justify-center text-ink-3">
          <Cpu size={16} aria-hidden="true" />
        </span>
      )}
      <span dir="auto" className="min-w-0 grow truncate">
        {isPreset ? choice.preset.name : choice.model.label || choice.model.name}
      </span>
      <span
        className={cx(
          'max-w-[45%] shrink-0 truncate text-xs',
          isPreset && choice.preset.gone ? 'text-danger' : 'text-ink-3',
        )}
      >
        {isPreset ? presetModel(choice.preset, models) : choice.model.provider.label}
      </span>
    </>
  );
}

function find(
  query: string | null,
  presets: readonly Preset[],
  models: ReadonlyMap<string, KnownModel> | null,
): Choice[] {
  if (query === null) return [];
  const all = [...(models?.values() ?? [])];
  return [
    ...best(presets, query, ({ name }) => name, most).map((preset) => ({ key: preset.id, preset })),
    ...best(
      all,
      query,
      (model) => `${model.label || model.name} ${model.provider.label}`,
      most,
    ).map((model) => ({ key: model.id.replaceAll(/\s/g, '-'), model })),
  ];
}

/** The mention that the caret stands in. */
function useMention(text: string, area: RefObject<HTMLTextAreaElement | null>): Mention | null {
  const [caret, setCaret] = useState(0);
  useEffect(() => {
    const look = () => {
      const field = area.current;
      if (field && document.activeElement === field) setCaret(field.selectionStart);
    };
    look();
    document.addEventListener('selectionchange', look);
    return () => document.removeEventListener('selectionchange', look);
  }, [area]);
  return useMemo(() => (text.includes('@') ? mentionAt(text, caret) : null), [text, caret]);
}
