import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { locales } from './scripts/locales.ts';
import { preload } from './scripts/preload.ts';

const server = process.env.PARLEY_URL ?? 'http://127.0.0.1:8080';

/** What every page needs, the doors included. */
const base = new RegExp(
  [
    'node_modules/@lingui/core/',
    'src/kit/(api|i18n|message|store|address|dom|errorText|format|draft)\\.ts$',
    'src/session/(session|settings|signInDoor)\\.ts$',
    'src/ui/(cx|looks)\\.ts$',
    'src/locales/en\\.po$',
    'vite/preload-helper',
  ].join('|'),
);

/**
 * What every page behind the door needs, but the list of chats, which a phone shows only when asked.
 * An icon goes with what shows it; those of the list are a thread's too.
 */
const app =
  /node_modules\/(@tanstack|@lingui\/react)\/|lucide-react\/dist\/esm\/((?!icons\/)|icons\/(ellipsis|message-square|pencil|trash)\.)|src\/(app\/(?!KeyboardList)\w+|features\/chatlist\/(cache|unread)|kit\/(route|useStore|realtime|shortcuts)|session\/use(Session|Settings)|ui\/(Menu|Popover|Dialog|keys|Skeleton|EmptyState|ErrorNotice|Button|IconButton|TooltipLayer|Mark|toast|use\w+))\.(tsx?|js|mjs)$/;

/** What a new chat needs besides, and every open one too. */
const chat = /src\/chat\/(Home|outbox|models|preset|queries|composer\/Composer)\.tsx?$/;

/** The reading of markdown, which needs no React: a thread's page begins with it. */
const markdown = /node_modules\/marked\/|src\/kit\/markdown\/(blocks|lexer|warm)\.ts$/;

/** What an open chat shares with other pages: small parts that would each be a file of their own. */
const thread =
  /lucide-react\/dist\/esm\/icons\/(arrow-down|ban|brain|chevron-right|circle-exclamation-point|copy|download|info|rotate-ccw|rotate-ccw-clock|wrench)\.|src\/(kit\/markdown\/(labels\.ts|DiagramBox\.tsx)|chat\/tools\.ts)$/;

export default defineConfig({
  plugins: [locales(), react(), tailwindcss(), preload()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023',
    cssTarget: ['chrome125', 'safari18', 'firefox128'],
    manifest: true,
    // The server's Content-Security-Policy has no data: for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        // Few files: without TLS there is no HTTP/2, and each file more is a round trip.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            { name: 'base', test: base, priority: 2 },
            { name: 'app', test: app, priority: 1 },
            { name: 'markdown', test: markdown, priority: 1 },
            { name: 'chat', test: chat },
            { name: 'thread', test: thread },
          ],
        },
      },
    },
  },
  // Workers load grammars one by one, which the default format cannot.
  worker: { format: 'es' },
  server: {
    proxy: { '/api': { target: server, ws: true } },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['src/**/*.test.{ts,tsx}'],
  },
});
