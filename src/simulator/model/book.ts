/**
 * A price-time order book: anonymous depth that the market makes again and again, and the orders of simulated clients.
 *
 * 1. The book is never crossed: what would cross trades.
 * 2. At one price the older quantity trades first; an anonymous level keeps its place when it is made again.
 * 3. Anonymous quantity that a client took stays gone until the market makes the level again.
 * 4. What a trade takes from one side is what it gives to the other, exactly.
 */
import type { Notional, Price, Quantity, Ratio } from '../../shared/domain/units.ts';
import { excess, isZero, min, text } from '../../shared/domain/units.ts';
import type { Level } from '../venue.ts';
import { dropEmpty, type Entry, find, inPriority, insert, meet, merged, otherSide, reaches, remade, type Sides, walk } from './book-entries.ts';

export type Side = 'buy' | 'sell';

export interface Trade {
  readonly price: Price;
  readonly quantity: Quantity;
  /** The resting client order that it met; null for anonymous depth. */
  readonly maker: string | null;
}
/** What a client takes from the book, in coins (contracts) or in quote currency without the fee. */
export type Want = { readonly quantity: Quantity } | { readonly cost: Notional };
export interface MatchRequest {
  readonly side: Side;
  /** Worst acceptable price; null takes any. */
  readonly limit: Price | null;
  readonly want: Want;
  /** Takes at most this part of what is wanted, rounded down to the step; absent: all of it. */
  readonly fraction?: Ratio;
}
export interface MatchResult {
  /** In the order in which they happened. */
  readonly trades: readonly Trade[];
  readonly filled: Quantity;
  readonly cost: Notional;
}
export interface RestingOrder {
  readonly id: string;
  readonly side: Side;
  readonly price: Price;
  /** What is left of it. */
  readonly quantity: Quantity;
}
/** A resting client order was met by the market; it trades at its own price. */
export interface MakerFill {
  readonly id: string;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  /** What is left of the order; zero: it is gone from the book. */
  readonly left: Quantity;
}

export interface Book {
  /** Rises with every change. */
  readonly version: number;
  /** Best first, anonymous and client quantity together. */
  levels(side: Side, count?: number): readonly Level[];
  best(side: Side): Price | null;
  /** Whether an order of this side and price would trade at once. */
  crosses(side: Side, limit: Price): boolean;
  /** The client orders that such an order could meet, in the order in which it would: for self-trade prevention. */
  crossed(side: Side, limit: Price | null): readonly RestingOrder[];
  /** What `match` would do; nothing changes. */
  quote(request: MatchRequest): MatchResult;
  /** Takes from the other side of the book. What is not filled does not rest: that is a call of its own. */
  match(request: MatchRequest): MatchResult;
  /** @throws Error when the order would trade at once, its id rests already or nothing is left of it */
  rest(order: RestingOrder): void;
  resting(id: string): RestingOrder | undefined;
  readonly restingCount: number;
  /** Takes an order away. @returns what was left of it; undefined when it does not rest */
  cancel(id: string): Quantity | undefined;
  /** Leaves at most this much of an order, which keeps its place; zero takes it away. @returns false when it does not rest */
  reduce(id: string, quantity: Quantity): boolean;
  /**
   * Puts this anonymous depth, best first and not crossed, in place of the old. Client orders that it crosses trade
   * with it at their own prices.
   */
  remake(bids: readonly Level[], asks: readonly Level[]): readonly MakerFill[];
}

export interface BookHooks {
  /** Called after every change, inside the call that made it: note and return. */
  changed(): void;
  /** Called for each execution with the taker's side. */
  traded(price: Price, quantity: Quantity, takerSide: Side): void;
}

/** @param step smallest change of quantity: a want by cost is rounded down to it at each price */
export function createBook(step: Quantity, hooks?: BookHooks): Book {
  const sides: Sides = { anonymous: { buy: [], sell: [] }, clients: { buy: [], sell: [] } };
  let version = 0;
  let clock = 0;
  const changed = () => {
    version += 1;
    hooks?.changed();
  };
  const bestAgainst = (side: Side) => inPriority(sides, otherSide(side)).next().value;

  return {
    get version() {
      return version;
    },
    get restingCount() {
      return sides.clients.buy.length + sides.clients.sell.length;
    },
    levels: (side, count) => merged(inPriority(sides, side), count),
    best: (side) => inPriority(sides, side).next().value?.price ?? null,
    crosses: (side, limit) => {
      const best = bestAgainst(side);
      return best !== undefined && reaches(side, limit, best.price);
    },
    crossed: (side, limit) => {
      const against = otherSide(side);
      const met = sides.clients[against].filter((entry) => limit === null || reaches(side, limit, entry.price));
      return met.map((entry) => shown(against, entry));
    },
    quote: (request) => walk(sides, request, step).result,
    match: (request) => {
      const { result, met } = walk(sides, request, step);
      if (met.length === 0) return result;
      for (const { entry, quantity } of met) entry.quantity = excess(entry.quantity, quantity);
      dropEmpty(sides);
      for (const trade of result.trades) hooks?.traded(trade.price, trade.quantity, request.side);
      changed();
      return result;
    },
    rest: (order) => {
      checkRest(order, find(sides, order.id) !== undefined, bestAgainst(order.side)?.price);
      clock += 1;
      insert(sides, order, clock);
      changed();
    },
    resting: (id) => {
      const found = find(sides, id);
      return found === undefined ? undefined : shown(found.side, found.entry);
    },
    cancel: (id) => {
      const found = find(sides, id);
      if (found === undefined) return undefined;
      sides.clients[found.side].splice(found.index, 1);
      changed();
      return found.entry.quantity;
    },
    reduce: (id, quantity) => {
      const found = find(sides, id);
      if (found === undefined) return false;
      found.entry.quantity = min(found.entry.quantity, quantity);
      dropEmpty(sides);
      changed();
      return true;
    },
    remake: (bids, asks) => {
      clock += 1;
      sides.anonymous = { buy: remade(sides.anonymous.buy, bids, clock), sell: remade(sides.anonymous.sell, asks, clock) };
      const fills = [...meet('buy', sides.clients.buy, sides.anonymous.sell), ...meet('sell', sides.clients.sell, sides.anonymous.buy)];
      dropEmpty(sides);
      for (const fill of fills) hooks?.traded(fill.price, fill.quantity, otherSide(fill.side));
      changed();
      return fills;
    },
  };
}

const shown = (side: Side, entry: Entry): RestingOrder => ({ id: entry.id ?? '', side, price: entry.price, quantity: entry.quantity });

function checkRest(order: RestingOrder, restsAlready: boolean, bestAgainst: Price | undefined): void {
  if (isZero(order.quantity)) throw new Error(`Invariant: a resting order has something left, was ${order.id}`);
  if (restsAlready) throw new Error(`Invariant: an order rests once, was ${order.id}`);
  if (bestAgainst !== undefined && reaches(order.side, order.price, bestAgainst)) {
    throw new Error(`Invariant: a resting order does not cross, was ${order.side} at ${text(order.price)} against ${text(bestAgainst)}`);
  }
}
