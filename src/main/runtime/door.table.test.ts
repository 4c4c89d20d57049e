/** What changes between a decision and the wire, and what the door makes of it: each order is asked in its last moment. */
import { describe, expect, it } from 'vitest';
import type { HedgeId } from '../../shared/domain/ids.ts';
import { own, there, withKey, withoutKey } from '../../shared/domain/record.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { krw, price, quantity, ratio, relabel } from '../../shared/domain/units.ts';
import type { Book, Leg } from '../../shared/domain/venue.ts';
import type { Denial } from '../engine/denial.ts';
import type { Quote } from '../engine/quote.ts';
import type { Latest } from '../engine/risk/last-hop.ts';
import type { Purpose, State } from '../engine/state.ts';
import { asApproved } from '../engine/testing/approved.ts';
import { book, failed, market, type Market, ok, quote } from '../engine/testing/market.ts';
import { enter, exit } from '../engine/testing/signals.ts';
import { fills, requestLost } from '../engine/testing/venue-truth.ts';
import { World } from '../engine/testing/world.ts';
import type { VenuePort } from '../exchanges/port.ts';
import { Door } from './door.ts';

const never = { ...requestLost, afterMs: 60_000 };
const noNews: Latest = { books: { spot: undefined, perp: undefined }, fx: undefined, clockOffsetsMs: { spot: ok(0), perp: ok(0) } };

/** A door before a world, 10 ms after a decision, and a venue that asks it at once. */
class Before {
  readonly world: World;
  readonly door: Door;
  readonly decidedAt: number;
  latest: Latest = noNews;
  /** The state as the door is to see it. */
  see: (state: State) => State = (state) => state;

  constructor(world: World) {
    this.world = world;
    this.decidedAt = Math.max(...Object.values(world.state.orders).map((order) => order.stamps.decided));
    world.now = this.decidedAt + 10;
    const clock = { now: () => world.now, elapsed: () => world.now, after: () => () => undefined, every: () => () => undefined };
    const place = async (_order: unknown, mayStart: () => boolean) => {
      const code = mayStart() ? 'RATE_LIMITED' : 'BLOCKED';
      return { outcome: 'notSent', code, venueCode: '', said: '' };
    };
    const venue = { place } as unknown as VenuePort;
    this.door = new Door(
      { spot: venue, perp: venue },
      clock,
      () => this.see(world.state),
      () => this.latest,
    );
  }

  /** What it was decided on. */
  on: (given: Quote) => Quote = (given) => given;

  /** "leaves", or the code of the denial with the numbers compared. */
  async says(leg: Leg, purpose: Purpose): Promise<string> {
    const { request } = this.world.order(leg, purpose);
    const { denial, wireAt } = await this.door.place(asApproved(request), purpose, this.on(quote(this.decidedAt)));
    expect(wireAt).toBe(denial === null ? this.world.now : null);
    return said(denial);
  }

  set(settings: Partial<Settings>): void {
    this.see = (state) => ({ ...state, settings: { ...state.settings, ...settings } });
  }
  /** Somebody read a book. */
  read(leg: Leg, now: Partial<Market> | Book, at = this.world.now): void {
    const seen = 'bids' in now ? now : bookOf(leg, market(now), at);
    this.latest = { ...this.latest, books: { ...this.latest.books, [leg]: { ...seen, at } } };
  }
}

const said = (denial: Denial | null): string => {
  if (denial === null) return 'leaves';
  return denial.compared === null ? denial.denied : `${denial.denied} ${denial.compared.was} against ${denial.compared.limit}`;
};
const bookOf = (leg: Leg, { spotBid, spotAsk, perpBid, perpAsk, depth }: Market, at: number): Book =>
  leg === 'spot' ? book(spotBid, spotAsk, price('1000'), depth, at) : book(perpBid, perpAsk, price('0.1'), depth, at);
const level = (at: string, size: string) => ({ price: price(at), quantity: quantity(size) });

