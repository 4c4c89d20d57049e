/** Each limit that acts by itself, one unit below, at and above it: the stop-loss, and what stops everything. */
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../../shared/domain/settings.ts';
import { add, krw, price, quantity, ratio, type Ratio, subtract } from '../../../shared/domain/units.ts';
import type { Book } from '../../../shared/domain/venue.ts';
import { closingPrices, livePrices, withMarks } from '../live-marks.ts';
import type { Quote } from '../quote.ts';
import type { State } from '../state.ts';
import { failed, market, ok, perpHoldings } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, notSent, type Play, refused, silent } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';
import { dayLoss, lossRatio } from './measures.ts';

const unit = ratio('0.000001');

/** A hedge of 0.05 whose spot leg then fell by 6 %. */
function losing(settings: Partial<Settings> = {}): World {
  const world = new World();
  world.signal(enter('a'));
  world.run(1000);
  world.marks();
  world.market = market({ spotBid: price('151340000'), spotAsk: price('151341000') });
  world.now += 1000;
  world.state = { ...world.state, settings: { ...world.state.settings, ...settings } };
  return world;
}
/** The state on the marks of now. */
function marked(world: World): State {
  const prices = livePrices(world.quote({ kind: 'marks', coin: enter('a').coin }), world.state.settings, world.now);
  const closing = prices === null ? undefined : closingPrices(world.state, world.hedge('a'), prices);
  if (closing === undefined) throw new Error('There are no marks');
  return withMarks(world.state, world.hedge('a'), closing, world.now);
}
const known = (value: Ratio | undefined): Ratio => {
  if (value === undefined) throw new Error('There is nothing to measure');
  return value;
};
const stopped = (world: World): string => (world.state.stop === null ? 'runs' : (world.state.stop.code ?? ''));
const isClosing = (world: World): boolean => world.alarms().includes('STOP_LOSS');
const aging =
  (book: 'spot' | 'perp' | 'fx', ageMs: number) =>
  (given: Quote): Quote => {
    const old = (read: Quote['fx']): Quote['fx'] => (read.ok ? ok<Book>({ ...read.value, at: given.at - ageMs }) : read);
    if (book === 'fx') return { ...given, fx: old(given.fx) };
    return { ...given, legs: { ...given.legs, [book]: { ...given.legs[book], book: old(given.legs[book].book) } } };
  };

describe('the stop-loss of a hedge', () => {
  const loss = lossRatio(marked(losing()), losing().hedge('a'));

  it.each([
    ['a millionth below', add(loss, unit), false],
    ['at', loss, true],
    ['a millionth above', subtract(loss, unit), true],
  ])('%s, held for two marks a second apart', (_what, hedgeStopLossRatio, closes) => {
    const world = losing({ hedgeStopLossRatio });
    world.marks();
    expect(isClosing(world)).toBe(false);
    world.now += 1000;
    world.marks();
    expect(isClosing(world)).toBe(closes);
    expect(stopped(world)).toBe('runs');
  });

  it.each([
    [999, false],
    [1000, true],
    [1001, true],
  ])('held for %i ms', (ms, closes) => {
    const world = losing({ hedgeStopLossRatio: loss });
    world.marks();
    world.now += ms;
    world.marks();
    expect(isClosing(world)).toBe(closes);
  });

  it.each<[book: 'spot' | 'perp' | 'fx', limit: number]>([
    ['spot', 3000],
    ['perp', 3000],
    ['fx', 10_000],
  ])('on marks of %s that are %i ms old and no older', (book, limit) => {
    for (const [ageMs, closes] of [
      [limit, true],
      [limit + 1, false],
      [Number.NaN, false],
      [Number.POSITIVE_INFINITY, false],
      [Number.NEGATIVE_INFINITY, false],
    ] as const) {
      const world = losing({ hedgeStopLossRatio: loss });
      world.distort = aging(book, ageMs);
      for (let marks = 0; marks < 3; marks += 1) {
        world.marks();
        world.now += 1000;
      }
      expect([ageMs, isClosing(world)]).toEqual([ageMs, closes]);
    }
  });

  it.each<[string, (given: Quote) => Quote]>([
    ['the spot book', (given) => ({ ...given, legs: { ...given.legs, spot: { ...given.legs.spot, book: failed() } } })],
    ['the perpetual book', (given) => ({ ...given, legs: { ...given.legs, perp: { ...given.legs.perp, book: failed() } } })],
    ['USDT/KRW', (given) => ({ ...given, fx: failed() })],
    ['the bids', (given) => ({ ...given, legs: { ...given.legs, spot: { ...given.legs.spot, book: ok({ bids: [], asks: [], at: given.at }) } } })],
  ])('never without %s', (_what, distort) => {
    const world = losing({ hedgeStopLossRatio: loss });
    world.distort = distort;
    for (let marks = 0; marks < 3; marks += 1) {
      world.marks();
      world.now += 1000;
    }
    expect(isClosing(world)).toBe(false);
  });
});

