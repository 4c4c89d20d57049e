/**
 * I8 in the moment an order leaves: the limits as they are by then, on prices that were shown lately and on what the
 * venues really hold. The partner of a leg that has left may still leave under what it was decided on.
 */
import type { Coin, HedgeId } from '../shared/domain/ids.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { text, toNumber } from '../shared/domain/units.ts';
import type { Book, Leg, OrderRequest } from '../shared/domain/venue.ts';
import type { Hedge, Order, State } from '../main/engine/state.ts';
import { exposureOf } from './reckoning.ts';
import type { Timeline } from './timeline.ts';
import type { Exchange } from './venue/exchange.ts';

export interface WireLimitsParts {
  readonly timeline: Timeline;
  readonly exchanges: Readonly<Record<Leg, Exchange>>;
  readonly fail: (invariant: string, what: string) => void;
}

interface Shown {
  readonly at: number;
  readonly bid: number;
  readonly ask: number;
}
/** What an entry was let in on. */
export interface Decision {
  readonly settings: Settings;
  /** KRW. */
  readonly capital: number;
}

/** Prices that are this old may still be the ones that an order was decided on. */
const lately = 20_000;
/** Prices between two looks, and results of what is open. */
const slack = 1.02;
/** Two ticks of the coarsest market. */
const ticksBps = 2;

export class WireLimits {
  readonly #parts: WireLimitsParts;
  readonly #shown = new Map<string, readonly Shown[]>();
  readonly #decisions = new Map<HedgeId, Decision>();
  /** When the entries that left were decided. */
  readonly #entered: number[] = [];

  constructor(parts: WireLimitsParts) {
    this.#parts = parts;
  }

  /** A process was given a book. */
  bookShown(leg: Leg, coin: Coin, book: Book): void {
    const [bid, ask] = [book.bids[0]?.price, book.asks[0]?.price];
    if (bid === undefined || ask === undefined) return;
    const { now } = this.#parts.timeline;
    const kept = this.#of(leg, coin).filter(({ at }) => at > now - lately);
    this.#shown.set(`${leg} ${coin}`, [...kept, { at: now, bid: toNumber(bid), ask: toNumber(ask) }]);
  }

  decided(hedge: HedgeId, decision: Decision): void {
    this.#decisions.set(hedge, decision);
  }

  /** @param isPartner the other leg of the entry has left */
  leaves(state: State, hedge: Hedge, order: Order, request: OrderRequest, isPartner: boolean): void {
    const { settings } = state;
    const decision = this.#decisions.get(hedge.id);
    const isLate = order.purpose === 'entry' && isPartner;
    this.#collar(isLate ? Math.max(settings.priceCollarBps, decision?.settings.priceCollarBps ?? 0) : settings.priceCollarBps, request);
    if (order.purpose !== 'entry' || isPartner) return;
    this.#pace(settings, order);
    this.#size(state, hedge, decision);
    const leverage = this.#parts.exchanges.perp.leverage.get(hedge.coin);
    if (leverage === undefined || leverage > Math.min(2, settings.leverage))
      this.#fail(`${hedge.id} left at a leverage of ${leverage ?? 'whatever it was'}, ${settings.leverage} is set`);
  }