/** Both legs of an entry of 0.05 are decided, the spot one at 161,805,000 at most, and have not left. */
function entry(over: Parameters<typeof enter>[1] = {}, settings: Partial<Settings> = {}): Before {
  const world = new World();
  world.state = { ...world.state, settings: { ...world.state.settings, ...settings } };
  world.script('spot', 'entry', never);
  world.script('perp', 'entry', never);
  world.signal(enter('a', over));
  return new Before(world.run(20));
}
/** The spot leg is filled, the short in part, and the order that fills it up by 0.02 is decided. */
function completion(): Before {
  const world = new World();
  world.script('perp', 'entry', fills('0.6'));
  world.script('perp', 'complete', never);
  world.signal(enter('a'));
  return new Before(world.run(100));
}
/** A hedge of 0.05 of which both closes are decided. */
function closing(): Before {
  const world = new World();
  world.signal(enter('a'));
  world.run(2000);
  world.script('spot', 'exit', never);
  world.script('perp', 'exit', never);
  world.command({ kind: 'closeHedge', hedge: world.hedge('a').id, quantity: null });
  return new Before(world.run(30));
}

const otherAccount = (state: State): State => ({
  ...state,
  alarms: withKey(state.alarms, 'account:upbit', { code: 'ACCOUNT_CHANGED', severity: 'critical', hedge: null, detail: '', at: 0 }),
});
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

/** The books of the next day are open, and one entry a day is let in. */
const afterMidnight = (state: State): State => ({
  ...state,
  settings: { ...state.settings, maxEntriesPerDay: 1 },
  day: { ...state.day, kst: state.day.kst + 1, entries: 0 },
});

type Change = (before: Before) => void;
type Row = readonly [what: string, change: Change, expected: string];

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
    ['stays where less is missing by now', (before) => (before.see = filled(before, '0.04')), 'MORE_THAN_HELD 0.02 against 0.01'],
    ['stays where the other leg is the smaller by now', (before) => (before.see = filled(before, '0.06')), 'MORE_THAN_HELD 0.02 against 0'],
  ])('%s', async (_what, change, expected) => {
    const before = completion();
    change(before);
    expect(await before.says('perp', 'complete')).toBe(expected);
  });

  const withoutBook = (given: Quote): Quote => ({ ...given, legs: { ...given.legs, perp: { ...given.legs.perp, book: failed() } } });
  /** The short's entry turns out to have filled so much. */
  const filled =
    ({ world }: Before, size: string) =>
    (state: State): State => {
      const order = world.order('perp', 'entry');
      return { ...state, orders: withKey(state.orders, order.id, { ...order, filled: quantity(size) }) };
    };
});

describe('a close', () => {
  it.each<Row>([
    ['leaves where nothing changed', () => undefined, 'leaves'],
    [
      'leaves however late, whatever the limits',
      (before) => {
        before.world.now += 60_000;
        before.set({ maxHedgeKrw: krw('1'), maxBookAgeMs: 100 });
      },
      'leaves',
    ],
    ['leaves after a stop', ({ door }) => door.latch(), 'leaves'],
    ['leaves after a sleep', ({ world }) => void world.feed({ kind: 'resumed', awayMs: 60_000 }), 'leaves'],
    ['stays after the disk failed', ({ door }) => door.failDisk(), 'JOURNAL_FAILED'],
    ['stays while the venues are read', ({ world }) => void world.feed({ kind: 'started', armWhenReady: false, engine: 'test' }), 'RECONCILING'],
    ['stays on another account', (before) => (before.see = otherAccount), 'ACCOUNT_CHANGED'],
    ['stays where its leg holds less by now', (before) => (before.see = held(before, '0.049')), 'MORE_THAN_HELD 0.05 against 0.049'],
    ['leaves where its leg holds more', (before) => (before.see = held(before, '0.051')), 'leaves'],
    ['stays where the books do not know it', (before) => (before.see = (state) => ({ ...state, orders: {} })), 'NO_DATA'],
  ])('%s', async (_what, change, expected) => {
    const before = closing();
    change(before);
    expect(await before.says('perp', 'exit')).toBe(expected);
  });

  const held =
    ({ world }: Before, size: string) =>
    (state: State): State => {
      const order = world.order('perp', 'entry');
      return { ...state, orders: withKey(state.orders, order.id, { ...order, filled: quantity(size) }) };
    };
});

