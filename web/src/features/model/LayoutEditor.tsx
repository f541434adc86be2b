import { ChevronRight, Info, Pin, PinOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ProviderMark } from '@/chat/ProviderMark';
import type { Model, ModelArrangement, ModelProvider } from '@/kit/api/types';
import { formatNumber } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';
import { Dialog } from '@/ui/Dialog';
import { IconButton } from '@/ui/IconButton';
import { Input } from '@/ui/Input';
import { Rows } from '@/ui/Section';
import { Switch } from '@/ui/Switch';
import { entryOf, isHidden, moved, plain, toggled } from './layout';
import { ModelDetails } from './ModelDetails';
import { MoveButtons } from './MoveButtons';
import { searchModels } from './search';

interface LayoutEditorProps {
  providers: readonly ModelProvider[];
  arrangement: ModelArrangement;
  /** Where models can be pinned: those that are. */
  pinned?: readonly string[];
  onChange: (change: Partial<ModelArrangement>) => void;
  onPin?: (model: string) => void;
  /** What stands in the dialog about a model; else all that is known of it. */
  about?: (model: Model, close: () => void) => ReactNode;
}

/** The providers in their order, each with its models: what is shown, and what is not. */
export function LayoutEditor(props: LayoutEditorProps) {
  const { providers, arrangement, onChange } = props;
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState('');
  const [about, setAbout] = useState<Model | null>(null);
  const close = () => setAbout(null);
  const order = orderOf(providers, arrangement);
  const found = searchModels(order, plain, query, [], { pinned: '', recent: '', curated: '' });
  const groups = found.flatMap(({ provider, models }) =>
    provider ? [{ provider, models: models.map(({ model }) => model) }] : [],
  );
  const searching = query.trim() !== '';
  return (
    <>
      <div className="mb-3 flex gap-2">
        <Input
          type="search"
          aria-label={i18n.t('Search models')}
          placeholder={i18n.t('Search models')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Button
          disabled={arrangement.hidden.length === 0 && arrangement.order.length === 0}
          onClick={() => onChange({ hidden: [], order: [] })}
        >
          {i18n.t('Reset')}
        </Button>
      </div>
      {groups.length === 0 && (
        <p className="text-ink-3">{i18n.t('No model matches “{query}”.', { query })}</p>
      )}
      <div className="flex flex-col gap-3">
        {groups.map(({ provider, models }, at) => (
          <ProviderRows
            key={provider.name}
            {...props}
            provider={provider}
            models={models}
            open={searching || open === provider.name}
            onOpen={() => setOpen(open === provider.name ? '' : provider.name)}
            onAbout={setAbout}
            place={searching ? null : { first: at === 0, last: at === groups.length - 1 }}
            onMove={(by) => onChange({ order: moved(order.map(entryOf), entryOf(provider), by) })}
          />
        ))}
      </div>
      {about &&
        (props.about?.(about, close) ?? (
          <Dialog open onClose={close} title={i18n.t('About this model')}>
            <ModelDetails model={about} />
          </Dialog>
        ))}
    </>
  );
}

interface ProviderRowsProps extends LayoutEditorProps {
  provider: ModelProvider;
  models: readonly Model[];
  open: boolean;
  onOpen: () => void;
  onAbout: (model: Model) => void;
  /** Null while the list is searched, when the order has no meaning. */
  place: { first: boolean; last: boolean } | null;
  onMove: (by: -1 | 1) => void;
}

function ProviderRows(props: ProviderRowsProps) {
  const { provider, models, arrangement, open, place, onChange } = props;
  const label = provider.label || i18n.t('Recommended here');
  const entry = entryOf(provider);
  const hidden = arrangement.hidden.includes(entry);
  return (
    <Rows>
      <div className="flex items-center gap-2 py-1.5 pr-3 pl-2">
        <button
          type="button"
          aria-expanded={open}
          onClick={props.onOpen}
          className="flex min-h-9 min-w-0 grow items-center gap-2 rounded-sm px-2 text-left font-medium hover:bg-hover pointer-coarse:min-h-11"
        >
          <ChevronRight
            size={16}
            aria-hidden="true"
            className={cx('shrink-0 text-ink-3 transition-transform', open && 'rotate-90')}
          />
          <ProviderMark provider={provider} />
          <span className="truncate">{label}</span>
          <span className="shrink-0 font-normal text-ink-3 tabular-nums">
            {formatNumber(models.length)}
          </span>
        </button>
        {place && <MoveButtons label={label} {...place} onMove={props.onMove} />}
        <Switch
          aria-label={i18n.t('Show {label}', { label })}
          checked={!hidden}
          onChecked={() => onChange({ hidden: toggled(arrangement.hidden, entry) })}
        />
      </div>
      {open && models.map((model) => <ModelRow key={model.id} {...props} model={model} />)}
    </Rows>
  );
}

function ModelRow(props: ProviderRowsProps & { model: Model }) {
  const { model, provider, arrangement, pinned, onPin, onChange, onAbout } = props;
  const label = model.label || model.name;
  const isPinned = pinned?.includes(model.id) ?? false;
  const whole = arrangement.hidden.includes(entryOf(provider));
  return (
    <div className="flex items-center gap-1 py-1 pr-3 pl-6 [contain-intrinsic-size:auto_2.75rem] [content-visibility:auto]">
      <span className="min-w-0 grow truncate pr-2">{label}</span>
      <IconButton label={i18n.t('About {label}', { label })} onClick={() => onAbout(model)}>
        <Info size={16} />
      </IconButton>
      {onPin && (
        <IconButton
          label={isPinned ? i18n.t('Unpin {label}', { label }) : i18n.t('Pin {label}', { label })}
          onClick={() => onPin(model.id)}
          className={cx(isPinned && 'text-accent')}
        >
          {isPinned ? <PinOff size={16} /> : <Pin size={16} />}
        </IconButton>
      )}
      <Switch
        aria-label={i18n.t('Show {label}', { label })}
        checked={!isHidden(arrangement, provider, model)}
        disabled={whole}
        onChecked={() => onChange({ hidden: toggled(arrangement.hidden, model.id) })}
        className="ml-2"
      />
    </div>
  );
}

/** The providers as an arrangement has them, hidden ones too. */
function orderOf(
  providers: readonly ModelProvider[],
  { order }: ModelArrangement,
): ModelProvider[] {
  const by = (provider: ModelProvider) => {
    const at = order.indexOf(entryOf(provider));
    return at < 0 ? order.length : at;
  };
  return providers.toSorted((a, b) => by(a) - by(b));
}
