/** What changes between a decision that adds risk and the wire, and what the door makes of it: each order is asked in its last moment. */
import { describe, expect, it } from 'vitest';
import type { HedgeId } from '../../shared/domain/ids.ts';
import { own, there, withKey, withoutKey } from '../../shared/domain/record.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { krw, price, quantity, ratio, relabel } from '../../shared/domain/units.ts';
import type { Book } from '../../shared/domain/venue.ts';
import type { Quote } from '../engine/quote.ts';
import type { State } from '../engine/state.ts';
import { entering } from '../engine/testing/decided.ts';
import { book, failed, ok } from '../engine/testing/market.ts';
import { enter } from '../engine/testing/signals.ts';
import { fills, silent } from '../engine/testing/venue-truth.ts';
import { World } from '../engine/testing/world.ts';
import { Before, noNews, otherAccount, type Row, shortFilled } from './door-testing.ts';

const level = (at: string, size: string) => ({ price: price(at), quantity: quantity(size) });

const entry = (...given: Parameters<typeof entering>): Before => new Before(entering(...given));
/** The spot leg is filled, the short in part, and the order that fills it up by 0.02 is decided. */
function completion(): Before {
  const world = new World();
  world.script('perp', 'entry', fills('0.6'));
  world.script('perp', 'complete', silent);
  world.signal(enter('a'));
  return new Before(world.run(100));
}
/** Another hedge in some phase, as large as the one that is being opened, with its orders in flight. */
const withOther =
  (phase: 'opening' | 'needsOperator', settings: Partial<Settings> = {}) =>
  (state: State): State => {
    const [mine] = Object.values(state.hedges);
    if (mine === undefined) throw new Error('There is no hedge');
    const id = 'b' as HedgeId;
    const orders = mine.orders.flatMap((order) => {
      const twin = own(state.orders, order);
      return twin === undefined ? [] : [{ ...twin, id: `${order}b` as typeof order, hedge: id }];
    });
    return {
      ...state,
      settings: { ...state.settings, ...settings },
      hedges: withKey(state.hedges, id, { ...mine, id, phase, orders: orders.map((order) => order.id) }),
      orders: { ...state.orders, ...Object.fromEntries(orders.map((order) => [order.id, order])) },
    };
  };

/** A venue holds less of the coin than our hedges need. */
const short = (state: State): State => ({
  ...state,
  alarms: { 'mismatch:upbit:BTC': { code: 'POSITION_MISMATCH', severity: 'critical', hedge: null, detail: 'less', at: state.readyAt } },
});

/** The books of the next day are open, and one entry a day is let in. */
const afterMidnight = (state: State): State => ({
  ...state,
  settings: { ...state.settings, maxEntriesPerDay: 1 },
  day: { ...state.day, kst: state.day.kst + 1, entries: 0 },
});

