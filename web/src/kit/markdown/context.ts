import { createContext, type ReactNode } from 'react';

/** What the product plugs into the renderer; all of it is optional. */
export interface MarkdownOptions {
  /** Shows `【label】` and footnote-like references to the answer's sources; undefined = plain text. */
  citation?: (label: string) => ReactNode;
  /** Turns a picture's address into one of our own (a proxy), or undefined to show a link. */
  image?: (src: string) => string | undefined;
  /** Added to a heading's level, so that an answer's h1 stands below the page's own headings. */
  headingOffset: number;
}

export const MarkdownOptionsContext = createContext<MarkdownOptions>({ headingOffset: 2 });

/** The footnotes of one text: their numbers by label, and a prefix that makes their ids unique. */
export interface Footnotes {
  prefix: string;
  numbers: ReadonlyMap<string, number>;
  growing: boolean;
}

export const FootnotesContext = createContext<Footnotes>({
  prefix: 'fn',
  numbers: new Map(),
  growing: false,
});
