import { describe, expect, it } from 'vitest';
import { type Price, price, quantity, ratio } from '../../shared/domain/units.ts';
import type { Book, MarketRules } from '../../shared/domain/venue.ts';
import { averagePrice, depthWithin, worstPrice } from './prices.ts';
import { executablePremium, premiumOf, tradingFx } from './premium.ts';
import { perpRules, spotRules } from './testing/market.ts';

const level = ([at, size]: readonly [string, string]) => ({ price: price(at), quantity: quantity(size) });
const bookOf = (bids: readonly (readonly [string, string])[], asks: readonly (readonly [string, string])[]): Book => ({
  bids: bids.map(level),
  asks: asks.map(level),
  at: 0,
});
const withTick = (tick: string): MarketRules => ({ ...spotRules, ticks: [{ from: price('0'), tick: price(tick) }] });

describe('the worst price', () => {
  it.each<[side: 'buy' | 'sell', best: string, bps: number, tick: string, worst: string]>([
    ['buy', '161000000', 50, '1000', '161805000'],
    ['buy', '161000123', 50, '1000', '161805000'],
    ['buy', '161000999', 1, '1000', '161017000'],
    ['sell', '160999000', 50, '1000', '160195000'],
    ['sell', '115000', 50, '0.1', '114425'],
    ['sell', '115000.1', 3, '0.1', '114965.6'],
    ['buy', '115000.1', 3, '0.1', '115034.6'],
  ])('of a %s at %s with %i bps and a tick of %s is %s: on the tick, never beyond the collar', (side, best, bps, tick, worst) => {
    const book = side === 'buy' ? bookOf([], [[best, '1']]) : bookOf([[best, '1']], []);
    expect(worstPrice(book, side, bps, withTick(tick))).toBe(worst);
  });

  it('takes the tick that holds at the worst price, and does not exist for an empty side', () => {
    const rules: MarketRules = {
      ...spotRules,
      ticks: [
        { from: price('0'), tick: price('1') },
        { from: price('1000'), tick: price('5') },
      ],
    };
    expect(worstPrice(bookOf([], [['998', '1']]), 'buy', 50, rules)).toBe('1000');
    expect(worstPrice(bookOf([['1004', '1']], []), 'sell', 50, rules)).toBe('999');
    expect(worstPrice(bookOf([], []), 'buy', 50, rules)).toBeUndefined();
  });
});

describe('walking a book', () => {
  const book = bookOf(
    [
      ['99', '1'],
      ['98', '2'],
    ],
    [
      ['100', '0.5'],
      ['101', '0.25'],
      ['103', '4'],
    ],
  );
  it('averages over the levels a size takes, and over what there is when it wants more', () => {
    expect(averagePrice(book, 'buy', quantity('0.5'))).toBe('100');
    expect(averagePrice(book, 'buy', quantity('1'))).toBe('101');
    expect(averagePrice(book, 'sell', quantity('9'))).toBe('98.333333333333');
    expect(averagePrice(book, 'buy', quantity('0'))).toBeUndefined();
  });
  it('counts depth no worse than a price', () => {
    expect(depthWithin(book, 'buy', price('101'))).toBe('0.75');
    expect(depthWithin(book, 'buy', price('99'))).toBe('0');
    expect(depthWithin(book, 'sell', price('98'))).toBe('3');
    expect(depthWithin(book, 'sell', price('98.5'))).toBe('1');
  });
});

/** Exact fractions of integers: an arithmetic that has nothing in common with the engine's. */
interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}
const fraction = (source: string): Fraction => {
  const [whole = '', part = ''] = source.split('.');
  return { n: BigInt(whole + part), d: 10n ** BigInt(part.length) };
};
const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d });
const over = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d, d: a.d * b.n });
const plus = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });
const minusOne = (a: Fraction): Fraction => ({ n: a.n - a.d, d: a.d });
/** |a − b| is at most 1e-8. */
const isNear = (a: Fraction, b: Fraction): boolean => {
  const gap = a.n * b.d - b.n * a.d;
  return (gap < 0n ? -gap : gap) * 100_000_000n <= a.d * b.d;
};
const one = fraction('1');

describe('the premium', () => {
  const sizes = ['0.001', '0.5', '0.75', '1.3', '2.000001'];
  const spotAsks = [
    ['161000000', '0.5'],
    ['161001000', '0.25'],
    ['161777000', '4'],
  ] as const;
  const perpBids = [
    ['115000.1', '0.7'],
    ['114999.9', '0.001'],
    ['114000.3', '9'],
  ] as const;
  const walk = (levels: readonly (readonly [string, string])[], size: string): Fraction => {
    let left = fraction(size);
    let cost: Fraction = fraction('0');
    for (const [at, depth] of levels) {
      const room = fraction(depth);
      const taken = left.n * room.d < room.n * left.d ? left : room;
      cost = plus(cost, times(fraction(at), taken));
      left = plus(left, { n: -taken.n, d: taken.d });
    }
    return over(cost, fraction(size));
  };

  it.each(sizes)('at %s BTC equals an independent calculation to 1e-8, both ways', (size) => {
    const fx = '1399.5';
    const opening = { spot: { book: bookOf([], spotAsks), rules: spotRules }, perp: { book: bookOf(perpBids, []), rules: perpRules } };
    const closing = { spot: { book: bookOf(spotAsks, []), rules: spotRules }, perp: { book: bookOf([], perpBids), rules: perpRules } };
    const expected = (spotFactor: string, perpFactor: string) =>
      minusOne(over(times(walk(spotAsks, size), fraction(spotFactor)), times(times(walk(perpBids, size), fraction(perpFactor)), fraction(fx))));
    const open = executablePremium(opening, fx as never, quantity(size), 'open');
    const close = executablePremium(closing, fx as never, quantity(size), 'close');
    const read = (value: unknown): Fraction =>
      String(value).startsWith('-') ? { n: -fraction(String(value).slice(1)).n, d: fraction(String(value).slice(1)).d } : fraction(String(value));
    expect(isNear(read(open), expected('1.0005', '0.9995'))).toBe(true);
    expect(isNear(read(close), expected('0.9995', '1.0005'))).toBe(true);
    expect(isNear(read(open), plus(expected('1.0005', '0.9995'), over(one, fraction('10000000'))))).toBe(false);
  });

  it('is zero where both venues agree, and has no value on an empty side', () => {
    expect(premiumOf(price('161000000'), price('115000'), '1400' as never)).toBe('0');
    const empty = { spot: { book: bookOf([], []), rules: spotRules }, perp: { book: bookOf([], []), rules: perpRules } };
    expect(executablePremium(empty, '1400' as never, quantity('1'), 'open')).toBeUndefined();
    expect(tradingFx(bookOf([['1399', '1']], []))).toBeUndefined();
    expect(tradingFx(bookOf([['1399', '1']], [['1400', '1']]))).toBe('1399.5');
    const best: Price = price('1');
    expect(premiumOf(best, best, ratio('1') as never)).toBe('0');
  });
});
