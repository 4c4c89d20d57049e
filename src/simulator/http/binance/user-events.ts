/**
 * Events of the user data stream, without the event time `E`, which is when they are sent.
 * Source: user-data-streams, "Event: Order Update" and "Event: Balance and Position Update".
 */
import { divide, isZero, ratio, scale, sign, text } from '../../../shared/domain/units.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import type { Execution, Happening } from '../../model/binance/parts.ts';
import { entryPrice, isFlat, type Position, usdtPlaces } from '../../model/binance/position.ts';
import type { Order, Trade } from '../../model/binance/records.ts';
import { fixed } from './digits.ts';
import { algoUpdate } from './algo-shapes.ts';
import { averageText } from './order-shapes.ts';

export type UserEvent = Readonly<Record<string, unknown>> & { readonly e: string };

/**
 * @param order as it is after the step @param trade the trade of a TRADE or CALCULATED step
 */
function orderUpdate(order: Order, rules: SymbolRules, execution: Execution, trade: Trade | undefined): UserEvent {
  const filled = trade === undefined ? {} : { n: fixed(trade.fee, usdtPlaces), N: 'USDT' };
  return {
    e: 'ORDER_TRADE_UPDATE',
    T: order.updatedAt,
    o: {
      s: order.symbol,
      c: order.clientId,
      S: order.side,
      o: order.type,
      f: order.timeInForce,
      q: fixed(order.quantity, rules.quantityPlaces),
      p: isZero(order.price) ? '0' : fixed(order.price, rules.pricePlaces),
      ap: isZero(order.filled) ? '0' : averageText(order, rules),
      sp: '0',
      x: execution,
      X: order.status,
      i: order.id,
      l: trade === undefined ? '0' : fixed(trade.quantity, rules.quantityPlaces),
      z: fixed(order.filled, rules.quantityPlaces),
      L: trade === undefined ? '0' : fixed(trade.price, rules.pricePlaces),
      ...filled,
      T: order.updatedAt,
      t: trade?.id ?? 0,
      b: '0',
      a: '0',
      m: trade?.maker ?? false,
      R: order.reduceOnly,
      wt: 'CONTRACT_PRICE',
      ot: order.type,
      ps: order.positionSide,
      cp: false,
      rp: trade === undefined || isZero(trade.realized) ? '0' : fixed(trade.realized, usdtPlaces),
      pP: false,
      si: 0,
      ss: 0,
      V: order.selfTradePrevention,
      pm: order.priceMatch,
      gtd: order.goodTill,
    },
  };
}

type AccountHappening = Extract<Happening, { kind: 'account' }>;

/** Entry price with the taker fees of getting in and out, as the venue shows it. */
export function breakEven(position: Position): string {
  if (isFlat(position)) return '0';
  const fees = sign(position.quantity) < 0 ? ratio('0.9995') : ratio('1.0005');
  return text(divide(scale(entryPrice(position), fees), ratio('1'), usdtPlaces, 'halfEven'));
}

function accountUpdate(change: AccountHappening): UserEvent {
  return {
    e: 'ACCOUNT_UPDATE',
    T: change.at,
    a: {
      m: change.reason,
      B: [
        {
          a: 'USDT',
          wb: fixed(change.wallet, usdtPlaces),
          cw: fixed(change.crossWallet, usdtPlaces),
          bc: text(change.balanceChange),
        },
      ],
      P: change.positions.map(({ position, unrealized }) => ({
        s: position.symbol,
        pa: text(position.quantity),
        ep: text(entryPrice(position)),
        bep: breakEven(position),
        cr: text(position.realizedTotal),
        up: fixed(unrealized, usdtPlaces),
        mt: position.marginMode,
        iw: isZero(position.isolatedWallet) ? '0' : fixed(position.isolatedWallet, usdtPlaces),
        ps: position.positionSide,
        ma: 'USDT',
      })),
    },
  };
}

function marginCall(call: Extract<Happening, { kind: 'marginCall' }>): UserEvent {
  return {
    e: 'MARGIN_CALL',
    cw: fixed(call.crossWallet, usdtPlaces),
    p: call.positions.map(({ position, markPrice, margin }) => ({
      s: position.symbol,
      ps: sign(position.quantity) < 0 ? 'SHORT' : 'LONG',
      pa: text(position.quantity),
      mt: position.marginMode === 'cross' ? 'CROSSED' : 'ISOLATED',
      iw: isZero(position.isolatedWallet) ? '0' : fixed(position.isolatedWallet, usdtPlaces),
      mp: fixed(markPrice, usdtPlaces),
      up: fixed(margin.unrealized, usdtPlaces),
      mm: fixed(margin.maintenance, usdtPlaces),
    })),
  };
}

/**
 * The short form of an execution, which the venue sends ahead of the long one; undefined for what is none.
 * Source: user-data-streams, "Event: Trade Lite".
 */
export function tradeLite(happening: Happening, rules: (symbol: string) => SymbolRules): UserEvent | undefined {
  if (happening.kind !== 'order' || happening.trade === undefined) return undefined;
  const { order, trade } = happening;
  const { quantityPlaces, pricePlaces } = rules(order.symbol);
  return {
    e: 'TRADE_LITE',
    T: trade.at,
    s: order.symbol,
    q: fixed(order.quantity, quantityPlaces),
    p: fixed(order.price, pricePlaces),
    m: trade.maker,
    c: order.clientId,
    S: order.side,
    L: fixed(trade.price, pricePlaces),
    l: fixed(trade.quantity, quantityPlaces),
    t: trade.id,
    i: order.id,
  };
}

/** @param rules of the symbol that the happening names */
export function userEvent(happening: Happening, rules: (symbol: string) => SymbolRules): UserEvent {
  switch (happening.kind) {
    case 'order':
      return orderUpdate(happening.order, rules(happening.order.symbol), happening.execution, happening.trade);
    case 'account':
      return accountUpdate(happening);
    case 'algo':
      return algoUpdate(happening.algo, happening.actual, happening.at, rules(happening.algo.symbol));
    case 'marginCall':
      return marginCall(happening);
    case 'leverage':
      return { e: 'ACCOUNT_CONFIG_UPDATE', T: happening.at, ac: { s: happening.symbol, l: happening.leverage } };
    case 'multiAssets':
      return { e: 'ACCOUNT_CONFIG_UPDATE', T: happening.at, ai: { j: happening.isOn } };
  }
}
