/**
 * Passes over what is there: one at a time, and another one whenever it was asked for meanwhile, so that no notice is
 * lost and none piles up.
 */
export class Passes {
  readonly #pass: () => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  #isAgain = false;
  #running: Promise<void> | undefined;
  #isClosed = false;

  /** @param onFailure told what a pass threw: the disk or the network behind it failed, and the next one tries again */
  constructor(pass: () => Promise<void>, onFailure: (error: unknown) => void) {
    this.#pass = pass;
    this.#onFailure = onFailure;
  }

  /** A pass looks here whether to go on. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  readonly wake = (): void => {
    this.#isAgain = true;
    this.#running ??= this.#run();
  };

  /** No pass begins from here on. Resolves once the one under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isAgain && !this.#isClosed) {
      this.#isAgain = false;
      try {
        await this.#pass();
      } catch (error) {
        this.#onFailure(error);
      }
    }
    // In the same turn as the last look: a notice that comes now begins anew.
    this.#running = undefined;
  }
}
