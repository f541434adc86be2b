import { readFileSync } from 'node:fs';
import { minifySync, type Plugin, type Rolldown } from 'vite';

/** What begins every page, and what stands beside it where there is room. */
const mount = 'src/app/mount.tsx';
const beside = 'src/features/chatlist/ChatList.tsx';
const wide = '(min-width: 1024px)'; // as app/nav.ts has it
/**
 * What begins each page, by what the server calls its kind (internal/app/route.go): what runs while the
 * rest comes, and the rest.
 */
const pages = {
  chat: { now: [mount], next: ['src/chat/ChatPage.tsx'] },
  thread: {
    now: [mount, 'src/kit/markdown/warm.ts'],
    next: ['src/chat/ChatPage.tsx', 'src/chat/ChatView.tsx'],
  },
  page: { now: [mount], next: ['src/app/settings/SettingsPage.tsx'] },
};

const start = new URL('../start.js', import.meta.url);
const startTag = '<script src="/start.js"></script>';

/**
 * Tells the server which files each kind of page needs, so that it has them fetched at once instead of
 * one after the other as the code finds them. Writes start.js into index.html, which would cost a round
 * trip of its own (the server allows it by its hash), with the place of the first font.
 */
export function preload(): Plugin {
  return {
    name: 'parley-preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle, chunk: entry }) {
        if (!bundle || !entry) return undefined;
        if (!html.includes(startTag)) throw new Error(`index.html has no ${startTag}`);
        const font = Object.keys(bundle).find((file) => /\/inter-latin-wght-normal-/.test(file));
        const { code } = minifySync('start.js', readFileSync(start, 'utf8'));
        return html.replace(startTag, () => `<script data-font="/${font}">${code}</script>`);
      },
    },
    generateBundle(_options, bundle) {
      const known = filesOf(bundle, 'index.html');
      const list = filesOf(bundle, beside);
      const files: Record<string, { files: string[]; priority?: 'low'; media?: string }[]> = {};
      for (const [page, modules] of Object.entries(pages)) {
        const now = filesOfAll(bundle, modules.now);
        const next = filesOfAll(bundle, modules.next);
        files[page] = [
          { files: largestFirst(bundle, now, known) },
          { files: largestFirst(bundle, next, [...known, ...now]), priority: 'low' },
          {
            files: largestFirst(bundle, list, [...known, ...now, ...next]),
            priority: 'low',
            media: wide,
          },
        ];
      }
      this.emitFile({
        type: 'asset',
        fileName: '.vite/pages.json',
        source: JSON.stringify(files),
      });
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

function filesOfAll(bundle: Rolldown.OutputBundle, modules: readonly string[]): string[] {
  return [...new Set(modules.flatMap((module) => filesOf(bundle, module)))];
}

/** A chunk, what it imports, and the styles of all of them. */
function closure(bundle: Rolldown.OutputBundle, file: string, seen: string[] = []): string[] {
  const chunk = bundle[file];
  if (chunk?.type !== 'chunk' || seen.includes(file)) return seen;
  seen.push(file, ...(chunk.viteMetadata?.importedCss ?? []));
  for (const next of chunk.imports) closure(bundle, next, seen);
  return seen;
}

/** Without HTTP/2 a browser fetches only six files at a time: what takes long comes first. */
function largestFirst(
  bundle: Rolldown.OutputBundle,
  files: Iterable<string>,
  known: readonly string[],
): string[] {
  const sizeOf = (file: string) => {
    const output = bundle[file];
    return output?.type === 'chunk' ? output.code.length : (output?.source.length ?? 0);
  };
  return [...files].filter((file) => !known.includes(file)).sort((a, b) => sizeOf(b) - sizeOf(a));
}
