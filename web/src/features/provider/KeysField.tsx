import { Plus, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { Provider, ProviderChange } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/Field';
import { IconButton } from '@/ui/IconButton';
import { PasswordInput } from '@/ui/PasswordInput';

/** The keys of a provider: the first can be replaced, others join it and are taken away. */
export function KeysField({ provider }: { provider: Provider }) {
  const [gone, setGone] = useState<readonly number[]>([]);
  const [added, setAdded] = useState<readonly number[]>([]);
  const further = Array.from({ length: Math.max(provider.keys - 1, 0) }, (_, at) => at + 2);
  const first = provider.keySet;
  return (
    <div className="flex flex-col gap-3">
      <Field
        label={first ? i18n.t('New key') : i18n.t('Key')}
        help={
          first
            ? i18n.t('Leave it empty to keep the one that is stored. It is not shown.')
            : undefined
        }
      >
        {(control) => <PasswordInput {...control} name="key" autoComplete="off" />}
      </Field>
      {further.length > 0 && (
        <ul className="flex flex-col divide-y divide-line rounded-md border border-line">
          {further.map((place) => (
            <StoredKey
              key={place}
              place={place}
              gone={gone.includes(place)}
              onToggle={() =>
                setGone(gone.includes(place) ? gone.filter((p) => p !== place) : [...gone, place])
              }
            />
          ))}
        </ul>
      )}
      {added.map((id, at) => (
        <div key={id} className="flex items-end gap-2">
          <Field label={i18n.t('Key {place}', { place: provider.keys + at + 1 })} className="grow">
            {(control) => (
              <PasswordInput {...control} name="addKey" autoComplete="off" autoFocus required />
            )}
          </Field>
          <IconButton
            label={i18n.t('Do not add key {place}', { place: provider.keys + at + 1 })}
            onClick={() => setAdded(added.filter((other) => other !== id))}
          >
            <Trash2 size={16} />
          </IconButton>
        </div>
      ))}
      {first && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <Button
            size="sm"
            icon={<Plus size={15} />}
            onClick={() => setAdded([...added, (added.at(-1) ?? 0) + 1])}
          >
            {i18n.t('Add a key')}
          </Button>
          <span className="text-ink-3 text-sm">
            {i18n.t('Several take turns; one that is limited rests.')}
          </span>
        </div>
      )}
    </div>
  );
}

interface StoredKeyProps {
  place: number;
  gone: boolean;
  onToggle: () => void;
}

function StoredKey({ place, gone, onToggle }: StoredKeyProps) {
  return (
    <li className="flex items-center gap-2 py-1 pr-1 pl-3">
      <span className="grow text-sm">
        {i18n.t('Key {place}', { place })}
        <span className="text-ink-3">
          {' · '}
          {gone ? i18n.t('goes when you save') : i18n.t('stored')}
        </span>
      </span>
      {gone && <input type="hidden" name="removeKey" value={place} />}
      <IconButton
        label={
          gone ? i18n.t('Keep key {place}', { place }) : i18n.t('Remove key {place}', { place })
        }
        onClick={onToggle}
      >
        {gone ? <Undo2 size={16} /> : <Trash2 size={16} />}
      </IconButton>
    </li>
  );
}

/** What the fields say of keys. */
export function keysOf(form: FormData): Pick<ProviderChange, 'key' | 'addKeys' | 'removeKeys'> {
  const texts = (name: string) =>
    form
      .getAll(name)
      .map((value) => String(value).trim())
      .filter(Boolean);
  const [key] = texts('key');
  const addKeys = texts('addKey');
  const removeKeys = texts('removeKey').map(Number);
  return {
    ...(key ? { key } : {}),
    ...(addKeys.length > 0 ? { addKeys } : {}),
    ...(removeKeys.length > 0 ? { removeKeys } : {}),
  };
}
