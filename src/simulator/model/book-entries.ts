/**
 * What lies in a price-time book: anonymous entries, one a price, and one entry for each client order. Both lists of a
 * side are kept in priority: best price first, the older first at one price.
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
  notional,
  type Price,
  type Quantity,
  scale,
  sign,
  subtract,
  sum,
  ZERO,
} from '../../shared/domain/units.ts';
import type { Level } from '../venue.ts';
import type { MakerFill, MatchRequest, MatchResult, RestingOrder, Side, Want } from './book.ts';

export interface Entry {
  readonly price: Price;
  /** Zero only until the call that took the rest of it ends. Decimals are canonical, so `===` compares them. */
  quantity: Quantity;
  /** The smaller is the older. */
  readonly since: number;
  /** null: anonymous. */
  readonly id: string | null;
}
export interface Sides {
  anonymous: Record<Side, Entry[]>;
  readonly clients: Record<Side, Entry[]>;
}

export const otherSide = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');
const isBetter = (side: Side, a: Price, b: Price): boolean => (side === 'buy' ? gt(a, b) : gt(b, a));
/** Whether a taker of this side and limit reaches a price on the other side. */
export const reaches = (side: Side, limit: Price, at: Price): boolean => (side === 'buy' ? gte(limit, at) : lte(limit, at));

/** One side's entries, best price first, the older first at one price. */
export function* inPriority({ anonymous, clients }: Sides, side: Side): Generator<Entry, undefined> {
  const depth = anonymous[side];
  const orders = clients[side];
  let nextDepth = 0;
  for (const order of orders) {
    for (let entry = depth[nextDepth]; entry !== undefined && isAhead(side, entry, order); entry = depth[nextDepth]) {
      nextDepth += 1;
      if (entry.quantity !== ZERO) yield entry;
    }
    yield order;
  }
  for (let entry = depth[nextDepth]; entry !== undefined; entry = depth[nextDepth]) {
    nextDepth += 1;
    if (entry.quantity !== ZERO) yield entry;
  }
  return undefined;
}

function isAhead(side: Side, entry: Entry, order: Entry): boolean {
  const byPrice = compare(entry.price, order.price) * (side === 'buy' ? -1 : 1);
  return byPrice < 0 || (byPrice === 0 && entry.since < order.since);
}

/** Adds up what stands at one price. @param count most levels; absent: all */
export function merged(entries: Iterable<Entry>, count?: number): readonly Level[] {
  const levels: { price: Price; quantity: Quantity }[] = [];
  for (const entry of entries) {
    const last = levels.at(-1);
    // Canonical text: equal prices are identical.
    if (last !== undefined && last.price === entry.price) last.quantity = add(last.quantity, entry.quantity);
    else if (levels.length === count) break;
    else levels.push({ price: entry.price, quantity: entry.quantity });
  }
  return levels;
}

/** Levels made again keep the place of those they replace at the same price. */
export function remade(old: readonly Entry[], levels: readonly Level[], clock: number): Entry[] {
  const since = new Map(old.map((entry) => [entry.price, entry.since]));
  return levels.map(({ price, quantity }) => ({ price, quantity, since: since.get(price) ?? clock, id: null }));
}

/** Client orders of one side against the anonymous depth of the other, in priority. */
export function meet(side: Side, orders: readonly Entry[], depth: readonly Entry[]): MakerFill[] {
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

/** Puts a client order behind all others at its price. */
export function insert({ clients }: Sides, order: RestingOrder, since: number): void {
  const rows = clients[order.side];
  const behind = rows.findIndex((entry) => isBetter(order.side, order.price, entry.price));
  rows.splice(behind === -1 ? rows.length : behind, 0, { price: order.price, quantity: order.quantity, since, id: order.id });
}

export function find({ clients }: Sides, id: string): { side: Side; index: number; entry: Entry } | undefined {
  for (const side of ['buy', 'sell'] as const) {
    const index = clients[side].findIndex((entry) => entry.id === id);
    const entry = clients[side][index];
    if (entry !== undefined) return { side, index, entry };
  }
  return undefined;
}

export function dropEmpty(sides: Sides): void {
  for (const side of ['buy', 'sell'] as const) {
    for (const rows of [sides.anonymous[side], sides.clients[side]]) {
      for (let index = rows.length - 1; index >= 0; index -= 1) {
        const entry = rows[index];
        if (entry?.quantity === ZERO) rows.splice(index, 1);
      }
    }
  }
}

/** What a request would take, entry by entry; nothing changes. */
export function walk(
  sides: Sides,
  request: MatchRequest,
  step: Quantity,
): { result: MatchResult; met: readonly { entry: Entry; quantity: Quantity }[] } {
  const met: { entry: Entry; quantity: Quantity }[] = [];
  let left = wanted(request, step);
  for (const entry of inPriority(sides, otherSide(request.side))) {
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
}
