/**
 * A price-time order book: anonymous depth that the market makes again and again, and the orders of simulated clients.
 *
 * 1. The book is never crossed: what would cross trades.
 * 2. At one price the older quantity trades first; an anonymous level keeps its place when it is made again.
 * 3. Anonymous quantity that a client took stays gone until the market makes the level again.
 * 4. What a trade takes from one side is what it gives to the other, exactly.
 */
import {
  add,
  compare,
  divide,
  excess,
  floorToStep,
  gt,
  gte,
  isZero,
  lte,
  min,
  type Notional,
  notional,
  type Price,
  type Quantity,
  type Ratio,
  scale,
  sign,
  subtract,
  sum,
  text,
  ZERO,
} from '../../shared/domain/units.ts';
import type { Level } from '../venue.ts';

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

interface Entry {
  readonly price: Price;
  quantity: Quantity;
  readonly since: number;
  /** null: anonymous. */
  readonly id: string | null;
}

const other = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');
const quiet: BookHooks = { changed: () => {}, traded: () => {} };

/** @param step smallest change of quantity: a want by cost is rounded down to it at each price */
export function createBook(step: Quantity, hooks: BookHooks = quiet): Book {
  let anonymous: Record<Side, Entry[]> = { buy: [], sell: [] };
  const clients: Record<Side, Entry[]> = { buy: [], sell: [] };
  let version = 0;
  let clock = 0;

  const changed = () => {
    version += 1;
    hooks.changed();
  };
  const find = (id: string): { side: Side; index: number; entry: Entry } | undefined => {
    for (const side of ['buy', 'sell'] as const) {
      const index = clients[side].findIndex((entry) => entry.id === id);
      const entry = clients[side][index];
      if (entry !== undefined) return { side, index, entry };
    }
    return undefined;
  };
  const shown = (side: Side, entry: Entry): RestingOrder => ({ id: entry.id ?? '', side, price: entry.price, quantity: entry.quantity });

  const walk = (request: MatchRequest): { result: MatchResult; met: readonly { entry: Entry; quantity: Quantity }[] } => {
    const met: { entry: Entry; quantity: Quantity }[] = [];
    let left = wanted(request, step);
    for (const entry of inPriority(other(request.side), anonymous, clients)) {
      if (request.limit !== null && !reaches(request.side, request.limit, entry.price)) break;
      const quantity = min(entry.quantity, takeable(left, entry.price, step));
      if (isZero(quantity)) break;
      met.push({ entry, quantity });
      left = less(left, entry.price, quantity);
    }
    const trades = met.map(({ entry, quantity }) => ({ price: entry.price, quantity, maker: entry.id }));
    const filled = sum(trades.map((trade) => trade.quantity));
    const cost = sum(trades.map((trade) => notional(trade.price, trade.quantity)));
    return { result: { trades, filled, cost }, met };
  };
  const dropEmpty = (side: Side) => {
    anonymous[side] = anonymous[side].filter((entry) => !isZero(entry.quantity));
    clients[side] = clients[side].filter((entry) => !isZero(entry.quantity));
  };

  return {
    get version() {
      return version;
    },
    levels: (side, count) => merged(inPriority(side, anonymous, clients), count ?? Number.POSITIVE_INFINITY),
    best: (side) => inPriority(side, anonymous, clients).next().value?.price ?? null,
    crosses: (side, limit) => {
      const best = inPriority(other(side), anonymous, clients).next().value;
      return best !== undefined && reaches(side, limit, best.price);
    },
    crossed: (side, limit) =>
      clients[other(side)].filter((entry) => limit === null || reaches(side, limit, entry.price)).map((entry) => shown(other(side), entry)),
    quote: (request) => walk(request).result,
    match: (request) => {
      const { result, met } = walk(request);
      for (const { entry, quantity } of met) entry.quantity = excess(entry.quantity, quantity);
      if (met.length === 0) return result;
      dropEmpty(other(request.side));
      for (const trade of result.trades) hooks.traded(trade.price, trade.quantity, request.side);
      changed();
      return result;
    },
    rest: (order) => {
      if (isZero(order.quantity)) throw new Error(`Invariant: a resting order has something left, was ${order.id}`);
      if (find(order.id) !== undefined) throw new Error(`Invariant: an order rests once, was ${order.id}`);
      const best = inPriority(other(order.side), anonymous, clients).next().value;
      if (best !== undefined && reaches(order.side, order.price, best.price)) {
        throw new Error(`Invariant: a resting order does not cross, was ${order.side} at ${text(order.price)} against ${text(best.price)}`);
      }
      clock += 1;
      const rows = clients[order.side];
      const behind = rows.findIndex((entry) => isBetter(order.side, order.price, entry.price));
      rows.splice(behind === -1 ? rows.length : behind, 0, { price: order.price, quantity: order.quantity, since: clock, id: order.id });
      changed();
    },
    resting: (id) => {
      const found = find(id);
      return found === undefined ? undefined : shown(found.side, found.entry);
    },
    get restingCount() {
      return clients.buy.length + clients.sell.length;
    },
    cancel: (id) => {
      const found = find(id);
      if (found === undefined) return undefined;
      clients[found.side].splice(found.index, 1);
      changed();
      return found.entry.quantity;
    },
    reduce: (id, quantity) => {
      const found = find(id);
      if (found === undefined) return false;
      found.entry.quantity = min(found.entry.quantity, quantity);
      dropEmpty(found.side);
      changed();
      return true;
    },
    remake: (bids, asks) => {
      clock += 1;
      anonymous = { buy: remade(anonymous.buy, bids, clock), sell: remade(anonymous.sell, asks, clock) };
      const fills = [...meet('buy', clients.buy, anonymous.sell), ...meet('sell', clients.sell, anonymous.buy)];
      dropEmpty('buy');
      dropEmpty('sell');
      for (const fill of fills) hooks.traded(fill.price, fill.quantity, other(fill.side));
      changed();
      return fills;
    },
  };
}

