/** Content for looking at the typography with one's own eyes. */
export const showcase = `# Where the cost comes from

Cost rose **3.4×** over 14 days, and almost all of it comes from *two scheduled agents* that resend the full history each hour[^1]. Turning on prompt caching cuts the input price by about 80 %, see the [provider's notes](https://example.org/caching) and \`cache.ttl\` in the configuration.

## What to change

1. Put the long, stable part of the prompt first.
2. Mark its end, so that the provider can keep it:
   - system prompt and tools,
   - the documents of the project,
     - but not the *last* answer,
   - nothing that holds a date.
3. Check the \`usage\` field of the next answer.

\`\`\`yaml
cache:
  provider: anthropic
  ttl: 1h        # break-even after 2 reads
  scopes: ["system", "tools"]
\`\`\`

\`\`\`ts
export async function cost(turns: Turn[], price: Price): Promise<number> {
  // Cached input is read at a tenth of the price.
  const total = turns.reduce((sum, turn) => sum + turn.input * price.input, 0);
  if (total > 1_000_000) throw new RangeError(\`too much: \${total}\`);
  return Math.round(total * 100) / 100;
}
\`\`\`

### Figures

| Agent | Runs | Input tokens | Cost | Cached |
|:------|-----:|-------------:|-----:|:------:|
| Release notes | 336 | 41,200,000 | $123.60 | no |
| Usage digest | 336 | 28,900,000 | $86.70 | no |
| Ad hoc | 58 | 1,140,000 | $3.42 | **yes** |

> A cache that is written and never read is a surcharge. Count the reads first.
>
> > Twice is enough.

The break-even after $n$ reads follows from $1.25 + 0.1\\,n < 1 + n$, so $n > 0.28$:

$$
C(n) = p \\left( w + r\\,n \\right), \\qquad \\frac{C(n)}{n\\,p} = \\frac{w}{n} + r \\xrightarrow{\\; n \\to \\infty \\;} r
$$

- [x] Cache the system prompt
- [ ] Ask again next week
- [ ] Press <kbd>Ctrl</kbd> <kbd>K</kbd> and search for H<sub>2</sub>O

#### Flow

\`\`\`mermaid
flowchart LR
  A[Question] --> B{Cached?}
  B -- yes --> C[Read at 10 %]
  B -- no --> D[Write at 125 %]
  C --> E[Answer]
  D --> E
\`\`\`

<details>
<summary>Raw numbers</summary>

They are in \`usage.csv\`, 1,204 lines, with **one row a call**.

\`\`\`
2026-11-21T08:00:00Z,release-notes,claude,122840,611
\`\`\`

</details>

---

مرحبا، هذا نص من اليمين إلى اليسار مع \`code\` وكلمة **مهمة**.

[^1]: Counted from the ledger, 8 to 21 November.
`;
