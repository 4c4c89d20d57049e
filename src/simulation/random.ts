/** What a life is drawn from. Each part of the world has a stream of its own, so that one part's draws do not move another's. */
import { type Random, seededRandom } from '../simulator/model/random.ts';

export class Draw {
  readonly #next: Random;

  constructor(...parts: readonly (string | number)[]) {
    this.#next = seededRandom(...parts);
  }

  /** 0 ≤ value < 1. */
  part(): number {
    return this.#next();
  }
  /** Whole, both ends included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }
  between(least: number, most: number): number {
    return least + this.#next() * (most - least);
  }
  chance(probability: number): boolean {
    return probability > 0 && this.#next() < probability;
  }
  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.#next() * choices.length)] ?? choices[0];
  }
}
