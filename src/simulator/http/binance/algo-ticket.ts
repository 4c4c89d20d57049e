/** Reads the parameters of a conditional order. Source: usds-margined-futures, "New Algo Order". */
import { price, ZERO } from '../../../shared/domain/units.ts';
import type { AlgoTicket } from '../../model/binance/algo.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import type { PositionSide, Side } from '../../model/binance/position.ts';
import { accept, type Checked, refusals, refuse } from '../../model/binance/refusal.ts';
import { readPrice, readQuantity, readReduceOnly } from './order-ticket.ts';
import { readClientId, readGoodTill, readPositionSide, readPrevention, readPriceMatch, readSide } from './order-terms.ts';
import { isOneOf, optionalBoolean, optionalDecimal, type Parameters, required } from './parameters.ts';
import { type Desk, namedSymbol } from './router.ts';

export interface NewAlgoOrder {
  readonly ticket: AlgoTicket;
  readonly rules: SymbolRules;
}

const orderTypes: readonly AlgoTicket['orderType'][] = ['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'];
const timesInForce: readonly AlgoTicket['timeInForce'][] = ['GTC', 'IOC', 'FOK', 'GTX', 'GTD', 'GTE_GTC'];
const noPrice = price('0');

function readType(parameters: Parameters): Checked<AlgoTicket['orderType']> {
  const algo = required(parameters, 'algoType');
  if (!algo.ok) return algo;
  if (algo.value !== 'CONDITIONAL') return refuse(refusals.parameter('algoType'));
  const sent = required(parameters, 'type');
  if (!sent.ok) return sent;
  return isOneOf(orderTypes, sent.value) ? accept(sent.value) : refuse(refusals.orderType);
}

type Closing = Pick<AlgoTicket, 'closePosition' | 'quantity' | 'reduceOnly'>;

/** What it trades: a quantity, or all of the position with closePosition, which only the market kinds have. */
function readClosing(parameters: Parameters, orderType: string, side: Side, positionSide: PositionSide): Checked<Closing> {
  const close = optionalBoolean(parameters, 'closePosition');
  if (!close.ok) return close;
  const reduceOnly = readReduceOnly(parameters, positionSide);
  if (!reduceOnly.ok) return reduceOnly;
  if (close.value !== true) {
    const quantity = readQuantity(parameters);
    return quantity.ok ? accept({ closePosition: false, quantity: quantity.value, reduceOnly: reduceOnly.value }) : quantity;
  }
  const opens = (positionSide === 'LONG' && side === 'BUY') || (positionSide === 'SHORT' && side === 'SELL');
  if ((orderType !== 'STOP_MARKET' && orderType !== 'TAKE_PROFIT_MARKET') || opens) return refuse(refusals.notWithClose);
  if (parameters.get('quantity') !== undefined) return refuse(refusals.quantityWithClose);
  if (parameters.get('reduceOnly') !== undefined) return refuse(refusals.notRequired('reduceonly'));
  return accept({ closePosition: true, quantity: ZERO, reduceOnly: positionSide === 'BOTH' });
}

type Trigger = Pick<AlgoTicket, 'triggerPrice' | 'activatePrice' | 'callbackRate' | 'workingType' | 'priceProtect'>;

function readTrigger(parameters: Parameters, orderType: string): Checked<Trigger> {
  const workingType = parameters.get('workingType') ?? 'CONTRACT_PRICE';
  if (workingType !== 'CONTRACT_PRICE' && workingType !== 'MARK_PRICE') return refuse(refusals.workingType(workingType));
  const priceProtect = optionalBoolean(parameters, 'priceProtect');
  if (!priceProtect.ok) return priceProtect;
  const common = { workingType, priceProtect: priceProtect.value ?? false } as const;
  const triggerPrice = optionalDecimal<'price'>(parameters, 'triggerPrice');
  if (!triggerPrice.ok) return triggerPrice;
  const activatePrice = optionalDecimal<'price'>(parameters, 'activatePrice');
  if (!activatePrice.ok) return activatePrice;
  const callbackRate = optionalDecimal<'ratio'>(parameters, 'callbackRate');
  if (!callbackRate.ok) return callbackRate;
  if (orderType !== 'TRAILING_STOP_MARKET') {
    if (triggerPrice.value === undefined) return refuse(refusals.missing('triggerPrice'));
    return accept({ ...common, triggerPrice: triggerPrice.value, activatePrice: null, callbackRate: null });
  }
  if (callbackRate.value === undefined) return refuse(refusals.missing('callbackRate'));
  return accept({ ...common, triggerPrice: noPrice, activatePrice: activatePrice.value ?? null, callbackRate: callbackRate.value });
}

type Limit = Pick<AlgoTicket, 'price' | 'timeInForce' | 'priceMatch' | 'goodTill'>;

function readLimit(desk: Desk, parameters: Parameters, orderType: string, symbol: string, side: Side): Checked<Limit> {
  const timeInForce = parameters.get('timeInForce') ?? 'GTC';
  if (!isOneOf(timesInForce, timeInForce)) return refuse(refusals.timeInForce);
  const isLimit = orderType === 'STOP' || orderType === 'TAKE_PROFIT';
  const priceMatch = readPriceMatch(parameters, isLimit);
  if (!priceMatch.ok) return priceMatch;
  const goodTill = readGoodTill(parameters, timeInForce === 'GTD', desk.parts.now());
  if (!goodTill.ok) return goodTill;
  const terms = { timeInForce, priceMatch: priceMatch.value, goodTill: goodTill.value };
  if (!isLimit) return accept({ ...terms, price: noPrice });
  const at = readPrice(desk, parameters, symbol, side, priceMatch.value);
  return at.ok ? accept({ ...terms, price: at.value }) : at;
}

/** @returns the conditional order that is asked for, not yet checked against filters and the price of now */
export function readAlgoTicket(desk: Desk, parameters: Parameters): Checked<NewAlgoOrder> {
  const orderType = readType(parameters);
  if (!orderType.ok) return orderType;
  const rules = namedSymbol(desk, parameters);
  if (!rules.ok) return rules;
  const { symbol } = rules.value;
  const side = readSide(parameters);
  if (!side.ok) return side;
  const clientId = readClientId(parameters, 'clientAlgoId', desk.parts.random);
  if (!clientId.ok) return clientId;
  const prevention = readPrevention(parameters);
  if (!prevention.ok) return prevention;
  const positionSide = readPositionSide(parameters, desk.parts.state.account().dualSide);
  if (!positionSide.ok) return positionSide;
  const closing = readClosing(parameters, orderType.value, side.value, positionSide.value);
  if (!closing.ok) return closing;
  const trigger = readTrigger(parameters, orderType.value);
  if (!trigger.ok) return trigger;
  const limit = readLimit(desk, parameters, orderType.value, symbol, side.value);
  if (!limit.ok) return limit;
  const identity = { symbol, clientId: clientId.value, side: side.value, positionSide: positionSide.value, orderType: orderType.value };
  const ticket = { ...identity, ...closing.value, ...trigger.value, ...limit.value, selfTradePrevention: prevention.value };
  return accept({ rules: rules.value, ticket });
}
