import { useMemo } from 'react';
import { i18n } from '@/kit/i18n';
import { useKeyboardMap } from '@/kit/shortcuts';
import { createStore } from '@/kit/store';
import { useStore } from '@/kit/useStore';
import { Dialog } from '@/ui/Dialog';
import { Kbd } from '@/ui/Kbd';

const shown = createStore(false);
const actions = { open: () => shown.set(true), close: () => shown.set(false) };

export function useKeyboardSheet(): { open: () => void } {
  return actions;
}

/** Every shortcut that works on this page now, by what it belongs to. */
export function KeyboardSheet() {
  const open = useStore(shown);
  return (
    <Dialog open={open} onClose={actions.close} title={i18n.t('Keyboard shortcuts')} size="lg">
      <KeyboardList />
    </Dialog>
  );
}

function KeyboardList() {
  const shortcuts = useKeyboardMap();
  const groups = useMemo(() => {
    const made = new Map<string, Map<string, string>>();
    for (const { keys, label, group } of shortcuts) {
      if (!keys) continue; // turned off
      const list = made.get(group) ?? new Map<string, string>();
      made.set(group, list.set(keys, label));
    }
    return [...made];
  }, [shortcuts]);
  return (
    <div className="gap-x-10 pb-3 sm:columns-2">
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
