import { lazy, Suspense } from 'react';
import type { PresetToolsProps } from '@/chat/slots';
import { usePage } from '@/session/useSession';

const Tools = lazy(() =>
  import('./PresetTools').then((module) => ({ default: module.PresetTools })),
);

/** The presets in the composer. They come after the page; their place is kept. */
export function PresetTools(props: PresetToolsProps) {
  if (!usePage().presets) return null;
  return (
    <Suspense fallback={<span className="size-8 pointer-coarse:size-11" />}>
      <Tools {...props} />
    </Suspense>
  );
}
