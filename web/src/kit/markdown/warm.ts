// Imported for what it does: reads a little of everything while the page still waits for the code that
// shows it. Engines compile a regular expression at its first use, and the lexer has many large ones.

import { BlockStream } from './blocks';
import { lexBlock } from './lexer';

const sample = `# A *b* **c** \`d\` ~~e~~

| a | b |
|---|---|
| [c](https://example.org) | <https://example.org> https://example.org |

- a
  1. b $c$ \\(d\\) [^1] ![e](f.png) <b>g</b> &amp; \\*

> a
b
===

\`\`\`js
a
\`\`\`

$$
a
$$

[^1]: a
`;

const { blocks, links } = new BlockStream().update(sample, false);
for (const { raw } of blocks) lexBlock(raw, links, false);
