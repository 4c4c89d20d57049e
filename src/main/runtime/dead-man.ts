/**
 * The dead-man's switch (spec S7.7): while an order of ours may rest at the perpetual venue, the venue counts down to
 * canceling all that is open in that coin, and we start it anew long before it is over. Where this console dies, stands still
 * or loses the network, nothing of ours rests on unwatched.
 *
 * 1. 120 s, started anew every 30 s; after a failure every 5 s, with an alarm. Ended when nothing of ours rests.
 * 2. It would cancel orders of others too: while one is open in the coin it is off, with an alarm. That is looked at before
 *    each start, and at once when the stream tells of somebody else's order.
 * 3. Conditional orders are not counted down for: the venue keeps them apart, and they are there for when nobody watches.
 * 4. A console that ends leaves the countdown running, and so does one whose disk failed: what it no longer watches is
 *    canceled. The next process takes it over, or ends it where nothing of ours rests any more. What the venue canceled is
 *    found by stream and lookups like any other end of an order.
 */
import type { VenueView } from '../../shared/contract/parts.ts';
import type { Failure } from '../../shared/domain/failure.ts';
import type { Coin } from '../../shared/domain/ids.ts';
import { isConditional, mayRest } from '../../shared/domain/venue.ts';
import { isInFlight } from '../engine/legs.ts';
import type { Order, State } from '../engine/state.ts';
import type { AccountOrder, VenuePort } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import type { Loop } from './loop.ts';

const countdownMs = 120_000;
const renewMs = 30_000;
const retryMs = 5_000;

export type DeadManView = NonNullable<VenueView['deadMan']>;

export interface DeadManParts {
  readonly venue: VenuePort;
  readonly clock: Clock;
  readonly loop: () => Loop;
  /** Asked before each start: true where this console may not answer for its orders any more. */
  readonly isHeld: () => boolean;
}

/** The countdown of one coin. */
interface Guard {
  readonly coin: Coin;
  stands: 'off' | 'running' | 'blocked' | 'failed';
  /** When the venue cancels unless it is told otherwise, as far as we know; null where it does not count. */
  until: number | null;
  /** When the last countdown that may have reached the venue is over. */
  overAt: number;
  isBusy: boolean;
  /** Something happened while it was busy. */
  again: boolean;
  callOff: () => void;
}

const worst = ['failed', 'blocked', 'running', 'off'] as const;

export class DeadMan {
  readonly #parts: DeadManParts;
  readonly #guards = new Map<Coin, Guard>();
  /** Coins in which a countdown of the process before this one may still run. */
  readonly #inherited = new Set<Coin>();
  #seen: { readonly orders: State['orders']; readonly phase: State['phase'] } | null = null;
  #closed = false;

  constructor(parts: DeadManParts) {
    this.#parts = parts;
  }

