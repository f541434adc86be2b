// Runs inside the sandboxed frame that drawDiagram.ts makes. The frame has
// an origin of its own, so nothing here can reach the page; the drawing library writes HTML, which
// a default policy allows in this document alone.
/* global mermaid */
(() => {
  globalThis.trustedTypes?.createPolicy('default', {
    createHTML: (text) => text,
    createScript: () => '',
  });
  mermaid.startOnLoad = false;

  async function draw({ id, code, theme }) {
    try {
      mermaid.initialize({
        startOnLoad: false,
        securityLevel: 'strict',
        suppressErrorRendering: true,
        htmlLabels: false,
        flowchart: { htmlLabels: false, useMaxWidth: false },
        class: { htmlLabels: false },
        maxTextSize: 50000,
        maxEdges: 500,
        deterministicIds: true,
        theme: 'base',
        themeVariables: theme,
        // The line that a label stands on does not run through its words.
        themeCSS: '.edgeLabel rect { opacity: 1; }',
        fontFamily: theme.fontFamily,
        secure: [
          'secure',
          'securityLevel',
          'startOnLoad',
          'maxTextSize',
          'maxEdges',
          'htmlLabels',
          'themeCSS',
          'fontFamily',
          'suppressErrorRendering',
        ],
      });
      const { svg } = await mermaid.render(`diagram-${id}`, code);
      return { id, ...sized(svg) };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  }

  // A picture has the size that its source states; the library states "100%".
  function sized(text) {
    const svg = new DOMParser().parseFromString(text, 'text/html').querySelector('svg');
    const [, , width, height] = (svg.getAttribute('viewBox') ?? '0 0 600 400').split(/[\s,]+/);
    svg.setAttribute('width', width);
    svg.setAttribute('height', height);
    svg.style.removeProperty('max-width');
    // Where the library writes HTML for a label, the same label as SVG text stands beside it.
    for (const part of svg.querySelectorAll('script, foreignObject')) part.remove();
    for (const link of svg.querySelectorAll('a')) link.replaceWith(...link.childNodes);
    return {
      // Characters that XML forbids would make the picture unreadable.
      svg: new XMLSerializer()
        .serializeToString(svg)
        .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd'),
      width: Math.ceil(Number(width)),
      height: Math.ceil(Number(height)),
    };
  }

  addEventListener('message', async ({ data, source }) => {
    if (source === parent) parent.postMessage(await draw(data), '*');
  });
  parent.postMessage({ ready: true }, '*');
})();
