/**
 * What the perpetual venue paid or took for holding the short (spec S6.9), shared among the hedges of the coin by what
 * each was short at that moment.
 */
import type { Coin, HedgeId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import {
  add,
  divide,
  gap,
  gt,
  magnitude,
  type Quantity,
  relabel,
  scale,
  sign,
  type SignedQuantity,
  subtract,
  sum,
  type Usdt,
  ZERO,
  zero,
} from '../../../shared/domain/units.ts';
import type { FundingPayment } from '../../../shared/domain/venue.ts';
import { handOrders } from '../by-hand.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { opens, ordersOf } from '../legs.ts';
import { type Hedge, legVenue, type Order, type State } from '../state.ts';

/** Payments of a coin come oldest first, one at a time: what is not newer than the newest booked one is known. */
export function fundingRead(draft: Draft, { coin, payments }: InputOf<'fundingRead'>): void {
  for (const payment of payments.toSorted((a, b) => a.at - b.at)) {
    if (payment.at <= (own(draft.state.fundedAt, coin) ?? 0)) continue;
    const hedges = Object.values(draft.state.hedges).filter((hedge) => hedge.coin === coin);
    draft.add({ kind: 'fundingPaid', coin, payment, shares: sharesOf(draft.state, hedges, coin, payment) });
  }
}

function sharesOf(state: State, hedges: readonly Hedge[], coin: Coin, { at, amount }: FundingPayment): Readonly<Record<HedgeId, Usdt>> {
  const short = hedges.map((hedge) => ({ id: hedge.id, quantity: shortAt(state, hedge, at) })).filter(({ quantity }) => gt(quantity, ZERO));
  const [first, ...others] = short;
  if (first === undefined) return {};
  const byHand = handShortAt(state, coin, at);
  const total = add(sum(short.map(({ quantity }) => quantity)), byHand);
  const shareOf = (quantity: Quantity): Usdt => scale(amount, divide<'ratio'>(quantity, total, 12, 'down'));
  const rest = others.map(({ id, quantity }) => [id, shareOf(quantity)] as const);
  // The first takes what rounding leaves, so that all shares, the one of what was sold by hand too, add up to the payment.
  const left = subtract(amount, sum([...rest.map(([, share]) => share), shareOf(byHand)]));
  return Object.fromEntries([[first.id, left], ...rest]) as Readonly<Record<HedgeId, Usdt>>;
}

/** By the times of its trades, which like the payment's are the venue's. */
const shortAt = (state: State, hedge: Hedge, at: number): Quantity => aboveZero(soldBy(ordersOf(state, hedge), at));

const aboveZero = (net: SignedQuantity): Quantity => (sign(net) > 0 ? magnitude(net) : ZERO);

/** Sold by hand and not bought back by then; what its orders left in the book is from long before. */
function handShortAt(state: State, coin: Coin, at: number): Quantity {
  const live = handOrders(state).filter(({ request }) => request.coin === coin);
  const covered = sum(live.map((order) => order.covered ?? ZERO));
  const book = own(state.byHand.book[legVenue.perp] ?? {}, coin) ?? zero<'signedQuantity'>();
  return aboveZero(add(subtract(soldBy(live, at), book), relabel<'signedQuantity'>(covered)));
}

/** Perpetual sold less bought until then. */
function soldBy(orders: readonly Order[], at: number): SignedQuantity {
  const perp = orders.filter((order) => order.request.leg === 'perp');
  const before = (does: 'opens' | 'closes'): Quantity =>
    sum(
      perp
        .filter((order) => opens(order) === (does === 'opens'))
        .flatMap((order) => order.fills.filter((fill) => fill.at <= at).map((fill) => fill.quantity)),
    );
  return gap(before('opens'), before('closes'));
}
