const letter = /\p{L}/u;
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/**
 * Which way a text runs, by its first letter (as dir="auto" tells it), for blocks whose parts have a
 * direction of their own, which "auto" passes over.
 */
export function directionOf(text: string): 'ltr' | 'rtl' | 'auto' {
  const first = letter.exec(text)?.[0];
  if (!first) return 'auto';
  return rightToLeft.test(first) ? 'rtl' : 'ltr';
}
