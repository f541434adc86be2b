import './markdown.css';
import { type ReactNode, useId, useMemo, useState } from 'react';
import { BlockView, Details, FootnoteList } from './BlockView';
import { type Block, BlockStream, type Document } from './blocks';
import { FootnotesContext } from './context';
import { inline } from './Inline';
import { type Links, lexBlock } from './lexer';

export interface MarkdownProps {
  /** The whole text so far. */
  text: string;
  /** True while more of it will come. */
  streaming?: boolean;
  /** Shows single line breaks as such, as in a text that a person typed. */
  breaks?: boolean;
}

/**
 * Shows markdown written by a model or a person. The text is untrusted: it becomes React elements
 * of known kinds and never HTML. It may grow; blocks that are complete are not touched again.
 */
export function Markdown({ text, streaming = false, breaks = false }: MarkdownProps) {
  const [stream] = useState(() => new BlockStream());
  const { blocks, links } = stream.update(text, streaming);
  const prefix = useId();
  const notes = blocks.filter((block) => block.type === 'footnote');
  const labels = notes.map((note) => footnoteLabel(note.raw));
  const names = [...new Set(labels)].join('\n');
  const footnotes = useMemo(
    () => ({
      prefix,
      numbers: new Map(names ? names.split('\n').map((label, i) => [label, i + 1]) : []),
      growing: streaming,
    }),
    [prefix, names, streaming],
  );
  const shown = notes
    .filter((_, i) => labels.indexOf(labels[i] ?? '') === i)
    .map((block) => ({ block, back: isReferenced(blocks, block) }));
  return (
    <FootnotesContext value={footnotes}>
      <div className={breaks ? 'md md-breaks' : 'md'}>
        {sections(blocks, links)}
        {shown.length > 0 && <FootnoteList notes={shown} links={links} />}
      </div>
    </FootnotesContext>
  );
}

function footnoteLabel(raw: string): string {
  return /\[\^([^\]]+)\]:/.exec(raw)?.[1]?.toLowerCase() ?? '';
}

function isReferenced(blocks: Block[], note: Block): boolean {
  const mark = `[^${footnoteLabel(note.raw)}]`;
  return blocks.some((block) => block !== note && block.raw.toLowerCase().includes(mark));
}

interface Open {
  head: Block;
  children: ReactNode[];
}

/** The blocks in order; a collapsible section holds those between its two ends. */
function sections(blocks: Document['blocks'], links: Links): ReactNode {
  const root: ReactNode[] = [];
  const open: Open[] = [];
  const add = (node: ReactNode) => (open.at(-1)?.children ?? root).push(node);
  const close = () => {
    const section = open.pop();
    if (section) add(<Section key={section.head.key} {...section} links={links} />);
  };
  for (const block of blocks) {
    if (block.type === 'footnote') continue;
    if (block.type === 'details') open.push({ head: block, children: [] });
    else if (block.type === 'detailsEnd' && open.length > 0) close();
    else
      add(
        <BlockView
          key={block.key}
          raw={block.raw}
          live={block.live}
          links={linksFor(block, links)}
        />,
      );
  }
  while (open.length > 0) close();
  return root;
}

const NONE: Links = {};

/** A block without a bracket cannot use a definition, so a new one need not render it again. */
function linksFor(block: Block, links: Links): Links {
  return block.raw.includes('[') ? links : NONE;
}

function Section({ head, children, links }: Open & { links: Links }) {
  const [token] = lexBlock(head.raw, links, head.live);
  if (token?.type !== 'details') return children;
  return (
    <Details summary={inline(token.tokens)} open={token.open}>
      {children}
    </Details>
  );
}
