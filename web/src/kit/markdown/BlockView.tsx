import { createElement, lazy, memo, type ReactNode, Suspense, useContext, useMemo } from 'react';
import type { Block } from './blocks';
import { FootnotesContext, MarkdownOptionsContext } from './context';
import { DiagramBox } from './DiagramBox';
import { directionOf } from './direction';
import { decodeEntities } from './entities';
import { Formula } from './Formula';
import { inline, jump, rawHtml } from './Inline';
import { useLabels } from './labels';
import { isClosedFence, type Links, lexBlock, type MdToken } from './lexer';

/** Where the code block cannot be fetched (offline, a new version), code stays plain. */
const CodeBlock = lazy(() =>
  import('./CodeBlock').then(
    (module) => ({ default: module.CodeBlock }),
    () => ({ default: PlainCode }),
  ),
);

function PlainCode({ code }: { code: string; lang: string; open: boolean }) {
  return (
    <figure className="md-code" dir="ltr">
      <figcaption />
      <pre>
        <code>{code}</code>
      </pre>
    </figure>
  );
}

type TokenOf<Type extends MdToken['type']> = Extract<MdToken, { type: Type }>;
type Cell = TokenOf<'table'>['header'][number];
type Item = TokenOf<'list'>['items'][number];

/** What a nested part has to know of the block it stands in. */
interface Place {
  live: boolean;
  links: Links;
}

interface BlockViewProps extends Place {
  raw: Block['raw'];
}

/** One block. A frozen block gets the same props for ever and is rendered once. */
export const BlockView = memo(function BlockView({ raw, live, links }: BlockViewProps) {
  const tokens = useMemo(() => lexBlock(raw, links, live), [raw, links, live]);
  return blockNodes(tokens, { live, links });
});

interface Group {
  summary: ReactNode;
  open: boolean;
  children: ReactNode[];
}

/** Block tokens as React nodes; collapsible sections take what stands between their two ends. */
function blockNodes(tokens: readonly MdToken[], place: Place): ReactNode {
  const root: ReactNode[] = [];
  const groups: Group[] = [];
  const add = (node: ReactNode) => (groups.at(-1)?.children ?? root).push(node);
  const close = () => {
    const group = groups.pop();
    if (group) add(<Details key={root.length} {...group} />);
  };
  for (const [i, token] of tokens.entries()) {
    if (token.type === 'details') {
      groups.push({ summary: inline(token.tokens), open: token.open, children: [] });
    } else if (token.type === 'detailsEnd') {
      if (groups.length > 0) close();
      else add(<p key={i}>{token.raw.trim()}</p>);
    } else {
      add(<BlockNode key={i} token={token} {...place} />);
    }
  }
  while (groups.length > 0) close();
  return root;
}

