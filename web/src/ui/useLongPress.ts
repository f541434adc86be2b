import { type MouseEvent, type PointerEvent, useRef } from 'react';

const hold = 450;
const tolerance = 8;

interface Press {
  element: HTMLElement;
  timer: number;
  x: number;
  y: number;
  /** The finger has stayed long enough; the element says so by data-pressed. */
  ready: boolean;
}

/**
 * What to spread onto an element whose menu a finger opens by staying on it. It opens when the finger
 * is lifted: what browsers make of the lifting would close it again.
 */
export function useLongPress(onLongPress: (element: HTMLElement) => void) {
  const press = useRef<Press | null>(null);
  const lifted = useRef(false);
  const end = () => {
    const was = press.current;
    press.current = null;
    if (!was) return null;
    clearTimeout(was.timer);
    delete was.element.dataset.pressed;
    return was;
  };
  const lift = () => {
    const was = end();
    if (!was?.ready) return;
    lifted.current = true;
    // After the click of this press, which comes at once and is not one.
    setTimeout(() => {
      lifted.current = false;
      onLongPress(was.element);
    }, 50);
  };
  return {
    onPointerDown: ({
      pointerType,
      currentTarget,
      clientX,
      clientY,
    }: PointerEvent<HTMLElement>) => {
      end();
      if (pointerType !== 'touch') return;
      const timer = window.setTimeout(() => {
        // Who marks text by staying on it wants the text.
        if (!press.current || getSelection()?.isCollapsed === false) return;
        press.current.ready = true;
        currentTarget.dataset.pressed = '';
      }, hold);
      press.current = { element: currentTarget, timer, x: clientX, y: clientY, ready: false };
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent<HTMLElement>) => {
      const from = press.current;
      if (from && Math.hypot(clientX - from.x, clientY - from.y) > tolerance) end();
    },
    onPointerUp: lift,
    onPointerCancel: lift,
    onContextMenu: (event: MouseEvent<HTMLElement>) => {
      if (press.current) event.preventDefault();
    },
    onClickCapture: (event: MouseEvent<HTMLElement>) => {
      if (!lifted.current) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** Opens the menu of an element by its button. */
export function openMenuIn(element: HTMLElement): void {
  element.querySelector<HTMLElement>('[data-menu]')?.click();
}
