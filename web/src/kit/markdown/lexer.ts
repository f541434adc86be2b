/**
 * marked's lexer with our additions (formulas, footnotes, citations, collapsible sections). Only
 * its tokens are used: no HTML is written anywhere.
 */
import {
  Lexer,
  type MarkedOptions,
  type MarkedToken,
  type Token,
  Tokenizer,
  type TokenizerExtensionFunction,
  type Tokens,
} from 'marked';
import { blockMath, inlineMath, type MathSpan } from './math';

export type Links = Record<string, { href: string; title?: string | null | undefined }>;

export interface MathToken extends MathSpan {
  type: 'math';
}
export interface FootnoteToken {
  type: 'footnote';
  raw: string;
  label: string;
  tokens: Token[];
}
export interface FootnoteRefToken {
  type: 'footnoteRef';
  raw: string;
  label: string;
}
export interface CitationToken {
  type: 'citation';
  raw: string;
  label: string;
}
export interface DetailsToken {
  type: 'details';
  raw: string;
  open: boolean;
  tokens: Token[];
}
export interface DetailsEndToken {
  type: 'detailsEnd';
  raw: string;
}

/** All tokens that reach the renderer. */
export type MdToken =
  | MarkedToken
  | MathToken
  | FootnoteToken
  | FootnoteRefToken
  | CitationToken
  | DetailsToken
  | DetailsEndToken;

const FOOTNOTE =
  /^ {0,3}\[\^([^\]\s^]+)\]:[ \t]*([^\n]*(?:\n(?! {0,3}\[\^[^\]\s]+\]:)(?![ \t]*(?:\n|$))[^\n]+)*(?:\n(?:[ \t]*\n)*(?: {2,}|\t)[^\n]*)*)(?:\n|$)/;
const DETAILS =
  /^ {0,3}<details(\s+open(?:="[^"]*")?)?\s*>[ \t]*\n?(?:[ \t]*<summary>((?:[^<\n]|\n(?!\s*\n)|<(?!\/summary>))*)(<\/summary>|$)[ \t]*)?\n*/i;

const footnote: TokenizerExtensionFunction = function (src) {
  const found = FOOTNOTE.exec(src);
  if (!found) return undefined;
  const body = (found[2] ?? '').replace(/^(?: {2,4}|\t)/gm, '');
  const token: FootnoteToken = {
    type: 'footnote',
    raw: found[0],
    label: found[1] ?? '',
    tokens: [],
  };
  const { top } = this.lexer.state;
  this.lexer.state.top = true;
  token.tokens = this.lexer.blockTokens(body);
  this.lexer.state.top = top;
  return token;
};

function detailsToken(lexer: Lexer, src: string, open: boolean) {
  const end = /^ {0,3}<\/details>[ \t]*(?:\n+|$)/i.exec(src);
  if (end) return { type: 'detailsEnd', raw: end[0] };
  const found = DETAILS.exec(src);
  // A summary that never closes is text, not a summary.
  if (!found || (!open && found[2] !== undefined && !found[3])) return undefined;
  const token: DetailsToken = { type: 'details', raw: found[0], open: !!found[1], tokens: [] };
  lexer.inline((found[2] ?? '').trim(), token.tokens);
  return token;
}

const footnoteRef: TokenizerExtensionFunction = (src) => {
  const found = /^\[\^([^\]\s^]+)\](?!\()/.exec(src);
  return found ? { type: 'footnoteRef', raw: found[0], label: found[1] ?? '' } : undefined;
};

const citation: TokenizerExtensionFunction = (src) => {
  const found = /^【([^【】\n]{1,80})】/.exec(src);
  return found ? { type: 'citation', raw: found[0], label: found[1] ?? '' } : undefined;
};

/** Two tildes strike a word out; one is "about", as in ~20. */
class OurTokenizer extends Tokenizer {
  override del(src: string, maskedSrc: string, prevChar?: string): Tokens.Del | undefined {
    return src.startsWith('~~') ? super.del(src, maskedSrc, prevChar) : undefined;
  }
}

/** Where an addition of ours may interrupt the paragraph that `src` starts. */
function blockStart(src: string): number | undefined {
  const end = src.indexOf('\n\n');
  const found = /\n {0,3}(?:\$\$|\\\[|\[\^[^\]\s^]+\]:)/.exec(end < 0 ? src : src.slice(0, end));
  return found ? found.index + 1 : undefined;
}

function options(open: boolean): MarkedOptions {
  const block: TokenizerExtensionFunction = (src) => {
    const span = blockMath(src, open);
    return span && { type: 'math', ...span };
  };
  const inline: TokenizerExtensionFunction = (src, tokens) => {
    const span = inlineMath(src, tokens.at(-1)?.raw ?? '', open);
    return span && { type: 'math', ...span };
  };
  const details: TokenizerExtensionFunction = function (src) {
    return detailsToken(this.lexer, src, open);
  };
  return {
    gfm: true,
    tokenizer: new OurTokenizer(),
    extensions: {
      renderers: {},
      childTokens: {},
      block: [block, footnote, details],
      startBlock: [blockStart],
      inline: [inline, footnoteRef, citation],
      startInline: [(src) => src.search(/[$【]|\\[([]|\[\^/)],
    },
  };
}

const settled = options(false);
const growing = options(true);

/**
 * Block tokens of `src` without their inline content: enough to know where blocks end. `open`
 * means that text may still follow.
 */
export function scanBlocks(src: string, open: boolean): { tokens: Token[]; links: Links } {
  const lexer = new Lexer(open ? growing : settled);
  lexer.blockTokens(src, lexer.tokens);
  return { tokens: lexer.tokens, links: lexer.tokens.links as Links };
}

/** One block's tokens with inline content; `links` are the definitions known so far. */
export function lexBlock(raw: string, links: Links, open: boolean): MdToken[] {
  const lexer = new Lexer(open ? growing : settled);
  Object.assign(lexer.tokens.links, links);
  return lexer.lex(raw) as MdToken[];
}

/** Whether a fenced block has its closing fence; indented code always counts as closed. */
export function isClosedFence(raw: string): boolean {
  const opener = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  if (!opener) return true;
  const body = raw.trimEnd();
  const last = body.slice(body.lastIndexOf('\n') + 1).trim();
  return body.includes('\n') && last.startsWith(opener) && /^(`+|~+)$/.test(last);
}
