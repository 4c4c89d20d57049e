/** Orders and trades as the venue writes them: decimals as text with its digits, ids and times as numbers. */
import { divide, isZero, type Price, price, text } from '../../../shared/domain/units.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import { isOpen, type Order, type Trade } from '../../model/binance/records.ts';
import { usdtPlaces } from '../../model/binance/position.ts';
import type { LedgerFill, LedgerOrder } from '../../venue.ts';
import { fixed } from './digits.ts';

/** Average price of what is filled; undefined where nothing is. */
function averagePrice(order: Order): Price | undefined {
  return isZero(order.filled) ? undefined : divide(order.quote, order.filled, usdtPlaces, 'halfEven');
}

/** The fields that an order has in every answer. */
function common(order: Order, rules: SymbolRules) {
  return {
    orderId: order.id,
    symbol: order.symbol,
    status: order.status,
    clientOrderId: order.clientId,
    price: fixed(order.price, rules.pricePlaces),
  };
}

function flags(order: Order, rules: SymbolRules) {
  return {
    timeInForce: order.timeInForce,
    type: order.type,
    reduceOnly: order.reduceOnly,
    closePosition: false,
    side: order.side,
    positionSide: order.positionSide,
    stopPrice: fixed(price('0'), rules.pricePlaces),
    workingType: 'CONTRACT_PRICE',
    priceProtect: false,
    origType: order.type,
    priceMatch: order.priceMatch,
    selfTradePreventionMode: order.selfTradePrevention,
    goodTillDate: order.goodTill,
  };
}

/** The venue prints "0.00" before the first fill and three digits beyond the price's own after it. */
export function averageText(order: Order, rules: SymbolRules): string {
  const average = averagePrice(order);
  return average === undefined ? '0.00' : fixed(average, rules.pricePlaces + 3);
}

const money = (order: Order, rules: SymbolRules) => ({
  avgPrice: averageText(order, rules),
  cumQuote: fixed(order.quote, rules.pricePlaces + rules.quantityPlaces),
});

/**
 * The answer to POST and DELETE.
 * @param withMoney whether the answer carries avgPrice and cumQuote; the venue's own connector dropped them in 2026
 */
export function orderAnswer(order: Order, rules: SymbolRules, withMoney: boolean) {
  return {
    ...common(order, rules),
    ...(withMoney ? money(order, rules) : {}),
    origQty: fixed(order.quantity, rules.quantityPlaces),
    executedQty: fixed(order.filled, rules.quantityPlaces),
    cumQty: fixed(order.filled, rules.quantityPlaces),
    ...flags(order, rules),
    updateTime: order.updatedAt,
  };
}

/** The answer to GET: always with avgPrice and cumQuote, and with the time of creation. */
export function orderRow(order: Order, rules: SymbolRules) {
  return {
    ...common(order, rules),
    ...money(order, rules),
    origQty: fixed(order.quantity, rules.quantityPlaces),
    executedQty: fixed(order.filled, rules.quantityPlaces),
    ...flags(order, rules),
    time: order.createdAt,
    updateTime: order.updatedAt,
  };
}

export function tradeRow(trade: Trade, rules: SymbolRules) {
  return {
    symbol: trade.symbol,
    id: trade.id,
    orderId: trade.orderId,
    side: trade.side,
    price: fixed(trade.price, rules.pricePlaces),
    qty: fixed(trade.quantity, rules.quantityPlaces),
    realizedPnl: fixed(trade.realized, usdtPlaces),
    quoteQty: fixed(trade.quote, usdtPlaces),
    commission: fixed(trade.fee, usdtPlaces),
    commissionAsset: 'USDT',
    time: trade.at,
    positionSide: trade.positionSide,
    maker: trade.maker,
    buyer: trade.side === 'BUY',
  };
}

const lowerSide = { BUY: 'buy', SELL: 'sell' } as const;

function ledgerState(order: Order): LedgerOrder['state'] {
  if (isOpen(order)) return 'open';
  if (order.status === 'FILLED') return 'filled';
  return order.status === 'CANCELED' ? 'canceled' : 'expired';
}

export function ledgerOrder(order: Order): LedgerOrder {
  const average = averagePrice(order);
  return {
    venue: 'binance',
    symbol: order.symbol,
    clientOrderId: order.clientId,
    venueOrderId: String(order.id),
    side: lowerSide[order.side],
    type: order.type,
    timeInForce: order.timeInForce,
    reduceOnly: order.reduceOnly,
    price: order.type === 'LIMIT' ? text(order.price) : null,
    quantity: text(order.quantity),
    cost: null,
    filled: text(order.filled),
    averagePrice: average === undefined ? null : text(average),
    state: ledgerState(order),
    external: order.external,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  };
}

export function ledgerFill(trade: Trade): LedgerFill {
  return {
    venue: 'binance',
    symbol: trade.symbol,
    tradeId: String(trade.id),
    venueOrderId: String(trade.orderId),
    clientOrderId: trade.clientId,
    side: lowerSide[trade.side],
    price: text(trade.price),
    quantity: text(trade.quantity),
    fee: text(trade.fee),
    feeCurrency: 'USDT',
    at: trade.at,
  };
}
