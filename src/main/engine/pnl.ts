/**
 * Results in KRW, from fills. Spot cash flows are KRW as they are; perpetual cash flows are USDT, turned into KRW at
 * the hedge's last USDT/KRW. What is still open is marked at the last spot bid and perpetual ask. Fees in another
 * currency than the leg's quote cannot be valued here and are listed beside the result.
 */
import { add, type Krw, notional, negate, relabel, subtract, sum, text, toKrw, type Usdt } from '../../shared/domain/units.ts';
import { legQuantity, ordersOf } from './legs.ts';
import type { Hedge, Order, State } from './state.ts';

export interface HedgeResult {
  /** Everything: what was booked plus what is open at the last marks, less fees. */
  readonly total: Krw;
  /** KRW that the spot leg cost so far, fees included: what the stop-loss is measured against. */
  readonly spotCost: Krw;
  readonly spotFees: Krw;
  readonly perpFees: Usdt;
  /** Fees taken in other currencies, not part of `total`: [currency, amount]. */
  readonly otherFees: readonly (readonly [string, string])[];
}

export function hedgeResult(state: State, hedge: Hedge): HedgeResult {
  const orders = ordersOf(state, hedge);
  const spot = orders.filter((order) => order.request.leg === 'spot');
  const perp = orders.filter((order) => order.request.leg === 'perp');
  const spotFees = relabel<'krw'>(feesIn(spot, 'KRW'));
  const perpFees = relabel<'usdt'>(feesIn(perp, 'USDT'));
  const spotMark = relabel<'krw'>(notional(hedge.marks.spotBid, legQuantity(orders, 'spot')));
  const perpMark = relabel<'usdt'>(notional(hedge.marks.perpAsk, legQuantity(orders, 'perp')));
  const spotResult = subtract(add(relabel<'krw'>(flow(spot)), spotMark), spotFees);
  const perpResult = subtract(subtract(relabel<'usdt'>(flow(perp)), perpMark), perpFees);
  const bought = relabel<'krw'>(sum(spot.filter((order) => order.request.side === 'buy').flatMap(amounts)));
  return {
    total: add(spotResult, toKrw(perpResult, hedge.fx)),
    spotCost: add(bought, spotFees),
    spotFees,
    perpFees,
    otherFees: orders.flatMap((order) =>
      order.fills.filter((fill) => fill.feeCurrency !== (order.request.leg === 'spot' ? 'KRW' : 'USDT')).map((fill) => [fill.feeCurrency, text(fill.fee)] as const),
    ),
  };
}

const amounts = (order: Order) => order.fills.map((fill) => notional(fill.price, fill.quantity));
/** Sales less purchases, in the leg's quote currency. */
const flow = (orders: readonly Order[]) =>
  sum(orders.flatMap((order) => amounts(order).map((amount) => (order.request.side === 'sell' ? amount : negate(amount)))));
const feesIn = (orders: readonly Order[], currency: string) =>
  sum(orders.flatMap((order) => order.fills.filter((fill) => fill.feeCurrency === currency).map((fill) => fill.fee)));
