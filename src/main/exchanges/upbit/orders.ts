/**
 * Upbit's orders in our words. Pure.
 *
 * 1. What was traded comes from `executed_volume` and `trades`, never from the state: a buy by cost commonly ends
 *    as `cancel` with its volume executed.
 * 2. The fees of an order's fills add up to its `paid_fee` exactly.
 */
import { z } from 'zod';
import type { Answer } from '../../../shared/domain/failure.ts';
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import { add, type Decimal, decimal, divide, isZero, notional, type Price, scale, subtract, sum, text, zero } from '../../../shared/domain/units.ts';
import type { Fill, OrderReport, OrderRequest } from '../../../shared/domain/venue.ts';
import { decimalOf, isoTimeOf, quantityOf } from '../shapes.ts';

const tradeShape = z.object({
  uuid: z.string().min(1),
  price: decimalOf<'price'>(),
  volume: quantityOf,
  funds: decimalOf<'notional'>().optional(),
  created_at: isoTimeOf,
});

/** An order as POST, GET and the lists give it. Only the id is sure to be there in every one of them. */
export const orderShape = z.object({
  uuid: z.string().min(1),
  market: z.string().optional(),
  identifier: z.string().nullish(),
  ord_type: z.string().optional(),
  side: z.enum(['bid', 'ask']).optional(),
  state: z.string().default('wait'),
  price: decimalOf<'price'>().nullish(),
  volume: quantityOf.nullish(),
  remaining_volume: quantityOf.nullish(),
  executed_volume: quantityOf.nullish(),
  paid_fee: decimalOf<'fee'>().nullish(),
  created_at: isoTimeOf.optional(),
  trades: z.array(tradeShape).nullish(),
});
export type UpbitOrder = z.output<typeof orderShape>;

/** Upbit's own place for the smallest part of a won or a coin. */
const feePlaces = 8;

/** The body of POST /v1/orders; keys in the order in which the signature hashes them. */
export function orderBody(order: OrderRequest): Answer<Readonly<Record<string, string>>> {
  const { terms } = order;
  const head = { market: `KRW-${order.coin}`, side: order.side === 'buy' ? 'bid' : 'ask' };
  const identifier = order.clientOrderId;
  if (terms.type === 'limit') {
    const body = { ...head, ord_type: 'limit', price: text(terms.price), volume: text(terms.quantity), identifier };
    return { ok: true, value: terms.timeInForce === 'GTC' ? body : { ...body, time_in_force: timesInForce[terms.timeInForce] } };
  }
  if (order.side === 'sell' && terms.type === 'market') {
    return { ok: true, value: { ...head, ord_type: 'market', volume: text(terms.quantity), identifier } };
  }
  if (order.side === 'buy' && terms.type === 'marketByCost') {
    return { ok: true, value: { ...head, ord_type: 'price', price: text(terms.cost), identifier } };
  }
  if (order.side === 'sell' && terms.type === 'best') {
    const time_in_force = timesInForce[terms.timeInForce];
    return { ok: true, value: { ...head, ord_type: 'best', volume: text(terms.quantity), identifier, time_in_force } };
  }
  if (order.side === 'buy' && terms.type === 'bestByCost') {
    const time_in_force = timesInForce[terms.timeInForce];
    return { ok: true, value: { ...head, ord_type: 'best', price: text(terms.cost), identifier, time_in_force } };
  }
  const said = 'Upbit buys at market and at best by cost, sells so by quantity, and has no conditional orders';
  return { ok: false, failure: { outcome: 'notSent', code: 'INVALID_ORDER', venueCode: '', said } };
}
export const timesInForce = { IOC: 'ioc', FOK: 'fok', postOnly: 'post_only' } as const;

/** @param fallbackAt ms since 1970, where the order itself names no time */
export function reportOf(order: UpbitOrder, clientOrderId: ClientOrderId, fallbackAt: number): OrderReport {
  const fills = fillsOf(order);
  const filled = order.executed_volume ?? sum(fills.map((fill) => fill.quantity));
  const { ord_type: orderType, price, volume } = order;
  const state = stateOf({ state: order.state, orderType, remaining: order.remaining_volume, filled });
  return {
    clientOrderId,
    venueOrderId: order.uuid,
    state,
    filled,
    fills,
    ...(state === 'open' && orderType === 'limit' && price && volume ? { limit: { price, quantity: volume } } : {}),
    at: Math.max(order.created_at ?? fallbackAt, ...fills.map((fill) => fill.at)),
  };
}

/** The state from the venue's word and from what is left. `trade` and `prevented` come on the stream only. */
export function stateOf(order: {
  readonly state: string;
  readonly orderType?: string | null | undefined;
  readonly remaining?: Decimal<'quantity'> | null | undefined;
  readonly filled: Decimal<'quantity'>;
}): OrderReport['state'] {
  const nothingRemains = order.remaining !== null && order.remaining !== undefined && isZero(order.remaining) && !isZero(order.filled);
  if (order.state === 'done') return 'filled';
  if (order.state === 'trade') return nothingRemains ? 'filled' : 'open';
  if (order.state !== 'cancel') return 'open';
  // What a buy by cost could not spend is too small to buy anything with.
  const isByCost = order.orderType === 'price' && !isZero(order.filled);
  return nothingRemains || isByCost ? 'filled' : 'canceled';
}

/** All trades an answer names, oldest first. */
function fillsOf(order: UpbitOrder): readonly Fill[] {
  const trades = [...(order.trades ?? [])].sort((a, b) => a.created_at - b.created_at || (a.uuid < b.uuid ? -1 : 1));
  const fees = shareOut(
    order.paid_fee ?? zero(),
    trades.map((trade) => trade.funds ?? notional(trade.price, trade.volume)),
  );
  return trades.map((trade, index) => ({
    tradeId: trade.uuid,
    price: trade.price,
    quantity: trade.volume,
    fee: fees[index] ?? zero(),
    feeCurrency: 'KRW',
    at: trade.created_at,
  }));
}

/** Splits a fee by weights; the last share takes what rounding left, so the shares add up exactly. */
export function shareOut(fee: Decimal<'fee'>, weights: readonly Decimal<'notional'>[]): readonly Decimal<'fee'>[] {
  const total = sum(weights);
  const one: Price = decimal('1');
  let given: Decimal<'fee'> = zero();
  return weights.map((weight, index) => {
    if (index === weights.length - 1) return subtract(fee, given);
    const part = isZero(total) ? zero<'ratio'>() : divide<'ratio'>(weight, total, 20, 'down');
    const share = divide<'fee'>(scale(fee, part), one, feePlaces, 'down');
    given = add(given, share);
    return share;
  });
}
