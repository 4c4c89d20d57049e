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
  if (terms.type === 'marketByCost') {
    const said = 'a perpetual is traded by quantity';
    return { ok: false, failure: { outcome: 'notSent', code: 'INVALID_ORDER', venueCode: '', said } };
  }
  const head = { symbol, side: order.side === 'buy' ? 'BUY' : 'SELL', newClientOrderId: order.clientOrderId, newOrderRespType: 'RESULT' };
  const reduceOnly = order.reduceOnly ? { reduceOnly: 'true' } : {};
  const quantity = text(toUnits(terms.quantity, multiplier));
  if (terms.type === 'market') return { ok: true, value: { ...head, type: 'MARKET', quantity, ...reduceOnly } };
  const timeInForce = terms.timeInForce === 'postOnly' ? 'GTX' : terms.timeInForce;
  const price = text(contractPrice(terms.price, multiplier));
  return { ok: true, value: { ...head, type: 'LIMIT', timeInForce, quantity, price, ...reduceOnly } };
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
  return {
    clientOrderId,
    venueOrderId: order.orderId,
    state: stateOf(order.status),
    // Orders and trades are read one after the other: the later one may know more.
    filled: max(toCoins(order.executedQty, contract.multiplier), sum(fills.map((fill) => fill.quantity))),
    fills,
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
