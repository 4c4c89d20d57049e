/**
 * What approving each waiting ENTER would do, on prices of this second. While none waits nothing is read; nothing that
 * is read here sets leverage or counts as an entry, and books and accounts are those of the marks where they are fresh.
 */
import type { Coin, SignalId } from '../../shared/domain/ids.ts';
import { own } from '../../shared/domain/record.ts';
import { type EntryPreview, previewEntry } from '../engine/preview.ts';
import type { Quote } from '../engine/quote.ts';
import type { PendingEntry, State } from '../engine/state.ts';
import type { Clock } from './clock.ts';
import type { Loop } from './loop.ts';
import type { Quotes } from './quotes.ts';

const everyMs = 1000;
/** A preview takes a few milliseconds of the engine's thread: orders and stops get through between two of them. */
const pauseMs = 5;
/** After that long prices are too old to go on with; the rest has its turn with the next ones. */
const roundMs = 1000;

/** `at`: ms since 1970 when its prices were asked for. */
export type Ticket = EntryPreview & { readonly at: number };

export interface TicketParts {
  readonly quotes: Quotes;
  readonly clock: Clock;
  readonly loop: () => Loop;
  /** Told what a preview throws: a ticket that cannot be shown must not end a process that trades. Else it is a bug. */
  readonly onTrouble?: (error: unknown) => void;
}

export class Tickets {
  readonly #parts: TicketParts;
  readonly #all = new Map<SignalId, Ticket>();
  readonly #listeners = new Set<() => void>();
  /** Coins whose quote is under way. */
  readonly #asking = new Set<Coin>();
  #entries: State['entries'] | null = null;
  #phase: State['phase'] | null = null;
  #endRound: (() => void) | null = null;
  #closed = false;

  constructor(parts: TicketParts) {
    this.#parts = parts;
  }

  get all(): ReadonlyMap<SignalId, Ticket> {
    return this.#all;
  }

  /** Told after tickets came, changed or went; it must not throw. @returns a function that ends it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Called after every step of the engine. */
  follow(state: State): void {
    if (this.#closed || (state.entries === this.#entries && state.phase === this.#phase)) return;
    this.#entries = state.entries;
    this.#phase = state.phase;
    const waiting = waitingIn(state);
    const gone = [...this.#all.keys()].filter((id) => !waiting.some(({ signal }) => signal.id === id));
    for (const id of gone) this.#all.delete(id);
    if (gone.length > 0) this.#tell();
    if (waiting.length === 0) return this.#rest();
    this.#endRound ??= this.#parts.clock.every(everyMs, () => this.#round());
    if (waiting.some(({ signal }) => !this.#all.has(signal.id))) this.#round();
  }

  close(): void {
    this.#closed = true;
    this.#rest();
    this.#all.clear();
    this.#listeners.clear();
  }

  #rest(): void {
    this.#endRound?.();
    this.#endRound = null;
  }

  #round(): void {
    const { loop, onTrouble } = this.#parts;
    const coins = new Set(waitingIn(loop().state).map(({ signal }) => signal.coin));
    for (const coin of coins) {
      if (this.#asking.has(coin)) continue;
      const asked = this.#ask(coin);
      loop().watch(onTrouble === undefined ? asked : asked.catch(onTrouble));
    }
  }

  async #ask(coin: Coin): Promise<void> {
    const { quotes, clock, loop } = this.#parts;
    this.#asking.add(coin);
    try {
      const quote = await quotes.gather('preview', coin, loop().state.settings.leverage);
      const asked = waitingIn(loop().state).filter(({ signal }) => signal.coin === coin);
      // Whoever was left out of the last round comes first in this one.
      const ids = asked.map(({ signal }) => signal.id).sort((one, other) => this.#madeAt(one) - this.#madeAt(other));
      for (const [place, id] of ids.entries()) {
        if (place > 0) await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
        if (this.#closed || (place > 0 && clock.now() - quote.at > roundMs)) break;
        this.#preview(id, quote);
      }
    } finally {
      this.#asking.delete(coin);
    }
    if (!this.#closed) this.#tell();
  }

  #madeAt(id: SignalId): number {
    return this.#all.get(id)?.at ?? 0;
  }

  /** By the state of this moment: the signal may wait no longer. */
  #preview(id: SignalId, quote: Quote): void {
    const { clock, loop } = this.#parts;
    const { state } = loop();
    const entry = own(state.entries, id);
    if (entry?.state === 'awaitingApproval') this.#all.set(id, { ...previewEntry(state, entry.signal, quote, clock.now()), at: quote.at });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Venues answer only once they were started. */
const waitingIn = ({ entries, phase }: State): readonly PendingEntry[] =>
  phase === 'ready' ? Object.values(entries).filter((entry) => entry.state === 'awaitingApproval') : [];
