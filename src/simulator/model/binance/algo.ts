/**
 * Conditional orders: they wait outside the book for a price and then become an order of their own.
 *
 * 1. NEW → TRIGGERING → TRIGGERED (its order is in the book, `actualOrderId`) → FINISHED (that order is over); or
 *    CANCELED, EXPIRED, or REJECTED when the order that it was to become is refused.
 * 2. A stop triggers when the price gets worse than its trigger price, a take-profit when it gets better; at the trigger
 *    price itself both do. A trailing one follows the best price since it was activated and triggers when the price
 *    comes back from it by the callback rate.
 * 3. It holds no margin while it waits; funds are checked when it triggers.
 * Source: usds-margined-futures, "New Algo Order"; user-data-streams, "Event: Algo Order Update".
 */
import {
  absolute,
  divide,
  gt,
  gte,
  isZero,
  lt,
  lte,
  magnitude,
  minus,
  type Price,
  plus,
  type Ratio,
  ratio,
  relabel,
  scale,
  sign,
  subtract,
  usdt,
} from '../../../shared/domain/units.ts';
import { checkFilters, type Ticket } from './order-check.ts';
import { place } from './orders.ts';
import type { ExchangeParts } from './parts.ts';
import { isFlat } from './position.ts';
import type { AlgoOrder } from './records.ts';
import { accept, type Checked, type Refusal, refusals, refuse } from './refusal.ts';
import { endAlgo, reportAlgo } from './settle.ts';

export type AlgoTicket = Omit<
  AlgoOrder,
  'id' | 'isActivated' | 'extreme' | 'status' | 'actualOrderId' | 'failure' | 'triggeredAt' | 'createdAt' | 'updatedAt'
>;

const maxWaiting = 200;
const hundred = ratio('100');
const minCallback = ratio('0.1');
const maxCallback = ratio('20');
const noPrice: Price = relabel(usdt('0'));

const isTrailing = (order: Pick<AlgoOrder, 'orderType'>): boolean => order.orderType === 'TRAILING_STOP_MARKET';
const isTakeProfit = (order: Pick<AlgoOrder, 'orderType'>): boolean => order.orderType.startsWith('TAKE_PROFIT');
const isLimit = (order: Pick<AlgoOrder, 'orderType'>): boolean => order.orderType === 'STOP' || order.orderType === 'TAKE_PROFIT';

/** The price that an order goes by. */
const workingPrice = (parts: ExchangeParts, order: Pick<AlgoOrder, 'symbol' | 'workingType'>): Price =>
  order.workingType === 'MARK_PRICE' ? parts.markPrice(order.symbol) : parts.lastPrice(order.symbol);

function isReached(order: Pick<AlgoOrder, 'orderType' | 'side' | 'triggerPrice'>, at: Price): boolean {
  const upward = (order.side === 'BUY') !== isTakeProfit(order);
  return upward ? gte(at, order.triggerPrice) : lte(at, order.triggerPrice);
}

function checkTrailing(ticket: AlgoTicket, at: Price): Refusal | undefined {
  const { activatePrice, callbackRate, side } = ticket;
  if (callbackRate === null || lt(callbackRate, minCallback) || gt(callbackRate, maxCallback)) return refusals.callbackRate;
  if (activatePrice === null) return undefined;
  if (sign(activatePrice) <= 0) return refusals.activationPrice;
  const isBehind = side === 'BUY' ? gte(activatePrice, at) : lte(activatePrice, at);
  return isBehind ? refusals.wouldTrigger : undefined;
}

/** The order that a conditional one becomes. */
function actualTicket(parts: ExchangeParts, order: AlgoTicket, algoId: number): Ticket {
  const { symbol, clientId, side, positionSide, selfTradePrevention, priceMatch } = order;
  const held = magnitude(parts.state.position(symbol, positionSide).quantity);
  const quantity = order.closePosition ? held : order.quantity;
  // In hedge mode the position side says it; there is no reduceOnly.
  const reduceOnly = positionSide === 'BOTH' && (order.reduceOnly || order.closePosition);
  const common = { symbol, clientId, side, quantity, reduceOnly, positionSide, selfTradePrevention, algoId };
  if (!isLimit(order)) return { ...common, type: 'MARKET' };
  const timeInForce = order.timeInForce === 'GTE_GTC' ? 'GTC' : order.timeInForce;
  return { ...common, type: 'LIMIT', price: order.price, timeInForce, priceMatch, goodTill: order.goodTill };
}

/** Everything that may refuse a conditional order. @returns undefined when it may wait */
function checkAlgo(parts: ExchangeParts, ticket: AlgoTicket): Refusal | undefined {
  const rules = parts.rules(ticket.symbol);
  if (rules === undefined) return refusals.symbol;
  const at = workingPrice(parts, ticket);
  if (ticket.timeInForce === 'GTE_GTC' && isFlat(parts.state.position(ticket.symbol, ticket.positionSide))) return refusals.goodTillWithoutPosition;
  if (!ticket.closePosition) {
    // The band round the mark price is that of the time when it triggers, so a limit's price is held against its trigger.
    const around = isLimit(ticket) ? ticket.triggerPrice : parts.markPrice(ticket.symbol);
    const filtered = checkFilters(actualTicket(parts, ticket, 0), around, rules);
    if (filtered !== undefined) return filtered;
  }
  const waiting = parts.state.waitingAlgos();
  if (waiting.some((order) => order.clientId === ticket.clientId)) return refusals.duplicateClientId;
  if (waiting.length >= maxWaiting) return refusals.tooManyStopOrders;
  if (isTrailing(ticket)) return checkTrailing(ticket, at);
  const { symbol, clientId, side, triggerPrice } = ticket;
  // The trigger price passes the filters of a price; quantity and notional are not its matter.
  const probe: Ticket = {
    symbol,
    clientId,
    side,
    reduceOnly: true,
    quantity: rules.minQuantity,
    type: 'LIMIT',
    price: triggerPrice,
    timeInForce: 'GTC',
  };
  const filtered = checkFilters(probe, triggerPrice, rules);
  if (filtered !== undefined) return filtered;
  return isReached(ticket, at) ? refusals.wouldTrigger : undefined;
}