describe('an entry', () => {
  it.each<Row>([
    ['of which nothing changed', () => undefined, 'leaves'],
    ['decided 3 s ago', ({ world }) => (world.now += 2990), 'leaves'],
    ['decided a ms more ago', ({ world }) => (world.now += 2991), 'STALE_BOOK 3001 against 3000'],
    ['decided in the future', ({ world }) => (world.now -= 11), 'STALE_BOOK -1 against 3000'],
    ['after a disarming', ({ world }) => void world.command({ kind: 'disarm', reason: '' }), 'DISARMED'],
    ['after the latch closed', ({ door }) => door.latch(), 'STOPPED'],
    [
      'after the latch closed and opened again',
      ({ door }) => {
        door.latch();
        door.unlatch();
      },
      'STOPPED',
    ],
    ['after the disk failed', ({ door }) => door.failDisk(), 'JOURNAL_FAILED'],
    ['after a sleep', ({ world }) => void world.feed({ kind: 'resumed', awayMs: 60_000 }), 'RECONCILING'],
    ['after a key changed accounts', (before) => (before.see = otherAccount), 'ACCOUNT_CHANGED'],
    ['after another hedge was handed to a person', (before) => (before.see = withOther('needsOperator')), 'NEEDS_OPERATOR'],
    ['after a venue was seen to hold too little of the coin', (before) => (before.see = short), 'POSITION_MISMATCH'],
    ['that the books do not know', (before) => (before.see = (state) => ({ ...state, orders: {} })), 'NO_DATA'],
    ['of a hedge that they do not know', (before) => (before.see = (state) => ({ ...state, hedges: {} })), 'NO_DATA'],
    ['of a signal that nobody knows', (before) => (before.see = (state) => ({ ...state, entries: {} })), 'NO_DATA'],
    ['without its other leg', (before) => (before.see = withoutPerp(before)), 'NO_DATA'],
  ])('%s', async (_what, change, expected) => {
    const before = entry();
    change(before);
    expect(await before.says('spot', 'entry')).toBe(expected);
  });

  it.each([
    ['is refused', 'rejected', '0', 'PARTNER_FAILED'],
    ['ended without a fill', 'canceled', '0', 'PARTNER_FAILED'],
    ['filled in part', 'canceled', '0.01', 'leaves'],
    ['may fill yet', 'unknown', '0', 'leaves'],
  ] as const)('whose other leg has left and %s', async (_what, state, filled, expected) => {
    const before = entry();
    expect(await before.says('spot', 'entry')).toBe('leaves');
    const { id } = before.world.order('spot', 'entry');
    before.see = (seen) => ({ ...seen, orders: withKey(seen.orders, id, { ...there(seen.orders, id), state, filled: quantity(filled) }) });
    before.world.now += 2000;
    expect(await before.says('perp', 'entry')).toBe(expected);
  });

  const withoutPerp =
    ({ world }: Before) =>
    (state: State): State => ({ ...state, orders: withoutKey(state.orders, world.order('perp', 'entry').id) });
});

describe('an entry, when a limit was tightened meanwhile,', () => {
  it.each<Row>([
    ['at its size', (before) => before.set({ maxHedgeKrw: krw('8050000') }), 'leaves'],
    ['above it', (before) => before.set({ maxHedgeKrw: krw('8049999') }), 'HEDGE_SIZE_LIMIT 8050000 against 8049999'],
    ['at the position', (before) => before.set({ maxPositionRatio: ratio('0.003355') }), 'leaves'],
    ['above it', (before) => before.set({ maxPositionRatio: ratio('0.003354') }), 'POSITION_LIMIT 0.003355 against 0.003354'],
    ['above that of the coin', (before) => before.set({ maxCoinPositionRatio: ratio('0.003354') }), 'COIN_POSITION_LIMIT 0.003355 against 0.003354'],
    ['with another in flight', (before) => (before.see = withOther('opening', { maxPositionRatio: ratio('0.006709') })), 'leaves'],
    [
      'above with another',
      (before) => (before.see = withOther('opening', { maxPositionRatio: ratio('0.006708') })),
      'POSITION_LIMIT 0.006709 against 0.006708',
    ],
    ['as the one of its minute and day', (before) => before.set({ maxEntriesPerMinute: 1, maxEntriesPerDay: 1 }), 'leaves'],
    ['as the first of a day that has begun since', (before) => (before.see = afterMidnight), 'leaves'],
    ['at another leverage', (before) => before.set({ leverage: 2 }), 'NOT_PREPARED 1 against 2'],
    ['within the collar', (before) => before.set({ priceCollarBps: 50 }), 'leaves'],
    ['beyond the collar', (before) => before.set({ priceCollarBps: 49 }), 'PRICE_COLLAR 161805000 against 161788000'],
    ['of enough free margin', (before) => before.set({ minFreeMarginRatio: ratio('0.994247') }), 'leaves'],
    ['of too little', (before) => before.set({ minFreeMarginRatio: ratio('0.994248') }), 'FREE_MARGIN 0.994247 against 0.994248'],
    ['on books as old as they may be', (before) => before.set({ maxBookAgeMs: 10 }), 'leaves'],
    ['on older ones', (before) => before.set({ maxBookAgeMs: 9 }), 'STALE_BOOK 10 against 9'],
  ])('%s', async (_what, change, expected) => {
    const before = entry();
    change(before);
    expect(await before.says('spot', 'entry')).toBe(expected);
  });
});

