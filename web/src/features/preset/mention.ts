export interface Mention {
  /** Where the @ stands. */
  from: number;
  /** Where the writing goes on. */
  to: number;
  /** What stands after the @. */
  query: string;
}

/** The @ and the letters after it that end at the caret; null where there is none. */
export function mentionAt(text: string, caret: number): Mention | null {
  const found = /(?:^|\s)@((?! )[^@\n]{0,40})$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const query = found[1] ?? '';
  return { from: caret - query.length - 1, to: caret, query };
}

/** The text without the mention, and where the caret then stands. */
export function withoutMention(
  text: string,
  { from, to }: Mention,
): { text: string; caret: number } {
  const before = text.slice(0, from);
  const after = text.slice(to);
  const joined = /(^|\s)$/u.test(before) ? after.trimStart() : after;
  return { text: before + joined, caret: from };
}