/** Takes a conditional order. @returns it, waiting, or the venue's refusal */
export function placeAlgo(parts: ExchangeParts, ticket: AlgoTicket): Checked<AlgoOrder> {
  const refusal = checkAlgo(parts, ticket);
  if (refusal !== undefined) return refuse(refusal);
  const account = parts.state.account();
  const at = parts.now();
  const starts = isTrailing(ticket) && ticket.activatePrice === null;
  const order: AlgoOrder = {
    ...ticket,
    id: account.nextAlgoId,
    isActivated: starts,
    extreme: starts ? workingPrice(parts, ticket) : noPrice,
    status: 'NEW',
    actualOrderId: 0,
    failure: '',
    triggeredAt: 0,
    createdAt: at,
    updatedAt: at,
  };
  parts.state.setAccount({ ...account, nextAlgoId: order.id + 1 });
  parts.state.setAlgo(order);
  reportAlgo(parts, order);
  return accept(order);
}

/** Cancels a conditional order that still waits. @returns undefined when it does not */
export function cancelAlgo(parts: ExchangeParts, order: AlgoOrder | undefined): AlgoOrder | undefined {
  return order?.status === 'NEW' ? endAlgo(parts, order, 'CANCELED') : undefined;
}

export function cancelAllAlgos(parts: ExchangeParts, symbol: string): readonly AlgoOrder[] {
  return parts.state.waitingAlgos(symbol).flatMap((order) => cancelAlgo(parts, order) ?? []);
}

/** Whether mark and last price are too far apart for a price-protected order. */
function isProtected(parts: ExchangeParts, order: AlgoOrder): boolean {
  if (!order.priceProtect) return false;
  const mark = parts.markPrice(order.symbol);
  const apart: Ratio = divide(absolute(subtract(mark, parts.lastPrice(order.symbol))), mark, 12, 'up');
  return gt(apart, parts.rules(order.symbol)?.triggerProtect ?? ratio('0'));
}

function trigger(parts: ExchangeParts, order: AlgoOrder, at: Price): void {
  const now = parts.now();
  const triggerPrice = isTrailing(order) ? at : order.triggerPrice;
  const triggering: AlgoOrder = { ...order, status: 'TRIGGERING', triggerPrice, triggeredAt: now, updatedAt: now };
  parts.state.setAlgo(triggering);
  reportAlgo(parts, triggering);
  const ticket = actualTicket(parts, order, order.id);
  if (order.closePosition && isZero(ticket.quantity)) {
    endAlgo(parts, triggering, 'EXPIRED');
    return;
  }
  const announced: AlgoOrder = { ...triggering, status: 'TRIGGERED', actualOrderId: parts.state.account().nextOrderId };
  const placed = place(parts, ticket, {
    opened: () => {
      parts.state.setAlgo(announced);
      reportAlgo(parts, announced);
    },
  });
  if (!placed.ok) endAlgo(parts, triggering, 'REJECTED', placed.refusal.msg);
}

/** Lets a trailing order follow a price. @returns it after that, and whether it triggers */
function follow(parts: ExchangeParts, order: AlgoOrder, at: Price): { order: AlgoOrder; isDue: boolean } {
  const isBuy = order.side === 'BUY';
  if (!order.isActivated) {
    const activate = order.activatePrice;
    const starts = activate !== null && (isBuy ? lte(at, activate) : gte(at, activate));
    if (!starts) return { order, isDue: false };
    const activated: AlgoOrder = { ...order, isActivated: true, extreme: at, updatedAt: parts.now() };
    parts.state.setAlgo(activated);
    reportAlgo(parts, activated);
    return { order: activated, isDue: false };
  }
  if (isBuy ? lt(at, order.extreme) : gt(at, order.extreme)) {
    const further: AlgoOrder = { ...order, extreme: at };
    parts.state.setAlgo(further);
    return { order: further, isDue: false };
  }
  const back: Ratio = divide(order.callbackRate ?? hundred, hundred, 12, 'halfEven');
  const limit = scale(order.extreme, isBuy ? plus(back) : minus(back));
  return { order, isDue: isBuy ? gte(at, limit) : lte(at, limit) };
}

/**
 * Shows a price to the conditional orders that go by it.
 * @returns whether any of them changed
 */
export function showPrice(parts: ExchangeParts, symbol: string, workingType: AlgoOrder['workingType'], at: Price): boolean {
  let changed = false;
  for (const waiting of parts.state.waitingAlgos(symbol)) {
    // One that triggered before it may have ended this one.
    const current = parts.state.algo(waiting.id) ?? waiting;
    if (current.workingType !== workingType || current.status !== 'NEW') continue;
    const { order, isDue } = isTrailing(current) ? follow(parts, current, at) : { order: current, isDue: isReached(current, at) };
    if (isDue && !isProtected(parts, order)) trigger(parts, order, at);
    changed ||= order !== waiting || isDue;
  }
  return changed;
}
