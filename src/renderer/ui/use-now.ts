/** The time, for what counts up or down: one clock for the whole page, that stands still while nobody reads it. */
import { useSyncExternalStore } from 'react';

const tickMs = 250;
const readers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function tick(): void {
  now = Date.now();
  for (const reader of readers) reader();
}
function subscribe(reader: () => void): () => void {
  readers.add(reader);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(tick, tickMs);
  }
  return () => {
    readers.delete(reader);
    if (readers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * What `select` makes of the time in ms; drawn again only when that changes, so select seconds, not milliseconds.
 * @example const seconds = useNow((now) => Math.ceil((until - now) / 1000));
 */
export const useNow = <T extends string | number | boolean>(select: (now: number) => T): T =>
  useSyncExternalStore(subscribe, () => select(timer === undefined ? Math.floor(Date.now() / tickMs) * tickMs : now));
