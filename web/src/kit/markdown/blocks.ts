/**
 * Cuts a growing text into blocks. All blocks whose end is certain are frozen: they keep their
 * identity for ever and are never looked at again, so the work of an update depends on the tail
 * and not on the length of the text.
 */
import { isClosedFence, type Links, scanBlocks } from './lexer';
import { mend } from './mend';

export interface Block {
  /** Place in the text; the same before and after the block is frozen. */
  key: number;
  /** Type of the block's token. */
  type: string;
  /** Source of the block; in the last block of a growing text with its open syntax closed. */
  raw: string;
  /** True for the last block of a text that still grows. */
  live: boolean;
}

export interface Document {
  blocks: Block[];
  /** Link definitions of the frozen part; a new object only when one was added. */
  links: Links;
}

type Scanned = ReturnType<typeof scanBlocks>['tokens'][number];

const INVISIBLE = new Set(['space', 'def']);
/** Types whose source is code or formula: nothing in it is to be closed. */
const VERBATIM = new Set(['code', 'math', 'html']);

/** A whole line with something on it: what follows can no longer change what stands before. */
function hasFullLine(source: string, from: number): boolean {
  const word = /[^ \t\n]/g;
  word.lastIndex = from;
  const found = word.exec(source);
  return found !== null && source.includes('\n', found.index);
}

/** Whether text after this token can never change it, even without a blank line between. */
function endsItself(token: Scanned): boolean {
  if (token.type === 'heading') return /^ {0,3}#/.test(token.raw) && token.raw.endsWith('\n');
  return token.type === 'code' && /^ {0,3}[`~]/.test(token.raw) && isClosedFence(token.raw);
}

/** How many tokens from the start are certain. */
function countCertain(tokens: Scanned[], source: string): { count: number; end: number } {
  let certain = { count: 0, end: 0 };
  let end = 0;
  for (const [i, token] of tokens.entries()) {
    if (!source.startsWith(token.raw, end)) break;
    end += token.raw.length;
    const blank = token.type === 'space' || /\n[ \t]*\n[ \t]*$/.test(token.raw);
    if (!blank && !endsItself(token)) continue;
    if (!hasFullLine(source, end)) break;
    certain = { count: i + 1, end };
  }
  return certain;
}

/** The blocks of one text. `update` gives the same answer for the same text, however often. */
export class BlockStream {
  #text = '';
  #offset = 0;
  #frozen: Block[] = [];
  #links: Links = noLinks();
  #last: { text: string; growing: boolean; document: Document } | undefined;

  /** Blocks of the text; `growing` says that more of it will come. */
  update(source: string, growing: boolean): Document {
    const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
    if (this.#last?.text === text && this.#last.growing === growing) return this.#last.document;
    if (!text.startsWith(this.#text.slice(0, this.#offset))) this.#reset();
    this.#text = text;

    const rest = text.slice(this.#offset);
    const { tokens, links } = scanBlocks(rest, growing);
    const { count, end } = countCertain(tokens, rest);
    if (count > 0) {
      const settled = tokens.slice(0, count);
      for (const token of settled) this.#freeze(token);
      if (settled.some(mayDefine)) {
        this.#links = merged(this.#links, scanBlocks(rest.slice(0, end), false).links);
      }
      this.#offset += end;
    }

    const blocks = [...this.#frozen];
    for (const token of tokens.slice(count)) {
      if (INVISIBLE.has(token.type)) continue;
      blocks.push({ key: blocks.length, type: token.type, raw: token.raw, live: false });
    }
    const tail = blocks.at(-1);
    if (growing && tail && tail.key >= this.#frozen.length) {
      const raw = VERBATIM.has(tail.type) ? tail.raw : mend(tail.raw);
      blocks[tail.key] = { ...tail, raw, live: true };
    }
    const known = growing ? this.#links : merged(this.#links, links);
    const document = { blocks, links: known };
    this.#last = { text, growing, document };
    return document;
  }

  #freeze(token: Scanned) {
    if (INVISIBLE.has(token.type)) return;
    this.#frozen.push({ key: this.#frozen.length, type: token.type, raw: token.raw, live: false });
  }

  #reset() {
    this.#offset = 0;
    this.#frozen = [];
    this.#links = noLinks();
  }
}

/** Without a prototype: a definition may be called `constructor`. */
function noLinks(): Links {
  return Object.create(null) as Links;
}

/** Definitions may stand inside quotes, lists and footnotes too. */
function mayDefine(token: Scanned): boolean {
  return token.type === 'def' || token.raw.includes(']:');
}

/** First definition wins; the same object comes back when nothing is new. */
function merged(known: Links, found: Links): Links {
  const added = Object.keys(found).filter((name) => !Object.hasOwn(known, name));
  if (added.length === 0) return known;
  const all = Object.assign(noLinks(), known);
  for (const name of added) {
    const link = found[name];
    if (link) all[name] = link;
  }
  return all;
}
