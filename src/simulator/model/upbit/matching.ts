/** How Upbit's order kinds take from a book: ord_type and time_in_force as one request to it. Pure. */
import { gte, notional, type Quantity, relabel, sum } from '../../../shared/domain/units.ts';
import type { Book, MatchRequest, Want } from '../book.ts';
import type { ListedMarket } from '../listing.ts';
import { bookSide, otherSide, volumeFor } from './filters.ts';
import { remainingBudget, remainingVolume, type UpbitOrder } from './order.ts';

/**
 * What the order may take from the book; undefined when nothing.
 * A `best` order takes the best price of the other side as its limit, and nothing beyond it.
 */
export function takerRequest(order: UpbitOrder, book: Book): MatchRequest | undefined {
  const side = bookSide(order.side);
  const want = wanted(order);
  if (want === undefined) return undefined;
  if (order.ordType !== 'best') return { side, limit: order.limit, want };
  const best = book.best(otherSide(order.side));
  return best === null ? undefined : { side, limit: best, want };
}

function wanted(order: UpbitOrder): Want | undefined {
  const quantity = remainingVolume(order);
  if (quantity !== null) return { quantity };
  const budget = remainingBudget(order);
  return budget === null ? undefined : { cost: relabel<'notional'>(budget) };
}

/**
 * Whether the order may take at all: post_only never does, fok only when the book holds all of it. A fok by KRW amount
 * is whole when the price holds all that the amount buys there. With self-match prevention the account's own orders
 * do not count.
 */
export function mayFill(order: UpbitOrder, book: Book, market: ListedMarket): boolean {
  if (order.timeInForce === 'post_only') return false;
  if (order.timeInForce !== 'fok') return true;
  const request = takerRequest(order, book);
  if (request === undefined) return false;
  const filled = othersQuantity(order, request, book);
  if ('quantity' in request.want) return gte(filled, request.want.quantity);
  return request.limit !== null && gte(filled, volumeFor(relabel<'krw'>(request.want.cost), request.limit, market));
}

function othersQuantity(order: UpbitOrder, request: MatchRequest, book: Book): Quantity {
  if (!preventsSelfMatch(order)) return book.quote(request).filled;
  const own = book.crossed(request.side, request.limit);
  const want: Want =
    'quantity' in request.want
      ? { quantity: sum([request.want.quantity, ...own.map(({ quantity }) => quantity)]) }
      : { cost: sum([request.want.cost, ...own.map(({ price, quantity }) => notional(price, quantity))]) };
  const { trades } = book.quote({ ...request, want });
  return sum(trades.filter(({ maker }) => maker === null).map(({ quantity }) => quantity));
}

/** Whether the order, as a taker, may not trade with orders of its own account. */
export const preventsSelfMatch = ({ smpType }: Pick<UpbitOrder, 'smpType'>): boolean => smpType !== null && smpType !== 'none';
