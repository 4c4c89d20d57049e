/** Whether the worst price that an order may get lies within the collar of a book. */
import { gte, lte, type Quantity, text } from '../../../shared/domain/units.ts';
import type { OrderRequest } from '../../../shared/domain/venue.ts';
import { type Denial, denied } from '../denial.ts';
import type { Sides } from '../premium.ts';
import { reachOf, worstPrice } from '../prices.ts';

/** @param size coins that a market order asks for; one by limit is judged by its price */
export function beyondCollar(
  { leg, venue, side, terms }: Pick<OrderRequest, 'leg' | 'venue' | 'side' | 'terms'>,
  size: Quantity,
  { book, rules }: Sides['spot'],
  collarBps: number,
): Denial | null {
  const worst = worstPrice(book, side, collarBps, rules);
  if (worst === undefined) return denied('EMPTY_BOOK', `Nobody is on the side of the ${leg} book that would be taken`);
  const reached = terms.type === 'limit' ? terms.price : reachOf(book, side, size);
  if (reached !== undefined && (side === 'buy' ? lte(reached, worst) : gte(reached, worst))) return null;
  const was = reached === undefined ? '' : text(reached);
  const reason = `The ${leg} leg may trade at ${reached === undefined ? 'any price' : was}, the collar ends at ${text(worst)}`;
  return denied('PRICE_COLLAR', reason, { limit: text(worst), was }, { venue });
}

/**
 * The same right before the wire: by the settings of now on the book of then, and on the newest one. A price that moved in our
 * favor leaves a limit beyond the collar of its best; like a market order it may leave while the book holds the size within.
 */
export function beyondCollarByNow(
  request: Pick<OrderRequest, 'leg' | 'venue' | 'side' | 'terms'>,
  size: Quantity,
  books: { readonly decidedOn: Sides['spot']; readonly newest: Sides['spot'] },
  collarBps: number,
): Denial | null {
  const decided = beyondCollar(request, size, books.decidedOn, collarBps);
  if (decided !== null || beyondCollar(request, size, books.newest, collarBps) === null) return decided;
  return beyondCollar({ ...request, terms: { type: 'market', quantity: size } }, size, books.newest, collarBps);
}
