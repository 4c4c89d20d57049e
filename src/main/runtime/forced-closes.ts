/**
 * Finds the trades of a liquidation or auto-deleveraging: at once where the stream tells of one, and by looking through
 * the account's trades where a venue holds less short than our hedges need. The engine books what is found, each once.
 */
import type { Coin } from '../../shared/domain/ids.ts';
import { gt } from '../../shared/domain/units.ts';
import type { Venue } from '../../shared/domain/venue.ts';
import { openHedges } from '../engine/legs.ts';
import type { Order, State } from '../engine/state.ts';
import type { VenueEvent, VenuePort } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import type { Loop } from './loop.ts';

/** Liquidations and auto-deleveragings carry these client ids (docs/venues/binance.md). */
const forced = /^(adl_autoclose|autoclose-)/;
export const isForced = (clientId: string): boolean => forced.test(clientId);

/** The list of trades lags behind the event, and a close may come in many trades. */
const readsAfterMs = [0, 500, 2000, 8000] as const;
const eventTradesMs = 600_000;
const farthestBackMs = 7 * 86_400_000;
const beforeOpeningMs = 60_000;
/** Orders whose origin is asked for in one search, newest first. */
const mostAsked = 20;
const searchAgainMs = 15_000;

type Outside = Extract<VenueEvent, { kind: 'outsideOrder' }>;

export class ForcedCloses {
  readonly #venue: VenuePort;
  readonly #clock: Clock;
  readonly #loop: () => Loop;
  readonly #timers = new Set<() => void>();
  readonly #reading = new Map<string, number>();
  /** Orders that somebody else sent: nothing to book. */
  readonly #others = new Set<string>();
  readonly #searched = new WeakSet<object>();
  readonly #searchedAt = new Map<Coin, number>();
  #closed = false;

  constructor(venue: VenuePort, clock: Clock, loop: () => Loop) {
    this.#venue = venue;
    this.#clock = clock;
    this.#loop = loop;
  }

  /** An event of an order that is not ours. */
  readonly saw = ({ coin, clientId, venueOrderId }: Outside): void => {
    if (!isForced(clientId) || this.#closed || this.#reading.has(venueOrderId)) return;
    this.#reading.set(venueOrderId, readsAfterMs.length);
    for (const ms of readsAfterMs) {
      const callOff = this.#clock.after(ms, () => {
        this.#timers.delete(callOff);
        this.#loop().watch(this.#book(coin, clientId, venueOrderId));
      });
      this.#timers.add(callOff);
    }
  };

  /**
   * Called after each step: a mismatch that was not there before is looked into once, and while an order is silent, which
   * keeps the books from being compared, what the account lacks now and then.
   */
  readonly follow = ({ alarms, orders }: State): void => {
    for (const order of Object.values(orders)) if (lacksShort(order, this.#venue.venue)) this.#searchAgain(order.request.coin);
    for (const [key, alarm] of Object.entries(alarms)) {
      if (alarm.code !== 'POSITION_MISMATCH' || this.#searched.has(alarm) || !key.startsWith(`mismatch:${this.#venue.venue}:`)) continue;
      this.#searched.add(alarm);
      // A key is made of a coin that a hedge has.
      const coin = key.slice(`mismatch:${this.#venue.venue}:`.length) as Coin;
      if (!this.#closed) this.#loop().watch(this.#search(coin));
    }
  };

  #searchAgain(coin: Coin): void {
    const now = this.#clock.now();
    if (this.#closed || now - (this.#searchedAt.get(coin) ?? 0) < searchAgainMs) return;
    this.#searchedAt.set(coin, now);
    this.#loop().watch(this.#search(coin));
  }

  close(): void {
    this.#closed = true;
    for (const callOff of this.#timers) callOff();
    this.#timers.clear();
  }

  async #book(coin: Coin, clientId: string, venueOrderId: string): Promise<void> {
    const left = (this.#reading.get(venueOrderId) ?? 1) - 1;
    if (left === 0) this.#reading.delete(venueOrderId);
    else this.#reading.set(venueOrderId, left);
    await this.#submit(coin, clientId, venueOrderId, this.#clock.now() - eventTradesMs);
  }

  async #submit(coin: Coin, clientId: string, venueOrderId: string, since: number): Promise<void> {
    const trades = await this.#venue.trades(coin, since);
    if (this.#closed || !trades.ok) return;
    const fills = trades.value.filter((trade) => trade.venueOrderId === venueOrderId).map((trade) => trade.fill);
    if (fills.length > 0) this.#loop().submit({ kind: 'forcedClose', venue: this.#venue.venue, coin, clientId, venueOrderId, fills });
  }

  async #search(coin: Coin): Promise<void> {
    const { state } = this.#loop();
    const hedges = openHedges(state).filter((hedge) => hedge.coin === coin);
    const since = Math.max(this.#clock.now() - farthestBackMs, Math.min(...hedges.map((hedge) => hedge.openedAt)) - beforeOpeningMs);
    const trades = hedges.length === 0 ? null : await this.#venue.trades(coin, since);
    if (trades === null || !trades.ok || this.#closed) return;
    const known = new Set(Object.values(state.orders).map((order) => order.venueOrderId));
    const unknown = [...new Set(trades.value.filter((trade) => trade.clientOrderId === undefined).map((trade) => trade.venueOrderId))];
    for (const id of unknown.filter((entry) => !known.has(entry) && !this.#others.has(entry)).slice(-mostAsked)) {
      const origin = await this.#venue.clientIdOf?.(coin, id);
      if (this.#closed) return;
      if (origin?.ok !== true || origin.value === null) continue;
      if (isForced(origin.value)) await this.#submit(coin, origin.value, id, since);
      else this.#others.add(id);
    }
  }
}

/** The account is less short than it would be if the silent order had never been. */
const lacksShort = ({ state, request, evidence }: Order, venue: Venue): boolean =>
  state === 'unknown' && request.venue === venue && evidence?.holdings != null && gt(evidence.holdings.held, evidence.holdings.expected);
