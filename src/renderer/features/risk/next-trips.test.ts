import { describe, expect, it } from 'vitest';
import { fixtureNow, fixtureSnapshot } from '../../testing/fixture.ts';
import { nextTrips, type TripInputs } from './next-trips.ts';

const snapshot = fixtureSnapshot();
const { risk, venues, settings } = snapshot.parts;
const [hedge] = Object.values(snapshot.tables.hedges).filter(({ phase }) => phase === 'hedged');
const [order] = Object.values(snapshot.tables.orders);
if (hedge === undefined || order === undefined) throw new Error('The made-up snapshot has hedges and orders');

/** A pair of 1 coin that cost 100,000,000 KRW and stands there now. */
const pair = {
  ...hedge,
  coin: 'BTC',
  spot: { ...hedge.spot, quantity: '1' },
  spotCostKrw: '100000000',
  marks: { spotBid: '100000000', perpAsk: '70000', at: fixtureNow },
  resultRatio: '-0.021',
};
const limits = (uses: Readonly<Record<string, number | null>>) =>
  Object.entries(uses).map(([setting, part]) => ({ setting, limit: '1', use: part === null ? null : String(part), part }));
const world = (over: Partial<TripInputs>, uses: Readonly<Record<string, number | null>> = {}): TripInputs => ({
  venues,
  settings,
  hedges: [],
  orders: [],
  now: fixtureNow,
  ...over,
  risk: { ...(over.risk ?? risk), limits: limits(uses) },
});
const keys = (inputs: TripInputs) => nextTrips(inputs).map(({ key }) => key);

