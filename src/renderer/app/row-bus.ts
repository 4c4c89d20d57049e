/**
 * Tells rows of their changes: a row hears only of its own, and never do so many hear at once that the page stalls.
 *
 * An update may change hundreds of rows. Drawn in one go they would hold up the next press by as long; in slices, each a
 * task of its own, the browser answers in between. The last slice is drawn well before the next update comes.
 */
import type { TableName, Tables } from '../../shared/contract/rows.ts';
import type { Replica } from './replica.ts';

type Listener = () => void;

const atOnce = 24;
const tableNames = ['signals', 'hedges', 'orders', 'alarms'] as const satisfies readonly TableName[];

class RowBus {
  readonly #listeners: Readonly<Record<TableName, Map<string, Set<Listener>>>> = {
    signals: new Map(),
    hedges: new Map(),
    orders: new Map(),
    alarms: new Map(),
  };
  /** Who has yet to hear, the longest waiting first. */
  readonly #due = new Set<Listener>();
  #later: MessageChannel | null = null;
  #isScheduled = false;

  constructor(replica: Replica) {
    replica.subscribe((state, before) => this.#heard(state.tables, before.tables));
  }

  /** @returns ends it */
  listen(table: TableName, id: string, listener: Listener): () => void {
    const rows = this.#listeners[table];
    const listeners = rows.get(id) ?? new Set();
    rows.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      this.#due.delete(listener);
      if (listeners.size === 0 && rows.get(id) === listeners) rows.delete(id);
    };
  }

  #heard(now: Tables, before: Tables): void {
    for (const table of tableNames) {
      if (now[table] === before[table]) continue;
      for (const [id, listeners] of this.#listeners[table])
        if (now[table][id] !== before[table][id]) for (const listener of listeners) this.#due.add(listener);
    }
    if (!this.#isScheduled) this.#tellSome();
  }

  #tellSome(): void {
    let told = 0;
    for (const listener of this.#due) {
      if (told === atOnce) break;
      told += 1;
      this.#due.delete(listener);
      listener();
    }
    this.#isScheduled = this.#due.size > 0;
    if (this.#isScheduled) this.#soon();
  }

  /** A task of its own without a timer's delay. */
  #soon(): void {
    if (this.#later === null) {
      this.#later = new MessageChannel();
      this.#later.port1.onmessage = () => this.#tellSome();
    }
    this.#later.port2.postMessage(null);
  }
}

const buses = new WeakMap<Replica, RowBus>();

export function rowBusOf(replica: Replica): RowBus {
  let bus = buses.get(replica);
  if (bus === undefined) {
    bus = new RowBus(replica);
    buses.set(replica, bus);
  }
  return bus;
}
