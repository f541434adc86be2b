import type { Plugin, Rolldown } from 'vite';

/** The modules that begin a page, by what start.js calls the page. */
const pages = {
  chat: ['src/app/mount.tsx', 'src/chat/ChatPage.tsx'],
  thread: ['src/app/mount.tsx', 'src/chat/ChatPage.tsx', 'src/chat/ChatView.tsx'],
  page: ['src/app/mount.tsx', 'src/app/settings/SettingsPage.tsx'],
};

/**
 * Writes into index.html which files each kind of page needs, so that start.js can have them fetched at
 * once instead of one after the other as the code finds them; and where the first font is.
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
        const files: Record<string, string[]> = {
          font: Object.keys(bundle).filter((file) => /\/inter-latin-wght-normal-/.test(file)),
        };
        for (const [page, modules] of Object.entries(pages)) {
          const needed = new Set(modules.flatMap((module) => filesOf(bundle, module)));
          files[page] = [...needed].filter((file) => !first.includes(file));
        }
        return [
          {
            tag: 'script',
            attrs: { type: 'application/json', id: 'files' },
            children: JSON.stringify(files),
            injectTo: 'head-prepend',
          },
        ];
      },
    },
  };
}

function filesOf(bundle: Rolldown.OutputBundle, module: string): string[] {
  for (const chunk of Object.values(bundle)) {
    if (chunk.type !== 'chunk') continue;
    if (chunk.facadeModuleId?.endsWith(`/${module}`)) return closure(bundle, chunk.fileName);
  }
  throw new Error(`no chunk begins with ${module}`);
}

/** A chunk, what it imports, and the styles of all of them. */
function closure(bundle: Rolldown.OutputBundle, file: string, seen: string[] = []): string[] {
  const chunk = bundle[file];
  if (chunk?.type !== 'chunk' || seen.includes(file)) return seen;
  seen.push(file, ...(chunk.viteMetadata?.importedCss ?? []));
  for (const next of chunk.imports) closure(bundle, next, seen);
  return seen;
}
