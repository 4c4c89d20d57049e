/**
 * Watches for a disk that neither takes what it is given nor says that it will not: nothing is told then but by looking.
 *
 * 1. It hangs when the same record was the oldest that waits at looks over 5 s. What a machine slept through is one look.
 * 2. Told at every look while it lasts, the first time as such: what was reset meanwhile is stopped again.
 */
import type { Clock } from './clock.ts';
import type { Loop } from './loop.ts';

/** How long a disk may take for a record. */
export const diskHangsAfterMs = 5000;
const lookMs = 500;

export interface DiskWatchParts {
  readonly clock: Clock;
  readonly loop: Pick<Loop, 'oldestWaiting'>;
  /** @param isNew false while it goes on */
  readonly onHang: (isNew: boolean) => void;
}

/** @returns a function that ends the watch */
export function watchDisk({ clock, loop, onHang }: DiskWatchParts): () => void {
  let oldest: number | null = null;
  let looks = 0;
  let isTold = false;
  return clock.every(lookMs, () => {
    const now = loop.oldestWaiting;
    if (now === null || now !== oldest) {
      oldest = now;
      looks = 0;
      isTold = false;
      return;
    }
    looks += 1;
    if (looks * lookMs < diskHangsAfterMs) return;
    onHang(!isTold);
    isTold = true;
  });
}
