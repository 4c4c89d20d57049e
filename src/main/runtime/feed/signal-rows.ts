/**
 * The newest signals as rows, kept from the facts about them: the state knows only the verdicts.
 *
 * 1. At most `limit` rows, the oldest leave first; a signal that waits never leaves.
 * 2. Rows are replaced, never changed, so that a look at two of them tells whether anything happened.
 */
import type { SignalRow, TicketView } from '../../../shared/contract/rows.ts';
import type { Fact } from '../../engine/facts.ts';
import type { State } from '../../engine/state.ts';
import { judgedRow, malformedRow, pendingRow, queuedRow, repeatedRow, takenRow, unreadKey } from '../../engine/view/signal-row.ts';

export class SignalRows {
  readonly #limit: number;
  readonly #rows = new Map<string, SignalRow>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get rows(): ReadonlyMap<string, SignalRow> {
    return this.#rows;
  }

  /** @param last the number of the last of these facts in the journal */
  take(facts: readonly Fact[], last: number, state: State): void {
    const first = last - facts.length + 1;
    for (const [index, fact] of facts.entries()) this.#takeOne(fact, first + index);
    if (this.#rows.size > this.#limit) this.#trim(state);
  }

  /** Every signal that waits has a row, however long ago it came. */
  complete(state: State): void {
    for (const pending of [...Object.values(state.entries), ...Object.values(state.exits)])
      if (!this.#rows.has(pending.signal.id)) this.#rows.set(pending.signal.id, pendingRow(pending));
  }

  /** The rows with what approving them would do. */
  withTickets(tickets: ReadonlyMap<string, TicketView>): ReadonlyMap<string, SignalRow> {
    for (const [id, row] of this.#rows) {
      const ticket = row.state === 'awaitingApproval' ? (tickets.get(id) ?? null) : null;
      if (row.ticket !== ticket) this.#rows.set(id, { ...row, ticket });
    }
    return this.#rows;
  }

  #takeOne(fact: Fact, number: number): void {
    switch (fact.kind) {
      case 'signalTaken':
        this.#rows.set(fact.signal.id, takenRow(fact.signal, fact.source, fact.at));
        return;
      case 'signalMalformed':
        this.#rows.set(unreadKey(number), malformedRow(fact, unreadKey(number)));
        return;
      case 'signalRepeated':
        this.#rows.set(unreadKey(number), repeatedRow(fact, unreadKey(number)));
        return;
      case 'signalJudged':
        return this.#change(fact.id, (row) => judgedRow(row, fact));
      case 'signalQueued':
        return this.#change(fact.id, (row) => queuedRow(row, fact));
      case 'hedgeOpened':
        return this.#change(fact.id, (row) => ({ ...row, hedge: fact.id }));
      default:
        return;
    }
  }

  #change(id: string, change: (row: SignalRow) => SignalRow): void {
    const row = this.#rows.get(id);
    if (row !== undefined) this.#rows.set(id, change(row));
  }

  #trim(state: State): void {
    for (const key of this.#rows.keys()) {
      if (this.#rows.size <= this.#limit) return;
      if (!Object.hasOwn(state.entries, key) && !Object.hasOwn(state.exits, key)) this.#rows.delete(key);
    }
  }
}
