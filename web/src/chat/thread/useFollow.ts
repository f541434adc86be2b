import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Nearer to the end than this the reader wants to follow. */
const near = 80;
/** How long after a wheel, touch or key a movement counts as the reader's. */
const handsOn = 700;

export interface Follow {
  scroller: RefObject<HTMLDivElement | null>;
  /** All that scrolls, without the space at the end. */
  content: RefObject<HTMLDivElement | null>;
  space: RefObject<HTMLDivElement | null>;
  /** There is more below than the reader sees. */
  away: boolean;
  /** Goes to the end and stays there while it grows. */
  toEnd: () => void;
  /** Puts a message at this part of the view, from 0 (top), and lets the rest grow below it. */
  pin: (id: string, at: number) => void;
  /** Keeps a message where it is now, although what follows it will change. */
  hold: (from: string, to: string) => void;
}

/**
 * Sticks to the end of what grows, until the reader moves away; then nothing moves by itself. A pinned
 * message gets enough space below it to stand where it is put.
 */
export function useFollow(): Follow {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const pinned = useRef<{ id: string; offset: number; place: boolean } | null>(null);
  const [away, setAway] = useState(false);

  const settle = useCallback(() => {
    const view = scroller.current;
    if (!view || !content.current || !space.current) return;
    // The composer below is as wide as what scrolls.
    const gutter = (view.offsetWidth - view.clientWidth) / 2;
    document.documentElement.style.setProperty('--gutter', `${gutter}px`);
    const room = pinned.current ? roomFor(pinned.current, view, content.current) : 0;
    space.current.style.height = `${room}px`;
    if (pinned.current?.place) place(pinned.current, view);
    else if (following.current) view.scrollTop = view.scrollHeight;
    setAway(hidden(view, room) > near);
  }, []);

  useLayoutEffect(settle, [settle]);
  useEffect(() => {
    const view = scroller.current;
    if (!view || !content.current) return;
    const resized = new ResizeObserver(settle);
    resized.observe(view);
    resized.observe(content.current);
    const ends = watchReader(view, {
      onMove: () => {
        if (pinned.current) pinned.current.place = false;
      },
      onAway: () => {
        following.current = false;
      },
      onEnd: () => {
        following.current = true;
      },
      onScroll: () => setAway(hidden(view, space.current?.offsetHeight ?? 0) > near),
    });
    return () => {
      resized.disconnect();
      ends();
    };
  }, [settle]);

  const toEnd = useCallback(() => {
    pinned.current = null;
    following.current = true;
    settle();
  }, [settle]);
  const pin = useCallback(
    (id: string, at: number) => {
      following.current = false;
      pinned.current = { id, offset: (scroller.current?.clientHeight ?? 0) * at, place: true };
      requestAnimationFrame(settle);
    },
    [settle],
  );
  const hold = useCallback((from: string, to: string) => {
    const view = scroller.current;
    const element = elementOf(from);
    if (!view || !element) return;
    following.current = false;
    pinned.current = { id: to, offset: topIn(element, view), place: true };
  }, []);
  return { scroller, content, space, away, toEnd, pin, hold };
}

function elementOf(id: string): HTMLElement | null {
  return document.getElementById(`message-${id}`);
}

function topIn(element: HTMLElement, view: HTMLElement): number {
  return element.getBoundingClientRect().top - view.getBoundingClientRect().top;
}

/** The space that must follow the content for the pinned message to reach its place. */
function roomFor(
  { id, offset }: { id: string; offset: number },
  view: HTMLElement,
  content: HTMLElement,
): number {
  const element = elementOf(id);
  if (!element) return 0;
  const below = content.getBoundingClientRect().bottom - element.getBoundingClientRect().top;
  return Math.max(0, Math.floor(view.clientHeight - offset - below));
}

function place({ id, offset }: { id: string; offset: number }, view: HTMLElement): void {
  const element = elementOf(id);
  if (element) view.scrollTop += topIn(element, view) - offset;
}

function hidden(view: HTMLElement, room: number): number {
  return view.scrollHeight - room - view.scrollTop - view.clientHeight;
}

interface Reader {
  onMove: () => void;
  onAway: () => void;
  onEnd: () => void;
  onScroll: () => void;
}

/** Tells what the reader does with wheel, finger, keys and scrollbar from what the page does itself. */
function watchReader(view: HTMLElement, { onMove, onAway, onEnd, onScroll }: Reader): () => void {
  let last = view.scrollTop;
  let height = view.scrollHeight - view.clientHeight;
  let touched = Number.NEGATIVE_INFINITY;
  let held = false;
  const touch = () => {
    touched = performance.now();
  };
  const listeners: [keyof HTMLElementEventMap, (event: Event) => void][] = [
    [
      'wheel',
      (event) => {
        touch();
        onMove();
        if ((event as WheelEvent).deltaY < 0) onAway();
      },
    ],
    ['touchmove', touch],
    [
      'keydown',
      (event) => {
        const { key } = event as KeyboardEvent;
        if (/^(Arrow(Up|Down)|Page(Up|Down)|Home|End| )$/.test(key)) touch();
      },
    ],
    [
      'pointerdown',
      (event) => {
        held = event.target === view;
      },
    ],
    [
      'scroll',
      () => {
        const moved = view.scrollTop - last;
        last = view.scrollTop;
        // The page itself only scrolls down, or when its height changed. Up without that is a hand we
        // did not see: the browser's search, a link to a message, a screen reader.
        const room = view.scrollHeight - view.clientHeight;
        const unseen = moved < -1 && room === height;
        height = room;
        if (unseen || held || performance.now() - touched < handsOn) {
          if (moved !== 0) onMove();
          if (moved < -1) onAway();
          else if (moved > 0 && hidden(view, 0) <= near) onEnd();
        }
        onScroll();
      },
    ],
  ];
  const release = () => {
    held = false;
  };
  for (const [name, listener] of listeners)
    view.addEventListener(name, listener, { passive: true });
  addEventListener('pointerup', release);
  return () => {
    for (const [name, listener] of listeners) view.removeEventListener(name, listener);
    removeEventListener('pointerup', release);
  };
}
