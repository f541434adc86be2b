/** A message as Lingui formats it: texts, and names of values in arrays. */
export type Tokens = (string | [name: string])[];

/**
 * Compiles a message that has no more than names of values in braces. Others, such as plurals, are
 * compiled in the build, where the catalogues are made.
 */
export function compileNames(message: string): Tokens {
  const pieces = message.split(/\{(\w+)\}/);
  return pieces
    .map((piece, at): Tokens[number] => (at % 2 === 1 ? [piece] : piece))
    .filter((token) => token !== '');
}
