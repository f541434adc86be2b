import { Suspense } from 'react';
import { late } from '@/kit/late';
import type { ContextFiguresProps } from './ContextFigures';

const ContextFigures = late(async () => (await import('./ContextFigures')).ContextFigures);

/** The figures of the context, which no one waits for: they come after the composer. */
export function ContextHint(props: ContextFiguresProps) {
  return (
    <Suspense fallback={null}>
      <ContextFigures {...props} />
    </Suspense>
  );
}
