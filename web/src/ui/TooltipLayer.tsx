import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { keyNames } from './keys';

interface Tip {
  anchor: HTMLElement;
  text: string;
  keys: string;
}

const wait = 400;
const gap = 6;

/**
 * The one tooltip of the page. Any element with data-tip (and perhaps data-tip-keys) gets it on
 * hover after a moment and on keyboard focus at once; Escape hides it. It repeats what the element's
 * accessible name says, so assistive technology is not told twice.
 */
export function TooltipLayer() {
  const [tip, setTip] = useState<Tip | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer = 0;
    let shown: HTMLElement | null = null;
    const hide = () => {
      clearTimeout(timer);
      shown = null;
      setTip(null);
    };
    const show = (anchor: HTMLElement, delay: number) => {
      clearTimeout(timer);
      if (anchor === shown) return;
      timer = window.setTimeout(() => {
        if (!anchor.isConnected || anchor.getAttribute('aria-expanded') === 'true') return;
        shown = anchor;
        setTip({ anchor, text: anchor.dataset.tip ?? '', keys: anchor.dataset.tipKeys ?? '' });
      }, delay);
    };
    const anchorOf = (event: Event) =>
      event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null;
    const onOver = (event: PointerEvent) => {
      if (event.pointerType === 'touch') return;
      const anchor = anchorOf(event);
      if (anchor) show(anchor, shown ? 0 : wait);
      else if (!box.current?.contains(event.target as Node)) hide();
    };
    const onFocus = (event: FocusEvent) => {
      const anchor = anchorOf(event);
      if (anchor?.matches(':focus-visible')) show(anchor, 0);
      else hide();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('pointerover', onOver);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', hide);
    document.addEventListener('keydown', onKey);
    addEventListener('scroll', hide, { capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', onOver);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('keydown', onKey);
      removeEventListener('scroll', hide, { capture: true });
    };
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (!tip || !element) return;
    const at = tip.anchor.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const left = Math.min(
      Math.max(gap, at.left + at.width / 2 - width / 2),
      innerWidth - width - gap,
    );
    const below = at.bottom + gap + height < innerHeight;
    element.style.left = `${left}px`;
    element.style.top = `${below ? at.bottom + gap : at.top - gap - height}px`;
  }, [tip]);

  if (!tip?.text) return null;
  return (
    <div
      ref={box}
      aria-hidden="true"
      className="fixed z-70 flex max-w-72 items-center gap-2 rounded-sm bg-ink px-2 py-1 text-bg text-xs shadow-menu"
    >
      {tip.text}
      {tip.keys && <span className="opacity-70">{keyNames(tip.keys).join(' ')}</span>}
    </div>
  );
}
