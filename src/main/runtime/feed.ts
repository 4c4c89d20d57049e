/**
 * What consoles see: one snapshot, then numbered updates of what changed since.
 *
 * 1. Nothing of it runs on the engine's stack: `follow` compares a few references and sets a timer. No stop, order or
 *    record ever waits for a projection or a listener.
 * 2. At most ten updates a second, each 50 ms after its first change or later: what a step wants of disk and venues leaves
 *    in that time and is not held up by a view. A change of what may trade (stop, arming, disk, approval) waits for nothing.
 * 3. Updates are numbered from 1 without gaps, and none leaves when nothing changed.
 * 4. A projection or listener that throws is told once and shown as an alarm; the rest goes on.
 */
import type { Parts } from '../../shared/contract/parts.ts';
import type { AlarmRow, RowOf, TableName, Tables, TicketView } from '../../shared/contract/rows.ts';
import type { Snapshot, Update } from '../../shared/contract/updates.ts';
import type { Coin } from '../../shared/domain/ids.ts';
import type { Fact } from '../engine/facts.ts';
import { atLivePrices } from '../engine/live-marks.ts';
import type { Quote } from '../engine/quote.ts';
import type { State } from '../engine/state.ts';
import type { Clock } from './clock.ts';
import { SignalRows } from './feed/signal-rows.ts';
import { sameItems, StateRows } from './feed/state-rows.ts';

export const maxSignalRows = 500;
const maxOrderRows = 500;
const paceMs = 100;
const gatherMs = 50;
const maxFresh = 200;
const tableNames = ['signals', 'hedges', 'orders', 'alarms'] as const satisfies readonly TableName[];
const partNames = [
  'standing',
  'venues',
  'settings',
  'risk',
  'runway',
  'market',
  'preferences',
  'stopReport',
] as const satisfies readonly (keyof Parts)[];

type Rows = { readonly [T in TableName]: ReadonlyMap<string, RowOf<T>> };
type Changed = Pick<Update, 'parts' | 'tables'>;

export interface FeedParts {
  readonly clock: Clock;
  /** How each part stands now, its hedges at the newest marks. Asked at most ten times a second, never on the engine's stack. */
  readonly parts: { readonly [N in keyof Parts]: (state: State) => Parts[N] };
  /** The newest marks by coin. */
  readonly quotes: () => ReadonlyMap<Coin, Quote>;
  readonly tickets: () => ReadonlyMap<string, TicketView>;
  /** A view threw: told once each kind of words; trading does not depend on it. */
  readonly onBroken: (error: unknown) => void;
}

/** What hosts and their consoles see of the feed. */
export interface FeedView {
  snapshot(): Snapshot;
  /** @returns a function that ends it */
  subscribe(listener: (update: Update) => void): () => void;
}

export class Feed implements FeedView {
  readonly #made: FeedParts;
  readonly #signals = new SignalRows(maxSignalRows);
  readonly #stateRows: StateRows;
  readonly #listeners = new Set<(update: Update) => void>();
  readonly #told = new Set<string>();
  #state: State;
  #broken: AlarmRow | null = null;
  #sequence = 0;
  #parts: Partial<Parts> = {};
  #partTexts: Partial<Record<keyof Parts, string>> = {};
  #rows: Rows = { signals: new Map(), hedges: new Map(), orders: new Map(), alarms: new Map() };
  #marked: { readonly from: readonly unknown[]; readonly state: State };
  #lastFlush = 0;
  #due: { readonly at: number; readonly callOff: () => void } | null = null;
  #isDirty = true;
  #closed = false;
  /** Facts that came since the signals were last looked through, each with its number in the journal. */
  #fresh: (readonly [facts: readonly Fact[], last: number])[] = [];

  /** @param facts the newest of the journal, oldest first: what the signals before this process were */
  constructor(state: State, facts: readonly Fact[], made: FeedParts) {
    this.#state = state;
    this.#marked = { from: [], state };
    this.#made = made;
    this.#stateRows = new StateRows((make, before) => this.#guard(make, before), maxOrderRows);
    this.#guard(() => this.#signals.take(facts, state.facts, state), undefined);
  }

  /** The engine took a step. */
  follow(state: State): void {
    const before = this.#state;
    if (state === before) return;
    this.#state = state;
    const isUrgent = state.stop !== before.stop || state.armed !== before.armed || state.phase !== before.phase || state.approval !== before.approval;
    this.#touch(isUrgent);
  }

  /** Facts as they become durable, with the state after them. */
  record(facts: readonly Fact[], state: State): void {
    this.#fresh.push([facts, state.facts]);
    // While nobody listens they are still looked through now and then, so that they do not pile up.
    if (this.#fresh.length === maxFresh) this.#made.clock.after(0, () => this.#readFresh());
    this.#touch(false);
  }

  /** Something outside the state changed: prices, tickets, streams, preferences. `urgent` for what may trade. */
  touch(how: 'gathered' | 'urgent' = 'gathered'): void {
    this.#touch(how === 'urgent');
  }

