/** Which connections submitted a signal, so that each hears what became of it. Bounded: the oldest ids are forgotten. */
export class Submitters<C> {
  readonly #limit: number;
  readonly #byId = new Map<string, Set<C>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(id: string, connection: C): void {
    const connections = this.#byId.get(id) ?? new Set<C>();
    connections.add(connection);
    // Deleted and set again, it becomes the newest.
    this.#byId.delete(id);
    this.#byId.set(id, connections);
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= this.#limit) return;
      this.#byId.delete(oldest);
    }
  }

  of(id: string): Iterable<C> {
    return this.#byId.get(id) ?? [];
  }

  remove(connection: C): void {
    for (const [id, connections] of this.#byId) {
      if (connections.delete(connection) && connections.size === 0) this.#byId.delete(id);
    }
  }

  get size(): number {
    return this.#byId.size;
  }
}
