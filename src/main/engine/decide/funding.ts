/**
 * What the perpetual venue paid or took for holding the short (spec S6.9), shared among the hedges of the coin by what
 * each was short at that moment.
 */
import type { HedgeId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { divide, excess, gt, type Quantity, scale, subtract, sum, type Usdt, ZERO } from '../../../shared/domain/units.ts';
import type { FundingPayment } from '../../../shared/domain/venue.ts';
import type { Draft } from '../draft.ts';
import type { InputOf } from '../inputs.ts';
import { opens, ordersOf } from '../legs.ts';
import type { Hedge, State } from '../state.ts';

/** Payments of a coin come oldest first, one at a time: what is not newer than the newest booked one is known. */
export function fundingRead(draft: Draft, { coin, payments }: InputOf<'fundingRead'>): void {
  for (const payment of payments.toSorted((a, b) => a.at - b.at)) {
    if (payment.at <= (own(draft.state.fundedAt, coin) ?? 0)) continue;
    const hedges = Object.values(draft.state.hedges).filter((hedge) => hedge.coin === coin);
    draft.add({ kind: 'fundingPaid', coin, payment, shares: sharesOf(draft.state, hedges, payment) });
  }
}

function sharesOf(state: State, hedges: readonly Hedge[], { at, amount }: FundingPayment): Readonly<Record<HedgeId, Usdt>> {
  const short = hedges.map((hedge) => ({ id: hedge.id, quantity: shortAt(state, hedge, at) })).filter(({ quantity }) => gt(quantity, ZERO));
  const [first, ...others] = short;
  if (first === undefined) return {};
  const total = sum(short.map(({ quantity }) => quantity));
  const rest = others.map(({ id, quantity }) => [id, scale(amount, divide<'ratio'>(quantity, total, 12, 'down'))] as const);
  // The first takes what rounding leaves, so that the shares add up to the payment.
  const left = subtract(amount, sum(rest.map(([, share]) => share)));
  return Object.fromEntries([[first.id, left], ...rest]) as Readonly<Record<HedgeId, Usdt>>;
}

/** By the times of its trades, which like the payment's are the venue's. */
function shortAt(state: State, hedge: Hedge, at: number): Quantity {
  const perp = ordersOf(state, hedge).filter((order) => order.request.leg === 'perp');
  const before = (closes: boolean): Quantity =>
    sum(perp.filter((order) => opens(order) !== closes).flatMap((order) => order.fills.filter((fill) => fill.at <= at).map((fill) => fill.quantity)));
  return excess(before(false), before(true));
}
