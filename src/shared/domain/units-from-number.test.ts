import { describe, expect, it } from 'vitest';
import { decimal, fromNumber, text } from './units.ts';

describe('fromNumber', () => {
  it('makes canonical text, as parsing does', () => {
    for (const [value, places] of [
      [115_000.1, 2],
      [100, 0],
      [100, 3],
      [0.00000001, 8],
      [-0.00000001, 4],
      [-12.5, 1],
      [0, 0],
      [1e15, 2],
    ] as const) {
      const source = value.toFixed(places);
      expect(text(fromNumber(value, places)), source).toBe(text(decimal(source)));
    }
  });

  it('refuses what is no plain decimal', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e22]) expect(() => fromNumber(value, 2)).toThrow(RangeError);
  });
});
