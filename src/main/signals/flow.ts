/** Keeps the number of items on their way into the journal bounded: the sender is paused, never an item dropped. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

export class Flow {
  readonly #limit: number;
  readonly #sender: Pausable;
  #count = 0;
  #isPaused = false;

  constructor(limit: number, sender: Pausable) {
    this.#limit = limit;
    this.#sender = sender;
  }

  /** Follows one item. @returns never rejects: the failure, or undefined when the item was journaled */
  async follow(taken: Promise<void>): Promise<Error | undefined> {
    this.#count += 1;
    if (this.#count >= this.#limit && !this.#isPaused) {
      this.#isPaused = true;
      this.#sender.pause();
    }
    const failure = await failureOf(taken);
    this.#count -= 1;
    if (this.#isPaused && this.#count <= this.#limit / 2) {
      this.#isPaused = false;
      this.#sender.resume();
    }
    return failure;
  }
}

/** A promise as a value: the failure, or undefined. */
export const failureOf = (taken: Promise<void>): Promise<Error | undefined> =>
  taken.then(
    () => undefined,
    (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
  );
