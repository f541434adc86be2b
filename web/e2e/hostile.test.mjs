import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { answers, finished, send } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const corpora = fileURLToPath(new URL('../../../shared/fixtures/security/', import.meta.url));

/** Attacks on what Parley itself adds to markdown. */
const own = [
  '[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,<script>alert(1)</script>)',
  '![x](https://foreign.example/pixel.png "a") ![y](javascript:alert(1))',
  '<img src=x onerror=alert(1)><svg onload=alert(1)><iframe srcdoc="<script>alert(1)</script>">',
  '$\\href{javascript:alert(1)}{x}$ $$\\htmlData{x=<script>alert(1)</script>}{y}$$',
  '```mermaid\nflowchart LR\n A["<img src=x onerror=alert(1)>"] --> B\n click A href "javascript:alert(1)"\n```',
  '```"><script>alert(1)</script>\nx\n```',
  '| a |\n|---|\n| <script>alert(1)</script> |',
];

const world = openWorld({ models: ['echo'], provider: [] });

/** Puts texts into an answer and fails when any of it runs, opens, leaves or asks another host. */
async function withstands(texts) {
  const context = await world.device();
  const host = new URL(world.server.url).host;
  const deeds = [];
  await context.route(
    (url) => url.host !== host && !['data:', 'blob:'].includes(url.protocol),
    (route) => {
      deeds.push(`asked for ${route.request().url()}`);
      return route.abort();
    },
  );
  const page = await context.newPage();
  page.on('dialog', (dialog) => {
    deeds.push(`opened a dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('popup', (popup) => deeds.push(`opened ${popup.url()}`));
  await page.goto('/');
  let at = 0;
  for (const text of texts) {
    await send(page, text);
    await answers(page).nth(at).waitFor();
    await finished(page);
    if (text.startsWith('```mermaid')) {
      await answers(page).nth(at).locator('img[alt^=flowchart], .md-diagram-error').waitFor();
    }
    at += 1;
  }
  const here = page.url();
  for (const link of await answers(page).getByRole('link').all()) {
    const href = (await link.getAttribute('href')) ?? '';
    assert.match(href, /^(https?:|mailto:|tel:|#|\/|$)/i, 'a link leads to the web or nowhere');
  }
  for (const element of await page
    .locator(
      'article :is(script, iframe[srcdoc*="alert"], object, embed, base, meta, form[action])',
    )
    .all()) {
    deeds.push(`made ${await element.evaluate((node) => node.outerHTML.slice(0, 200))}`);
  }
  assert.equal(page.url(), here);
  assert.deepEqual(deeds, []);
}

world.test('what the renderer adds runs nothing and asks for nothing', () => withstands(own));

if (!existsSync(corpora)) {
  test('collected attacks', { skip: 'needs ../shared/fixtures/security' }, () => undefined);
} else {
  world.test('collected attacks run nothing and ask for nothing', async () => {
    const filters = JSON.parse(
      readFileSync(`${corpora}owasp-xss-filter-evasion.shared.json`, 'utf8'),
    );
    const expected = JSON.parse(readFileSync(`${corpora}dompurify-expect.shared.json`, 'utf8'));
    const vectors = readFileSync(`${corpora}h5sc-vectors.shared.txt`, 'utf8');
    await withstands([
      filters.join('\n\n'),
      expected
        .map(({ payload }) => payload)
        .join('\n\n')
        .slice(0, 60_000),
      vectors.split('//["\'`-->]]>]').join('\n\n').slice(0, 60_000),
    ]);
  });
}
