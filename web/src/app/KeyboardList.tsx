import { useMemo } from 'react';
import { chatKeys } from '@/chat/keys';
import type { SendKey } from '@/kit/api/types';
import { bindings } from '@/kit/bindings';
import { i18n } from '@/kit/i18n';
import { type Bound, boundBy, useKeyboardMap } from '@/kit/shortcuts';
import { useStore } from '@/kit/useStore';
import { useSettings } from '@/session/useSettings';
import { Kbd } from '@/ui/Kbd';

/** Every shortcut, by what it belongs to: those of a chat too where none is open, to be learnt. */
export function KeyboardList() {
  const here = useKeyboardMap();
  const chosen = useStore(bindings);
  const { sendKey } = useSettings();
  const groups = useMemo(() => {
    const made = new Map<string, Map<string, string>>();
    const chat = Object.values(chatKeys()).map((named) => boundBy(chosen, named));
    for (const { keys, label, group } of [...chat, ...here, ...writing(sendKey)]) {
      if (!keys) continue; // turned off
      const list = made.get(group) ?? new Map<string, string>();
      made.set(group, list.set(keys, label));
    }
    return [...made];
  }, [here, chosen, sendKey]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div
      role="group"
      aria-label={i18n.t('Keyboard shortcuts')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: nothing in it can be pressed, and it may scroll
      tabIndex={0}
      className="gap-x-10 rounded-sm pb-3 sm:columns-2"
    >
      {groups.map(([group, list]) => (
        <section key={group} className="mb-5 break-inside-avoid">
          <h3 className="mb-1 font-medium text-ink-3 text-xs">{group}</h3>
          <dl>
            {[...list].map(([keys, label]) => (
              <div
                key={keys}
                className="flex min-h-9 items-center justify-between gap-4 border-line border-b last:border-0"
              >
                <dt>{label}</dt>
                <dd className="shrink-0">
                  <Kbd keys={keys} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

/** What the keys do while a message is written. They are the field's own and stay as they are. */
function writing(sendKey: SendKey): Pick<Bound, 'keys' | 'label' | 'group'>[] {
  const group = i18n.t('While writing');
  const [send, line] = sendKey === 'enter' ? ['enter', 'shift+enter'] : ['mod+enter', 'enter'];
  return [
    { keys: send, label: i18n.t('Send'), group },
    { keys: line, label: i18n.t('New line'), group },
    { keys: 'up', label: i18n.t('Edit the last question'), group },
    { keys: '@', label: i18n.t('Choose a preset'), group },
  ];
}
