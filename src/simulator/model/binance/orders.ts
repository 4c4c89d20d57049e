/**
 * Placing and canceling orders, and what the market does to those that rest.
 *
 * 1. A refused order changes nothing and leaves no record.
 * 2. A taker never trades with an order of the same account: the resting one expires first (EXPIRE_MAKER).
 * 3. A reduce-only order never fills more than the position it reduces; once there is none, it expires.
 * 4. Nothing here writes or sends: records go to the state, events to `report`, in the order in which they happened.
 */
import {
  excess,
  floorToStep,
  gt,
  isZero,
  magnitude,
  min,
  minus,
  type Price,
  plus,
  price,
  type Quantity,
  type Ratio,
  ratio,
  scale,
  sum,
  usdt,
  ZERO,
} from '../../../shared/domain/units.ts';
import type { MakerFill, MatchRequest, Trade as BookTrade } from '../book.ts';
import { checkFunds, reportAccount } from './funds.ts';
import { checkFilters, type Ticket } from './order-check.ts';
import type { ExchangeParts } from './parts.ts';
import { isFlat, isReducing, opposes, type Position, type PositionSide } from './position.ts';
import { isOpen, type Order } from './records.ts';
import { accept, type Checked, type Refusal, refusals, refuse } from './refusal.ts';
import { end, endAlgo, settle } from './settle.ts';

export interface PlaceOptions {
  /** Somebody else's order on the account. */
  readonly external?: boolean;
  /** A planted fault: only this part may fill, the rest expires. */
  readonly fraction?: Ratio | undefined;
  /** How the rest ends then; EXPIRED unless given. */
  readonly endsAs?: 'CANCELED';
  /** Called when the order is taken, before it is reported. */
  readonly opened?: () => void;
}

type End = Pick<PlaceOptions, 'fraction'> & { readonly endsAs?: 'CANCELED' | undefined };

const bookSide = { BUY: 'buy', SELL: 'sell' } as const;
const bookId = (order: Order): string => String(order.id);
const openByBookId = (parts: ExchangeParts, symbol: string, id: string | null): Order | undefined =>
  parts.state.openOrders(symbol).find((order) => bookId(order) === id);
const legOf = (parts: ExchangeParts, row: { readonly symbol: string; readonly positionSide?: PositionSide }): Position =>
  parts.state.position(row.symbol, row.positionSide);

/** What the book may be asked for: all of the order, or what is left of the position for one that only reduces. */
function wanted(parts: ExchangeParts, ticket: Ticket): Quantity {
  if (!isReducing(ticket)) return ticket.quantity;
  return min(ticket.quantity, magnitude(legOf(parts, ticket).quantity));
}

/** The worst price that a market order may trade at: the mark price and the symbol's bound round it. */
function boundOf(parts: ExchangeParts, ticket: Ticket): Price {
  const bound = parts.rules(ticket.symbol)?.marketTakeBound ?? ratio('0');
  return scale(parts.markPrice(ticket.symbol), ticket.side === 'BUY' ? plus(bound) : minus(bound));
}

/** How an order asks the book. */
const matchOf = (parts: ExchangeParts, ticket: Ticket, quantity: Quantity, fraction?: Ratio): MatchRequest => ({
  side: bookSide[ticket.side],
  limit: ticket.type === 'LIMIT' ? ticket.price : boundOf(parts, ticket),
  want: { quantity },
  ...(fraction === undefined ? {} : { fraction }),
});

function checkTimeInForce(parts: ExchangeParts, ticket: Ticket): Refusal | undefined {
  const book = parts.book(ticket.symbol);
  if (ticket.type === 'MARKET') {
    const side = bookSide[ticket.side];
    const isEmpty = book.best(side === 'buy' ? 'sell' : 'buy') === null;
    return isEmpty || book.crosses(side, boundOf(parts, ticket)) ? undefined : refusals.marketBound;
  }
  if (ticket.timeInForce === 'GTX') return book.crosses(bookSide[ticket.side], ticket.price) ? refusals.postOnly : undefined;
  if (ticket.timeInForce !== 'FOK') return undefined;
  // Own resting orders count for nothing: they would expire instead of trading.
  const quantity = wanted(parts, ticket);
  const others = book.quote(matchOf(parts, ticket, quantity)).trades.filter((trade) => trade.maker === null);
  return sum(others.map((trade) => trade.quantity)) === quantity ? undefined : refusals.fillOrKill;
}

