/**
 * Replaces a stretch of a textarea's text so that the browser's own undo knows of it, and tells the
 * textarea's listeners.
 */
export function insert(
  area: HTMLTextAreaElement,
  { start, end, text, caret }: { start: number; end: number; text: string; caret?: number },
): void {
  area.focus();
  area.setSelectionRange(start, end);
  // The one way into the undo history; browsers keep it for this although it is called deprecated.
  const command = text ? 'insertText' : 'delete';
  const done =
    start === end && !text ? true : (document.execCommand?.(command, false, text) ?? false);
  if (!done) {
    area.setRangeText(text, start, end, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }
  const at = caret ?? start + text.length;
  area.setSelectionRange(at, at);
}
