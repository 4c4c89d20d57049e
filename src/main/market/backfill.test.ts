import { describe, expect, it } from 'vitest';
import { price } from '../../shared/domain/units.ts';
import { backfill, type ReadMinutes } from './backfill.ts';
import { PremiumSeries } from './premium-series.ts';

const minute = 60_000;
const now = 1_795_250_040_000 + 17_000;
const dayAgo = now - 86_400_000;

/** A venue that has a minute at every minute but some, and gives so many at once. */
function venue(close: (at: number) => string, page: number, missing: readonly number[] = []) {
  const asked: number[] = [];
  const read: ReadMinutes = (to, count) => {
    asked.push(to);
    const newest = Math.ceil(to / minute) - 1;
    const starts = Array.from({ length: Math.min(count, page) }, (_, index) => (newest - index) * minute).filter((at) => !missing.includes(at));
    return Promise.resolve({ ok: true, value: starts.toReversed().map((at) => ({ at, close: price(close(at)) })) });
  };
  return { read, asked };
}
const parts = { now: () => now, sleep: () => Promise.resolve(), isOver: () => false };
const all = (series: PremiumSeries) => series.between(0, Number.MAX_SAFE_INTEGER, 100_000);

describe('the backfill', () => {
  it('joins the minutes of a day before what was watched meanwhile, page by page', async () => {
    const series = new PremiumSeries();
    series.append(now + 500, 0.5, 0.6);
    const spot = venue(() => '154000000', 200);
    const perp = venue(() => '100000', 1500);
    await backfill({ ...parts, series, spot: spot.read, perp: perp.read, fx: venue(() => '1400', 200).read });
    expect([spot.asked.length, perp.asked.length]).toEqual([8, 1]);
    const { at, trading, kimchi } = all(series);
    expect(at.length).toBe(1440);
    // The minute that still runs has no close yet; a close stands where its minute ended.
    expect([at.at(-2), at.at(-1)]).toEqual([Math.floor(now / minute) * minute, now + 500]);
    expect(at[0]).toBeGreaterThanOrEqual(dayAgo + minute);
    expect(trading[0]).toBeCloseTo(0.1, 10);
    expect([trading.at(-1), Number.isNaN(kimchi[0] ?? 0), kimchi.at(-1)]).toEqual([0.5, true, 0.6]);
  });

  it('leaves out minutes that one of the three lacks, and long holes are gaps', async () => {
    const series = new PremiumSeries();
    const start = Math.floor(now / minute) * minute;
    const hole = Array.from({ length: 10 }, (_, index) => start - (100 + index) * minute);
    const fx = venue(() => '1400', 200, hole);
    await backfill({ ...parts, series, spot: venue(() => '154000000', 200).read, perp: venue(() => '100000', 1500).read, fx: fx.read });
    const { at, trading } = all(series);
    expect(at.length).toBe(1439 - 10 + 1);
    expect([...trading].filter(Number.isNaN)).toHaveLength(1);
  });

  it('leaves the series alone when a venue fails or the console ends', async () => {
    const series = new PremiumSeries();
    const good = venue(() => '1400', 200).read;
    const failing: ReadMinutes = () =>
      Promise.resolve({ ok: false, failure: { outcome: 'notSent', code: 'RATE_LIMITED', venueCode: '', said: 'enough' } });
    await backfill({ ...parts, series, spot: good, perp: good, fx: failing });
    let turns = 0;
    const isOver = (): boolean => {
      turns += 1;
      return turns > 5;
    };
    await backfill({ ...parts, series, spot: good, perp: good, fx: good, isOver });
    expect(all(series).stored).toBe(0);
  });
});
