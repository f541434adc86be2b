import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Markdown } from './Markdown';
import { fixture, fixturesPresent } from './testing';

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Examples of the specification that are not followed, and why. Every other one is. */
const DEVIATIONS: Record<string, number[]> = {
  'raw HTML is shown as text': [
    ...[21, 31, 346, 477, 478, 479, 493, 496, 526, 538],
    ...range(148, 193),
    ...[203, 310, 311, 615, 616, 617, 618, 619, 625],
    ...range(627, 633),
    ...[645, 646],
  ],
  'backslash and bracket open a formula': [12],
  'only the common named character references are known': [25],
  'a link leads to http, https or mailto': [598, 600, 601, 603],
  'a bare address becomes a link, as in GFM': [604, 610, 613, 614],
};

interface Example {
  number: number;
  markdown: string;
  html: string;
}

function examples(): Example[] {
  const source = fixture('conformance-data/markdown/commonmark-spec.txt');
  const blocks = source.matchAll(/^`{32} example\n([\s\S]*?)^\.\n([\s\S]*?)^`{32}$/gm);
  return [...blocks].map(([, markdown = '', html = ''], i) => ({
    number: i + 1,
    markdown: markdown.replaceAll('→', '\t'),
    html: html.replaceAll('→', '\t'),
  }));
}

const ATTRIBUTES = ['alt', 'href', 'src', 'start', 'title'];

/** Addresses absolute, attributes in one order, blanks that do not show removed. */
function normalised(root: Element): string {
  for (const link of root.querySelectorAll<HTMLAnchorElement>('a[href]'))
    link.href = `${link.href}`;
  for (const image of root.querySelectorAll('img')) image.src = `${image.src}`;
  for (const element of root.querySelectorAll('*')) {
    const values = ATTRIBUTES.map((name) => [name, element.getAttribute(name)] as const);
    for (const { name } of [...element.attributes]) element.removeAttribute(name);
    for (const [name, value] of values) if (value !== null) element.setAttribute(name, value);
  }
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.parentElement?.closest('pre'))
      node.nodeValue = node.nodeValue?.replace(/\s+/g, ' ') ?? '';
  }
  root.normalize();
  return root.innerHTML
    .replace(/ ?(<\/?(?:p|h\d|ul|ol|li|blockquote|hr|pre|div|br)\b[^>]*>) ?/g, '$1')
    .replace(/\n(<\/code><\/pre>)/g, '$1')
    .trim();
}

function expected(html: string): string {
  const root = document.createElement('div');
  root.innerHTML = html;
  return normalised(root);
}

/** Our output without what we add on purpose: frames around code, headings moved down. */
function ours(markdown: string): string {
  const { container, unmount } = render(<Markdown text={markdown} />);
  const root = container.querySelector('.md')?.cloneNode(true) as Element;
  unmount();
  for (const figure of root.querySelectorAll('figure')) {
    figure.querySelector('figcaption')?.remove();
    figure.replaceWith(...figure.childNodes);
  }
  for (const heading of root.querySelectorAll('[class^=md-h]')) {
    const level = document.createElement(heading.className.slice('md-'.length));
    level.append(...heading.childNodes);
    heading.replaceWith(level);
  }
  return normalised(root);
}

describe.skipIf(!fixturesPresent)('CommonMark 0.31.2 (needs ../shared/fixtures)', () => {
  it('is followed but for the listed deviations', () => {
    const all = examples();
    expect(all).toHaveLength(655);
    const differing = all.filter(({ markdown, html }) => ours(markdown) !== expected(html));
    const listed = Object.values(DEVIATIONS).flat();
    expect(differing.map(({ number }) => number)).toEqual(listed.sort((a, b) => a - b));
  });
});
