/**
 * Colours code outside the page's thread. A piece of code may come in parts; the grammar's state
 * after the last part is kept, so that a growing fence costs what was added to it.
 */
import {
  createHighlighterCore,
  type GrammarState,
  type HighlighterCore,
  type ThemedToken,
} from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import { codeTheme, kindOf } from './codeTheme';
import { grammars } from './grammars';
import type { HighlightReply, HighlightRequest, Line } from './highlight';

let core: Promise<HighlighterCore> | undefined;
const states = new Map<number, GrammarState>();

function highlighter(): Promise<HighlighterCore> {
  core ??= createHighlighterCore({
    themes: [codeTheme],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  return core;
}

/** Neighbours of one kind become one span; blanks join what stands before them. */
function pack(tokens: ThemedToken[]): Line {
  const line: Line = [];
  for (const token of tokens) {
    const kind = kindOf(token.color);
    const last = line.at(-1);
    if (last && (last[1] === kind || !token.content.trim())) last[0] += token.content;
    else line.push([token.content, kind]);
  }
  return line;
}

async function colour({ id, grammar, code, done }: HighlightRequest): Promise<HighlightReply> {
  const load = grammars[grammar];
  if (!load) return { id, lines: [], done, failed: true };
  const shiki = await highlighter();
  if (!shiki.getLoadedLanguages().includes(grammar)) await shiki.loadLanguage(load);
  const grammarState = states.get(id);
  const result = shiki.codeToTokens(done ? code : code.replace(/\n$/, ''), {
    lang: grammar,
    theme: 'parley',
    tokenizeMaxLineLength: 2000,
    tokenizeTimeLimit: 5000,
    ...(grammarState && { grammarState }),
  });
  if (done || !result.grammarState) states.delete(id);
  else states.set(id, result.grammarState);
  return { id, lines: result.tokens.map(pack), done };
}

// Parts of one piece must be coloured in their order, so requests stand in a queue.
let queue = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<HighlightRequest>) => {
  queue = queue
    .then(() => colour(data))
    .catch((): HighlightReply => ({ id: data.id, lines: [], done: data.done, failed: true }))
    .then((reply) => self.postMessage(reply));
};