describe("the day's loss", () => {
  const loss = known(dayLoss(marked(losing()), krw('0')));

  it.each([
    ['a millionth below', add(loss, unit), 'runs'],
    ['at', loss, 'runs'],
    ['a millionth above', subtract(loss, unit), 'DAILY_LOSS'],
  ])('%s', (_what, maxDailyLossRatio, expected) => {
    const world = losing({ maxDailyLossRatio, hedgeStopLossRatio: ratio('1') });
    world.marks();
    expect(stopped(world)).toBe(expected);
  });

  it('is not acted on where prices are too old', () => {
    const world = losing({ maxDailyLossRatio: subtract(loss, unit), hedgeStopLossRatio: ratio('1') });
    world.distort = aging('perp', 3001);
    world.marks();
    expect(stopped(world)).toBe('runs');
  });
});

describe('the margin ratio', () => {
  it.each([
    ['a USDT below', '1000000', '499999', 'runs'],
    ['at', '1000000', '500000', 'runs'],
    ['a USDT above', '1000000', '500001', 'MARGIN_RATIO'],
    ['positions and no balance', '0', '1', 'MARGIN_RATIO'],
    ['positions and a balance below zero', '-1', '1', 'MARGIN_RATIO'],
    ['no positions and no balance', '0', '0', 'runs'],
  ])('%s', (_what, balance, maintenance, expected) => {
    const world = losing();
    world.distort = (given) => {
      const holdings = ok(perpHoldings(given.at, balance, '0', maintenance));
      return { ...given, legs: { ...given.legs, perp: { ...given.legs.perp, holdings } } };
    };
    world.marks();
    expect(stopped(world)).toBe(expected);
  });
});

describe('API errors in a row', () => {
  const failure = { outcome: 'unknown', code: 'TIMEOUT', venueCode: '', said: '' } as const;
  const fail = (world: World, times: number, venue: 'upbit' | 'binance' = 'upbit') => {
    for (let nth = 0; nth < times; nth += 1) world.feed({ kind: 'requestEnded', venue, failure });
  };

  it.each([
    [9, 'runs'],
    [10, 'runs'],
    [11, 'API_ERRORS'],
  ])('%i', (times, expected) => {
    const world = new World();
    fail(world, times);
    expect(stopped(world)).toBe(expected);
  });

  it('begin anew after a success, and count for each venue by itself', () => {
    const world = new World();
    fail(world, 10);
    fail(world, 10, 'binance');
    world.feed({ kind: 'requestEnded', venue: 'upbit', failure: null });
    fail(world, 10);
    expect(stopped(world)).toBe('runs');
    fail(world, 1, 'binance');
    expect(stopped(world)).toBe('API_ERRORS');
  });
});

