import { lazy, Suspense } from 'react';
import type { ModelPickerProps } from '@/chat/slots';
import { i18n } from '@/kit/i18n';
import { Popover } from '@/ui/Popover';
import { Skeleton } from '@/ui/Skeleton';

const load = () => import('./ModelList');
const ModelList = lazy(() => load().then((module) => ({ default: module.ModelList })));

/** The choice of a model, behind a button of the caller's. Its list is fetched when it opens. */
export function ModelPicker({ value, onPick, next, align, children }: ModelPickerProps) {
  return (
    <Popover
      label={i18n.t('Choose the model')}
      align={align}
      className="flex h-[min(32rem,var(--available-height))] w-[min(26rem,calc(100vw-1rem))] overflow-hidden sm:w-[min(44rem,calc(100vw-1rem))]"
      content={(close) => (
        <Suspense fallback={<Skeleton rows={6} className="p-4" />}>
          <ModelList
            value={value}
            onPick={(model) => {
              close(next?.());
              onPick(model);
            }}
          />
        </Suspense>
      )}
    >
      {(trigger, open) => {
        const warm = () => {
          trigger.onPointerEnter();
          void load();
        };
        return children({ ...trigger, onPointerEnter: warm, onFocus: warm }, open);
      }}
    </Popover>
  );
}
