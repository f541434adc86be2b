import type { ReactElement, RefObject } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';

interface LongRowsProps<T> {
  list: RefObject<VirtualizerHandle | null>;
  scroller: RefObject<HTMLDivElement | null>;
  rows: readonly T[];
  /** So many of the last are always on the page. */
  tail: number;
  children: (row: T) => ReactElement;
}

/** The messages of a long chat: only what is in sight is on the page, and the end of it. */
export function LongRows<T>({ list, scroller, rows, tail, children }: LongRowsProps<T>) {
  const last = Array.from({ length: tail }, (_, at) => rows.length - tail + at);
  return (
    <Virtualizer ref={list} scrollRef={scroller} data={rows} keepMounted={last}>
      {children}
    </Virtualizer>
  );
}
