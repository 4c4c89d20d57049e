/**
 * Virtual time: what is due is called in its order, and everything that a call sets free has run before the next one.
 *
 * 1. The same calls at the same times run in the same order, whatever the machine: nothing here reads a real clock.
 * 2. What belongs to a process waits while the process is held up, and is dropped when it is dead.
 */

/** A process as time sees it. */
export interface Owner {
  dead: boolean;
  /** Nothing of it runs before then. */
  heldUntil: number;
  /** Its line is full: until then every answer comes about that late, from whatever venue. */
  slow?: { readonly until: number; readonly ms: number };
}

interface Due {
  at: number;
  order: number;
  call: (() => void) | null;
  readonly owner: Owner | null;
}

/** 2026-11-21 10:13:20 in Korea. */
export const start = 1_795_223_600_000;

export class Timeline {
  now = start;
  readonly #heap: Due[] = [];
  #order = 0;

  /** @returns a function that calls it off */
  after(ms: number, call: () => void, owner: Owner | null = null): () => void {
    const due: Due = { at: this.now + Math.max(0, ms), order: this.#order++, call, owner };
    this.#push(due);
    return () => {
      due.call = null;
    };
  }

  /** Resolves after the time; never when its owner has died before. */
  sleep(ms: number, owner: Owner | null = null): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve, owner));
  }

  /** Lets time pass until `end`, or until `isOver` says so after a call. */
  async run(end: number, isOver: () => boolean = () => false): Promise<void> {
    await drained();
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop();
      const { call, owner } = next;
      if (call === null || owner?.dead === true) continue;
      if (owner !== null && owner.heldUntil > next.at) {
        next.at = owner.heldUntil;
        next.order = this.#order++;
        this.#push(next);
        continue;
      }
      this.now = next.at;
      call();
      await drained();
      if (isOver()) return;
    }
    this.now = Math.max(this.now, end);
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let index = heap.push(due) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, due)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (a === undefined) break;
      const child = b !== undefined && isBefore(b, a) ? left + 1 : left;
      const below = heap[child];
      if (below === undefined || isBefore(last, below)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Every promise that can go on has gone on: Node takes the next tick only once its queue of microtasks is empty. */
const drained = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