describe('an entry, when somebody read the market meanwhile and', () => {
  it.each<Row>([
    ['the ask was the same', (before) => before.read('spot', {}), 'leaves'],
    ['the ask had risen', (before) => before.read('spot', { spotAsk: price('161500000') }), 'leaves'],
    [
      'the ask had fallen, and the asks within the collar of it hold the size',
      (before) => before.read('spot', asks('160998000', '161802000')),
      'leaves',
    ],
    ['they hold less', (before) => before.read('spot', asks('160998000', '161803000')), 'PRICE_COLLAR 161803000 against 161802000'],
    ['an older book says so', (before) => before.read('spot', asks('160998000', '161803000'), before.decidedAt), 'leaves'],
    ['nobody sold', (before) => before.read('spot', { bids: [], asks: [], at: 0 }), 'EMPTY_BOOK'],
    ['nobody bought the short', (before) => before.read('perp', { bids: [], asks: [], at: 0 }), 'EMPTY_BOOK'],
    ['the bids held just enough', (before) => before.read('perp', { depth: quantity('0.01') }), 'leaves'],
    ['the bids held less', (before) => before.read('perp', { depth: quantity('0.009') }), 'PRICE_COLLAR  against 114425'],
    ['the last bid lay at the collar', (before) => before.read('perp', reaching('114425')), 'leaves'],
    ['the last bid lay a tick beyond', (before) => before.read('perp', reaching('114424.9')), 'PRICE_COLLAR 114424.9 against 114425'],
    [
      'USDT/KRW had fallen',
      (before) => (before.latest = { ...noNews, fx: fxOf('1200', before.world.now) }),
      'IMPLAUSIBLE_PREMIUM 0.16783392 against 0.15',
    ],
    [
      'the clock was off',
      (before) => (before.latest = { ...noNews, clockOffsetsMs: { spot: ok(0), perp: ok(-751) } }),
      'CLOCK_OFFSET 751 against 750',
    ],
    [
      'the clock was no number',
      (before) => (before.latest = { ...noNews, clockOffsetsMs: { spot: ok(0), perp: ok(Number.NaN) } }),
      'CLOCK_OFFSET NaN against 750',
    ],
    ['no clock could be read', (before) => (before.latest = { ...noNews, clockOffsetsMs: { spot: failed(), perp: ok(0) } }), 'NO_DATA'],
  ])('%s', async (_what, change, expected) => {
    const before = entry();
    change(before);
    expect(await before.says('spot', 'entry')).toBe(expected);
    // The other leg goes the same way: both leave, or neither.
    expect(await before.says('perp', 'entry')).toBe(expected);
  });

  const asks = (best: string, last: string): Book => ({ bids: [level('100000000', '1')], asks: [level(best, '0.04'), level(last, '0.01')], at: 0 });
  const reaching = (last: string): Book => ({ bids: [level('115000', '0.04'), level(last, '0.01')], asks: [level('115000.1', '1')], at: 0 });
  const fxOf = (rate: string, at: number): Book => book(relabel(price(rate)), relabel(price(rate)), price('1'), quantity('1'), at);

  it('the premium had left the bounds of its signal', async () => {
    const bounded = () => entry({ premium: ['0.002', '0'] });
    expect(await bounded().says('spot', 'entry')).toBe('leaves');
    const moved = bounded();
    moved.read('spot', { spotAsk: price('161500000') });
    expect(await moved.says('spot', 'entry')).toMatch(/^PREMIUM_MOVED 0\.\d+ against 0.002$/);
  });

  it('an order for an amount of KRW had lost its depth', async () => {
    const byCost = () => entry({}, { spotEntryOrder: 'market' });
    expect(byCost().world.order('spot', 'entry').request.terms.type).toBe('marketByCost');
    expect(await byCost().says('spot', 'entry')).toBe('leaves');
    const thin = byCost();
    thin.read('spot', { depth: quantity('0.001') });
    expect(await thin.says('spot', 'entry')).toBe('PRICE_COLLAR  against 161805000');
  });
});

