/** What a venue may write where a number belongs: what is none never becomes one. */
import { describe, expect, it } from 'vitest';
import { decimalOf, quantityOf, timeOf } from './shapes.ts';

const decimal = decimalOf<'price'>();
const nothing: readonly unknown[] = [
  '',
  ' ',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e5',
  '0x1',
  '1,000',
  '+1',
  '.5',
  '5.',
  '--1',
  null,
  undefined,
  true,
  1,
  Number.NaN,
  [],
  {},
];

describe('a number of a venue', () => {
  it.each(nothing.map((source) => [String(source), source] as const))('%j is none', (_name, source) => {
    expect([decimal, quantityOf, timeOf].map((shape) => shape.safeParse(source).success)).toEqual([false, false, false]);
  });

  it.each([
    ['-0', '0'],
    ['-0.000', '0'],
    ['00.50', '0.5'],
    ['-1.5', '-1.5'],
  ])('%s is read as %s', (source, value) => expect(decimal.parse(source)).toBe(value));

  it('that is an amount is not negative', () => {
    expect(quantityOf.safeParse('-0.00000001').success).toBe(false);
    expect(quantityOf.parse('-0')).toBe('0');
  });
});
