import { describe, expect, it } from 'vitest';
import { price, quantity } from '../../../shared/domain/units.ts';
import type { OrderTerms } from '../../../shared/domain/venue.ts';
import { quote, spotRules, start } from '../testing/market.ts';
import { beyondCollar } from './collar.ts';

const { spot } = quote(start).legs;
const size = quantity('0.05');
const judge = (side: 'buy' | 'sell', terms: OrderTerms, book = spot.book) => {
  if (!book.ok) throw new Error('There is no book');
  return beyondCollar({ leg: 'spot', venue: 'upbit', side, terms }, size, { book: book.value, rules: spotRules }, 50)?.denied ?? 'passes';
};
const limit = (at: string): OrderTerms => ({ type: 'limit', quantity: size, price: price(at), timeInForce: 'IOC' });
const market: OrderTerms = { type: 'market', quantity: size };

describe('the collar of a book', () => {
  it('ends 50 basis points from the best price on the side that is taken, on the inner tick', () => {
    expect(['161804000', '161805000', '161806000'].map((at) => judge('buy', limit(at)))).toEqual(['passes', 'passes', 'PRICE_COLLAR']);
    expect(['160196000', '160195000', '160194000'].map((at) => judge('sell', limit(at)))).toEqual(['passes', 'passes', 'PRICE_COLLAR']);
  });

  it('lets no order out where nobody is on the other side', () => {
    const empty = { ok: true, value: { bids: [], asks: [], at: start } } as const;
    expect([judge('buy', market, empty), judge('sell', limit('1'), empty)]).toEqual(['EMPTY_BOOK', 'EMPTY_BOOK']);
    expect([judge('buy', market), judge('sell', market)]).toEqual(['passes', 'passes']);
  });
});
