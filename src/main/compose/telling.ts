/**
 * Tells a host what happened once what was decided has left: printing to a slow reader holds this thread up.
 *
 * 1. In the order in which it is added, and each by itself: one that throws is a bug, and the rest is told all the same.
 * 2. Two turns of the event loop later: the HTTP client writes a request in the turn after the one that asked for it.
 */
export class Telling {
  readonly #onBug: (error: unknown) => void;
  #waiting: (() => void)[] = [];

  constructor(onBug: (error: unknown) => void) {
    this.#onBug = onBug;
  }

  add(tell: () => void): void {
    this.#waiting.push(tell);
    setImmediate(() => setImmediate(() => this.#next()));
  }

  /** Tells at once what waits: nothing is left to be sent. */
  flush(): void {
    while (this.#waiting.length > 0) this.#next();
  }

  #next(): void {
    try {
      this.#waiting.shift()?.();
    } catch (error) {
      this.#onBug(error);
    }
  }
}
