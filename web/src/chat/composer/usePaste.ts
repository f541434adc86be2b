import { type ClipboardEvent, useCallback, useRef } from 'react';
import { insert } from './insert';

/** Tags that say that copied HTML carries more than its plain text. */
const rich = /<(a\s|b>|b\s|strong|em>|em\s|i>|h[1-6]|ul|ol|table|pre|code|blockquote|del|s>)/i;

/** Takes pasted pictures as files and pasted rich text as markdown; plain text is the browser's. */
export function usePaste(onFiles: (files: Iterable<File>) => void) {
  const add = useRef(onFiles);
  add.current = onFiles;
  return useCallback((event: ClipboardEvent<HTMLTextAreaElement>) => {
    const { clipboardData, currentTarget: area } = event;
    const html = clipboardData.getData('text/html');
    const text = clipboardData.getData('text/plain');
    const files = [...clipboardData.files];
    // An office program puts a picture of the text beside the text: then the text is meant.
    if (files.length > 0 && !text) {
      event.preventDefault();
      add.current(files);
      return;
    }
    const code = clipboardData.types.includes('vscode-editor-data');
    if (!html || code || !rich.test(html)) return;
    event.preventDefault();
    void import('./richText').then(
      ({ toMarkdown }) => put(area, toMarkdown(html) || text),
      () => put(area, text),
    );
  }, []);
}

function put(area: HTMLTextAreaElement, text: string): void {
  insert(area, { start: area.selectionStart, end: area.selectionEnd, text });
}