export function Details({ summary, open, children }: Group) {
  return (
    <details open={open} dir="auto">
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

function BlockNode({ token, ...place }: { token: MdToken } & Place): ReactNode {
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'paragraph':
      return <p dir="auto">{inline(token.tokens)}</p>;
    case 'heading':
      return <Heading token={token} />;
    case 'hr':
      return <hr />;
    case 'code':
      return <Code token={token} live={place.live} />;
    case 'math':
      return (
        <Formula tex={token.tex} source={token.raw} display={token.display} closed={token.closed} />
      );
    case 'blockquote':
      return (
        <blockquote dir={directionOf(token.text)}>
          {blockNodes(token.tokens as MdToken[], place)}
        </blockquote>
      );
    case 'list':
      return <List token={token} {...place} />;
    case 'table':
      return <Table token={token} {...place} />;
    case 'html':
      return (
        <p dir="auto" className="md-raw">
          {rawHtml(token.raw.trim())}
        </p>
      );
    case 'footnote':
      return blockNodes(token.tokens as MdToken[], place);
    default:
      return inline([token]);
  }
}

/** Code; its header and colours come with the first block of code that is shown. */
function Code({ token, live }: { token: TokenOf<'code'>; live: boolean }) {
  const props = {
    code: token.text,
    lang: token.lang ? decodeEntities(token.lang) : '',
    open: live && !isClosedFence(token.raw),
  };
  return (
    <Suspense
      fallback={
        !props.open && /^mermaid\b/i.test(props.lang) ? (
          <DiagramBox code={props.code} />
        ) : (
          <PlainCode {...props} />
        )
      }
    >
      <CodeBlock {...props} />
    </Suspense>
  );
}

function Heading({ token }: { token: TokenOf<'heading'> }) {
  const { headingOffset } = useContext(MarkdownOptionsContext);
  // No level is left out: most answers begin with a second-level heading.
  const level = Math.min(6, Math.max(token.depth + headingOffset - 1, headingOffset + 1));
  return createElement(
    `h${level}`,
    { className: `md-h${token.depth}`, dir: 'auto' },
    inline(token.tokens),
  );
}

function List({ token, ...place }: { token: TokenOf<'list'> } & Place) {
  const items = token.items.map((item, i) => (
    // Items only ever grow at the end.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    <ListItem key={i} item={item} {...place} />
  ));
  // One direction for all: the markers hang where the list begins.
  const dir = directionOf(token.raw);
  if (!token.ordered) return <ul dir={dir}>{items}</ul>;
  return (
    <ol dir={dir} start={token.start === '' || token.start === 1 ? undefined : token.start}>
      {items}
    </ol>
  );
}

interface ItemProps extends Place {
  item: Item;
}

const ListItem = memo(
  function ListItem({ item, ...place }: ItemProps) {
    return (
      <li className={item.task ? 'md-task' : undefined}>
        {blockNodes(item.tokens as MdToken[], place)}
      </li>
    );
  },
  (a, b) =>
    a.item.raw === b.item.raw &&
    a.item.loose === b.item.loose &&
    a.live === b.live &&
    a.links === b.links,
);

function Table({ token, live, links }: { token: TokenOf<'table'> } & Place) {
  const labels = useLabels();
  return (
    // A wide table scrolls by itself, so the keyboard must be able to reach it. It is no landmark: a
    // thread may have hundreds.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div role="group" className="md-table" aria-label={labels.table} tabIndex={0}>
      <table dir="auto">
        <thead>
          <tr>
            {token.header.map((cell, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
              <th key={i} scope="col" className={alignment(cell)}>
                {inline(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((cells, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows only grow at the end
            <Row key={i} cells={cells} live={live} links={links} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends Place {
  cells: Cell[];
}

const Row = memo(
  function Row({ cells }: RowProps) {
    return (
      <tr>
        {cells.map((cell, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
          <td key={i} className={alignment(cell)}>
            {inline(cell.tokens)}
          </td>
        ))}
      </tr>
    );
  },
  (a, b) =>
    a.live === b.live &&
    a.links === b.links &&
    a.cells.length === b.cells.length &&
    a.cells.every((cell, i) => cell.text === b.cells[i]?.text && cell.align === b.cells[i]?.align),
);

/** Longer than this a cell's text may be broken into lines. */
const shortest = 18;

function alignment(cell: Cell): string | undefined {
  const classes = [cell.align && `md-${cell.align}`, cell.text.length <= shortest && 'md-short'];
  return classes.filter(Boolean).join(' ') || undefined;
}

/** The notes at the end of a text, each with a way back. */
export function FootnoteList({
  notes,
  links,
}: {
  notes: { block: Block; back: boolean }[];
  links: Links;
}) {
  const { prefix } = useContext(FootnotesContext);
  const labels = useLabels();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div role="group" className="md-notes" aria-label={labels.footnotes}>
      <ol>
        {notes.map(({ block, back }, i) => (
          <li key={block.key} id={`${prefix}-${i + 1}`} tabIndex={-1} dir="auto">
            <BlockView raw={block.raw} live={block.live} links={links} />
            {back && (
              <a href={`#${prefix}-ref-${i + 1}`} aria-label={labels.backToText} onClick={jump}>
                ↩
              </a>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}
