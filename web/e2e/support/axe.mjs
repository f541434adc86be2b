// The accessibility rules that every page keeps.

import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';

const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

/** Fails with the rules that the page breaks, and where. */
export async function accessible(page, what) {
  await judge(page, new AxeBuilder({ page }).withTags(tags), what);
}

/** Fails where text stands out too little: all that another colour scheme can break. */
export async function readable(page, what) {
  await judge(page, new AxeBuilder({ page }).withRules(['color-contrast']), what);
}

async function judge(page, axe, what) {
  // What fades in is judged when it is there.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
        .map(({ finished }) => finished),
    ),
  );
  const { violations } = await axe.analyze();
  const broken = violations.map(({ id, nodes }) => ({
    rule: id,
    at: nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`),
  }));
  assert.deepEqual(broken, [], what);
}