/** Everything that may refuse an order, in the venue's order. @returns undefined when the order may be taken */
export function checkOrder(parts: ExchangeParts, ticket: Ticket): Refusal | undefined {
  const rules = parts.rules(ticket.symbol);
  if (rules === undefined) return refusals.symbol;
  const filtered = checkFilters(ticket, parts.markPrice(ticket.symbol), rules);
  if (filtered !== undefined) return filtered;
  const open = parts.state.openOrders(ticket.symbol);
  if (open.some((order) => order.clientId === ticket.clientId)) return refusals.duplicateClientId;
  if (open.length >= rules.maxOpenOrders) return refusals.tooManyOpenOrders;
  const reduces = isReducing(ticket);
  const position = legOf(parts, ticket);
  if (reduces && !opposes(position, ticket.side)) return refusals.reduceOnly;
  // In hedge mode a position never turns: what closes it may not be more than it is.
  if (reduces && !ticket.reduceOnly && gt(ticket.quantity, magnitude(position.quantity))) return refusals.reduceOnly;
  const funds = reduces ? undefined : checkFunds(parts, ticket);
  return funds ?? checkTimeInForce(parts, ticket);
}

/** Puts an order on record and reports it as NEW. */
export function open(parts: ExchangeParts, ticket: Ticket, external: boolean): Order {
  const account = parts.state.account();
  const at = parts.now();
  const order: Order = {
    id: account.nextOrderId,
    symbol: ticket.symbol,
    clientId: ticket.clientId,
    side: ticket.side,
    type: ticket.type,
    timeInForce: ticket.type === 'LIMIT' ? ticket.timeInForce : 'GTC',
    reduceOnly: ticket.reduceOnly,
    price: ticket.type === 'LIMIT' ? ticket.price : price('0'),
    quantity: ticket.quantity,
    filled: ZERO,
    quote: usdt('0'),
    status: 'NEW',
    external,
    positionSide: ticket.positionSide ?? 'BOTH',
    selfTradePrevention: ticket.selfTradePrevention ?? 'EXPIRE_MAKER',
    priceMatch: ticket.priceMatch ?? 'NONE',
    goodTill: ticket.goodTill ?? 0,
    amendments: 0,
    algoId: ticket.algoId ?? 0,
    createdAt: at,
    updatedAt: at,
  };
  parts.state.setAccount({ ...account, nextOrderId: order.id + 1 });
  parts.state.setOrder(order);
  parts.report({ kind: 'order', execution: 'NEW', order, trade: undefined });
  return order;
}

/** The account's own resting order that a request would meet first, with what it would take before it. */
function ownInTheWay(parts: ExchangeParts, symbol: string, request: MatchRequest): { order: Order; before: readonly BookTrade[] } | undefined {
  const { trades } = parts.book(symbol).quote(request);
  const index = trades.findIndex((trade) => trade.maker !== null);
  const order = openByBookId(parts, symbol, trades[index]?.maker ?? null);
  return order === undefined ? undefined : { order, before: trades.slice(0, index) };
}

/**
 * Keeps an order from trading with the account's own: by its mode the resting ones expire, or it may only take what
 * stands before them, or both.
 * @returns what the book may be asked for, and whether the order expires after it
 */
