/**
 * Which addresses model text may put into the page. A link may lead to the web, to a mailbox or
 * into our own origin; a picture loads by itself, so a foreign one would carry words of the chat
 * out in its address and is refused.
 */
const LINK_SCHEMES = new Set(['http:', 'https:', 'mailto:']);

// Browsers drop some of these inside a scheme, so that a name reads otherwise than it acts.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROLS = /[\u0000-\u001f\u007f]/;

/** Parses as a browser does, after the percent-encoding that CommonMark asks for. */
function parse(href: string, base: string): URL | undefined {
  if (CONTROLS.test(href)) return undefined;
  try {
    return new URL(encodeURI(href).replaceAll('%25', '%'), base);
  } catch {
    return undefined;
  }
}

/** The address to put into `href`, or undefined where a link must not be made. */
export function safeLink(href: string): string | undefined {
  const url = parse(href, document.baseURI);
  if (!url || !LINK_SCHEMES.has(url.protocol)) return undefined;
  if (url.protocol === 'mailto:') return url.href;
  // Credentials before the host are a way to dress a foreign address as a known one.
  if (url.username || url.password) return undefined;
  return url.origin === location.origin ? url.pathname + url.search + url.hash : url.href;
}

/** The address to put into `src`, or undefined where the picture is not our own. */
export function safeImage(src: string): string | undefined {
  const url = parse(src, document.baseURI);
  if (!url || url.origin !== location.origin || url.username || url.password) return undefined;
  return url.pathname + url.search;
}
