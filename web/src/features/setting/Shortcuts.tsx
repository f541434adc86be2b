import { Ban, RotateCcw } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { chatKeys } from '@/chat/keys';
import type { Bindings } from '@/kit/bindings';
import { i18n } from '@/kit/i18n';
import { type Bound, boundBy, keysOf, useKeyboardMap } from '@/kit/shortcuts';
import { useSettings } from '@/session/useSettings';
import { Button } from '@/ui/Button';
import { IconButton } from '@/ui/IconButton';
import { Kbd } from '@/ui/Kbd';
import { Rows, Section } from '@/ui/Section';
import { save } from './save';

/** Every shortcut with its keys, which can be others or none. */
export function Shortcuts() {
  const { keys: chosen } = useSettings();
  const here = useKeyboardMap();
  const chat = Object.values(chatKeys()).map((named) => boundBy(chosen, named));
  const all = [...here.filter(({ from }) => !chat.some((one) => one.from === from)), ...chat];
  return (
    <Section
      title={i18n.t('Shortcuts')}
      lead={i18n.t('Choose the keys of a shortcut to press others. ? shows them anywhere.')}
      aside={
        Object.keys(chosen).length > 0 && (
          <Button size="sm" onClick={() => void save({ keys: {} })}>
            {i18n.t('Reset all')}
          </Button>
        )
      }
    >
      <Rows>
        {all.map((one) => (
          <ShortcutRow
            key={one.from}
            shortcut={one}
            twin={all.find((other) => other !== one && clash(other.keys, one.keys))}
            onKeys={(keys) => void save({ keys: bound(chosen, one.from, keys) })}
          />
        ))}
      </Rows>
    </Section>
  );
}

/** The same keys, or keys that begin a sequence of the other. */
function clash(one: string, other: string): boolean {
  if (!one || !other) return false;
  return one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);
}

function bound(chosen: Bindings, from: string, keys: string): Record<string, string> {
  const { [from]: _, ...rest } = chosen;
  return keys === from ? rest : { ...rest, [from]: keys };
}

interface ShortcutRowProps {
  shortcut: Bound;
  /** Another one that has the same keys. */
  twin: Bound | undefined;
  onKeys: (keys: string) => void;
}

function ShortcutRow({ shortcut: { label, keys, from }, twin, onKeys }: ShortcutRowProps) {
  const [waiting, setWaiting] = useState(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!waiting || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    const pressed = keysOf(event.nativeEvent);
    if (!pressed) return; // a modifier, and more to come
    setWaiting(false);
    if (pressed !== 'escape' || from === 'escape') onKeys(pressed);
  };
  return (
    <div className="flex min-h-11 items-center gap-2 px-4">
      <div className="min-w-0 grow py-1">
        <span>{label}</span>
        {twin && (
          <p role="alert" className="text-sm text-warn">
            {i18n.t('“{label}” has these keys too.', { label: twin.label })}
          </p>
        )}
      </div>
      <button
        type="button"
        data-keys={from}
        aria-label={waiting ? i18n.t('Press the new keys') : i18n.t('Keys of “{label}”', { label })}
        onClick={() => setWaiting(true)}
        onBlur={() => setWaiting(false)}
        onKeyDown={onKeyDown}
        className="flex min-h-8 shrink-0 items-center rounded-sm border border-transparent px-2 text-ink-2 text-sm transition-colors hover:border-line hover:bg-hover pointer-coarse:min-h-11"
      >
        {waiting ? i18n.t('Press the new keys') : <Keys keys={keys} />}
      </button>
      <IconButton
        size="sm"
        label={i18n.t('Turn “{label}” off', { label })}
        disabled={!keys}
        onClick={() => onKeys('')}
      >
        <Ban size={15} />
      </IconButton>
      <IconButton
        size="sm"
        label={i18n.t('Reset “{label}”', { label })}
        disabled={keys === from}
        onClick={() => onKeys(from)}
      >
        <RotateCcw size={15} />
      </IconButton>
    </div>
  );
}

function Keys({ keys }: { keys: string }) {
  return keys ? <Kbd keys={keys} /> : i18n.t('off');
}
