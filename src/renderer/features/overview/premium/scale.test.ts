import { describe, expect, it } from 'vitest';
import { ratioScale, steadyScale, timeTicks } from './scale.ts';

describe('the scale of the chart', () => {
  it.each([
    [0.0301, 0.0329],
    [-0.01, 0.012],
    [0.03, 0.03],
    [0, 0],
    [0.0299999, 0.03],
    [-0.2, 0.5],
  ])('holds %d to %d with room, on few round ticks that two places can tell apart', (low, high) => {
    const { domain, ticks } = ratioScale([low, high]);
    expect(domain[0]).toBeLessThan(low);
    expect(domain[1]).toBeGreaterThan(high);
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks.length).toBeLessThanOrEqual(10);
    expect(new Set(ticks.map((tick) => (tick * 100).toFixed(2))).size).toBe(ticks.length);
    expect(domain).toEqual([ticks[0], ticks.at(-1)]);
  });

  it('stands still while values move within it, and follows when they leave it or shrink to a strip of it', () => {
    const first = steadyScale(null, [0.0301, 0.0325]);
    expect(steadyScale(first, [0.0301, 0.0327])).toBe(first);
    expect(steadyScale(first, [0.0304, 0.032])).toBe(first);
    expect(steadyScale(first, [0.0301, 0.036]).domain[1]).toBeGreaterThan(0.036);
    const [bottom, top] = steadyScale(first, [0.0311, 0.0313]).domain;
    expect(top - bottom).toBeLessThan(0.001);
  });

  it('marks round times of the Korean day', () => {
    const midnight = Date.UTC(2026, 10, 20, 15);
    const hour = 3_600_000;
    expect(timeTicks(midnight - hour / 2, midnight + 23.5 * hour)).toEqual([0, 4, 8, 12, 16, 20].map((at) => midnight + at * hour));
    expect(timeTicks(midnight + 1, midnight + 15 * 60_000)).toEqual([3, 6, 9, 12, 15].map((at) => midnight + at * 60_000));
  });
});
