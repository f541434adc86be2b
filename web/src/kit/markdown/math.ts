/**
 * Finds formulas in source text: `$$…$$` and `\[…\]` as blocks, `$…$`, `$$…$$`, `\(…\)` and
 * `\[…\]` inside a line. It does not know TeX; it only says where a formula starts and ends.
 */
export interface MathSpan {
  /** Source characters taken, delimiters and the line break after a block included. */
  raw: string;
  tex: string;
  display: boolean;
  /** False while the closing delimiter has not arrived. */
  closed: boolean;
}

const CLOSERS: Record<string, string> = { $$: '$$', '\\[': '\\]', '\\(': '\\)' };

function endOfParagraph(src: string, from: number): number {
  const blank = /\n[ \t]*(?:\n|$)/g;
  blank.lastIndex = from;
  return blank.exec(src)?.index ?? src.length;
}

/**
 * A formula that stands on lines of its own. With the delimiter alone on its line it may hold
 * blank lines, like a fence; otherwise it ends with the paragraph. `open` says that more text may
 * follow: an unclosed formula then takes all that there is.
 */
export function blockMath(src: string, open: boolean): MathSpan | undefined {
  const start = /^ {0,3}(\$\$|\\\[)(?!\$)([ \t]*\n)?/.exec(src);
  if (!start) return undefined;
  const closer = CLOSERS[start[1] ?? ''] ?? '';
  const alone = start[2] !== undefined;
  const from = start[0].length;
  const limit = alone ? src.length : endOfParagraph(src, from);
  const at = src.indexOf(closer, from);
  if (at >= 0 && at < limit) {
    const tail = /^[ \t]*(?:\n|$)/.exec(src.slice(at + closer.length));
    const tex = src.slice(from, at).trim();
    if (!tail || !tex) return undefined;
    return {
      raw: src.slice(0, at + closer.length + tail[0].length),
      tex,
      display: true,
      closed: true,
    };
  }
  if (!open || limit < src.length) return undefined;
  return { raw: src, tex: src.slice(from).trim(), display: true, closed: false };
}

/**
 * `$5 and $10` is money: an amount followed by words is no formula, whatever stands after it.
 * A closing `$` never follows a blank nor precedes a digit.
 */
function isMoney(tex: string): boolean {
  return /^\d[\d.,]*(?:[kKmMbB]|bn)?(?:\s+(?!\\)[a-zA-Z]{2,}|\s*[–—])/.test(tex);
}

function dollar(src: string, before: string): MathSpan | undefined {
  if (/[\w$\\]$/.test(before)) return undefined;
  const found = /^\$(?![\s$])((?:\\[\s\S]|[^\\$\n]|\n(?![ \t]*\n))+?)\$(?![\d$])/.exec(src);
  const tex = found?.[1];
  if (!found || !tex || /\s$/.test(tex) || isMoney(tex)) return undefined;
  return { raw: found[0], tex, display: false, closed: true };
}

/** A formula inside a line of text; `before` is what precedes it. */
export function inlineMath(src: string, before: string, open: boolean): MathSpan | undefined {
  const opener = /^(?:\$\$(?!\$)|\\[([])/.exec(src)?.[0];
  if (!opener) return src.startsWith('$') ? dollar(src, before) : undefined;
  if (opener === '$$' && before.endsWith('$')) return undefined;
  const at = src.indexOf(CLOSERS[opener] ?? '', 2);
  const display = opener === '\\[';
  if (at > 0) {
    const tex = src.slice(2, at).trim();
    return tex ? { raw: src.slice(0, at + 2), tex, display, closed: true } : undefined;
  }
  return open ? { raw: src, tex: src.slice(2).trim(), display: false, closed: false } : undefined;
}
