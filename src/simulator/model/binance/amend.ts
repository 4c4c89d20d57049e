/**
 * Amending a resting order: price and quantity change, identity stays, its place in the queue is lost.
 * Source: usds-margined-futures, "Modify Order".
 */
import { compare, excess, lte, type Price, type Quantity, text } from '../../../shared/domain/units.ts';
import { checkFunds } from './funds.ts';
import { checkFilters, type SymbolRules, type Ticket } from './order-check.ts';
import { cancel, carryOut } from './orders.ts';
import type { ExchangeParts } from './parts.ts';
import { isReducing, type Side } from './position.ts';
import { isOpen, type Order } from './records.ts';
import { accept, type Checked, type Refusal, refusals, refuse } from './refusal.ts';

export interface AmendTerms {
  readonly side: Side;
  readonly price: Price;
  /** Of the whole order, what is filled included. */
  readonly quantity: Quantity;
}

const maxAmendments = 10_000;

function ticketOf(order: Order, terms: AmendTerms, quantity: Quantity): Ticket & { readonly type: 'LIMIT' } {
  const { symbol, clientId, side, reduceOnly, positionSide, selfTradePrevention, timeInForce } = order;
  return { type: 'LIMIT', symbol, clientId, side, reduceOnly, positionSide, selfTradePrevention, timeInForce, price: terms.price, quantity };
}

function checkTerms(parts: ExchangeParts, order: Order, terms: AmendTerms, rules: SymbolRules): Refusal | undefined {
  if (terms.side !== order.side) return refusals.side;
  if (order.amendments >= maxAmendments) return refusals.tooManyAmendments;
  if (compare(terms.price, order.price) === 0 && compare(terms.quantity, order.quantity) === 0) return refusals.sameOrder;
  const filtered = checkFilters(ticketOf(order, terms, terms.quantity), parts.markPrice(order.symbol), rules);
  if (filtered?.code === refusals.notional('').code) return refusals.amendedNotional(text(rules.minNotional));
  return filtered;
}

/**
 * Gives an open limit order another price or quantity. Where the quantity is filled already, or a post-only order would
 * trade at once, the order is canceled instead.
 * @returns the order after it, or the venue's refusal, which leaves it as it was
 */
export function amend(parts: ExchangeParts, order: Order | undefined, terms: AmendTerms): Checked<Order> {
  if (order === undefined || !isOpen(order)) return refuse(refusals.noSuchOrder);
  const rules = parts.rules(order.symbol);
  if (rules === undefined) return refuse(refusals.symbol);
  if (order.type !== 'LIMIT') return refuse(refusals.limitOnly);
  const refusal = checkTerms(parts, order, terms, rules);
  if (refusal !== undefined) return refuse(refusal);
  const book = parts.book(order.symbol);
  const crosses = book.crosses(order.side === 'BUY' ? 'buy' : 'sell', terms.price);
  if (lte(terms.quantity, order.filled) || (order.timeInForce === 'GTX' && crosses)) return accept(cancel(parts, order) ?? order);
  const left = ticketOf(order, terms, excess(terms.quantity, order.filled));
  const funds = isReducing(order) ? undefined : checkFunds(parts, left, order.id);
  if (funds !== undefined) return refuse(funds);
  book.cancel(String(order.id));
  const amended: Order = {
    ...order,
    price: terms.price,
    quantity: terms.quantity,
    amendments: order.amendments + 1,
    updatedAt: parts.now(),
  };
  parts.state.setOrder(amended);
  parts.report({ kind: 'order', execution: 'AMENDMENT', order: amended, trade: undefined });
  return accept(carryOut(parts, amended, left));
}