function preventSelfTrade(parts: ExchangeParts, order: Order, request: MatchRequest): { request: MatchRequest; expires: boolean } {
  const mode = order.selfTradePrevention;
  if (mode === 'NONE') return { request, expires: false };
  for (;;) {
    const met = ownInTheWay(parts, order.symbol, request);
    if (met === undefined) return { request, expires: false };
    if (mode !== 'EXPIRE_TAKER') {
      parts.book(order.symbol).cancel(bookId(met.order));
      end(parts, met.order, 'EXPIRED_IN_MATCH');
    }
    if (mode === 'EXPIRE_MAKER') continue;
    const quantity = sum(met.before.map((trade) => trade.quantity));
    return { request: { side: request.side, limit: request.limit, want: { quantity } }, expires: true };
  }
}

/** Trades a new order against the book and books what it fills. @returns the order after it */
export function take(parts: ExchangeParts, order: Order, asked: MatchRequest, execution: 'TRADE' | 'CALCULATED'): Order {
  const { request, expires } = preventSelfTrade(parts, order, asked);
  let after = order;
  for (const { price: at, quantity, maker } of parts.book(order.symbol).match(request).trades) {
    after = settle(parts, after, { price: at, quantity, maker: false, execution });
    // Without prevention an account trades with itself and is booked on both sides.
    const own = maker === null ? undefined : openByBookId(parts, order.symbol, maker);
    if (own !== undefined) settle(parts, own, { price: at, quantity, maker: true, execution: 'TRADE' });
  }
  return expires && isOpen(after) ? end(parts, after, 'EXPIRED_IN_MATCH') : after;
}

/** Orders that only reduce and have nothing left to reduce expire, and what was to close a position that is closed. */
function expireReducing(parts: ExchangeParts, position: Position): void {
  const { symbol, positionSide } = position;
  for (const order of parts.state.openOrders(symbol)) {
    if (order.positionSide !== positionSide || !isReducing(order) || opposes(position, order.side)) continue;
    parts.book(symbol).cancel(bookId(order));
    end(parts, order, 'EXPIRED');
  }
  if (!isFlat(position)) return;
  for (const algo of parts.state.waitingAlgos(symbol)) {
    const isBound = algo.closePosition || algo.timeInForce === 'GTE_GTC';
    if (isBound && algo.positionSide === positionSide) endAlgo(parts, algo, 'EXPIRED');
  }
}

/** What follows every run of executions in a position. */
export function afterFills(parts: ExchangeParts, symbol: string, side: PositionSide): void {
  const position = parts.state.position(symbol, side);
  reportAccount(parts, [position], 'ORDER', usdt('0'));
  expireReducing(parts, position);
}

const rests = (ticket: Ticket): boolean => ticket.type === 'LIMIT' && ticket.timeInForce !== 'IOC' && ticket.timeInForce !== 'FOK';

/**
 * Takes an order, trades what it can and lets the rest rest or expire.
 * @returns the order as it is then, or the venue's refusal
 */
export function place(parts: ExchangeParts, ticket: Ticket, options: PlaceOptions = {}): Checked<Order> {
  const refusal = checkOrder(parts, ticket);
  if (refusal !== undefined) return refuse(refusal);
  options.opened?.();
  const opened = open(parts, ticket, options.external ?? false);
  return accept(carryOut(parts, opened, ticket, options));
}

/** Takes an order and expires it at once: what a venue does that records post-only orders which would trade. */
export const expireAtOnce = (parts: ExchangeParts, ticket: Ticket): Order => end(parts, open(parts, ticket, false), 'EXPIRED');

/**
 * Trades an order that is on record and lets the rest of it rest or expire.
 * @param ticket what it asks for; of an amended order what is left of it @returns the order after it
 */
export function carryOut(parts: ExchangeParts, opened: Order, ticket: Ticket, { fraction, endsAs }: End = {}): Order {
  const taken = take(parts, opened, matchOf(parts, ticket, wanted(parts, ticket), fraction), 'TRADE');
  let order = taken;
  if (isOpen(taken)) {
    // One that only reduces and has nothing left to reduce would rest crossed.
    const mayRest = !isReducing(taken) || opposes(legOf(parts, taken), taken.side);
    if (rests(ticket) && fraction === undefined && mayRest) rest(parts, taken);
    else order = end(parts, taken, endsAs ?? 'EXPIRED');
  }
  if (taken.filled !== opened.filled) afterFills(parts, taken.symbol, taken.positionSide);
  return order;
}

