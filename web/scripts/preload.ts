import type { Plugin, Rolldown } from 'vite';

/** The module that begins a page, by what start.js calls the page. */
const pages = {
  chat: ['src/app/mount.tsx', 'src/app/App.tsx', 'src/chat/ChatPage.tsx'],
  thread: [
    'src/app/mount.tsx',
    'src/app/App.tsx',
    'src/chat/ChatPage.tsx',
    'src/chat/ChatView.tsx',
  ],
  page: ['src/app/mount.tsx', 'src/app/App.tsx', 'src/app/settings/SettingsPage.tsx'],
};

/**
 * Writes into index.html which chunks each kind of page needs, so that start.js can have them fetched
 * at once instead of one after the other as the code finds them.
 */
export function preload(): Plugin {
  return {
    name: 'parley-preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle, chunk: entry }) {
        if (!bundle || !entry) return;
        const first = closure(bundle, entry.fileName);
        const lists = Object.entries(pages).map(([page, modules]) => {
          const files = new Set(modules.flatMap((module) => chunkOf(bundle, module)));
          return [page, [...files].filter((file) => !first.includes(file)).map((f) => `/${f}`)];
        });
        return [
          {
            tag: 'script',
            attrs: { type: 'application/json', id: 'chunks' },
            children: JSON.stringify(Object.fromEntries(lists)),
            injectTo: 'head-prepend',
          },
        ];
      },
    },
  };
}

function chunkOf(bundle: Rolldown.OutputBundle, module: string): string[] {
  for (const chunk of Object.values(bundle)) {
    if (chunk.type !== 'chunk') continue;
    if (chunk.facadeModuleId?.endsWith(`/${module}`)) return closure(bundle, chunk.fileName);
  }
  throw new Error(`no chunk begins with ${module}`);
}

function closure(bundle: Rolldown.OutputBundle, file: string, seen: string[] = []): string[] {
  const chunk = bundle[file];
  if (chunk?.type !== 'chunk' || seen.includes(file)) return seen;
  seen.push(file);
  for (const next of chunk.imports) closure(bundle, next, seen);
  return seen;
}
