/** Conditional orders as the venue writes them, in answers and in ALGO_UPDATE. */
import { isZero, type Price, text } from '../../../shared/domain/units.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import type { AlgoOrder, Order } from '../../model/binance/records.ts';
import { fixed } from './digits.ts';
import { averageText } from './order-shapes.ts';
import type { UserEvent } from './user-events.ts';

const priceText = (at: Price | null, rules: SymbolRules): string => (at === null ? '' : fixed(at, rules.pricePlaces));

/** What POST answers. */
export function algoAnswer(order: AlgoOrder, rules: SymbolRules) {
  return {
    algoId: order.id,
    clientAlgoId: order.clientId,
    algoType: 'CONDITIONAL',
    orderType: order.orderType,
    symbol: order.symbol,
    side: order.side,
    positionSide: order.positionSide,
    timeInForce: order.timeInForce,
    quantity: fixed(order.quantity, rules.quantityPlaces),
    algoStatus: order.status,
    triggerPrice: fixed(order.triggerPrice, rules.pricePlaces),
    price: fixed(order.price, rules.pricePlaces),
    icebergQuantity: null,
    selfTradePreventionMode: order.selfTradePrevention,
    workingType: order.workingType,
    priceMatch: order.priceMatch,
    closePosition: order.closePosition,
    priceProtect: order.priceProtect,
    reduceOnly: order.reduceOnly,
    activatePrice: priceText(order.activatePrice, rules),
    callbackRate: order.callbackRate === null ? '' : text(order.callbackRate),
    createTime: order.createdAt,
    updateTime: order.updatedAt,
    triggerTime: order.triggeredAt,
    goodTillDate: order.goodTill,
  };
}

/**
 * What GET answers: also what became of it.
 * @param actual the order that it became; undefined while there is none
 */
export function algoRow(order: AlgoOrder, actual: Order | undefined, rules: SymbolRules) {
  return {
    ...algoAnswer(order, rules),
    actualOrderId: actual === undefined ? '' : String(actual.id),
    actualPrice: actual === undefined ? '0.00000' : averageText(actual, rules),
    actualQty: actual === undefined ? '0' : fixed(actual.filled, rules.quantityPlaces),
    actualType: actual?.type ?? '',
    tpTriggerPrice: '0.00',
    tpPrice: '0.00',
    slTriggerPrice: '0.00',
    slPrice: '0.00',
    tpOrderType: '',
  };
}

export function algoUpdate(order: AlgoOrder, actual: Order | undefined, at: number, rules: SymbolRules): UserEvent {
  return {
    e: 'ALGO_UPDATE',
    T: at,
    o: {
      caid: order.clientId,
      aid: order.id,
      at: 'CONDITIONAL',
      o: order.orderType,
      s: order.symbol,
      S: order.side,
      ps: order.positionSide,
      f: order.timeInForce,
      q: fixed(order.quantity, rules.quantityPlaces),
      X: order.status,
      ai: order.actualOrderId === 0 ? '' : String(order.actualOrderId),
      ap: actual === undefined || isZero(actual.filled) ? '0.00000' : averageText(actual, rules),
      aq: actual === undefined ? '0.00000' : fixed(actual.filled, rules.quantityPlaces),
      act: actual?.type ?? '0',
      tp: isZero(order.triggerPrice) ? '0' : fixed(order.triggerPrice, rules.pricePlaces),
      p: isZero(order.price) ? '0' : fixed(order.price, rules.pricePlaces),
      V: order.selfTradePrevention,
      wt: order.workingType,
      pm: order.priceMatch,
      cp: order.closePosition,
      pP: order.priceProtect,
      R: order.reduceOnly,
      tt: order.triggeredAt,
      gtd: order.goodTill,
      rm: order.failure,
      ...(order.orderType === 'TRAILING_STOP_MARKET' ? { ia: order.isActivated } : {}),
    },
  };
}
