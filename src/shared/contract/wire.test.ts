import { describe, expect, it } from 'vitest';
import { fromWire, toWire } from './wire.ts';

describe('the contract as text', () => {
  it('brings typed arrays across, gaps and all, and leaves everything else as JSON has it', () => {
    const value = {
      ok: true,
      value: { at: Float64Array.of(1, 2.5, Number.NaN), list: [1, null], float64: 'a word', inner: { float64: [1], more: 1 } },
    };
    expect(fromWire(toWire(value))).toEqual(value);
  });
  it('throws on what is no JSON', () => {
    expect(() => fromWire('{')).toThrow(SyntaxError);
  });
});
