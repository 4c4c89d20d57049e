/**
 * The one door to the wire. Every order of every kind leaves here and nowhere else.
 *
 * 1. What may leave is checked again synchronously right before the request starts, against the state of that moment.
 * 2. The stop is a latch in memory: it closes the door before disk, network or screen hear of it.
 * 3. With the disk failed only cancels leave.
 * 4. What adds risk leaves soon after it was decided or never: a slow disk or a full quota may have held it up for
 *    seconds, and a stop that came meanwhile recalls it even when it was reset. The partner of a leg that has left still may.
 */
import type { HedgeId } from '../../shared/domain/ids.ts';
import { own } from '../../shared/domain/record.ts';
import type { OrderRequest } from '../../shared/domain/venue.ts';
import type { Approved } from '../engine/approved.ts';
import type { PlaceOutcome } from '../engine/outcome.ts';
import { leavingOf, mayLeave, type TradingState, tradingState } from '../engine/risk/permission.ts';
import type { Purpose, State } from '../engine/state.ts';
import type { AmendResult, OrderName, Resting } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import type { Venues } from './venues.ts';

export interface Placed {
  readonly outcome: PlaceOutcome;
  /** When the request started; null when it never did. */
  readonly wireAt: number | null;
}

export class Door {
  readonly #venues: Venues;
  readonly #clock: Clock;
  readonly #state: () => State;
  #latched = false;
  /** When the latch last closed, by our clock. */
  #latchedAt = 0;
  #diskFailed = false;
  /** The hedge whose entry was the last to leave. */
  #entered: HedgeId | null = null;

  constructor(venues: Venues, clock: Clock, state: () => State) {
    this.#venues = venues;
    this.#clock = clock;
    this.#state = state;
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
  get latched(): boolean {
    return this.#latched || this.#diskFailed;
  }

  standing(): TradingState {
    const { phase, armed, stop } = this.#state();
    return tradingState({ phase, armed, stop: this.#latched ? {} : stop }, this.#diskFailed);
  }

  /** Sends an order if it may leave at this very moment. */
  async place(order: Approved<OrderRequest>, purpose: Purpose): Promise<Placed> {
    let wireAt: number | null = null;
    const mayStart = (): boolean => {
      if (mayLeave(this.standing(), leavingOf(purpose)) !== 'yes' || !this.#isTimely(order, purpose)) return false;
      wireAt = this.#clock.now();
      return true;
    };
    const outcome = await this.#venues[order.leg].place(order, mayStart);
    return { outcome, wireAt };
  }

  /** Whether what an order was decided on still holds: its prices, and that nobody has stopped since. */
  #isTimely({ clientOrderId }: OrderRequest, purpose: Purpose): boolean {
    if (leavingOf(purpose) === 'unwind') return true;
    const { orders, settings } = this.#state();
    const order = own(orders, clientOrderId);
    if (order === undefined) return false;
    const { decided } = order.stamps;
    if (decided <= this.#latchedAt) return false;
    // A leg without its partner is worse than one on prices of a moment ago.
    const isPartner = purpose === 'entry' && this.#entered === order.hedge;
    if (!isPartner && this.#clock.now() - decided > settings.maxBookAgeMs) return false;
    if (purpose === 'entry') this.#entered = order.hedge;
    return true;
  }

  /** Gives an order that rests other terms, if the one that replaces it may leave at this very moment. */
  async amend(resting: Resting, next: Approved<OrderRequest>, purpose: Purpose): Promise<AmendResult> {
    return this.#venues[next.leg].amend(resting, next, () => mayLeave(this.standing(), leavingOf(purpose)) === 'yes');
  }

  /** Cancels leave in every state but reconciling. */
  async cancel(leg: OrderRequest['leg'], order: OrderName): Promise<void> {
    if (mayLeave(this.standing(), 'cancel') === 'yes') await this.#venues[leg].cancel(order);
  }
}
