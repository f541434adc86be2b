import { Suspense } from 'react';
import { i18n } from '@/kit/i18n';
import { late } from '@/kit/late';
import { createStore } from '@/kit/store';
import { useStore } from '@/kit/useStore';
import { Dialog } from '@/ui/Dialog';
import { Skeleton } from '@/ui/Skeleton';

const KeyboardList = late(async () => (await import('./KeyboardList')).KeyboardList);

const shown = createStore(false);
const actions = { open: () => shown.set(true), close: () => shown.set(false) };

export function useKeyboardSheet(): { open: () => void } {
  return actions;
}

/** The sheet of all shortcuts. */
export function KeyboardSheet() {
  const open = useStore(shown);
  return (
    <Dialog open={open} onClose={actions.close} title={i18n.t('Keyboard shortcuts')} size="lg">
      <Suspense fallback={<Skeleton rows={8} />}>
        <KeyboardList />
      </Suspense>
    </Dialog>
  );
}
