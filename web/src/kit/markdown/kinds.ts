/** Kinds of code that get a colour of their own; a token carries the number of its kind. */
export const kindNames = [
  'plain',
  'comment',
  'keyword',
  'string',
  'number',
  'function',
  'type',
  'tag',
  'name',
  'mark',
  'escape',
  'added',
  'removed',
  'heading',
] as const;

export type Kind = (typeof kindNames)[number];