describe('the other leg of an entry that has left', () => {
  it.each<Row>([
    [
      'leaves whatever the limits and prices are by now',
      (before) => before.set({ maxHedgeKrw: krw('1'), priceCollarBps: 1, maxEntriesPerDay: 1 }),
      'leaves',
    ],
    ['leaves however late', ({ world }) => (world.now += 60_000), 'leaves'],
    ['stays after a stop', ({ door }) => door.latch(), 'STOPPED'],
    ['stays after a disarming', ({ world }) => void world.command({ kind: 'disarm', reason: '' }), 'DISARMED'],
    ['stays after the disk failed', ({ door }) => door.failDisk(), 'JOURNAL_FAILED'],
  ])('%s', async (_what, change, expected) => {
    const before = entry();
    expect(await before.says('spot', 'entry')).toBe('leaves');
    change(before);
    expect(await before.says('perp', 'entry')).toBe(expected);
  });

  it('stays where the first was held back, though the reason is gone', async () => {
    const before = entry();
    before.set({ maxHedgeKrw: krw('1') });
    expect(await before.says('perp', 'entry')).toBe('HEDGE_SIZE_LIMIT 8050000 against 1');
    before.set({ maxHedgeKrw: krw('100000000') });
    expect(await before.says('spot', 'entry')).toBe('HEDGE_SIZE_LIMIT 8050000 against 1');
  });
});

describe('the order that fills up the smaller leg', () => {
  it.each<Row>([
    ['leaves where nothing changed', () => undefined, 'leaves'],
    ['leaves 3 s after its decision', ({ world }) => (world.now += 2990), 'leaves'],
    ['stays a ms later', ({ world }) => (world.now += 2991), 'STALE_BOOK 3001 against 3000'],
    ['stays after a stop', ({ door }) => door.latch(), 'STOPPED'],
    ['stays after a sleep', ({ world }) => void world.feed({ kind: 'resumed', awayMs: 60_000 }), 'RECONCILING'],
    ['stays on another account', (before) => (before.see = otherAccount), 'ACCOUNT_CHANGED'],
    ['leaves at its size', (before) => before.set({ maxHedgeKrw: krw('3220000') }), 'leaves'],
    ['stays above it', (before) => before.set({ maxHedgeKrw: krw('3219999') }), 'HEDGE_SIZE_LIMIT 3220000 against 3219999'],
    ['leaves though the position is at its limit', (before) => before.set({ maxPositionRatio: ratio('0'), maxEntriesPerMinute: 1 }), 'leaves'],
    [
      'stays beyond the collar',
      (before) => before.read('perp', { perpBid: price('114000'), depth: quantity('0.003') }),
      'PRICE_COLLAR  against 113430',
    ],
    ['stays where its quote lacks the book', (before) => (before.on = withoutBook), 'NO_DATA'],
    ['stays where nobody buys', (before) => before.read('perp', { bids: [], asks: [], at: 0 }), 'EMPTY_BOOK'],
    ['stays where less is missing by now', (before) => (before.see = shortFilled(before, '0.04')), 'MORE_THAN_HELD 0.02 against 0.01'],
    ['stays where the other leg is the smaller by now', (before) => (before.see = shortFilled(before, '0.06')), 'MORE_THAN_HELD 0.02 against 0'],
  ])('%s', async (_what, change, expected) => {
    const before = completion();
    change(before);
    expect(await before.says('perp', 'complete')).toBe(expected);
  });

  const withoutBook = (given: Quote): Quote => ({ ...given, legs: { ...given.legs, perp: { ...given.legs.perp, book: failed() } } });
});
