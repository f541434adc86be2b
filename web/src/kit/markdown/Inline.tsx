import { createElement, Fragment, type MouseEvent, type ReactNode, useContext } from 'react';
import { FootnotesContext, MarkdownOptionsContext } from './context';
import { decodeEntities } from './entities';
import { Formula } from './Formula';
import { useLabels } from './labels';
import type { MdToken } from './lexer';
import { safeImage, safeLink } from './url';

type TokenOf<Type extends MdToken['type']> = Extract<MdToken, { type: Type }>;

/** Raw tags that become elements, always without their attributes; any other is shown as text. */
const TAGS = new Set(['sub', 'sup', 'kbd', 'mark', 'u']);

interface OpenTag {
  name: string;
  raw: string;
  children: ReactNode[];
}

function keyed(children: ReactNode[]): ReactNode {
  return createElement(Fragment, null, ...children);
}

/** Pairs raw tags among other inline content; what has no partner stays text. */
class TagTree {
  readonly #stack: OpenTag[] = [{ name: '', raw: '', children: [] }];

  add(node: ReactNode) {
    this.#stack.at(-1)?.children.push(node);
  }

  tag(raw: string) {
    const [, slash, name = ''] = /^<(\/?)([a-zA-Z]+)(?:\s[^>]*|\/)?>$/.exec(raw.trim()) ?? [];
    const tag = name.toLowerCase();
    if (tag === 'br' && !slash) return this.add(<br />);
    if (!TAGS.has(tag)) return this.add(raw);
    if (!slash) {
      this.#stack.push({ name: tag, raw, children: [] });
      return;
    }
    const depth = this.#stack.findLastIndex((open) => open.name === tag);
    if (depth < 1) return this.add(raw);
    while (this.#stack.length > depth + 1) this.#spill();
    const closed = this.#stack.pop();
    if (closed) this.add(createElement(tag, null, ...closed.children));
  }

  finish(): ReactNode {
    while (this.#stack.length > 1) this.#spill();
    return keyed(this.#stack[0]?.children ?? []);
  }

  #spill() {
    const open = this.#stack.pop();
    if (open) for (const node of [open.raw, ...open.children]) this.add(node);
  }
}

/** Inline tokens as React nodes. */
export function inline(tokens: readonly unknown[] | undefined): ReactNode {
  const tree = new TagTree();
  for (const token of (tokens ?? []) as MdToken[]) {
    if (token.type === 'html') tree.tag(token.raw);
    else tree.add(inlineNode(token));
  }
  return tree.finish();
}

/** Text of raw HTML: the few tags that are let through, everything else as it was written. */
export function rawHtml(raw: string): ReactNode {
  const tree = new TagTree();
  for (const piece of raw.split(/(<\/?[a-zA-Z][^<>]*>)/)) {
    if (piece.startsWith('<')) tree.tag(piece);
    else if (piece) tree.add(decodeEntities(piece));
  }
  return tree.finish();
}

function inlineNode(token: MdToken): ReactNode {
  switch (token.type) {
    case 'text':
      return 'tokens' in token && token.tokens ? inline(token.tokens) : decodeEntities(token.raw);
    case 'escape':
      return token.text;
    case 'strong':
      return <strong>{inline(token.tokens)}</strong>;
    case 'em':
      return <em>{inline(token.tokens)}</em>;
    case 'del':
      return <del>{inline(token.tokens)}</del>;
    case 'codespan':
      return <code dir="ltr">{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link token={token} />;
    case 'image':
      return <Picture token={token} />;
    case 'math':
      return (
        <Formula tex={token.tex} source={token.raw} display={token.display} closed={token.closed} />
      );
    case 'footnoteRef':
      return <FootnoteRef label={token.label} raw={token.raw} />;
    case 'citation':
      return <Citation label={token.label} raw={token.raw} />;
    case 'checkbox':
      return <TaskBox checked={token.checked} />;
    default:
      return token.raw;
  }
}

function Anchor({ href, title, children }: { href: string; title?: string; children: ReactNode }) {
  return (
    <a href={href} title={title} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function Link({ token }: { token: TokenOf<'link'> }) {
  const href = safeLink(token.autolink ? token.href : decodeEntities(token.href));
  const text = token.autolink ? token.text : inline(token.tokens);
  if (href === undefined) return <span className="md-no-link">{text}</span>;
  return (
    <Anchor href={href} title={token.title ? decodeEntities(token.title) : undefined}>
      {text}
    </Anchor>
  );
}

/** The words of inline tokens, as a picture's description must be. */
function plainText(tokens: readonly MdToken[]): string {
  return tokens
    .map((token) => {
      if ('tokens' in token && token.tokens) return plainText(token.tokens as MdToken[]);
      if (token.type === 'text') return decodeEntities(token.raw);
      return 'text' in token && token.type !== 'html' ? String(token.text) : '';
    })
    .join('');
}

/** Our own pictures are shown; a foreign one is a link, since loading it would tell its host. */
function Picture({ token }: { token: TokenOf<'image'> }) {
  const { image = safeImage } = useContext(MarkdownOptionsContext);
  const address = decodeEntities(token.href);
  const alt = plainText(token.tokens as MdToken[]);
  const src = image(address);
  const own = src === undefined ? undefined : safeImage(src);
  if (own !== undefined) {
    const title = token.title ? decodeEntities(token.title) : undefined;
    return <img src={own} alt={alt} title={title} loading="lazy" decoding="async" />;
  }
  const href = safeLink(address);
  return href === undefined ? (
    <span className="md-no-link">{alt}</span>
  ) : (
    <Anchor href={href}>{alt || href}</Anchor>
  );
}

/** Moves to another place of the same text without touching the page's address. */
export function jump(event: MouseEvent<HTMLAnchorElement>) {
  event.preventDefault();
  const id = event.currentTarget.getAttribute('href')?.slice(1) ?? '';
  const target = document.getElementById(id);
  target?.scrollIntoView({ block: 'center' });
  target?.focus({ preventScroll: true });
}

function FootnoteRef({ label, raw }: { label: string; raw: string }) {
  const { prefix, numbers, growing } = useContext(FootnotesContext);
  const { citation } = useContext(MarkdownOptionsContext);
  const labels = useLabels();
  const number = numbers.get(label.toLowerCase());
  if (number === undefined) {
    const chip = citation?.(label);
    if (chip !== undefined) return chip;
    // The note usually comes at the end of the answer.
    return growing ? <sup className="md-note">{label}</sup> : raw;
  }
  return (
    <sup className="md-note">
      <a
        href={`#${prefix}-${number}`}
        id={`${prefix}-ref-${number}`}
        aria-label={labels.footnote(String(number))}
        onClick={jump}
      >
        {number}
      </a>
    </sup>
  );
}

function Citation({ label, raw }: { label: string; raw: string }) {
  const { citation } = useContext(MarkdownOptionsContext);
  return citation?.(label) ?? raw;
}

function TaskBox({ checked }: { checked: boolean }) {
  const labels = useLabels();
  return (
    <input
      type="checkbox"
      checked={checked}
      disabled
      readOnly
      aria-label={checked ? labels.taskDone : labels.taskOpen}
    />
  );
}
