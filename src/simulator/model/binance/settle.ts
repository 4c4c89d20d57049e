/**
 * Booking of one execution: order, position, wallet and trade change together, so that at any time
 * wallet = deposits + Σ realized PnL − Σ fees + Σ funding.
 */
import { add, compare, divide, type Price, type Quantity, ratio, scale, subtract, type Usdt } from '../../../shared/domain/units.ts';
import type { Execution, ExchangeParts } from './parts.ts';
import { applyFill, notionalUsdt, usdtPlaces } from './position.ts';
import { type AlgoOrder, isOpen, type Order, type Trade } from './records.ts';

export interface ExecutionTerms {
  readonly price: Price;
  readonly quantity: Quantity;
  readonly maker: boolean;
  readonly execution: Extract<Execution, 'TRADE' | 'CALCULATED'>;
}

const one = ratio('1');

/** Books an execution and reports it. @returns the order after it */
export function settle(parts: ExchangeParts, order: Order, terms: ExecutionTerms): Order {
  const { state } = parts;
  const at = parts.now();
  const quote = notionalUsdt(terms.price, terms.quantity);
  const rate = terms.maker ? parts.fees.maker : parts.fees.taker;
  const fee: Usdt = divide(scale(quote, rate), one, usdtPlaces, 'up');
  const { position, realized } = applyFill(state.position(order.symbol, order.positionSide), order.side, terms.price, terms.quantity, at);
  const account = state.account();
  const trade: Trade = {
    id: account.nextTradeId,
    orderId: order.id,
    symbol: order.symbol,
    clientId: order.clientId,
    side: order.side,
    price: terms.price,
    quantity: terms.quantity,
    quote,
    fee,
    realized,
    maker: terms.maker,
    positionSide: order.positionSide,
    at,
  };
  const filled = add(order.filled, terms.quantity);
  const after: Order = {
    ...order,
    filled,
    quote: add(order.quote, quote),
    status: compare(filled, order.quantity) < 0 ? 'PARTIALLY_FILLED' : 'FILLED',
    updatedAt: at,
  };
  state.setAccount({
    ...account,
    wallet: subtract(add(account.wallet, realized), fee),
    nextTradeId: account.nextTradeId + 1,
    updatedAt: at,
  });
  state.setPosition(position);
  state.setOrder(after);
  state.addTrade(trade);
  parts.report({ kind: 'order', execution: terms.execution, order: after, trade });
  finishAlgo(parts, after);
  return after;
}

/** A conditional order is finished when the order that it became is over. */
function finishAlgo(parts: ExchangeParts, order: Order): void {
  const algo = order.algoId === 0 || isOpen(order) ? undefined : parts.state.algo(order.algoId);
  if (algo !== undefined) endAlgo(parts, algo, 'FINISHED');
}

/** Ends a conditional order and reports it. @returns the order after it */
export function endAlgo(parts: ExchangeParts, algo: AlgoOrder, status: 'FINISHED' | 'CANCELED' | 'EXPIRED' | 'REJECTED', failure = ''): AlgoOrder {
  const after: AlgoOrder = { ...algo, status, failure, updatedAt: parts.now() };
  parts.state.setAlgo(after);
  reportAlgo(parts, after);
  return after;
}

/** Reports a conditional order as it stands. */
export function reportAlgo(parts: ExchangeParts, algo: AlgoOrder): void {
  parts.report({ kind: 'algo', algo, actual: parts.state.order(algo.actualOrderId), at: parts.now() });
}

/** Ends what is open of an order and reports it. @returns the order after it */
export function end(parts: ExchangeParts, order: Order, status: 'CANCELED' | 'EXPIRED' | 'EXPIRED_IN_MATCH'): Order {
  const after: Order = { ...order, status, updatedAt: parts.now() };
  parts.state.setOrder(after);
  parts.report({ kind: 'order', execution: status === 'CANCELED' ? 'CANCELED' : 'EXPIRED', order: after, trade: undefined });
  finishAlgo(parts, after);
  return after;
}