describe('failed entries in a row', () => {
  /** Each of them: its coins are bought, and sold again because its short is refused. */
  const fail = (world: World, times: number) => {
    for (let nth = 0; nth < times; nth += 1) {
      world.script('perp', 'entry', refused());
      enterOne(world);
    }
  };
  /** A world in which the fifth is the last; the usual limit is 10. */
  const ofFive = (): World => {
    const world = new World();
    world.command({ kind: 'set', name: 'maxFailedEntriesInARow', value: '5' });
    return world;
  };
  let made = 0;
  const enterOne = (world: World): string => {
    made += 1;
    world.signal(enter(`f${made}`));
    world.run(3000);
    return world.said(`f${made}`);
  };

  it.each([
    [4, 'runs'],
    [5, 'FAILED_ENTRIES'],
    [6, 'FAILED_ENTRIES'],
  ])('%i', (times, expected) => {
    const world = ofFive();
    fail(world, times);
    expect(stopped(world)).toBe(expected);
    // Nothing was bought after the fifth.
    expect(world.sent.filter(({ purpose }) => purpose === 'entry')).toHaveLength(2 * Math.min(times, 5));
    if (times >= 5) expect(world.state.stop).toMatchObject({ source: 'limit', values: { was: '5', limit: '5' } });
  });

  it.each<[limit: number, entries: number]>([
    [1, 1],
    [2, 2],
    [1000, 8],
  ])('with a limit of %i', (maxFailedEntriesInARow, entries) => {
    const world = new World();
    world.state = { ...world.state, settings: { ...world.state.settings, maxFailedEntriesInARow } };
    fail(world, entries - 1);
    expect(stopped(world)).toBe('runs');
    fail(world, 1);
    expect(stopped(world)).toBe(entries < 8 ? 'FAILED_ENTRIES' : 'runs');
  });

  it('begin anew with one that succeeds, of whatever size', () => {
    const world = ofFive();
    fail(world, 4);
    expect(enterOne(world)).toBe('executed HEDGED');
    expect(world.state.failedEntries).toBe(0);
    fail(world, 4);
    expect(stopped(world)).toBe('runs');
    fail(world, 1);
    expect(stopped(world)).toBe('FAILED_ENTRIES');
  });

  it('begin anew with a reset, and go on over a restart', () => {
    const world = ofFive();
    fail(world, 4);
    world.restart(true);
    expect(world.state.failedEntries).toBe(4);
    fail(world, 1);
    expect(stopped(world)).toBe('FAILED_ENTRIES');
    world.restart(true);
    expect([stopped(world), world.state.armed]).toEqual(['FAILED_ENTRIES', false]);
    world.command({ kind: 'resetStop' });
    world.command({ kind: 'arm' });
    expect(world.state.failedEntries).toBe(0);
    fail(world, 4);
    expect(stopped(world)).toBe('runs');
    fail(world, 1);
    expect(stopped(world)).toBe('FAILED_ENTRIES');
  });

  it('are tightened to what they are already: the next one stops', () => {
    const world = new World();
    fail(world, 3);
    world.command({ kind: 'set', name: 'maxFailedEntriesInARow', value: '2' });
    expect(stopped(world)).toBe('runs');
    fail(world, 1);
    expect(world.state.stop).toMatchObject({ code: 'FAILED_ENTRIES', values: { was: '4', limit: '2' } });
  });

  const bothLegs = (play: Play) => (world: World) => {
    world.script('spot', 'entry', play);
    world.script('perp', 'entry', play);
  };
  it.each<[what: string, script: (world: World) => void, code: string, count: number]>([
    ['refused on both legs', bothLegs(refused()), 'failed NOTHING_FILLED', 1],
    ['one leg of which found no price', (world) => world.script('spot', 'entry', fills('0')), 'failed UNWOUND', 1],
    ['one leg of which never left', (world) => world.script('perp', 'entry', notSent), 'failed UNWOUND', 1],
    ['neither leg of which found a price', bothLegs(fills('0')), 'failed NOTHING_FILLED', 0],
    ['neither leg of which left', bothLegs(notSent), 'failed NOTHING_FILLED', 0],
    ['that our own check denies', (world) => void world.command({ kind: 'disarm', reason: 'test' }), 'rejected DISARMED', 0],
  ])('count one %s as they should', (_what, script, code, count) => {
    const world = new World();
    fail(world, 1);
    script(world);
    expect(enterOne(world)).toBe(code);
    expect(world.state.failedEntries).toBe(1 + count);
  });

  it('count one that a venue rejects after it took it', () => {
    const world = new World();
    bothLegs(silent)(world);
    world.signal(enter('late'));
    world.run(25);
    for (const leg of ['spot', 'perp'] as const) {
      const { request } = world.order(leg, 'entry');
      const report = { clientOrderId: request.clientOrderId, venueOrderId: 'v', state: 'rejected', fills: [], at: world.now } as const;
      world.report({ ...report, filled: quantity('0') });
    }
    expect([world.said('late'), world.state.failedEntries]).toEqual(['failed NOTHING_FILLED', 1]);
  });

  it('count one that is left to a person', () => {
    const world = new World();
    world.script('perp', 'entry', refused());
    world.script('spot', 'unwind', ...Array.from({ length: 12 }, () => refused('INVALID_ORDER')));
    world.signal(enter('stuck'));
    world.run(120_000);
    expect([world.said('stuck'), world.state.failedEntries]).toEqual(['failed NEEDS_OPERATOR', 1]);
  });

  it('put an EXIT that waited for the last of them into the inbox', () => {
    const world = ofFive();
    fail(world, 4);
    world.script('perp', 'entry', refused());
    world.signal(enter('last'));
    world.run(25);
    world.signal(exit('x'));
    world.run(10_000);
    expect(stopped(world)).toBe('FAILED_ENTRIES');
    expect([world.said('last'), world.said('x')]).toEqual(['failed UNWOUND', 'awaitingApproval AWAITING_APPROVAL']);
  });
});

describe('the clock', () => {
  it.each([
    [0, 'runs', false],
    [-0, 'runs', false],
    [750, 'runs', false],
    [751, 'runs', true],
    [-751, 'runs', true],
    [1000, 'runs', true],
    [-1000, 'runs', true],
    [1001, 'CLOCK', true],
    [-1001, 'CLOCK', true],
    [Number.NaN, 'CLOCK', true],
    [Number.POSITIVE_INFINITY, 'CLOCK', true],
    [Number.NEGATIVE_INFINITY, 'CLOCK', true],
  ])('off by %d ms', (offsetMs, expected, alarms) => {
    const world = new World();
    world.feed({ kind: 'clockRead', venue: 'upbit', offsetMs });
    expect([stopped(world), world.alarms().includes('CLOCK')]).toEqual([expected, alarms]);
  });
});

describe('an order that filled', () => {
  it.each([
    ['0.04999999', 'runs'],
    ['0.05', 'runs'],
    ['0.05000001', 'OVERFILL'],
  ])('%s of 0.05', (filled, expected) => {
    const world = new World();
    world.signal(enter('a'));
    world.run(25);
    const { request } = world.order('spot', 'entry');
    const report = { clientOrderId: request.clientOrderId, venueOrderId: 'v', state: 'open', fills: [], at: world.now } as const;
    world.report({ ...report, filled: quantity(filled) });
    expect(stopped(world)).toBe(expected);
  });
});