  snapshot(): Snapshot {
    // While somebody listens, what they were told is the truth, and what is new comes as the next update.
    if (!isWhole(this.#parts) || (this.#listeners.size === 0 && this.#isDirty)) this.#refresh();
    const parts = this.#parts;
    if (!isWhole(parts)) throw new Error('A part of what is shown cannot be made');
    return { sequence: this.#sequence, at: this.#made.clock.now(), parts, tables: this.#tables() };
  }

  subscribe(listener: (update: Update) => void): () => void {
    // Not the listener itself: the same function may listen twice.
    const own = (update: Update): void => listener(update);
    // What happened while nobody listened belongs to the snapshot, not to an update that repeats it.
    if (this.#listeners.size === 0 && this.#isDirty) this.#refresh();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  close(): void {
    this.#closed = true;
    this.#due?.callOff();
    this.#due = null;
    this.#listeners.clear();
  }

  #touch(isUrgent: boolean): void {
    this.#isDirty = true;
    if (this.#closed || this.#listeners.size === 0) return;
    const now = this.#made.clock.now();
    // No further off than the pace, also where the clock was set back.
    const at = isUrgent ? now : Math.min(Math.max(now + gatherMs, this.#lastFlush + paceMs), now + paceMs);
    if (this.#due !== null && this.#due.at <= at) return;
    this.#due?.callOff();
    this.#due = { at, callOff: this.#made.clock.after(at - now, () => this.#flush()) };
  }

  #flush(): void {
    this.#due = null;
    this.#lastFlush = this.#made.clock.now();
    // On a timer of its own: what throws here would end the process.
    const changed = this.#guard<Changed | null>(() => this.#refresh(), null) ?? null;
    if (changed === null) return;
    const update: Update = { sequence: this.#sequence, at: this.#lastFlush, ...changed };
    for (const listener of this.#listeners) this.#guard(() => listener(update), undefined);
  }

  /** Makes everything anew that changed. @returns null when nothing did */
  #refresh(): Changed | null {
    this.#isDirty = false;
    const quotes = this.#made.quotes();
    const marked = this.#atLivePrices(quotes);
    const parts = this.#newParts(marked);
    const rows = this.#newRows(quotes, marked);
    const tables: { [T in TableName]?: Record<string, RowOf<T> | null> } = {};
    for (const name of tableNames) {
      const difference = differenceOf<RowOf<TableName>>(this.#rows[name], rows[name]);
      if (difference !== null) Object.assign(tables, { [name]: difference });
    }
    this.#rows = rows;
    if (Object.keys(parts).length === 0 && Object.keys(tables).length === 0) return null;
    this.#sequence += 1;
    return { parts, tables };
  }

  /** The same object as before while neither the state nor a mark changed: parts may go by that. */
  #atLivePrices(quotes: ReadonlyMap<Coin, Quote>): State {
    const from = [this.#state, ...quotes.values()];
    if (!sameItems(this.#marked.from, from)) {
      const state = this.#guard(() => atLivePrices(this.#state, quotes.values()), this.#state) ?? this.#state;
      this.#marked = { from, state };
    }
    return this.#marked.state;
  }

  #newParts(state: State): Partial<Parts> {
    const changed: Partial<Parts> = {};
    for (const name of partNames) {
      const made = this.#guard<{ part: Parts[typeof name] } | null>(() => ({ part: this.#made.parts[name](state) }), null) ?? null;
      if (made === null) continue;
      const words = JSON.stringify(made.part);
      if (words === this.#partTexts[name]) continue;
      this.#partTexts[name] = words;
      Object.assign(changed, { [name]: made.part });
    }
    this.#parts = { ...this.#parts, ...changed };
    return changed;
  }

  #readFresh(): void {
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const [facts, last] of fresh) this.#guard(() => this.#signals.take(facts, last, this.#state), undefined);
  }

  #newRows(quotes: ReadonlyMap<Coin, Quote>, marked: State): Rows {
    this.#readFresh();
    this.#signals.complete(this.#state);
    const state = this.#state;
    const alarms = this.#stateRows.alarms(state);
    return {
      signals: new Map(this.#guard(() => this.#signals.withTickets(this.#made.tickets()), this.#signals.rows)),
      hedges: this.#stateRows.hedges(state, quotes, marked),
      orders: this.#stateRows.orders(state),
      alarms: this.#broken === null ? alarms : new Map([...alarms, [this.#broken.key, this.#broken]]),
    };
  }

  #tables(): Tables {
    const { signals, hedges, orders, alarms } = this.#rows;
    // Own keys, whatever they are called: an id may be "__proto__".
    return {
      signals: Object.fromEntries(signals),
      hedges: Object.fromEntries(hedges),
      orders: Object.fromEntries(orders),
      alarms: Object.fromEntries(alarms),
    };
  }

  #guard<T>(make: () => T, before: T | undefined): T | undefined {
    try {
      return make();
    } catch (error) {
      this.#tell(error);
      return before;
    }
  }

  #tell(error: unknown): void {
    const words = error instanceof Error ? error.message : String(error);
    if (this.#told.has(words)) return;
    this.#told.add(words);
    const detail = `What is shown may be incomplete: ${words}`;
    this.#broken ??= { key: 'view', code: 'BUG', severity: 'warning', hedge: null, detail, values: {}, at: this.#made.clock.now() };
    this.#isDirty = true;
    this.#made.onBroken(error);
  }
}

const isWhole = (parts: Partial<Parts>): parts is Parts => partNames.every((name) => parts[name] !== undefined);

function differenceOf<R>(before: ReadonlyMap<string, R>, now: ReadonlyMap<string, R>): Readonly<Record<string, R | null>> | null {
  const entries: [string, R | null][] = [];
  for (const [key, row] of now) if (before.get(key) !== row) entries.push([key, row]);
  for (const key of before.keys()) if (!now.has(key)) entries.push([key, null]);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
