import { createContext, useContext } from 'react';

/** Every word the renderer shows or speaks; the product passes its translations. */
export interface MarkdownLabels {
  copy: string;
  copied: string;
  download: string;
  wrap: string;
  /** Name of a scrollable code region: `language` is the one shown in its header. */
  code: (language: string) => string;
  plainText: string;
  table: string;
  formula: string;
  diagram: string;
  diagramSource: string;
  diagramFailed: string;
  downloadSvg: string;
  downloadPng: string;
  footnotes: string;
  footnote: (label: string) => string;
  backToText: string;
  taskDone: string;
  taskOpen: string;
}

/** English, for tests and for pages outside the product. */
export const defaultLabels: MarkdownLabels = {
  copy: 'Copy',
  copied: 'Copied',
  download: 'Download',
  wrap: 'Wrap lines',
  code: (language) => `${language} code`,
  plainText: 'Text',
  table: 'Table',
  formula: 'Formula',
  diagram: 'Diagram',
  diagramSource: 'Source',
  diagramFailed: 'This diagram cannot be drawn.',
  downloadSvg: 'Download SVG',
  downloadPng: 'Download PNG',
  footnotes: 'Footnotes',
  footnote: (label) => `Footnote ${label}`,
  backToText: 'Back to the text',
  taskDone: 'Done',
  taskOpen: 'Not done',
};

/** Provides the words once for a whole thread. */
export const MarkdownLabelsContext = createContext<MarkdownLabels>(defaultLabels);

export function useLabels(): MarkdownLabels {
  return useContext(MarkdownLabelsContext);
}
