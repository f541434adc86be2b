/** Puts the caret into the composer. */
export function focusComposer(): void {
  document.querySelector<HTMLTextAreaElement>('textarea[data-composer=new]')?.focus();
}
