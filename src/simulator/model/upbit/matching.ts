/** How Upbit's order kinds take from a book: ord_type and time_in_force as one request to it. Pure. */
import { gte, relabel } from '../../../shared/domain/units.ts';
import type { Book, MatchRequest, Want } from '../book.ts';
import type { ListedMarket } from '../listing.ts';
import { bookSide, otherSide, volumeFor } from './filters.ts';
import { remainingVolume, type UpbitOrder } from './order.ts';

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
  return order.budget === null ? undefined : { cost: relabel<'notional'>(order.budget) };
}

/**
 * Whether the order may take at all: post_only never does, fok only when the book holds all of it. A fok by KRW amount
 * is whole when the price holds all that the amount buys there.
 */
export function mayFill(order: UpbitOrder, book: Book, market: ListedMarket): boolean {
  if (order.timeInForce === 'post_only') return false;
  if (order.timeInForce !== 'fok') return true;
  const request = takerRequest(order, book);
  if (request === undefined) return false;
  const { filled } = book.quote(request);
  if ('quantity' in request.want) return gte(filled, request.want.quantity);
  return request.limit !== null && gte(filled, volumeFor(relabel<'krw'>(request.want.cost), request.limit, market));
}