/** Puts what is left of an order into the book: a new one, or one that was kept over a restart. */
function rest(parts: ExchangeParts, order: Order): void {
  parts.book(order.symbol).rest({
    id: bookId(order),
    side: bookSide[order.side],
    price: order.price,
    quantity: excess(order.quantity, order.filled),
  });
}

/**
 * Puts an order back that was open when the venue went down. What the market passed meanwhile fills it at its own
 * price; the rest rests.
 */
export function restore(parts: ExchangeParts, order: Order): void {
  const left = excess(order.quantity, order.filled);
  const side = bookSide[order.side];
  let after = order;
  for (const { quantity } of parts.book(order.symbol).match({ side, limit: order.price, want: { quantity: left } }).trades) {
    after = settle(parts, after, { price: order.price, quantity, maker: true, execution: 'TRADE' });
  }
  if (isOpen(after)) rest(parts, after);
  if (after !== order) afterFills(parts, order.symbol, order.positionSide);
}

/** Cancels an open order. @returns undefined when the order is not open */
export function cancel(parts: ExchangeParts, order: Order | undefined): Order | undefined {
  if (order === undefined || !isOpen(order)) return undefined;
  parts.book(order.symbol).cancel(bookId(order));
  return end(parts, order, 'CANCELED');
}

/**
 * Cancels an open order that the market met while the cancel was on its way: a part of the rest fills at its own price
 * first. @returns the order as the cancel saw it, before that fill
 */
export function cancelLate(parts: ExchangeParts, order: Order | undefined, part: Ratio): Order | undefined {
  const step = order === undefined ? undefined : parts.rules(order.symbol)?.step;
  if (order === undefined || step === undefined || !isOpen(order)) return undefined;
  const left = excess(order.quantity, order.filled);
  const most = isReducing(order) ? min(left, magnitude(legOf(parts, order).quantity)) : left;
  const quantity = floorToStep(scale(most, part), step);
  parts.book(order.symbol).cancel(bookId(order));
  const filled = isZero(quantity) ? order : settle(parts, order, { price: order.price, quantity, maker: true, execution: 'TRADE' });
  if (isOpen(filled)) end(parts, filled, 'CANCELED');
  if (filled !== order) afterFills(parts, order.symbol, order.positionSide);
  return { ...order, status: 'CANCELED', updatedAt: parts.now() };
}

export function cancelAll(parts: ExchangeParts, symbol: string): readonly Order[] {
  return parts.state.openOrders(symbol).flatMap((order) => cancel(parts, order) ?? []);
}

/** Books what the market did to resting orders. */
export function fillResting(parts: ExchangeParts, symbol: string, fills: readonly MakerFill[]): void {
  const booked = new Set<PositionSide>();
  for (const fill of fills) {
    const order = openByBookId(parts, symbol, fill.id);
    if (order === undefined) continue;
    const held = legOf(parts, order);
    const most = !isReducing(order) ? fill.quantity : opposes(held, order.side) ? magnitude(held.quantity) : ZERO;
    const quantity = min(fill.quantity, most);
    // A reduce-only order that meets more than its position is expired by what follows.
    if (isZero(quantity)) continue;
    settle(parts, order, { price: fill.price, quantity, maker: true, execution: 'TRADE' });
    booked.add(order.positionSide);
  }
  for (const side of booked) afterFills(parts, symbol, side);
}

/** Expires the orders whose own date has come (GTD). @returns whether any did */
export function expireDated(parts: ExchangeParts): boolean {
  const now = parts.now();
  if ((parts.state.nextExpiry() ?? now + 1) > now) return false;
  for (const order of parts.state.openOrders()) {
    if (order.goodTill === 0 || order.goodTill > now) continue;
    parts.book(order.symbol).cancel(bookId(order));
    end(parts, order, 'EXPIRED');
  }
  return true;
}
