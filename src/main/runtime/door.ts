/**
 * The one door to the wire. Every order of every kind leaves here and nowhere else.
 *
 * 1. Every order passes the last hop (`engine/risk/last-hop.ts`) synchronously right before its request starts, on the
 *    numbers of that moment.
 * 2. The stop is a latch in memory: it closes the door before disk, network or screen hear of it.
 * 3. With the disk failed only cancels leave.
 * 4. The legs of an entry are judged together, when the first of them is to leave: both leave, or neither. So are those of a
 *    close by what its signal bounds.
 */
import type { Coin } from '../../shared/domain/ids.ts';
import { own } from '../../shared/domain/record.ts';
import type { OrderRequest } from '../../shared/domain/venue.ts';
import type { Approved } from '../engine/approved.ts';
import type { Denial } from '../engine/denial.ts';
import type { PlaceOutcome } from '../engine/outcome.ts';
import type { Quote } from '../engine/quote.ts';
import { isOfBounds } from '../engine/risk/exit-bounds.ts';
import { type Latest, lastHop } from '../engine/risk/last-hop.ts';
import { mayLeave, type TradingState, tradingState } from '../engine/risk/permission.ts';
import type { Purpose, State } from '../engine/state.ts';
import type { AmendResult, OrderName, Resting } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import type { Venues } from './venues.ts';

export interface Placed {
  readonly outcome: PlaceOutcome;
  /** When the request started; null when it never did. */
  readonly wireAt: number | null;
  /** Why it was held back; null when it was not. */
  readonly denial: Denial | null;
}

export interface Amended extends Omit<Placed, 'outcome'> {
  readonly outcome: AmendResult;
}

/** What the newest reads of both venues say, whoever asked for them. */
export type LatestOf = (coin: Coin) => Latest;

/** More decisions than can be under way at once. */
const keptDecisions = 1000;

export class Door {
  readonly #venues: Venues;
  readonly #clock: Clock;
  readonly #state: () => State;
  #latched = false;
  /** When the latch last closed, by our clock. */
  #latchedAt = 0;
  #diskFailed = false;
  /** Placements and changes that are not answered yet. */
  readonly #underWay = new Set<Promise<unknown>>();
  /** What the first leg of an entry or a close met here, by decision, the newest last; null where it left. */
  readonly #firsts = new Map<string, Denial | null>();
  readonly #latestOf: LatestOf;

  constructor(venues: Venues, clock: Clock, state: () => State, latestOf: LatestOf) {
    this.#venues = venues;
    this.#clock = clock;
    this.#state = state;
    this.#latestOf = latestOf;
  }

  /** Nothing that adds risk leaves from the next statement on. */
  latch(): void {
    if (!this.#latched) this.#latchedAt = this.#clock.now();
    this.#latched = true;
  }
  /** After a person reset the stop. */
  unlatch(): void {
    this.#latched = false;
  }
  failDisk(): void {
    this.latch();
    this.#diskFailed = true;
  }
  /**
   * Resolves once every order that has left by now was answered, `withinMs` at the latest. A stop that is acknowledged
   * then is one after which nothing arrives that left before it.
   */
  async landed(withinMs: number): Promise<void> {
    if (this.#underWay.size === 0) return;
    let callOff = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      callOff = this.#clock.after(withinMs, resolve);
    });
    await Promise.race([Promise.allSettled([...this.#underWay]), late]);
    callOff();
  }
  get latched(): boolean {
    return this.#latched || this.#diskFailed;
  }

  standing(): TradingState {
    const { phase, armed, stop } = this.#state();
    return tradingState({ phase, armed, stop: this.#latched ? {} : stop }, this.#diskFailed);
  }

  /**
   * Sends an order if it may leave at this very moment.
   * @param on the quote that it was approved on
   */
  async place(order: Approved<OrderRequest>, purpose: Purpose, on: Quote): Promise<Placed> {
    let wireAt: number | null = null;
    let denial: Denial | null = null;
    const mayStart = (): boolean => {
      denial = this.#lastHop(order, purpose, on);
      if (denial === null) wireAt = this.#clock.now();
      return denial === null;
    };
    const outcome = await this.#untilAnswered(this.#venues[order.leg].place(order, mayStart));
    return { outcome, wireAt, denial };
  }

  async #untilAnswered<T>(request: Promise<T>): Promise<T> {
    this.#underWay.add(request);
    try {
      return await request;
    } finally {
      this.#underWay.delete(request);
    }
  }

  #lastHop(order: OrderRequest, purpose: Purpose, on: Quote): Denial | null {
    const state = this.#state();
    const known = own(state.orders, order.clientOrderId);
    const isPaired = purpose === 'entry' || purpose === 'exit';
    const decision = known === undefined || !isPaired ? undefined : `${known.hedge}:${known.stamps.decided}`;
    const first = decision === undefined ? undefined : this.#firsts.get(decision);
    if (first != null && (purpose === 'entry' || isOfBounds(first))) return first;
    const denial = lastHop({
      state,
      at: this.#clock.now(),
      standing: this.standing(),
      latchedAt: this.#latchedAt,
      order,
      purpose,
      on,
      latest: this.#latestOf(order.coin),
      partnerLeft: first === null,
    });
    if (decision !== undefined && first === undefined) this.#remember(decision, denial);
    return denial;
  }

  #remember(decision: string, denial: Denial | null): void {
    this.#firsts.set(decision, denial);
    const [oldest] = this.#firsts.keys();
    if (this.#firsts.size > keptDecisions && oldest !== undefined) this.#firsts.delete(oldest);
  }

  /** Gives an order that rests other terms, if the one that replaces it may leave at this very moment. */
  async amend(resting: Resting, next: Approved<OrderRequest>, purpose: Purpose, on: Quote): Promise<Amended> {
    let wireAt: number | null = null;
    let denial: Denial | null = null;
    const mayStart = (): boolean => {
      denial = this.#lastHop(next, purpose, on);
      if (denial === null) wireAt ??= this.#clock.now();
      return denial === null;
    };
    const outcome = await this.#untilAnswered(this.#venues[next.leg].amend(resting, next, mayStart));
    return { outcome, wireAt, denial };
  }

  /** Cancels leave in every state but reconciling. */
  async cancel(leg: OrderRequest['leg'], order: OrderName): Promise<void> {
    if (mayLeave(this.standing(), 'cancel') === 'yes') await this.#venues[leg].cancel(order);
  }
}