describe('a close that its signal bounds', () => {
  /** Least premium to close at: what a close would get is 0.00 % at these prices, and less where the bid falls. */
  function bounded(expected: string): Before {
    const world = new World();
    world.signal(enter('a'));
    world.run(2000);
    world.script('spot', 'exit', never);
    world.script('perp', 'exit', never);
    world.signal(exit('x', { premium: [expected, '0'] }));
    return new Before(world.run(30));
  }
  const fallen = { spotBid: price('160000000'), spotAsk: price('160001000') };

  it('leaves while the premium holds, and not once it is known to have moved: neither leg', async () => {
    const holds = bounded('-0.002');
    expect(await holds.says('spot', 'exit')).toBe('leaves');
    const moved = bounded('-0.002');
    moved.read('spot', fallen);
    expect(await moved.says('perp', 'exit')).toMatch(/^PREMIUM_MOVED -0\.\d+ against -0.002$/);
    moved.read('spot', {}, moved.world.now + 1);
    expect(await moved.says('spot', 'exit')).toMatch(/^PREMIUM_MOVED /);
  });

  it('leaves with a leg that has left, whatever the premium is by then', async () => {
    const before = bounded('-0.002');
    expect(await before.says('spot', 'exit')).toBe('leaves');
    before.read('spot', fallen);
    expect(await before.says('perp', 'exit')).toBe('leaves');
  });

  it('is carried through once something of it has traded', async () => {
    const before = bounded('-0.002');
    before.read('spot', fallen);
    const order = before.world.order('spot', 'exit');
    before.see = (state) => ({ ...state, orders: withKey(state.orders, order.id, { ...order, filled: quantity('0.001') }) });
    expect(await before.says('perp', 'exit')).toBe('leaves');
  });

  it('stays where the premium cannot be reckoned, and goes where a leg has no partner', async () => {
    const before = bounded('-0.002');
    before.read('spot', { bids: [], asks: [], at: 0 });
    expect([await before.says('spot', 'exit'), await before.says('perp', 'exit')]).toEqual(['NO_DATA', 'NO_DATA']);
    const alone = bounded('-0.002');
    alone.read('spot', fallen);
    const { id, hedge } = alone.world.order('perp', 'entry');
    alone.see = (state) => {
      const mine = there(state.hedges, hedge ?? ('' as HedgeId));
      const orders = withKey(state.orders, id, { ...there(state.orders, id), filled: quantity('0') });
      return { ...state, orders, hedges: withKey(state.hedges, mine.id, { ...mine, heldAtMove: { ...mine.heldAtMove, perp: quantity('0') } }) };
    };
    expect(await alone.says('spot', 'exit')).toBe('leaves');
  });

  it('is forgotten after a thousand others', async () => {
    const before = bounded('-0.002');
    before.read('spot', fallen);
    expect(await before.says('perp', 'exit')).toMatch(/^PREMIUM_MOVED /);
    before.read('spot', {}, before.world.now + 1);
    const { decided } = before.world.order('perp', 'exit').stamps;
    for (let nth = 1; nth <= 1000; nth += 1) {
      before.see = (state) => {
        const order = before.world.order('perp', 'exit');
        return { ...state, orders: withKey(state.orders, order.id, { ...order, stamps: { decided: decided - nth } }) };
      };
      expect(await before.says('perp', 'exit')).toBe('leaves');
    }
    before.see = (state) => state;
    expect(await before.says('spot', 'exit')).toBe('leaves');
  });
});
