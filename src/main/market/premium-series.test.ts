import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PremiumSeries } from './premium-series.ts';

const t0 = 1_795_250_000_000;
const second = 1000;
const filled = (count: number, value: (index: number) => number, capacity?: number) => {
  const series = new PremiumSeries(capacity);
  for (let index = 0; index < count; index += 1) series.append(t0 + index * second, value(index), value(index) + 0.001);
  return series;
};
const list = (column: Float64Array) => [...column];

describe('the premium series', () => {
  it('gives what is between two times, both included, as it is while it fits', () => {
    const series = filled(10, (index) => index);
    const { stored, at, trading, kimchi } = series.between(t0 + 2 * second, t0 + 5 * second, 100);
    expect([stored, list(trading), list(kimchi)]).toEqual([4, [2, 3, 4, 5], [2.001, 3.001, 4.001, 5.001]]);
    expect(list(at)).toEqual([2, 3, 4, 5].map((index) => t0 + index * second));
    expect(series.between(t0 + 1, t0 + 2, 100).stored).toBe(0);
    expect(series.between(t0 + 5 * second, t0, 100)).toMatchObject({ stored: 0, at: new Float64Array(0) });
  });

  it('keeps the newest when it is full, and leaves out what is not newer', () => {
    const series = filled(7, (index) => index, 4);
    series.append(t0 + 6 * second, 99, 99);
    series.append(t0, 99, 99);
    expect(list(series.between(0, Number.MAX_SAFE_INTEGER, 100).trading)).toEqual([3, 4, 5, 6]);
  });

  it('has one NaN where nothing came for more than five seconds', () => {
    const series = filled(2, () => 1);
    series.append(t0 + 6 * second, 1, 1);
    series.append(t0 + 12 * second, Number.NaN, Number.NaN);
    series.append(t0 + 60 * second, 1, 1);
    expect(list(series.between(0, t0 + 1e6, 100).trading)).toEqual([1, 1, 1, Number.NaN, Number.NaN, 1]);
  });

  it('takes a past of minutes before seconds without taking its spacing for gaps, but its holes', () => {
    const series = filled(3, () => 2);
    const minutes = [-9, -8, -2, -1].map((minute) => t0 + minute * 60_000);
    series.prepend({ at: [...minutes, t0 + 500], trading: [1, 1, 1, 1, 9], kimchi: minutes.map(() => Number.NaN) }, 60_000);
    expect(list(series.between(0, t0 + 1e6, 100).trading)).toEqual([1, 1, Number.NaN, 1, 1, 2, 2, 2]);
  });

  it('thins to no more than asked for, in order, with both extremes and every wide gap kept', () => {
    const point = fc.record({
      value: fc.integer({ min: -1000, max: 1000 }),
      step: fc.constantFrom(1, 1, 1, 1, 40),
      gone: fc.constantFrom(false, false, false, true),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 400 }), fc.integer({ min: 2, max: 60 }), (points, most) => {
        const series = new PremiumSeries();
        let at = t0;
        for (const { value, step, gone } of points) {
          at += step * second;
          series.append(at, gone ? Number.NaN : value, value);
        }
        const all = series.between(0, at, 10_000);
        const drawn = series.between(0, at, most);
        expect(drawn.at.length).toBeLessThanOrEqual(Math.max(most, 3));
        expect(drawn.stored).toBe(all.at.length);
        expect(list(drawn.at)).toEqual([...new Set(list(drawn.at))].sort((a, b) => a - b));
        const values = (column: Float64Array) => list(column).filter((value) => !Number.isNaN(value));
        if (values(all.trading).length === 0) return;
        expect([Math.min(...values(drawn.trading)), Math.max(...values(drawn.trading))]).toEqual([
          Math.min(...values(all.trading)),
          Math.max(...values(all.trading)),
        ]);
        const stored = new Map(list(all.at).map((time, index) => [time, all.trading[index]]));
        for (const [index, time] of list(drawn.at).entries()) expect(drawn.trading[index]).toBe(stored.get(time));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a gap of an hour in a day of seconds', () => {
    const series = new PremiumSeries();
    for (let index = 0; index < 86_400; index += 1) if (index < 30_000 || index >= 33_600) series.append(t0 + index * second, Math.sin(index), 0);
    const { at, trading } = series.between(0, t0 + 86_400 * second, 1000);
    const gap = list(trading).findIndex((value) => Number.isNaN(value));
    expect((at[gap + 1] ?? 0) - (at[gap - 1] ?? 0)).toBeGreaterThan(3500 * second);
    expect(list(trading).filter((value) => Number.isNaN(value))).toHaveLength(1);
  });
});
