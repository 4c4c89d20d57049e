/**
 * Placing and canceling orders, and what the market does to those that rest.
 *
 * 1. A refused order changes nothing and leaves no record.
 * 2. A taker never trades with an order of the same account: the resting one expires first (EXPIRE_MAKER).
 * 3. A reduce-only order never fills more than the position it reduces; once there is none, it expires.
 * 4. Nothing here writes or sends: records go to the state, events to `report`, in the order in which they happened.
 */
import { excess, isZero, magnitude, min, price, type Quantity, type Ratio, sum, usdt, ZERO } from '../../../shared/domain/units.ts';
import type { MakerFill, MatchRequest } from '../book.ts';
import { checkFunds, reportAccount } from './funds.ts';
import { checkFilters, type Ticket } from './order-check.ts';
import type { ExchangeParts } from './parts.ts';
import { opposes } from './position.ts';
import { isOpen, type Order } from './records.ts';
import { accept, type Checked, type Refusal, refusals, refuse } from './refusal.ts';
import { end, settle } from './settle.ts';

export interface PlaceOptions {
  /** Somebody else's order on the account. */
  readonly external?: boolean;
  /** A planted fault: only this part may fill, the rest expires. */
  readonly fraction?: Ratio | undefined;
}

const bookSide = { BUY: 'buy', SELL: 'sell' } as const;
const bookId = (order: Order): string => String(order.id);
const openByBookId = (parts: ExchangeParts, symbol: string, id: string | null): Order | undefined =>
  parts.state.openOrders(symbol).find((order) => bookId(order) === id);

/** What the book may be asked for: all of the order, or what is left of the position for a reduce-only one. */
function wanted(parts: ExchangeParts, ticket: Ticket): Quantity {
  if (!ticket.reduceOnly) return ticket.quantity;
  return min(ticket.quantity, magnitude(parts.state.position(ticket.symbol).quantity));
}

const matchOf = (ticket: Ticket, quantity: Quantity, fraction?: Ratio): MatchRequest => ({
  side: bookSide[ticket.side],
  limit: ticket.type === 'LIMIT' ? ticket.price : null,
  want: { quantity },
  ...(fraction === undefined ? {} : { fraction }),
});

function checkTimeInForce(parts: ExchangeParts, ticket: Ticket): Refusal | undefined {
  if (ticket.type === 'MARKET') return undefined;
  const book = parts.book(ticket.symbol);
  if (ticket.timeInForce === 'GTX') return book.crosses(bookSide[ticket.side], ticket.price) ? refusals.postOnly : undefined;
  if (ticket.timeInForce !== 'FOK') return undefined;
  // Own resting orders count for nothing: they would expire instead of trading.
  const quantity = wanted(parts, ticket);
  const others = book.quote(matchOf(ticket, quantity)).trades.filter((trade) => trade.maker === null);
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
  if (ticket.reduceOnly && !opposes(parts.state.position(ticket.symbol), ticket.side)) return refusals.reduceOnly;
  const funds = ticket.reduceOnly ? undefined : checkFunds(parts, ticket);
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
    createdAt: at,
    updatedAt: at,
  };
  parts.state.setAccount({ ...account, nextOrderId: order.id + 1 });
  parts.state.setOrder(order);
  parts.report({ kind: 'order', execution: 'NEW', order, trade: undefined });
  return order;
}

/** Expires the account's own resting orders that this request would trade with. */
function preventSelfTrade(parts: ExchangeParts, symbol: string, request: MatchRequest): void {
  const book = parts.book(symbol);
  for (;;) {
    const met = book.quote(request).trades.find((trade) => trade.maker !== null);
    const order = openByBookId(parts, symbol, met?.maker ?? null);
    if (order === undefined) return;
    book.cancel(bookId(order));
    end(parts, order, 'EXPIRED_IN_MATCH');
  }
}

/** Trades a new order against the book and books what it fills. @returns the order after it */
export function take(parts: ExchangeParts, order: Order, request: MatchRequest, execution: 'TRADE' | 'CALCULATED'): Order {
  preventSelfTrade(parts, order.symbol, request);
  let after = order;
  for (const { price: at, quantity } of parts.book(order.symbol).match(request).trades) {
    after = settle(parts, after, { price: at, quantity, maker: false, execution });
  }
  return after;
}

/** Reduce-only orders that have nothing left to reduce expire. */
function expireReduceOnly(parts: ExchangeParts, symbol: string): void {
  const position = parts.state.position(symbol);
  for (const order of parts.state.openOrders(symbol)) {
    if (!order.reduceOnly || opposes(position, order.side)) continue;
    parts.book(symbol).cancel(bookId(order));
    end(parts, order, 'EXPIRED');
  }
}

/** What follows every run of executions in a symbol. */
export function afterFills(parts: ExchangeParts, symbol: string): void {
  reportAccount(parts, [symbol], 'ORDER', usdt('0'));
  expireReduceOnly(parts, symbol);
}

const rests = (ticket: Ticket): boolean => ticket.type === 'LIMIT' && (ticket.timeInForce === 'GTC' || ticket.timeInForce === 'GTX');

/**
 * Takes an order, trades what it can and lets the rest rest or expire.
 * @returns the order as it is then, or the venue's refusal
 */
export function place(parts: ExchangeParts, ticket: Ticket, options: PlaceOptions = {}): Checked<Order> {
  const refusal = checkOrder(parts, ticket);
  if (refusal !== undefined) return refuse(refusal);
  const opened = open(parts, ticket, options.external ?? false);
  const request = matchOf(ticket, wanted(parts, ticket), options.fraction);
  const taken = take(parts, opened, request, 'TRADE');
  let order = taken;
  if (isOpen(taken)) {
    if (rests(ticket) && options.fraction === undefined) rest(parts, taken);
    else order = end(parts, taken, 'EXPIRED');
  }
  if (!isZero(taken.filled)) afterFills(parts, ticket.symbol);
  return accept(order);
}

/** Puts what is left of an order into the book: a new one, or one that was kept over a restart. */
export function rest(parts: ExchangeParts, order: Order): void {
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
  if (after !== order) afterFills(parts, order.symbol);
}

/** Cancels an open order. @returns undefined when the order is not open */
export function cancel(parts: ExchangeParts, order: Order | undefined): Order | undefined {
  if (order === undefined || !isOpen(order)) return undefined;
  parts.book(order.symbol).cancel(bookId(order));
  return end(parts, order, 'CANCELED');
}

export function cancelAll(parts: ExchangeParts, symbol: string): readonly Order[] {
  return parts.state.openOrders(symbol).flatMap((order) => cancel(parts, order) ?? []);
}

/** Books what the market did to resting orders. */
export function fillResting(parts: ExchangeParts, symbol: string, fills: readonly MakerFill[]): void {
  let booked = false;
  for (const fill of fills) {
    const order = openByBookId(parts, symbol, fill.id);
    if (order === undefined) continue;
    const held = parts.state.position(symbol);
    const most = !order.reduceOnly ? fill.quantity : opposes(held, order.side) ? magnitude(held.quantity) : ZERO;
    const quantity = min(fill.quantity, most);
    // A reduce-only order that meets more than its position is expired by what follows.
    if (isZero(quantity)) continue;
    settle(parts, order, { price: fill.price, quantity, maker: true, execution: 'TRADE' });
    booked = true;
  }
  if (booked) afterFills(parts, symbol);
}
