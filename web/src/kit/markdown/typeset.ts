/**
 * KaTeX, its styles and fonts. It builds its output as DOM nodes, not as HTML, so it needs no
 * Trusted Types policy; `trust: false` refuses links, pictures and foreign classes in formulas.
 */
import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Milliseconds of one task that formulas may take before the others wait for a quiet moment. */
const BUDGET = 12;
let spent = 0;
let renewing = false;

function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(work);
    return () => clearTimeout(timer);
  }
  const id = requestIdleCallback(work, { timeout: 500 });
  return () => cancelIdleCallback(id);
}

function showSource(element: HTMLElement, source: string, reason?: string) {
  const code = document.createElement('code');
  code.textContent = source;
  if (reason) code.title = reason;
  element.replaceChildren(code);
}

function render(element: HTMLElement, tex: string, source: string, display: boolean) {
  const start = performance.now();
  try {
    katex.render(tex, element, {
      displayMode: display,
      output: 'htmlAndMathml',
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      maxExpand: 500,
      maxSize: 20,
    });
  } catch (error) {
    showSource(element, source, error instanceof Error ? error.message : undefined);
  }
  spent += performance.now() - start;
  if (renewing) return;
  renewing = true;
  setTimeout(() => {
    spent = 0;
    renewing = false;
  });
}

/** Sets a formula into the element, at once or soon; gives back how to stop. */
export function typeset(
  element: HTMLElement,
  tex: string,
  source: string,
  display: boolean,
): () => void {
  if (spent < BUDGET) {
    render(element, tex, source, display);
    return () => element.replaceChildren();
  }
  showSource(element, source);
  const stop = whenIdle(() => render(element, tex, source, display));
  return () => {
    stop();
    element.replaceChildren();
  };
}
