/** Binance's orders and trades in our words. Pure. States come with the filled quantity; fees come with trades only. */
import { z } from 'zod';
import type { Answer } from '../../../shared/domain/failure.ts';
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import { max, sum, text } from '../../../shared/domain/units.ts';
import type { Fill, OrderReport, OrderRequest } from '../../../shared/domain/venue.ts';
import { decimalOf, quantityOf, timeOf } from '../shapes.ts';
import { type Contract, coinPrice, contractPrice, toCoins, toUnits } from './contracts.ts';

export const orderShape = z.object({
  orderId: z.string().min(1),
  symbol: z.string(),
  clientOrderId: z.string().default(''),
  status: z.string(),
  executedQty: quantityOf,
  type: z.string().optional(),
  price: decimalOf<'price'>().optional(),
  origQty: quantityOf.optional(),
  updateTime: timeOf.optional(),
});
export type BinanceOrder = z.output<typeof orderShape>;

export const tradeShape = z.object({
  id: z.string().min(1),
  orderId: z.string(),
  price: decimalOf<'price'>(),
  qty: quantityOf,
  commission: decimalOf<'fee'>(),
  commissionAsset: z.string(),
  time: timeOf,
});
export type BinanceTrade = z.output<typeof tradeShape>;

/** The parameters of POST /fapi/v1/order. */
export function orderParameters(order: OrderRequest, { symbol, multiplier }: Contract): Answer<Readonly<Record<string, string>>> {
  const { terms } = order;
  if (terms.type !== 'market' && terms.type !== 'limit') return unfit(`a perpetual has no order of the type ${terms.type} here`);
  const head = { symbol, side: order.side === 'buy' ? 'BUY' : 'SELL', newClientOrderId: order.clientOrderId, newOrderRespType: 'RESULT' };
  const reduceOnly = order.reduceOnly ? { reduceOnly: 'true' } : {};
  const quantity = text(toUnits(terms.quantity, multiplier));
  if (terms.type === 'market') return { ok: true, value: { ...head, type: 'MARKET', quantity, ...reduceOnly } };
  const timeInForce = terms.timeInForce === 'postOnly' ? 'GTX' : terms.timeInForce;
  const price = text(contractPrice(terms.price, multiplier));
  return { ok: true, value: { ...head, type: 'LIMIT', timeInForce, quantity, price, ...reduceOnly } };
}

/** What never leaves: the venue has no such order. */
export const unfit = (said: string): Answer<never> => ({ ok: false, failure: { outcome: 'notSent', code: 'INVALID_ORDER', venueCode: '', said } });

/** The parameters of PUT /fapi/v1/order: the order keeps its id. `quantity` is of the whole order, what is filled included. */
export function changeParameters(id: ClientOrderId, next: OrderRequest, { symbol, multiplier }: Contract): Answer<Readonly<Record<string, string>>> {
  const { terms } = next;
  if (terms.type !== 'limit') return unfit('only limit orders are changed');
  const side = next.side === 'buy' ? 'BUY' : 'SELL';
  const quantity = text(toUnits(terms.quantity, multiplier));
  return { ok: true, value: { symbol, origClientOrderId: id, side, quantity, price: text(contractPrice(terms.price, multiplier)) } };
}

const states: Readonly<Record<string, OrderReport['state']>> = {
  NEW: 'open',
  PARTIALLY_FILLED: 'open',
  PENDING_CANCEL: 'open',
  FILLED: 'filled',
  CANCELED: 'canceled',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
  REJECTED: 'rejected',
};
/** A word we do not know is an order that may still trade. */
export const stateOf = (status: string): OrderReport['state'] => states[status] ?? 'open';

/**
 * @param trades the trades of this order, as many as the venue shows at the moment
 * @param fallbackAt ms since 1970, where the order itself names no time
 */
export function reportOf(
  order: BinanceOrder,
  trades: readonly BinanceTrade[],
  contract: Contract,
  clientOrderId: ClientOrderId,
  fallbackAt: number,
): OrderReport {
  const fills = trades.map((trade) => fillOf(trade, contract)).sort((a, b) => a.at - b.at);
  const state = stateOf(order.status);
  const { price, origQty } = order;
  const rests = state === 'open' && order.type === 'LIMIT' && price !== undefined && origQty !== undefined;
  return {
    clientOrderId,
    venueOrderId: order.orderId,
    state,
    // Orders and trades are read one after the other: the later one may know more.
    filled: max(toCoins(order.executedQty, contract.multiplier), sum(fills.map((fill) => fill.quantity))),
    fills,
    ...(rests ? { limit: { price: coinPrice(price, contract.multiplier), quantity: toCoins(origQty, contract.multiplier) } } : {}),
    at: Math.max(order.updateTime ?? fallbackAt, ...fills.map((fill) => fill.at)),
  };
}

export const fillOf = (trade: BinanceTrade, { multiplier }: Contract): Fill => ({
  tradeId: trade.id,
  price: coinPrice(trade.price, multiplier),
  quantity: toCoins(trade.qty, multiplier),
  fee: trade.commission,
  feeCurrency: trade.commissionAsset,
  at: trade.time,
});
