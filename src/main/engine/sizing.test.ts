import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../shared/domain/settings.ts';
import { quantity, text } from '../../shared/domain/units.ts';
import type { Sides } from './premium.ts';
import { isDenial } from './denial.ts';
import { sidesOf } from './risk/entry-inputs.ts';
import { sizeEntry } from './sizing.ts';
import { market, quote, start } from './testing/market.ts';
import { enter } from './testing/signals.ts';

function sides(depth = '2'): Sides {
  const both = sidesOf(quote(start, market({ depth: quantity(depth) })));
  if (isDenial(both)) throw new Error(both.reason);
  return both;
}
const size = (over: Parameters<typeof enter>[1], settings: Partial<Settings> = {}, on = sides()) =>
  sizeEntry(enter('a1', over), on, { ...defaultSettings, ...settings });

describe('the size of an entry', () => {
  it('is none without a price on the side that either leg takes', () => {
    const { spot, perp } = sides();
    const without = (side: 'asks' | 'bids', book: Sides['spot']): Sides['spot'] => ({ ...book, book: { ...book.book, [side]: [] } });
    expect(size({}, {}, { spot: without('asks', spot), perp })).toMatchObject({ denied: 'EMPTY_BOOK', reason: 'No asks on the spot venue' });
    expect(size({}, {}, { spot, perp: without('bids', perp) })).toMatchObject({ denied: 'EMPTY_BOOK', reason: 'No bids on the perpetual venue' });
  });

  it.each([
    ['0.0509', '0.05'],
    ['0.05', '0.05'],
    ['0.050999999999', '0.05'],
    ['0.001', '0.001'],
    ['0.000999999999', 'BELOW_STEP'],
  ])('of %s BTC is %s: down to the coarser step, the same on both legs', (wanted, expected) => {
    const sized = size({ quantity: wanted });
    if (isDenial(sized)) return expect(sized.denied).toBe(expected);
    expect([sized.quantity, sized.spot.terms, sized.perp.terms]).toMatchObject([expected, { quantity: expected }, { quantity: expected }]);
  });

  it.each(['161885', '161886', '8094296', '8094295.125', '8094295.124', '100000000', '99999999.999'])(
    'of %s KRW is the most that fits at the worst price with the fee',
    (amountKrw) => {
      const sized = size({ amountKrw });
      // 161,805,000 × 1.0005 a coin, in thousandths of a coin, by whole numbers alone.
      const perStep = 161_885_902_500n;
      const steps = BigInt(amountKrw.split('.')[0] ?? '') * 1_000_000n + BigInt((amountKrw.split('.')[1] ?? '').padEnd(6, '0'));
      const most = steps / perStep;
      if (isDenial(sized)) return expect([sized.denied, most]).toEqual(['BELOW_STEP', 0n]);
      expect(BigInt(text(sized.quantity).padEnd(5, '0').replace('0.', ''))).toBe(most);
    },
  );

  it('is denied below a minimum of either venue, with the numbers', () => {
    const whole = sides();
    const dearer = { ...whole, perp: { ...whole.perp, rules: { ...whole.perp.rules, minNotional: '116' as never } } };
    expect(size({ quantity: '0.001' }, {}, dearer)).toMatchObject({ denied: 'BELOW_MINIMUM', compared: { limit: '116', was: '115' } });
    const larger = { ...whole, spot: { ...whole.spot, rules: { ...whole.spot.rules, minQuantity: quantity('0.002') } } };
    expect(size({ quantity: '0.001' }, {}, larger)).toMatchObject({ denied: 'BELOW_MINIMUM' });
  });

  it('sells the perpetual at market only while the book holds the size and the venue takes it in one order', () => {
    const termsOf = (wanted: string, settings: Partial<Settings> = {}, depth = '2') => {
      const sized = size({ quantity: wanted }, settings, sides(depth));
      return isDenial(sized) ? sized.denied : sized.perp.terms.type;
    };
    expect(termsOf('10')).toBe('market');
    expect(termsOf('10.001')).toBe('limit');
    expect(termsOf('0.05', { perpEntryOrder: 'limitIoc' })).toBe('limit');
    expect([termsOf('120', {}, '100'), termsOf('120.001', {}, '100')]).toEqual(['market', 'limit']);
  });

  it('buys spot by cost at the expected price, and by limit where that would pass the collar', () => {
    const settings = { spotEntryOrder: 'market' } as const;
    expect(size({ quantity: '0.05' }, settings)).toMatchObject({ spot: { terms: { type: 'marketByCost', cost: '8050000' } } });
    expect(size({ quantity: '10.001' }, settings)).toMatchObject({ spot: { terms: { type: 'limit', price: '161805000' } } });
  });
});
