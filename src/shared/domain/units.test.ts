import Big from 'big.js';
import { describe, expect, it } from 'vitest';
import { absolute, add, compare, decimal, excess, gap, magnitude, negate, quantity, signedQuantity, subtract, sum, text } from './units.ts';

const signed = ['0', '1', '-1', '0.5', '-0.5', '0.00000001', '-12345678901234567890.123456789', '12345678901234567890.123456789', '161000000'];
const amounts = signed.filter((source) => !source.startsWith('-'));
const exactly = (value: Big): string => value.toFixed().replace(/^-0$/, '0');
const pairs = (sources: readonly string[]): readonly (readonly [string, string])[] => sources.flatMap((a) => sources.map((b) => [a, b] as const));

/** Zeros, equal parts and signs are read off the text: what comes out is what big.js says, and canonical. */
describe('arithmetic of decimals', () => {
  it.each(pairs(signed))('of %s and %s is exact', (a, b) => {
    const [x, y] = [signedQuantity(a), signedQuantity(b)];
    expect(text(add(x, y))).toBe(exactly(Big(a).plus(b)));
    expect(text(subtract(x, y))).toBe(exactly(Big(a).minus(b)));
    expect(compare(x, y)).toBe(Big(a).cmp(b));
    expect(text(sum([x, y]))).toBe(exactly(Big(a).plus(b)));
    expect(text(sum([x, y, x, signedQuantity('7')]))).toBe(exactly(Big(a).times(2).plus(b).plus(7)));
  });

  it.each(pairs(amounts))('of the amounts %s and %s is exact', (a, b) => {
    const [x, y] = [quantity(a), quantity(b)];
    expect(text(gap(x, y))).toBe(exactly(Big(a).minus(b)));
    expect(text(excess(x, y))).toBe(Big(a).gt(b) ? exactly(Big(a).minus(b)) : '0');
  });

  it.each(signed)('of the sign of %s is exact', (a) => {
    const x = signedQuantity(a);
    expect(text(negate(x))).toBe(exactly(Big(0).minus(a)));
    expect(text(absolute(x))).toBe(exactly(Big(a).abs()));
    expect(text(magnitude(x))).toBe(exactly(Big(a).abs()));
    expect(text(sum([x]))).toBe(exactly(Big(a)));
  });

  it('adds nothing up to zero', () => {
    expect(text(sum([]))).toBe('0');
    expect(text(sum([decimal('0'), decimal('-0')]))).toBe('0');
  });
});
