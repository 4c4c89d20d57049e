/** The order by which somebody else on the account takes a volume at market. Pure. */
import { lt, type Quantity, relabel } from '../../../shared/domain/units.ts';
import type { Book } from '../book.ts';
import type { OrderTerms } from './order.ts';

/**
 * A market sell by volume, or a market buy by the KRW that the volume costs: Upbit's market buys are by KRW only.
 * @returns undefined when the book does not hold the volume
 */
export function volumeOrder(market: string, side: 'buy' | 'sell', volume: Quantity, book: Book): OrderTerms | undefined {
  const { filled, cost } = book.quote({ side, limit: null, want: { quantity: volume } });
  if (lt(filled, volume)) return undefined;
  const base = { market, limit: null, identifier: null, timeInForce: null, smpType: 'none' as const };
  if (side === 'sell') return { ...base, side: 'ask', ordType: 'market', budget: null, volume };
  return { ...base, side: 'bid', ordType: 'price', budget: relabel<'krw'>(cost), volume: null };
}
