/**
 * Streams a 30,720-character answer into the renderer in a real browser, at two hundred deltas a
 * second, while somebody types. Prints what it cost as JSON; ends with an error above the budget.
 *
 * node bench/markdown.mjs [--runs 3] [--plain]
 *
 * With --plain the same text is shown without markdown: what that costs is the machine's share.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { launch } from '../e2e/support/browser.mjs';
import { startSite } from './site.mjs';

/** Milliseconds in which the first code block and formula bring their parts of the program. */
const WARM_UP = 3000;
/** The browser's own start is not what is measured. */
const SETTLE = 1500;
const FRAME = 1000 / 60;

const BUDGET = {
  scriptPercent: 5,
  longestTaskMs: 100,
  droppedPercent: 5,
  keyP98Ms: 150,
  heapMB: 15,
  eagerKB: 25,
};

function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? 0;
}

function round(value, digits = 1) {
  return Number(value.toFixed(digits));
}

async function metrics(session) {
  const { metrics: list } = await session.send('Performance.getMetrics');
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

async function typeUntil(page, isDone) {
  await page.focus('textarea');
  while (!(await isDone())) {
    await page.keyboard.press('a');
    await page.waitForTimeout(400);
  }
}

async function run(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(url);
  await page.waitForSelector('textarea');
  await page.waitForTimeout(SETTLE);

  const before = await metrics(session);
  const began = performance.now();
  await page.evaluate('start()');
  await typeUntil(page, () => page.evaluate('result.done'));
  const seconds = (performance.now() - began) / 1000;
  const after = await metrics(session);

  await session.send('HeapProfiler.collectGarbage');
  const { JSHeapUsedSize } = await metrics(session);
  const result = await page.evaluate('result');
  const shown = await page.evaluate(() => ({
    code: document.querySelectorAll('.md-code').length,
    coloured: document.querySelectorAll('.md-code [class^=tok-]').length > 0,
    tables: document.querySelectorAll('.md table').length,
    formulas: document.querySelectorAll('.md .katex').length,
  }));
  await page.close();
  if (errors.length > 0) throw new Error(errors.join('\n'));

  const dropped = result.frames.reduce(
    (sum, time) => sum + Math.max(0, Math.round(time / FRAME) - 1),
    0,
  );
  const tasks = result.tasks.filter(({ start }) => start > WARM_UP);
  const script = after.ScriptDuration - before.ScriptDuration;
  return {
    seconds: round(seconds),
    scriptSeconds: round(script, 2),
    scriptPercent: round((script / seconds) * 100),
    layoutSeconds: round(
      after.LayoutDuration -
        before.LayoutDuration +
        after.RecalcStyleDuration -
        before.RecalcStyleDuration,
      2,
    ),
    longTasks: tasks.length,
    longestTaskMs: round(Math.max(0, ...tasks.map(({ duration }) => duration))),
    longestWarmUpTaskMs: round(
      Math.max(
        0,
        ...result.tasks.filter(({ start }) => start <= WARM_UP).map(({ duration }) => duration),
      ),
    ),
    droppedPercent: round((dropped / (dropped + result.frames.length)) * 100),
    keyTimes: result.keys,
    heapMB: round(JSHeapUsedSize / 1e6),
    flushes: result.flushes,
    shown,
  };
}

/** What the renderer adds to a page that has React already: script before any code or formula. */
async function eagerKilobytes(outDir) {
  const manifest = JSON.parse(await readFile(join(outDir, '.vite/manifest.json'), 'utf8'));
  const size = async (page) => {
    const files = new Set();
    const add = (name) => {
      files.add(manifest[name].file);
      for (const imported of manifest[name].imports ?? []) add(imported);
    };
    add(page);
    let sum = 0;
    for (const file of files)
      sum += gzipSync(await readFile(join(outDir, file)), { level: 9 }).length;
    return sum;
  };
  return round(((await size('eager.html')) - (await size('empty.html'))) / 1000);
}

/** The middle one of several runs of a figure. */
function median(values) {
  return percentile(values, 50);
}

/** Several runs as one: medians, and the key presses of all of them together. */
function summary(all) {
  const presses = all.flatMap(({ keyTimes }) => keyTimes);
  const keys = presses.map(({ duration }) => duration);
  const warm = presses.filter(({ start }) => start > WARM_UP).map(({ duration }) => duration);
  const figures = Object.keys(all[0]).filter((name) => typeof all[0][name] === 'number');
  return {
    ...Object.fromEntries(figures.map((name) => [name, median(all.map((one) => one[name]))])),
    keys: keys.length,
    keyP50Ms: percentile(keys, 50),
    keyP98Ms: percentile(keys, 98),
    keyP98AfterWarmUpMs: percentile(warm, 98),
    shown: all[0].shown,
  };
}

const asked = process.argv.indexOf('--runs');
const runs = asked > 0 ? Number(process.argv[asked + 1]) : 3;
const site = await startSite();
const browser = await launch();
try {
  const url = process.argv.includes('--plain') ? `${site.url}?plain` : site.url;
  const all = [];
  for (let i = 0; i < runs; i++) all.push(await run(browser, url));
  const figures = { ...summary(all), eagerKB: await eagerKilobytes(site.outDir) };
  const over = Object.keys(BUDGET).filter((name) => figures[name] > BUDGET[name]);
  process.stdout.write(`${JSON.stringify({ ...figures, runs, budget: BUDGET, over }, null, 2)}\n`);
  if (over.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await site.close();
}
