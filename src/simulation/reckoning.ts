/**
 * What limits are measured on, reckoned anew in plain numbers from orders, fills and books: nothing of the engine's own
 * arithmetic is used, so that a wrong sum of it is seen. Differences in the ninth digit are rounding.
 */
import { own } from '../shared/domain/record.ts';
import { type Quantity, toNumber } from '../shared/domain/units.ts';
import type { Book, Leg, Side } from '../shared/domain/venue.ts';
import type { Quote } from '../main/engine/quote.ts';
import type { Hedge, Order, State } from '../main/engine/state.ts';
import type { Exchange } from './venue/exchange.ts';
import { filledOf } from './venue/true-order.ts';

export interface Prices {
  readonly spotBid: number;
  readonly perpAsk: number;
  readonly fx: number;
}
export interface Result {
  /** KRW, open legs at the prices, fees and funding in. */
  readonly total: number;
  readonly spotCost: number;
}

export const opensOf = ({ request }: Order): boolean => (request.leg === 'spot') === (request.side === 'buy');
const ordersOf = (state: State, hedge: Hedge): readonly Order[] => hedge.orders.flatMap((id) => own(state.orders, id) ?? []);

/** Coins that a leg holds by its fills, as the books have them or as `sizeOf` does. */
export function heldOn(state: State, hedge: Hedge, leg: Leg, sizeOf = (order: Order): Quantity => order.filled): number {
  const sizes = ordersOf(state, hedge).flatMap((order) => {
    const filled = toNumber(sizeOf(order));
    return order.request.leg === leg ? [opensOf(order) ? filled : -filled] : [];
  });
  return Math.max(0, rounded(sizes.reduce((all, size) => all + size, 0)));
}
const rounded = (value: number): number => Math.round(value * 1e10) / 1e10;

export function resultOf(state: State, hedge: Hedge, { spotBid, perpAsk, fx }: Prices): Result {
  const mark = { spot: spotBid, perp: perpAsk } as const;
  const cash = { spot: 0, perp: 0 };
  let bought = 0;
  let fees = 0;
  for (const { request, filled, fills } of ordersOf(state, hedge)) {
    const { leg, side } = request;
    let untold = toNumber(filled);
    let value = 0;
    for (const fill of fills) {
      value += toNumber(fill.price) * toNumber(fill.quantity);
      untold -= toNumber(fill.quantity);
      cash[leg] -= toNumber(fill.fee);
      if (leg === 'spot') fees += toNumber(fill.fee);
    }
    value += Math.max(0, rounded(untold)) * mark[leg];
    cash[leg] += side === 'sell' ? value : -value;
    if (leg === 'spot' && side === 'buy') bought += value;
  }
  const spot = cash.spot + heldOn(state, hedge, 'spot') * spotBid;
  const perp = cash.perp - heldOn(state, hedge, 'perp') * perpAsk + (hedge.funding === undefined ? 0 : toNumber(hedge.funding));
  return { total: spot + perp * fx, spotCost: bought + fees };
}

/** Average of taking a size from a book, of what there is where it holds less; its best price where nothing is taken. */
function taken(book: Book, side: Side, size: number): number | null {
  const levels = side === 'buy' ? book.asks : book.bids;
  const [best] = levels;
  if (best === undefined) return null;
  let left = size;
  let cost = 0;
  for (const level of levels) {
    const part = Math.min(left, toNumber(level.quantity));
    cost += part * toNumber(level.price);
    left = rounded(left - part);
  }
  return size === left ? toNumber(best.price) : cost / (size - left);
}

/** Middle of a book; null where a side is empty. */
function middle(book: Book): number | null {
  const [bid, ask] = [book.bids[0], book.asks[0]];
  return bid === undefined || ask === undefined ? null : (toNumber(bid.price) + toNumber(ask.price)) / 2;
}

/** Both books and what a USDT is worth. */
export interface Priced {
  readonly spot: Book;
  readonly perp: Book;
  readonly fx: number;
}
/** Null where one of them is missing or old: such prices are none. */
export function pricesOf({ legs, fx }: Quote, state: State, now: number): Priced | null {
  const { spot, perp } = legs;
  if (!spot.book.ok || !perp.book.ok || !fx.ok || !spot.rules.ok || !perp.rules.ok) return null;
  const { maxBookAgeMs, maxFxAgeMs } = state.settings;
  if (!(now - spot.book.value.at <= maxBookAgeMs) || !(now - perp.book.value.at <= maxBookAgeMs) || !(now - fx.value.at <= maxFxAgeMs)) return null;
  const rate = middle(fx.value);
  return rate === null ? null : { spot: spot.book.value, perp: perp.book.value, fx: rate };
}

export interface Whole extends Priced {
  readonly ask: number;
  readonly krw: number;
  readonly balance: number;
  readonly maintenance: number;
}
/** The same with both accounts, or null. */
export function wholeOf(quote: Quote, state: State, now: number): Whole | null {
  const { spot, perp } = quote.legs;
  const priced = pricesOf(quote, state, now);
  const ask = priced?.spot.asks[0];
  if (priced === null || ask === undefined || priced.perp.bids.length === 0 || !spot.holdings.ok || !perp.holdings.ok) return null;
  const { margin } = perp.holdings.value;
  if (margin === undefined) return null;
  const krw = spot.holdings.value.balances.filter(({ currency }) => currency === 'KRW');
  return {
    ...priced,
    ask: toNumber(ask.price),
    krw: krw.reduce((all, { free, locked }) => all + toNumber(free) + toNumber(locked), 0),
    balance: toNumber(margin.balance),
    maintenance: toNumber(margin.maintenance),
  };
}

/** What closing a hedge would get now; null where a side of a book is empty. */
export function closingPrices(state: State, hedge: Hedge, { spot, perp, fx }: Priced): Prices | null {
  const spotBid = taken(spot, 'sell', heldOn(state, hedge, 'spot'));
  const perpAsk = taken(perp, 'buy', heldOn(state, hedge, 'perp'));
  return spotBid === null || perpAsk === null ? null : { spotBid, perpAsk, fx };
}
export const lastPrices = ({ marks, fx }: Hedge): Prices => ({
  spotBid: toNumber(marks.spotBid),
  perpAsk: toNumber(marks.perpAsk),
  fx: toNumber(fx),
});

/** What a hedge holds or may come to hold, by what the venues really did and what is on its way to them. */
export function exposureOf(state: State, hedge: Hedge, exchanges: Readonly<Record<Leg, Exchange>>): number {
  const sizes = { spot: 0, perp: 0 };
  for (const order of ordersOf(state, hedge)) {
    const { leg, terms } = order.request;
    const truth = exchanges[leg].find(order.id);
    const isOver = order.state !== 'sending' && order.state !== 'open' && order.state !== 'unknown';
    const filled = isOver || truth === undefined ? toNumber(order.filled) : toNumber(filledOf(truth));
    if (!opensOf(order)) sizes[leg] -= filled;
    else sizes[leg] += isOver ? filled : Math.max(filled, toNumber('cost' in terms ? hedge.planned : terms.quantity));
  }
  return Math.max(0, sizes.spot, sizes.perp);
}
