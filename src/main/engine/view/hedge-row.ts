/**
 * A hedge as the console shows it: what it holds, what it costs, what it came to. Pure; everything is read off the
 * fills, as the engine does it (legs.ts, pnl.ts).
 */
import type { HedgeRow } from '../../../shared/contract/rows.ts';
import {
  add,
  type Decimal,
  divide,
  type FxRate,
  gt,
  isZero,
  type Notional,
  notional,
  type Price,
  relabel,
  round,
  sign,
  subtract,
  sum,
  text,
  zero,
} from '../../../shared/domain/units.ts';
import type { Leg } from '../../../shared/domain/venue.ts';
import { waysToSettle } from '../decide/operator.ts';
import { holding, opens, ordersOf } from '../legs.ts';
import { hedgeResult } from '../pnl.ts';
import { premiumOf } from '../premium.ts';
import { type Hedge, legVenue, type Order, type State } from '../state.ts';
import { averageOf } from './order-row.ts';

const quoteCurrency: Readonly<Record<Leg, string>> = { spot: 'KRW', perp: 'USDT' };
/** Places of money on screen; the engine keeps all of them. */
const places = 8;
const money = (value: Decimal<string>): string => text(round(value, places, 'halfEven'));

export function hedgeRow(state: State, hedge: Hedge): HedgeRow {
  const orders = ordersOf(state, hedge);
  const { spot, perp, residual } = holding(state, hedge);
  const result = hedgeResult(state, hedge);
  return {
    id: hedge.id,
    coin: hedge.coin,
    phase: hedge.phase,
    source: hedge.source,
    planned: text(hedge.planned),
    spot: { venue: legVenue.spot, quantity: text(spot), averagePrice: openingPrice(orders, 'spot') },
    perp: { venue: legVenue.perp, quantity: text(perp), averagePrice: openingPrice(orders, 'perp') },
    residual: text(residual),
    entryPremium: premium(orders.filter(opens), hedge.entryFx ?? hedge.fx),
    exitPremium: premium(
      orders.filter((order) => !opens(order)),
      hedge.fx,
    ),
    resultKrw: money(result.total),
    resultRatio: gt(result.spotCost, zero<'krw'>()) ? text(divide<'ratio'>(result.total, result.spotCost, 6, 'halfEven')) : null,
    spotCostKrw: money(result.spotCost),
    spotFeesKrw: money(result.spotFees),
    perpFeesUsdt: money(result.perpFees),
    fundingUsdt: money(result.funding),
    otherFees: result.otherFees.map(([currency, amount]) => ({ currency, amount })),
    fx: text(hedge.fx),
    marks: { spotBid: text(hedge.marks.spotBid), perpAsk: text(hedge.marks.perpAsk), at: hedge.marks.at },
    openedAt: hedge.openedAt,
    settledAt: hedge.settledAt ?? null,
    closing: (hedge.exit ?? hedge.waitingExits[0])?.cause.kind ?? null,
    attempts: hedge.attempts,
    orders: [...hedge.orders],
    waysToSettle: [...waysToSettle(state, hedge)],
    settlement: settlementOf(hedge),
  };
}

function settlementOf({ settlement }: Hedge): HedgeRow['settlement'] {
  if (settlement === undefined) return null;
  const { how, at, read } = settlement;
  return { how, at, read: read === undefined ? null : { spot: text(read.spot), perp: text(read.perp) } };
}

const openingPrice = (orders: readonly Order[], leg: Leg): string | null =>
  averageOf(orders.filter((order) => order.request.leg === leg && opens(order)).flatMap((order) => order.fills));

/** Spot over perpetual at the average prices after fees, less one; null until both sides traded. */
function premium(orders: readonly Order[], fx: FxRate): string | null {
  const spot = priceAfterFees(orders, 'spot');
  const perp = priceAfterFees(orders, 'perp');
  if (spot === null || perp === null || sign(spot) <= 0 || sign(perp) <= 0 || sign(fx) <= 0) return null;
  return text(premiumOf(spot, perp, fx));
}

/** What a coin cost or brought: a purchase's fees come on top, a sale's go off. Fees in other currencies stay out. */
function priceAfterFees(orders: readonly Order[], leg: Leg): Price | null {
  const own = orders.filter((order) => order.request.leg === leg);
  const fills = own.flatMap((order) => order.fills);
  const quantity = sum(fills.map((fill) => fill.quantity));
  const side = own[0]?.request.side;
  if (side === undefined || isZero(quantity)) return null;
  const value: Notional = sum(fills.map((fill) => notional(fill.price, fill.quantity)));
  const fees = relabel<'notional'>(sum(fills.filter((fill) => fill.feeCurrency === quoteCurrency[leg]).map((fill) => fill.fee)));
  return divide<'price'>(side === 'buy' ? add(value, fees) : subtract(value, fees), quantity, 12, 'halfEven');
}
