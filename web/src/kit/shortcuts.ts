// The keyboard map. Components register what they can do while they are on the page; one listener
// finds the shortcut of a key press, and the sheet on "?" lists what is registered.
//
// Keys are written "mod+shift+o" (mod is Ctrl, or Command on a Mac), a single key "/", or a sequence
// "g s". Single keys rest while the page says data-single-keys="off" (WCAG 2.1.4). Among several of one combination the one registered last wins: the innermost part of the page.

import { useEffect, useMemo, useRef } from 'react';
import { type Bindings, bindings } from './bindings';
import { createStore } from './store';
import { useStore } from './useStore';

export interface Shortcut {
  /** As it comes; the user may have chosen others. */
  keys: string;
  /** What it does, translated; it stands in the sheet. */
  label: string;
  /** The sheet's section, translated. */
  group: string;
  /** Return false to let the browser have the key. */
  run: (event: KeyboardEvent) => unknown;
  /** Also while typing. Combinations with mod or alt and Escape always are. */
  typing?: boolean;
}

/** A shortcut with the keys that it has now; '' is off. */
export interface Bound extends Pick<Shortcut, 'label' | 'group'> {
  keys: string;
  /** The keys that it comes with, by which it is known. */
  from: string;
}

/** Says what keys shortcuts have now. */
export function boundBy(chosen: Bindings, { keys, label, group }: Omit<Shortcut, 'run'>): Bound {
  return { keys: chosen[keys] ?? keys, from: keys, label, group };
}

type Holder = { current: readonly Shortcut[] };

const scopes: Holder[] = [];
const known = createStore<readonly Shortcut[]>([]);
let pending = '';
let timer = 0;

/** Registers shortcuts while the component is on the page. */
export function useShortcuts(shortcuts: readonly Shortcut[], enabled = true): void {
  const holder = useRef(shortcuts);
  holder.current = shortcuts;
  useEffect(() => (enabled ? addScope(holder) : undefined), [enabled]);
}

function addScope(holder: Holder): () => void {
  scopes.push(holder);
  if (scopes.length === 1) addEventListener('keydown', onKeyDown);
  publish();
  return () => {
    scopes.splice(scopes.indexOf(holder), 1);
    if (scopes.length === 0) removeEventListener('keydown', onKeyDown);
    publish();
  };
}

/** All that is registered now, outermost first, with the keys in force; for the sheet. */
export function useKeyboardMap(): readonly Bound[] {
  const shortcuts = useStore(known);
  const chosen = useStore(bindings);
  return useMemo(() => shortcuts.map((one) => boundBy(chosen, one)), [shortcuts, chosen]);
}

function publish(): void {
  known.set(scopes.flatMap((scope) => scope.current));
}

/** A key press in the notation above, or '' for a modifier alone. */
export function keysOf(event: KeyboardEvent): string {
  const { key } = event;
  if (!key || key === 'Control' || key === 'Shift' || key === 'Alt' || key === 'Meta') return '';
  const name = key.startsWith('Arrow') ? key.slice(5).toLowerCase() : key.toLowerCase();
  const printable = key.length === 1;
  const letter = printable && /[a-z0-9]/i.test(key);
  return [
    event.ctrlKey || event.metaKey ? 'mod+' : '',
    event.altKey ? 'alt+' : '',
    // "?" already is a shifted key; a letter is not.
    event.shiftKey && (!printable || letter || event.ctrlKey || event.metaKey) ? 'shift+' : '',
    name,
  ].join('');
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const keys = keysOf(event);
  if (!keys) return;
  const free = /^(mod|alt)\+/.test(keys) || keys === 'escape';
  const typing = isTyping(event.target);
  const single = document.documentElement.dataset.singleKeys !== 'off';
  const sequence = pending ? `${pending} ${keys}` : '';
  setPending('');
  const found = find(sequence) ?? find(keys);
  if (found && (free || (single && (found.typing || !typing)))) {
    if (found.run(event) !== false) event.preventDefault();
    return;
  }
  if (!free && !typing && single && startsSequence(keys)) setPending(keys);
}

function keysNow({ keys }: Shortcut): string {
  return bindings.get()[keys] ?? keys;
}

function find(keys: string): Shortcut | undefined {
  if (!keys) return undefined;
  for (let at = scopes.length - 1; at >= 0; at--) {
    const found = scopes[at]?.current.find((shortcut) => keysNow(shortcut) === keys);
    if (found) return found;
  }
  return undefined;
}

function startsSequence(keys: string): boolean {
  return scopes.some((scope) => scope.current.some((item) => keysNow(item).startsWith(`${keys} `)));
}

function setPending(keys: string): void {
  clearTimeout(timer);
  pending = keys;
  if (keys) timer = window.setTimeout(() => setPending(''), 1000);
}
