import { type RefObject, useEffect, useRef } from 'react';

const edge = 24;
const threshold = 56;

/**
 * Moves a left drawer with the finger: from the screen's edge while it is closed, from anywhere while
 * it is open. A vertical or two-finger gesture is left to the page.
 */
export function useDrawerSwipe(
  panel: RefObject<HTMLElement | null>,
  scrim: RefObject<HTMLElement | null>,
  open: boolean,
  onOpen: (open: boolean) => void,
  onNear: () => void,
): void {
  const act = useRef({ onOpen, onNear });
  act.current = { onOpen, onNear };

  useEffect(() => {
    let from: { x: number; y: number } | null = null;
    let moving = false;
    let by = 0;

    const paint = (shift: string, opacity: string, transition: string) => {
      for (const element of [panel.current, scrim.current]) {
        if (element) element.style.transition = transition;
      }
      if (panel.current) {
        panel.current.style.transform = shift;
        panel.current.style.visibility = shift ? 'visible' : '';
      }
      if (scrim.current) scrim.current.style.opacity = opacity;
    };
    const onStart = (event: TouchEvent) => {
      const touch = event.touches[0];
      if (!touch || event.touches.length > 1) return;
      if (!open && touch.clientX > edge) return;
      from = { x: touch.clientX, y: touch.clientY };
      moving = false;
      by = 0;
      if (!open) act.current.onNear();
    };
    const onMove = (event: TouchEvent) => {
      const touch = event.touches[0];
      if (!from || !touch) return;
      by = touch.clientX - from.x;
      if (!moving && Math.abs(touch.clientY - from.y) > Math.abs(by)) from = null;
      if (!from || (!moving && Math.abs(by) < 8)) return;
      moving = true;
      const width = panel.current?.offsetWidth ?? 300;
      const shift = open ? Math.min(0, by) : Math.min(0, by - width);
      paint(`translateX(${shift}px)`, String(1 + shift / width), 'none');
    };
    const onEnd = () => {
      if (from && moving) {
        paint('', '', '');
        if (open ? by < -threshold : by > threshold) act.current.onOpen(!open);
      }
      from = null;
    };
    document.addEventListener('touchstart', onStart, { passive: true });
    document.addEventListener('touchmove', onMove, { passive: true });
    document.addEventListener('touchend', onEnd);
    document.addEventListener('touchcancel', onEnd);
    return () => {
      document.removeEventListener('touchstart', onStart);
      document.removeEventListener('touchmove', onMove);
      document.removeEventListener('touchend', onEnd);
      document.removeEventListener('touchcancel', onEnd);
    };
  }, [open, panel, scrim]);
}