const isBetter = (side: Side, a: Price, b: Price): boolean => (side === 'buy' ? gt(a, b) : gt(b, a));
/** Whether a taker of this side and limit reaches a price on the other side. */
const reaches = (side: Side, limit: Price, at: Price): boolean => (side === 'buy' ? gte(limit, at) : lte(limit, at));

/** One side's entries, best price first, the older first at one price. Both inputs are in that order already. */
function* inPriority(side: Side, anonymous: Record<Side, readonly Entry[]>, clients: Record<Side, readonly Entry[]>): Generator<Entry, undefined> {
  const depth = anonymous[side];
  const orders = clients[side];
  let nextDepth = 0;
  for (const order of orders) {
    for (let entry = depth[nextDepth]; entry !== undefined && isAhead(side, entry, order); entry = depth[nextDepth]) {
      nextDepth += 1;
      if (!isZero(entry.quantity)) yield entry;
    }
    yield order;
  }
  for (let entry = depth[nextDepth]; entry !== undefined; entry = depth[nextDepth]) {
    nextDepth += 1;
    if (!isZero(entry.quantity)) yield entry;
  }
  return undefined;
}

function isAhead(side: Side, entry: Entry, order: Entry): boolean {
  const byPrice = compare(entry.price, order.price) * (side === 'buy' ? -1 : 1);
  return byPrice < 0 || (byPrice === 0 && entry.since < order.since);
}

function merged(entries: Iterable<Entry>, count: number): readonly Level[] {
  const levels: { price: Price; quantity: Quantity }[] = [];
  for (const entry of entries) {
    const last = levels.at(-1);
    // Canonical text: equal prices are identical.
    if (last !== undefined && last.price === entry.price) last.quantity = add(last.quantity, entry.quantity);
    else if (levels.length >= count) break;
    else levels.push({ price: entry.price, quantity: entry.quantity });
  }
  return levels;
}

function remade(old: readonly Entry[], levels: readonly Level[], clock: number): Entry[] {
  const since = new Map(old.map((entry) => [entry.price, entry.since]));
  return levels.map(({ price, quantity }) => ({ price, quantity, since: since.get(price) ?? clock, id: null }));
}

/** Client orders of one side against the anonymous depth of the other, in priority. */
function meet(side: Side, orders: readonly Entry[], depth: readonly Entry[]): MakerFill[] {
  const fills: MakerFill[] = [];
  for (const order of orders) {
    let taken = ZERO;
    for (const entry of depth) {
      if (!reaches(side, order.price, entry.price)) break;
      const quantity = min(excess(order.quantity, taken), entry.quantity);
      entry.quantity = excess(entry.quantity, quantity);
      taken = add(taken, quantity);
    }
    order.quantity = excess(order.quantity, taken);
    if (sign(taken) > 0) fills.push({ id: order.id ?? '', side, price: order.price, quantity: taken, left: order.quantity });
  }
  return fills;
}

function wanted({ want, fraction }: MatchRequest, step: Quantity): Want {
  if (fraction === undefined) return want;
  return 'cost' in want ? { cost: scale(want.cost, fraction) } : { quantity: floorToStep(scale(want.quantity, fraction), step) };
}

function takeable(left: Want, at: Price, step: Quantity): Quantity {
  if ('quantity' in left) return left.quantity;
  // Twenty digits are more than any step has, and rounding down never takes too much.
  return floorToStep(divide<'quantity'>(left.cost, at, 20, 'down'), step);
}

function less(left: Want, at: Price, quantity: Quantity): Want {
  if ('quantity' in left) return { quantity: excess(left.quantity, quantity) };
  return { cost: subtract(left.cost, notional(at, quantity)) };
}
