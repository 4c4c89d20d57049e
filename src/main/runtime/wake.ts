/**
 * What follows a sleep of the machine, or any other standstill of this process: nothing that adds risk leaves until both
 * venues were read anew, on fresh connections and a clock that was measured again.
 *
 * 1. A standstill is a gap between two ticks that is longer than any tick may be late. A clock that was set forward looks
 *    the same, and is treated so.
 * 2. A sleep during the reading makes what was read old: it is read once more.
 */
import type { Clock } from './clock.ts';
import type { Loop } from './loop.ts';
import type { Reconciler } from './reconcile.ts';
import type { Venues } from './venues.ts';

/** A tick comes every 250 ms; the longest stall of the event loop that is nothing but slow. */
const standstillMs = 5000;

export interface WakeParts {
  readonly clock: Clock;
  readonly venues: Venues;
  readonly reconciler: Reconciler;
  readonly loop: () => Loop;
}

export class Wake {
  readonly #parts: WakeParts;
  #tickedAt: number;
  /** Sleeps so far: a reading counts only if none came in between. */
  #sleeps = 0;
  #isReading = false;

  constructor(parts: WakeParts) {
    this.#parts = parts;
    this.#tickedAt = parts.clock.now();
  }

  /** Called at every tick, before the engine hears of it. */
  tick(): void {
    const now = this.#parts.clock.now();
    const gapMs = now - this.#tickedAt;
    this.#tickedAt = now;
    if (gapMs > standstillMs) this.resumed(gapMs);
  }

  /** The machine has just woken up, by its own word or by ours. */
  resumed(awayMs: number): void {
    const { loop, venues } = this.#parts;
    // Before the first reading there is nothing to freeze: it is under way and reads what is now.
    if (loop().state.phase === 'reconciling') return;
    this.#sleeps += 1;
    loop().submit({ kind: 'resumed', awayMs: Math.max(0, Math.round(awayMs)) });
    // Sockets that died meanwhile do not say so.
    for (const venue of [venues.spot, venues.perp]) venue.renewStream('the machine slept');
    if (!this.#isReading) loop().watch(this.#read());
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    for (let begunAfter = -1; begunAfter !== this.#sleeps; ) {
      begunAfter = this.#sleeps;
      const isCurrent = (): boolean => begunAfter === this.#sleeps;
      await this.#parts.reconciler.run(isCurrent);
    }
    this.#isReading = false;
  }
}