  /** A person's single order that adds risk: its own size, the collar, how many there were. */
  leavesByHand(state: State, order: Order, request: OrderRequest): void {
    const { settings } = state;
    if (request.terms.type === 'limit') this.#collar(settings.priceCollarBps, request);
    if (order.replaces === undefined) this.#pace(settings, order);
    const { coin, terms, leg } = request;
    const cost =
      'cost' in terms
        ? toNumber(terms.cost)
        : toNumber(terms.quantity) * (terms.type === 'limit' ? worth(leg, toNumber(terms.price)) : this.#lowestAsk(coin) * slackLeast);
    if (cost > toNumber(settings.maxHedgeKrw) * slack)
      this.#fail(`${order.id} left by hand for ${cost} KRW, ${text(settings.maxHedgeKrw)} are allowed`);
    const leverage = this.#parts.exchanges.perp.leverage.get(coin);
    if (leg === 'perp' && (leverage === undefined || leverage > Math.min(2, settings.leverage)))
      this.#fail(`${order.id} left by hand at a leverage of ${leverage ?? 'whatever it was'}, ${settings.leverage} is set`);
  }

  /** No worse than the collar allows round some price that was shown while it was decided. */
  #collar(basisPoints: number, { terms, side, leg, coin, clientOrderId }: OrderRequest): void {
    if (terms.type !== 'limit') return;
    const part = (basisPoints + ticksBps) / 10_000;
    const limit = toNumber(terms.price);
    const isWithin = this.#of(leg, coin).some(({ bid, ask }) => (side === 'buy' ? limit <= ask * (1 + part) : limit >= bid * (1 - part)));
    if (!isWithin) this.#fail(`${clientOrderId} is limited to ${limit}, beyond the collar of ${basisPoints}`);
  }

  #pace(settings: Settings, { stamps: { decided } }: Order): void {
    this.#entered.push(decided);
    const minute = this.#entered.filter((at) => at > decided - 60_000 && at <= decided).length;
    if (minute > settings.maxEntriesPerMinute) this.#fail(`${minute} entries in a minute, ${settings.maxEntriesPerMinute} are allowed`);
    const day = this.#entered.filter((at) => dayOf(at) === dayOf(decided)).length;
    if (day > settings.maxEntriesPerDay) this.#fail(`${day} entries in a day, ${settings.maxEntriesPerDay} are allowed`);
  }

  #size(state: State, hedge: Hedge, decision: Decision | undefined): void {
    const { settings } = state;
    const ask = this.#lowestAsk(hedge.coin);
    const cost = toNumber(hedge.planned) * ask;
    if (cost > toNumber(settings.maxHedgeKrw) * (1 + 1e-9)) this.#fail(`${hedge.id} left for ${cost} KRW, ${text(settings.maxHedgeKrw)} are allowed`);
    if (decision === undefined) return this.#fail(`${hedge.id} left and was never decided`);
    const open = Object.values(state.hedges).filter((other) => other.phase !== 'flat' && other.id !== hedge.id);
    const position = (of: readonly Hedge[]): number =>
      of.reduce((all, other) => all + exposureOf(state, other, this.#parts.exchanges) * this.#lowestAsk(other.coin), cost);
    const whole = position(open) / decision.capital;
    if (whole > toNumber(settings.maxPositionRatio) * slack)
      this.#fail(`${hedge.id} left for a position of ${whole}, ${text(settings.maxPositionRatio)} is allowed`);
    const sameCoin = position(open.filter(({ coin }) => coin === hedge.coin)) / decision.capital;
    if (sameCoin > toNumber(settings.maxCoinPositionRatio) * slack)
      this.#fail(`${hedge.id} left for a position of ${sameCoin} in ${hedge.coin}, ${text(settings.maxCoinPositionRatio)} is allowed`);
  }

  #lowestAsk(coin: Coin): number {
    const asks = this.#of('spot', coin).map(({ ask }) => ask);
    return asks.length === 0 ? 0 : Math.min(...asks);
  }
  #of(leg: Leg, coin: Coin): readonly Shown[] {
    return this.#shown.get(`${leg} ${coin}`) ?? [];
  }
  #fail(what: string): void {
    this.#parts.fail('I8', what);
  }
}

/** A perpetual price in KRW, at the rate of the simulated market. */
const worth = (leg: Leg, at: number): number => (leg === 'spot' ? at : at * 1400);
/** Perpetual against spot: premiums stay within a tenth. */
const slackLeast = 0.9;

/** KST days since 1970. */
export const dayOf = (at: number): number => Math.floor((at + 32_400_000) / 86_400_000);