  /** Called after each step; looks at orders only where they changed. */
  readonly follow = ({ orders, phase }: State): void => {
    if (this.#closed || (this.#seen?.orders === orders && this.#seen.phase === phase)) return;
    this.#seen = { orders, phase };
    const coins = restingCoins(orders);
    // Before the venues were read it is not known what still rests, only what the process before this one counted down for.
    if (phase !== 'ready') {
      for (const coin of coins) this.#inherited.add(coin);
      return;
    }
    for (const coin of this.#inherited) if (!coins.has(coin)) this.#guard(coin);
    for (const coin of coins) if (!this.#guards.has(coin)) this.#look(this.#guard(coin));
    for (const guard of this.#guards.values()) if (!coins.has(guard.coin)) this.#look(guard);
  };

  /** Somebody else's order did something at the venue. */
  readonly saw = ({ coin }: { readonly coin: Coin }): void => {
    const guard = this.#guards.get(coin);
    if (guard !== undefined && !this.#closed) this.#look(guard);
  };

  /** As a person sees it: the worst of all coins, and the earliest end. */
  get view(): DeadManView {
    const guards = [...this.#guards.values()];
    const now = this.#parts.clock.now();
    const ends = guards.flatMap(({ until }) => (until === null || until <= now ? [] : [Math.round(until)]));
    return {
      state: worst.find((state) => guards.some(({ stands }) => stands === state)) ?? 'off',
      until: ends.length === 0 ? null : Math.min(...ends),
    };
  }

  /** Nothing is sent any more; what the venue counts it goes on counting. */
  close(): void {
    this.#closed = true;
    for (const guard of this.#guards.values()) guard.callOff();
    this.#guards.clear();
  }

  #guard(coin: Coin): Guard {
    const overAt = this.#inherited.delete(coin) ? this.#parts.clock.now() + countdownMs : 0;
    const made: Guard = { coin, stands: 'off', until: null, overAt, isBusy: false, again: false, callOff: () => undefined };
    this.#guards.set(coin, made);
    return made;
  }

  #look(guard: Guard): void {
    guard.callOff();
    guard.again = true;
    if (!guard.isBusy) this.#parts.loop().watch(this.#run(guard));
  }

  async #run(guard: Guard): Promise<void> {
    guard.isBusy = true;
    while (guard.again && !this.#closed) {
      guard.again = false;
      const rests = restingCoins(this.#parts.loop().state.orders).has(guard.coin);
      if (rests) await this.#keep(guard);
      else await this.#end(guard);
    }
    guard.isBusy = false;
    if (this.#closed || !this.#guards.has(guard.coin)) return;
    const pauseMs = guard.stands === 'failed' || (guard.stands === 'blocked' && guard.overAt !== 0) ? retryMs : renewMs;
    guard.callOff = this.#parts.clock.after(pauseMs, () => this.#look(guard));
  }

  async #keep(guard: Guard): Promise<void> {
    const { venue, clock, loop, isHeld } = this.#parts;
    if (isHeld()) {
      guard.stands = 'off';
      return;
    }
    const open = await venue.openOrders(guard.coin);
    if (this.#closed) return;
    if (!open.ok) return this.#failed(guard, open.failure);
    const other = open.value.find(({ clientId }) => !Object.hasOwn(loop().state.orders, clientId));
    if (other !== undefined) return this.#block(guard, other);
    const sentAt = clock.now();
    const failure = await this.#send(guard, countdownMs);
    if (this.#closed) return;
    const overAt = sentAt + countdownMs;
    if (failure === null || failure.outcome === 'unknown') guard.overAt = overAt;
    if (failure?.outcome === 'unknown') guard.until ??= overAt;
    if (failure !== null) return this.#failed(guard, failure);
    guard.stands = 'running';
    guard.until = overAt;
    this.#over(guard, 'failed');
    this.#over(guard, 'off');
  }

  /** Somebody else's order is open: the countdown must not run. */
  async #block(guard: Guard, { clientId, venueOrderId }: AccountOrder): Promise<void> {
    guard.stands = 'blocked';
    const { loop, venue } = this.#parts;
    const order = clientId === '' ? venueOrderId : clientId;
    const detail = `${venue.venue}'s countdown is off in ${guard.coin}: order ${order} is not ours and would be canceled too`;
    const values = { venue: venue.venue, coin: guard.coin, order };
    loop().submit({ kind: 'alarm', key: keyOf('off', guard.coin), code: 'DEAD_MAN_OFF', severity: 'warning', detail, values });
    this.#over(guard, 'failed');
    await this.#stopCounting(guard);
  }

  /** Nothing of ours rests: the countdown ends, for it might meet orders of others. */
  async #end(guard: Guard): Promise<void> {
    await this.#stopCounting(guard);
    if (this.#closed) return;
    guard.stands = guard.overAt === 0 ? 'off' : 'failed';
    this.#over(guard, 'off');
    this.#over(guard, 'failed');
    if (guard.overAt === 0) this.#guards.delete(guard.coin);
  }

  async #stopCounting(guard: Guard): Promise<void> {
    const isCounting = this.#parts.clock.now() < guard.overAt;
    const failure = isCounting ? await this.#send(guard, 0) : null;
    if (failure !== null) return;
    guard.until = null;
    guard.overAt = 0;
  }

  async #send(guard: Guard, ms: number): Promise<Failure | null> {
    const answer = await this.#parts.venue.countdownCancelAll?.(guard.coin, ms);
    return answer === undefined || answer.ok ? null : answer.failure;
  }

  #failed(guard: Guard, { said }: Failure): void {
    guard.stands = 'failed';
    const { loop, venue } = this.#parts;
    const detail = `${venue.venue}'s countdown in ${guard.coin} was not started anew: ${said}`;
    const values = { venue: venue.venue, coin: guard.coin, said };
    loop().submit({ kind: 'alarm', key: keyOf('failed', guard.coin), code: 'DEAD_MAN_FAILED', severity: 'warning', detail, values });
  }

  #over({ coin }: Guard, what: 'off' | 'failed'): void {
    const key = keyOf(what, coin);
    const { loop } = this.#parts;
    if (Object.hasOwn(loop().state.alarms, key)) loop().submit({ kind: 'alarmOver', key });
  }
}

/** Whether the venue cancels the order once nobody starts the countdown anew, as far as our alarms tell. */
export const isCountedDown = ({ alarms }: State, order: Order): boolean =>
  isGuarded(order) && !Object.hasOwn(alarms, keyOf('off', order.request.coin));

const keyOf = (what: 'off' | 'failed', coin: Coin): string => `deadMan:${what}:${coin}`;

const restingCoins = (orders: State['orders']): ReadonlySet<Coin> =>
  new Set(Object.values(orders).flatMap((order) => (isGuarded(order) ? [order.request.coin] : [])));

/** An order that may lie open at the perpetual venue by itself, from the moment it may have left. */
const isGuarded = (order: Order): boolean =>
  order.request.leg === 'perp' && isInFlight(order) && mayRest(order.request.terms) && !isConditional(order.request.terms);
