import { expect, it } from 'vitest';
import { toMarkdown } from './richText';

it.each([
  ['emphasis', '<b>a</b> and <i>b</i>', '**a** and *b*'],
  ['a heading', '<h2>Title</h2><p>text</p>', '## Title\n\ntext'],
  ['a link', '<a href="https://example.org/x">x</a>', '[x](https://example.org/x)'],
  ['a list', '<ul><li>one</li><li>two</li></ul>', '- one\n- two'],
  ['a numbered list', '<ol start="3"><li>c</li><li>d</li></ol>', '3. c\n4. d'],
  ['a list in a list', '<ul><li>one<ul><li>two</li></ul></li></ul>', '- one\n  - two'],
  ['code', '<pre><code>let a\nlet b</code></pre>', '```\nlet a\nlet b\n```'],
  ['struck out', '<del>no</del>', '~~no~~'],
  [
    'a table',
    '<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x|y</td></tr></table>',
    '| a | b |\n| --- | --- |\n| 1 | x\\|y |',
  ],
  ['nothing of scripts and styles', '<style>p{}</style><p>x</p><script>alert(1)</script>', 'x'],
])('%s', (_, html, markdown) => expect(toMarkdown(html)).toBe(markdown));
