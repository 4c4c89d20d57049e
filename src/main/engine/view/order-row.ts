/** An order as the console shows it. Pure. */
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { divide, isZero, notional, round, sum, text } from '../../../shared/domain/units.ts';
import type { Fill } from '../../../shared/domain/venue.ts';
import { isAmendable, isCancelable, isSettleable } from '../by-hand.ts';
import { canBeAbsent, patienceMs } from '../silence.ts';
import type { Order } from '../state.ts';

export function orderRow(order: Order): OrderRow {
  const { request, stamps } = order;
  const { terms } = request;
  return {
    id: order.id,
    hedge: order.hedge,
    venue: request.venue,
    leg: request.leg,
    coin: request.coin,
    side: request.side,
    purpose: order.purpose,
    type: terms.type,
    timeInForce: 'timeInForce' in terms ? terms.timeInForce : null,
    quantity: 'cost' in terms ? null : text(terms.quantity),
    cost: 'cost' in terms ? text(terms.cost) : null,
    price: terms.type === 'limit' ? text(terms.price) : terms.type === 'stopMarket' ? text(terms.triggerPrice) : null,
    reduceOnly: request.reduceOnly,
    state: order.state,
    filled: text(order.filled),
    averagePrice: averageOf(order.fills),
    fills: order.fills.map((fill) => ({
      tradeId: fill.tradeId,
      price: text(fill.price),
      quantity: text(fill.quantity),
      fee: text(fill.fee),
      feeCurrency: fill.feeCurrency,
      at: Math.round(fill.at),
    })),
    venueOrderId: order.venueOrderId ?? null,
    failure: failureOf(order),
    stamps: {
      decided: stamps.decided,
      durable: stamps.durable ?? null,
      wire: stamps.wire ?? null,
      acknowledged: stamps.acknowledged ?? null,
      filled: stamps.filled ?? null,
    },
    unknownSince: order.unknownSince ?? null,
    misses: order.misses.count,
    evidence: evidenceOf(order),
    amendable: isAmendable(order),
    cancelable: isCancelable(order),
    settleable: isSettleable(order),
  };
}

/** Why it came to nothing; our own check that held it back outranks what the adapter calls that. */
function failureOf({ failure, denial }: Order): OrderRow['failure'] {
  if (failure === undefined) return null;
  const { venueCode } = failure;
  if (denial === undefined) return { code: failure.code, venueCode, said: failure.said, compared: null, values: {} };
  const { denied: code, reason: said, compared, values } = denial;
  return { code, venueCode, said, compared, values };
}

/** From the moment an order is silent; what was found out stays with it when it has ended. */
function evidenceOf(order: Order): OrderRow['evidence'] {
  const { evidence, unknownSince } = order;
  if (evidence === undefined && unknownSince === undefined) return null;
  const holdings = evidence?.holdings ?? null;
  return {
    lookups: evidence?.lookups.count ?? 0,
    firstAt: evidence?.lookups.firstAt ?? null,
    lastAt: evidence?.lookups.lastAt ?? null,
    openOrders: evidence?.openOrders ?? null,
    trades: evidence?.trades ?? null,
    holdings: holdings === null ? null : { expected: text(holdings.expected), held: text(holdings.held) },
    stream: evidence?.stream ?? null,
    provable: canBeAbsent(order) || order.replaces !== undefined,
    operatorAt: unknownSince === undefined ? null : unknownSince + patienceMs(order),
  };
}

/** Average price of trades, to 8 places; null without any. */
export function averageOf(fills: readonly Fill[]): string | null {
  const quantity = sum(fills.map((fill) => fill.quantity));
  if (isZero(quantity)) return null;
  const value = sum(fills.map((fill) => notional(fill.price, fill.quantity)));
  return text(round(divide<'price'>(value, quantity, 12, 'halfEven'), 8, 'halfEven'));
}
