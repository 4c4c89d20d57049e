/** Time that tests move by hand, and a loop's surroundings that keep still. Ships nowhere. */
import type { Clock } from './clock.ts';
import type { LoopParts } from './loop.ts';

interface Due {
  readonly at: number;
  readonly everyMs: number | null;
  readonly call: () => void;
}

export class HandClock implements Clock {
  #now = 1_795_250_000_000;
  /** Time of day that was set or slept through: no timer counts it. */
  #notElapsed = 1_795_250_000_000;
  #due: Due[] = [];

  now(): number {
    return this.#now;
  }
  elapsed(): number {
    return this.#now - this.#notElapsed;
  }
  after(ms: number, call: () => void): () => void {
    return this.#add({ at: this.#now + ms, everyMs: null, call });
  }
  every(ms: number, call: () => void): () => void {
    return this.#add({ at: this.#now + ms, everyMs: ms, call });
  }

  /** Lets time pass; what falls due is called in its order, and what promises it settles goes on. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#due.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#now = next.at;
      this.#due = this.#due.filter((entry) => entry !== next);
      if (next.everyMs !== null) this.#due.push({ ...next, at: next.at + next.everyMs });
      next.call();
    }
    this.#now = end;
    await settle();
  }

  /** The machine sleeps: time passes and nothing is called meanwhile. */
  sleep(ms: number): void {
    this.#now += ms;
    this.#notElapsed += ms;
    this.#due = this.#due.map((entry) => ({ ...entry, at: Math.max(entry.at, this.#now) }));
  }

  #add(due: Due): () => void {
    this.#due.push(due);
    return () => {
      this.#due = this.#due.filter((entry) => entry.call !== due.call);
    };
  }
}

/** Everything that is ready to run has run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The disk takes everything, effects go nowhere, nobody is told; a bug throws. */
export const quietLoopParts = (clock: Clock): LoopParts => ({
  clock,
  journal: { failed: null, snapshotDue: false, append: () => Promise.resolve(), writeSnapshot: () => Promise.resolve() },
  engineVersion: 'test',
  carryOut: () => undefined,
  onJournalFailed: () => undefined,
  onBug: (error) => {
    throw error;
  },
  onFacts: () => undefined,
  onUnrecorded: () => undefined,
  onState: () => undefined,
});
