/** The look of everything that floats above the page. */
export const popupClass =
  'origin-(--transform-origin) rounded-md border border-line bg-surface text-ink shadow-menu outline-none ' +
  'transition-[opacity,transform] duration-180 ease-out ' +
  'data-ending-style:opacity-0 data-starting-style:opacity-0 ' +
  'data-ending-style:scale-[.98] data-starting-style:scale-[.98]';
