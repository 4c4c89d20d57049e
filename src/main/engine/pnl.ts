/**
 * Results in KRW, from fills. Spot cash flows are KRW as they are; perpetual cash flows are USDT, turned into KRW at
 * the hedge's last USDT/KRW. What is still open is marked at the last spot bid and perpetual ask, and so is what a
 * venue says it filled until its trades are known: an answer comes before its trades, and a purchase without a price
 * must not look like a loss of everything.
 *
 * Every fee that was taken counts. One in the hedge's own coin is valued at the hedge's marks. For any other currency there
 * is no price here that stays the same once the hedge is flat: such a fee counts as `assumedFee` of its trade's value,
 * which is more than either venue takes.
 */
import type { Coin } from '../../shared/domain/ids.ts';
import {
  add,
  excess,
  type Krw,
  type Notional,
  notional,
  negate,
  type Price,
  ratio,
  relabel,
  scale,
  subtract,
  sum,
  text,
  toKrw,
  type Usdt,
  zero,
} from '../../shared/domain/units.ts';
import type { Fill, Leg } from '../../shared/domain/venue.ts';
import { legQuantity, ordersOf } from './legs.ts';
import type { Hedge, Order, State } from './state.ts';

export interface HedgeResult {
  /** Everything: what was booked plus what is open at the last marks, less fees. */
  readonly total: Krw;
  /** KRW that the spot leg cost so far, fees included: what the stop-loss is measured against. */
  readonly spotCost: Krw;
  readonly spotFees: Krw;
  readonly perpFees: Usdt;
  /** Paid for holding the short, less what was taken; part of `total`. */
  readonly funding: Usdt;
  /** Fees taken in other currencies, as they were taken: [currency, amount]. `total` has them at what they are worth. */
  readonly otherFees: readonly (readonly [string, string])[];
}

/** Of a trade's value; the venues' highest taker rates are half of it. */
const assumedFee = ratio('0.001');
const quoteOf: Readonly<Record<Leg, string>> = { spot: 'KRW', perp: 'USDT' };

export function hedgeResult(state: State, hedge: Hedge): HedgeResult {
  const orders = ordersOf(state, hedge);
  const spot = orders.filter((order) => order.request.leg === 'spot');
  const perp = orders.filter((order) => order.request.leg === 'perp');
  const spotFees = relabel<'krw'>(feesIn(spot, quoteOf.spot));
  const perpFees = relabel<'usdt'>(feesIn(perp, quoteOf.perp));
  const spotPaid = add(spotFees, relabel<'krw'>(otherFees(spot, hedge.coin, hedge.marks.spotBid)));
  const perpPaid = add(perpFees, relabel<'usdt'>(otherFees(perp, hedge.coin, hedge.marks.perpAsk)));
  const spotMark = relabel<'krw'>(notional(hedge.marks.spotBid, legQuantity(orders, 'spot')));
  const perpMark = relabel<'usdt'>(notional(hedge.marks.perpAsk, legQuantity(orders, 'perp')));
  const spotResult = subtract(add(relabel<'krw'>(flow(spot, hedge.marks.spotBid)), spotMark), spotPaid);
  const perpResult = subtract(subtract(relabel<'usdt'>(flow(perp, hedge.marks.perpAsk)), perpMark), perpPaid);
  const funding = hedge.funding ?? zero<'usdt'>();
  const bought = relabel<'krw'>(sum(spot.filter((order) => order.request.side === 'buy').map((order) => turnover(order, hedge.marks.spotBid))));
  return {
    total: add(spotResult, toKrw(add(perpResult, funding), hedge.fx)),
    spotCost: add(bought, spotFees),
    spotFees,
    perpFees,
    funding,
    otherFees: orders.flatMap((order) => inOther(order).map((fill) => [fill.feeCurrency, text(fill.fee)] as const)),
  };
}

/** Price times quantity of all that filled; at the mark where the trades are not known yet. */
function turnover(order: Order, mark: Price): Notional {
  const unpriced = excess(order.filled, sum(order.fills.map((fill) => fill.quantity)));
  return sum([...order.fills.map((fill) => notional(fill.price, fill.quantity)), notional(mark, unpriced)]);
}
/** Sales less purchases, in the leg's quote currency. */
const flow = (orders: readonly Order[], mark: Price): Notional =>
  sum(orders.map((order) => (order.request.side === 'sell' ? turnover(order, mark) : negate(turnover(order, mark)))));
const feesIn = (orders: readonly Order[], currency: string) =>
  sum(orders.flatMap((order) => order.fills.filter((fill) => fill.feeCurrency === currency).map((fill) => fill.fee)));
const inOther = ({ request, fills }: Order): readonly Fill[] => fills.filter((fill) => fill.feeCurrency !== quoteOf[request.leg]);
/** In the leg's quote currency. */
const otherFees = (orders: readonly Order[], coin: Coin, mark: Price): Notional =>
  sum(
    orders.flatMap(inOther).map((fill) => (fill.feeCurrency === coin ? feeAt(mark, fill) : scale(notional(fill.price, fill.quantity), assumedFee))),
  );
const feeAt = (mark: Price, { fee }: Fill): Notional => notional(mark, relabel<'quantity'>(fee));
