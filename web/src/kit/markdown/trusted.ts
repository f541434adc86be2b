/**
 * The page's Content-Security-Policy asks for Trusted Types. Nothing here takes text of a model:
 * the one policy lets through the addresses of our own scripts, for the Worker that colours code
 * and for the frame that draws diagrams. Formulas are built as DOM nodes and need none.
 */
interface Policy {
  createScriptURL(url: string): string;
  createHTML(html: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

function trusted(): Policy {
  const rules: Policy = { createScriptURL: ownScript, createHTML: (html) => html };
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy('parley-markdown', rules) ?? rules;
  return policy;
}

function ownScript(url: string): string {
  const { origin, href } = new URL(url, document.baseURI);
  if (origin !== location.origin) throw new TypeError('script of another origin');
  return href;
}

/** A script's address that the browser lets a Worker load; throws for a foreign origin. */
export function trustedScriptUrl(url: string): string {
  return trusted().createScriptURL(url);
}

/** Gives a frame a document that runs our scripts in their order and may load nothing else. */
export function trustedFrame(frame: HTMLIFrameElement, scripts: string[]) {
  const urls = scripts.map(ownScript);
  const rules = `default-src 'none'; style-src 'unsafe-inline'; script-src ${urls.join(' ')}`;
  const tags = urls.map((url) => `<script src="${url}"></script>`).join('');
  frame.srcdoc = trusted().createHTML(
    `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${rules}"><body>${tags}`,
  );
}
