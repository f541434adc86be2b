// What the parameters put into the chat's page. It is small, as it comes with the first page; the
// rest is fetched when there is something to show.

import { lazy, Suspense, useEffect } from 'react';
import type { ComposerToolsProps } from '@/chat/slots';
import { useStore } from '@/kit/useStore';
import { usePage } from '@/session/useSession';
import { panelOpen, subject } from './panel';

const Tools = lazy(() => import('./Tools').then((module) => ({ default: module.Tools })));
const Panel = lazy(() => import('./Panel').then((module) => ({ default: module.Panel })));

/** In the composer: the reasoning level, and the way to all parameters. */
export function ComposerTools({ chat, model }: ComposerToolsProps) {
  useEffect(() => subject.set({ chat, model }), [chat, model]);
  const { parameters } = usePage();
  if (!model || !parameters) return null;
  return (
    <Suspense fallback={null}>
      <Tools chat={chat} model={model} />
    </Suspense>
  );
}

/** Beside the chat: the panel, while it is open. */
export function ParametersSide() {
  const open = useStore(panelOpen);
  const { parameters } = usePage();
  if (!open || !parameters) return null;
  return (
    <Suspense fallback={null}>
      <Panel />
    </Suspense>
  );
}
