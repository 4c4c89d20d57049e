import { describe, expect, it } from 'vitest';
import { extent } from './scale.ts';
import { kimchiSince, PremiumTrail, type Point } from './trail.ts';

const t0 = 1_795_250_000_000;
const minute = 60_000;
const point = (at: number, trading: number | null = 0.03): Point => ({ at, trading, kimchi: trading });
const columns = (times: readonly number[], value = 0.03) => ({ at: times, trading: times.map(() => value), kimchi: times.map(() => Number.NaN) });
const every = (ms: number, from: number, to: number) => Array.from({ length: Math.floor((to - from) / ms) + 1 }, (_, index) => from + index * ms);

describe('the line of premiums', () => {
  it('shows what was fetched with live points behind it, and NaN as a gap', () => {
    const trail = new PremiumTrail(15 * minute, 900);
    trail.begin(columns(every(1000, t0 - 10_000, t0)), t0);
    trail.add(point(t0 + 1000, 0.04));
    trail.add(point(t0 + 500, 0.09));
    const line = trail.points();
    expect(line).toHaveLength(12);
    expect(line.at(-1)).toEqual(point(t0 + 1000, 0.04));
    expect(line[0]).toEqual({ at: t0 - 10_000, trading: 0.03, kimchi: null });
  });

  it.each([15 * minute, 60 * minute, 24 * 60 * minute])('never grows beyond its window of %d ms at four points a second', (span) => {
    const trail = new PremiumTrail(span, 700);
    trail.begin(columns(every(span / 700, t0 - span, t0)), t0);
    for (let at = t0 + 250; at <= t0 + 20 * minute; at += 250) trail.add(point(at));
    expect(trail.points().length).toBeLessThanOrEqual(704);
    expect(trail.points().every(({ trading }) => trading !== null)).toBe(true);
  });

  it('leaves a gap where nothing came, also after what was fetched', () => {
    const trail = new PremiumTrail(15 * minute, 900);
    trail.begin(columns(every(1000, t0 - 10_000, t0)), t0);
    trail.add(point(t0 + 20_000));
    trail.add(point(t0 + 21_000));
    trail.add(point(t0 + 60_000));
    expect(trail.points().filter(({ trading }) => trading === null)).toHaveLength(2);
  });

  it('keeps live points that a late answer does not have, and drops those it has', () => {
    const trail = new PremiumTrail(15 * minute, 900);
    for (const at of every(1000, t0, t0 + 5000)) trail.add(point(at, 0.05));
    trail.begin(columns(every(1000, t0 - 10_000, t0 + 3000)), t0 + 3000);
    expect(trail.points().map(({ trading }) => trading)).toEqual([...Array(14).fill(0.03), 0.05, 0.05]);
  });

  it('asks to be fetched anew when it has lived long for its length, or is worn', () => {
    const trail = new PremiumTrail(15 * minute, 900);
    trail.begin(columns([t0 - 1000, t0]), t0);
    expect([trail.isWorn(t0 + 2000), trail.isWorn(t0 + 4000)]).toEqual([false, true]);
    trail.begin(columns(every(1000, t0 - 15 * minute, t0)), t0);
    expect([trail.isWorn(t0 + minute), trail.isWorn(t0 + 2 * minute)]).toEqual([false, true]);
    for (const at of every(1000, t0 + 1000, t0 + 140_000)) trail.add(point(at));
    expect(trail.isWorn(t0 + minute)).toBe(true);
  });

  it('lets go of what is older than the window but for one point', () => {
    const trail = new PremiumTrail(15 * minute, 900);
    trail.begin(columns(every(1000, t0 - 15 * minute, t0)), t0);
    for (const at of every(1000, t0 + 1000, t0 + 100_000)) trail.add(point(at, 0.01));
    const line = trail.points();
    expect(line[0]?.at).toBeLessThan(trail.end() - 15 * minute);
    expect(line[1]?.at).toBeGreaterThanOrEqual(trail.end() - 15 * minute);
    expect(extent(line)).toEqual([0.01, 0.03]);
  });
});

describe('the start of the kimchi premium', () => {
  const from = (start: number) => every(1000, t0, t0 + 100_000).map((at): Point => ({ at, trading: 0.03, kimchi: at < start ? null : 0.02 }));
  it('is said where the line visibly lacks its past, and nowhere else', () => {
    expect(kimchiSince(from(t0 + 40_000))).toBe(t0 + 40_000);
    expect(kimchiSince(from(t0))).toBeNull();
    expect(kimchiSince(from(t0 + 1000))).toBeNull();
    expect(kimchiSince(from(t0 + 200_000))).toBeNull();
    expect(kimchiSince([])).toBeNull();
  });
});
