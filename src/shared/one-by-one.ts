/** Acts of which two at once would spoil each other's work: each begins when the one before has ended, however it ended. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns what the act returns; whoever asked for it hears of its failure, and the next act is not its victim */
  run<T>(act: () => Promise<T>): Promise<T> {
    const acted = this.#last.then(act);
    this.#last = acted.catch(() => undefined);
    return acted;
  }

  /** Resolves once everything that was asked for so far has ended. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