describe('what would trip next', () => {
  it('is nothing while nothing is measured', () => {
    expect(nextTrips(world({}, { maxDailyLossRatio: null, maxPositionRatio: null, unknownLimit: 0.9 }))).toEqual([]);
  });

  it('is the nearest first, whatever it is of', () => {
    expect(keys(world({ hedges: [pair] }, { maxConsecutiveApiErrors: 0.9, maxClockOffsetStopMs: 0.1, maxPremiumRatio: 1.2 }))).toEqual([
      'maxPremiumRatio',
      'maxConsecutiveApiErrors',
      'hedgeStopLossRatio',
      'maxClockOffsetStopMs',
    ]);
  });

  it('keeps the order of what moves by less than a tenth, what stops everything first', () => {
    const order = (errors: number, clock: number) =>
      keys(world({ hedges: [pair] }, { maxConsecutiveApiErrors: errors, maxClockOffsetStopMs: clock }));
    expect(order(0.31, 0.38)).toEqual(order(0.38, 0.31));
    expect(order(0.31, 0.38)).toEqual(['hedgeStopLossRatio', 'maxClockOffsetStopMs', 'maxConsecutiveApiErrors']);
    expect(keys(world({}, { maxClockOffsetStopMs: 0.01, maxPositionRatio: 0.09 }))).toEqual(['maxClockOffsetStopMs', 'maxPositionRatio']);
  });

  it('names entries that fail in a row, by their use and limit alone', () => {
    expect(nextTrips(world({}, { maxFailedEntriesInARow: 0.8 }))).toEqual([
      { key: 'maxFailedEntriesInARow', setting: 'maxFailedEntriesInARow', at: 'stops', part: 0.8, event: null },
    ]);
  });

  it('speaks of the age of a price only once reads fail to come', () => {
    expect(keys(world({}, { maxBookAgeMs: 0.74, maxPositionRatio: 0.1 }))).toEqual(['maxPositionRatio']);
    expect(keys(world({}, { maxBookAgeMs: 0.76, maxPositionRatio: 0.1 }))).toEqual(['maxBookAgeMs']);
  });

  it('says of a hedge how far its premium may fall, and of many the nearest', () => {
    const far = { ...pair, id: 'far', coin: 'ETH', resultRatio: '0.01' };
    const [trip] = nextTrips(world({ hedges: [far, pair] }));
    expect(trip).toMatchObject({ at: 'closes', part: expect.closeTo(0.42, 9), event: { kind: 'premium', coin: 'BTC' } });
    expect(trip?.event).toMatchObject({ krw: expect.closeTo(2_900_000, 3), points: expect.closeTo(0.029, 9) });
  });

  it('counts no hedge that is not equal, and none whose result is not known', () => {
    expect(
      keys(
        world({
          hedges: [
            { ...pair, phase: 'closing' },
            { ...pair, resultRatio: null },
          ],
        }),
      ),
    ).toEqual([]);
  });

  it('says how much more of the day may be lost, by the premium of what is open or in KRW', () => {
    const day = { ...risk, capitalKrw: '99000000', dayResultKrw: '-1000000' };
    const uses = { maxDailyLossRatio: 1 / 3 };
    const event = (inputs: TripInputs) => nextTrips(inputs).find(({ key }) => key === 'maxDailyLossRatio')?.event;
    expect(event(world({ risk: day, hedges: [pair] }, uses))).toMatchObject({ kind: 'premium', coin: null, points: expect.closeTo(0.02, 9) });
    expect(event(world({ risk: day, hedges: [] }, uses))).toEqual({ kind: 'loss', krw: 2_000_000 });
    expect(event(world({ risk: { ...day, capitalKrw: null } }, uses))).toBeUndefined();
  });

  it('says how far shorts may rise before the margin ratio is there', () => {
    const margin = { balance: '10000', available: '0', maintenance: '100' };
    const positions = [{ coin: 'BTC', quantity: '-0.1', entryPrice: '100000', markPrice: '100000', liquidationPrice: null }];
    const at = (binance: Partial<typeof venues.binance>) =>
      nextTrips(world({ venues: { ...venues, binance: { ...venues.binance, ...binance } } }, { maxMarginRatio: 0.02 }));
    const [trip] = at({ margin, positions });
    const rise = trip?.event?.kind === 'price' ? trip.event.rise : 0;
    // There the maintenance margin is half of what is left of the balance.
    expect((100 * (1 + rise)) / (10_000 - 10_000 * rise)).toBeCloseTo(0.5, 9);
    expect(at({ margin: null, positions })).toEqual([]);
    expect(at({ margin, positions: [] })).toEqual([]);
  });

  it('names the venue with the most errors and the one whose clock is farthest', () => {
    const upbit = { ...venues.upbit, apiErrors: 7, clockOffsetMs: -20 };
    const binance = { ...venues.binance, apiErrors: 2, clockOffsetMs: 400 };
    expect(nextTrips(world({ venues: { upbit, binance } }, { maxConsecutiveApiErrors: 0.7, maxClockOffsetStopMs: 0.4 }))).toMatchObject([
      { event: { kind: 'requests', venue: 'upbit', more: 4 } },
      { event: { kind: 'clock', venue: 'binance', ms: 600 } },
    ]);
  });

  it('counts the time that an order is silent', () => {
    const evidence = {
      lookups: 3,
      firstAt: null,
      lastAt: null,
      openOrders: null,
      trades: null,
      holdings: null,
      stream: null,
      provable: true,
      operatorAt: fixtureNow + 45_000,
    };
    const silent = { ...order, unknownSince: fixtureNow - 15_000, evidence };
    const later = { ...silent, id: 'later', evidence: { ...evidence, operatorAt: fixtureNow + 60_000 } };
    expect(nextTrips(world({ orders: [later, silent] }))).toMatchObject([{ setting: null, at: 'stops', part: 0.25, event: { kind: 'silence' } }]);
    expect(
      nextTrips(
        world({
          orders: [
            { ...silent, evidence: { ...evidence, operatorAt: null } },
            { ...silent, evidence: null },
          ],
        }),
      ),
    ).toEqual([]);
  });

  it('says of the next entry what its nearest limit leaves', () => {
    const of = (setting: string, use: string) => {
      const inputs = world({ risk: { ...risk, capitalKrw: '1000000' } });
      const row = { setting, limit: '1', use, part: 0.5 };
      return nextTrips({ ...inputs, risk: { ...inputs.risk, limits: [row] } })[0];
    };
    expect(of('maxCoinPositionRatio', '0.4')).toMatchObject({ at: 'denies', event: { kind: 'size', krw: expect.closeTo(100_000, 3) } });
    expect(of('maxEntriesPerMinute', '17')?.event).toEqual({ kind: 'entries', more: 3, within: 'minute' });
    expect(of('maxEntriesPerDay', '501')?.event).toEqual({ kind: 'entries', more: 0, within: 'day' });
    expect(of('maxPremiumRatio', '0.1')?.event).toBeNull();
  });
});
