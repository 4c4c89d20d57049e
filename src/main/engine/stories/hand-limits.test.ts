/** What an order by hand is denied for, with the numbers; and that it never takes what a hedge holds. */
import { describe, expect, it } from 'vitest';
import type { OrderTerms, Side, Venue } from '../../../shared/domain/venue.ts';
import type { FactOf } from '../facts.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { amend, ask, atMarket, byCost, handOrder, limit, place, stopAt, tradeWith, trailing } from '../testing/hands.ts';
import { previewHand } from '../preview.ts';
import { withoutOrder } from '../risk/hand-limits.ts';
import { limitInputsOf, limitUses, riskNow } from '../risk/limit-uses.ts';
import { capital, positionsOf } from '../risk/measures.ts';
import type { Quote } from '../quote.ts';
import { BTC, failed, market, ok } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, replyLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';
import { notionalOf, price, quantity } from '../../../shared/domain/units.ts';

const best = (size: string): OrderTerms => ({ type: 'best', quantity: quantity(size), timeInForce: 'IOC' });
const bestByCost = (won: string): OrderTerms => ({ type: 'bestByCost', cost: notionalOf(won), timeInForce: 'FOK' });
const denials = (world: World) => world.facts.filter((fact): fact is FactOf<'handDenied'> => fact.kind === 'handDenied').map(({ denial }) => denial);
const compared = (world: World) => denials(world).at(-1)?.compared;
/** A world with 0.05 hedged, 0.02 bought and 0.03 sold short by hand. */
function holdingWorld(): World {
  const world = new World();
  world.signal(enter('a1'));
  world.run(1000);
  place(world, 'upbit', 'buy', byCost('3220000'));
  place(world, 'binance', 'sell', atMarket('0.03'));
  return world;
}

type Case = readonly [what: string, venue: Venue, side: Side, terms: OrderTerms, code: string, limit?: string, was?: string];
const cases: readonly Case[] = [
  ['a perpetual bought by cost', 'binance', 'buy', byCost('100000'), 'NOT_OFFERED'],
  ['a stop that could open', 'binance', 'sell', stopAt('0.01', '110000'), 'NOT_OFFERED'],
  ['a stop on the spot venue', 'upbit', 'sell', stopAt('0.01', '110000'), 'NOT_OFFERED'],
  ['a purchase at market by coins', 'upbit', 'buy', atMarket('0.01'), 'NOT_OFFERED'],
  ['a cost of which the best price takes nothing', 'upbit', 'buy', bestByCost('4999'), 'BELOW_MINIMUM', '5000', '4999'],
  ['half a step', 'binance', 'sell', atMarket('0.0105'), 'OFF_STEP', '0.001', '0.0105'],
  ['half a won', 'upbit', 'buy', byCost('10000.5'), 'OFF_STEP', '1', '10000.5'],
  ['beside the tick', 'upbit', 'buy', limit('0.01', '160000500'), 'OFF_TICK', '1000', '160000500'],
  ['below the least quantity', 'binance', 'sell', limit('0', '116000'), 'BELOW_MINIMUM', '0.001', '0'],
  ['below the least value', 'upbit', 'buy', byCost('4999'), 'BELOW_MINIMUM', '5000', '4999'],
  ['below the least value at its own price', 'upbit', 'buy', limit('0.00003', '160000000'), 'BELOW_MINIMUM', '5000', '4800'],
  ['below the least value at the market', 'binance', 'sell', atMarket('0'), 'BELOW_MINIMUM', '0.001', '0'],
  ['more than one market order takes', 'binance', 'sell', atMarket('121'), 'ABOVE_MAXIMUM', '120', '121'],
  ['a purchase beyond the collar', 'upbit', 'buy', limit('0.01', '161806000'), 'PRICE_COLLAR', '161805000', '161806000'],
  ['a sale beyond the collar', 'binance', 'sell', limit('0.01', '114424.9'), 'PRICE_COLLAR', '114425', '114424.9'],
  ['more than the book holds within the collar', 'binance', 'sell', atMarket('11'), 'PRICE_COLLAR', '114425', ''],
  ['a cost beyond the book', 'upbit', 'buy', byCost('2000000000'), 'PRICE_COLLAR', '1610020000', '2000000000'],
  ['more coins than are there', 'upbit', 'sell', atMarket('0.1'), 'NOT_HELD', '0', '0.1'],
  ['at the best price too', 'upbit', 'sell', best('0.1'), 'NOT_HELD', '0', '0.1'],
  ['a perpetual without a short', 'binance', 'buy', atMarket('0.1'), 'NOT_HELD', '0', '0.1'],
  ['a protection of nothing', 'binance', 'buy', stopAt('0.1', '120000'), 'NOT_HELD', '0', '0.1'],
  ['a stop below the market', 'binance', 'buy', stopAt('0.1', '115000.1'), 'WRONG_TRIGGER', '115000.1', '115000.1'],
  ['a trail that begins above it', 'binance', 'buy', trailing('0.1', '0.01', '115000.1'), 'WRONG_TRIGGER', '115000.1', '115000.1'],
  ['a trigger beside the tick', 'binance', 'buy', stopAt('0.1', '120000.05'), 'OFF_TICK', '0.1', '120000.05'],
  ['a trail that is too long', 'binance', 'buy', trailing('0.1', '0.101'), 'CALLBACK_LIMIT', '0.1', '0.101'],
  ['a trail beside its step', 'binance', 'buy', trailing('0.1', '0.0105'), 'CALLBACK_LIMIT', '0.1', '0.0105'],
  ['a size above the limit of an order', 'upbit', 'buy', byCost('100000001'), 'HEDGE_SIZE_LIMIT', '100000000'],
  ['the same of a short', 'binance', 'sell', atMarket('0.622'), 'HEDGE_SIZE_LIMIT', '100000000', '100142000'],
];

describe('an order by hand is denied', () => {
  it.each(cases.map(([what, ...asked]) => [what, asked] as const))('for %s', (_what, [venue, side, terms, code, most, was]) => {
    const world = new World();
    const looked = previewHand(world.state, { venue, coin: BTC, side, terms }, world.quote({ kind: 'marks', coin: BTC }), world.now);
    expect(looked.denial?.denied).toBe(code);
    expect(place(world, venue, side, terms)).toBe(code);
    if (most !== undefined) expect(compared(world)?.limit).toBe(most);
    if (was !== undefined) expect(compared(world)?.was).toBe(was);
    expect(world.sent).toEqual([]);
    expectAtRest(world);
  });

  it('while disarmed or stopped where it adds risk, and not where it reduces', () => {
    const world = holdingWorld();
    world.command({ kind: 'disarm', reason: 'test' });
    expect(ask(world, 'upbit', 'buy', byCost('100000'))).toBe('DISARMED');
    expect(ask(world, 'binance', 'sell', atMarket('0.001'))).toBe('DISARMED');
    expect(place(world, 'upbit', 'sell', atMarket('0.01'))).toMatch(/^kc/);
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: false });
    expect(ask(world, 'upbit', 'buy', byCost('100000'))).toBe('STOPPED');
    expect(place(world, 'binance', 'buy', atMarket('0.01'))).toMatch(/^kc/);
    expectAtRest(world);
  });

  it('before the venues were read, and where the key is another account’s', () => {
    const world = new World();
    world.feed({ kind: 'started', armWhenReady: false, engine: 'test' });
    expect(ask(world, 'upbit', 'sell', atMarket('0.01'))).toBe('RECONCILING');
    world.feed({ kind: 'venueRead', venue: 'upbit', account: 'another', holdings: world.holdings('upbit'), clientIds: [] });
    world.feed({ kind: 'reconciled' });
    expect(ask(world, 'upbit', 'sell', atMarket('0.01'))).toBe('ACCOUNT_CHANGED');
  });

  it('where a stop comes between the wish and the prices', () => {
    const world = new World();
    ask(world, 'upbit', 'buy', byCost('1610000'));
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: false });
    world.run(500);
    expect(denials(world).map(({ denied }) => denied)).toEqual(['STOPPED']);
    expect(world.sent).toEqual([]);
  });

  it.each(['book', 'rules', 'clockOffsetMs', 'holdings'] as const)('where its venue’s %s cannot be had', (what) => {
    const world = holdingWorld();
    world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, spot: { ...quote.legs.spot, [what]: failed() } } });
    expect(place(world, 'upbit', 'sell', atMarket('0.01'))).toBe('NO_DATA');
    expect(place(world, 'upbit', 'buy', byCost('100000'))).toBe('NO_DATA');
    // The other venue is none of a reducing order's business.
    expect(place(world, 'binance', 'buy', atMarket('0.01'))).toMatch(/^kc/);
    expect(place(world, 'binance', 'sell', atMarket('0.01'))).toMatch(what === 'holdings' ? 'NO_DATA' : /^kc/);
  });

  it('where nobody is on the other side, or a price is none', () => {
    const world = new World();
    world.distort = (quote) => ({
      ...quote,
      legs: { ...quote.legs, perp: { ...quote.legs.perp, book: { ok: true, value: { bids: [], asks: [], at: world.now } } } },
    });
    expect(place(world, 'binance', 'sell', atMarket('0.01'))).toBe('EMPTY_BOOK');
    expect(place(world, 'binance', 'sell', limit('0.01', '116000'))).toBe('EMPTY_BOOK');
    expect(place(world, 'binance', 'buy', stopAt('0.01', '116000'))).toBe('EMPTY_BOOK');
  });

  it('on a market that could not be prepared, where it sells short', () => {
    const world = new World();
    world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, perp: { ...quote.legs.perp, prepared: failed('VENUE_ERROR', 'refused') } } });
    expect(place(world, 'binance', 'sell', atMarket('0.01'))).toBe('NOT_PREPARED');
    expect(place(world, 'upbit', 'buy', byCost('1610000'))).toMatch(/^kc/);
  });

  it('without USDT/KRW, where it adds risk', () => {
    const world = holdingWorld();
    world.distort = (quote) => ({ ...quote, fx: failed() });
    expect(place(world, 'upbit', 'buy', byCost('1610000'))).toBe('NO_DATA');
    expect(place(world, 'binance', 'sell', atMarket('0.01'))).toBe('NO_DATA');
    expect(place(world, 'binance', 'buy', atMarket('0.01'))).toMatch(/^kc/);
    expect(place(world, 'upbit', 'sell', atMarket('0.01'))).toMatch(/^kc/);
  });
});

describe('what orders by hand hold', () => {
  it('counts with hedges, with what is in flight, and is valued at the last decision', () => {
    const world = new World();
    world.command({ kind: 'disarm', reason: 'test' });
    world.command({ kind: 'set', name: 'maxPositionRatio', value: '0.01' });
    world.command({ kind: 'arm' });
    // 1 % of 2.4 billion: 24 million won; each of these is about 8.
    place(world, 'upbit', 'buy', byCost('8050000'));
    place(world, 'upbit', 'buy', limit('0.05', '160000000'));
    expect(place(world, 'binance', 'sell', atMarket('0.06'))).toBe('POSITION_LIMIT');
    world.signal(enter('a1'));
    world.run(1000);
    expect(world.said('a1')).toBe('rejected POSITION_LIMIT');
    world.signal(enter('a2', { quantity: '0.04' }));
    world.run(1000);
    expect(world.phase('a2')).toBe('hedged');
    expect(place(world, 'binance', 'sell', atMarket('0.02'))).toBe('POSITION_LIMIT');
  });

  it('shows in the uses of limits, also where its coin has no price', () => {
    const world = new World();
    place(world, 'upbit', 'buy', byCost('8050000'));
    const uses = limitUses(world.state, limitInputsOf(world.quote({ kind: 'marks', coin: BTC })), world.now);
    // 8.05 of 2,400 million.
    expect(uses.filter(({ setting }) => setting.endsWith('PositionRatio')).map(({ use }) => use)).toEqual(['0.003355', '0.003355']);
    expect([...positionsOf(world.state, {})]).toEqual([[BTC, '8050000']]);
  });

  it('is capital at what it would bring now where its book is at hand, not at what it was bought for', () => {
    const world = new World();
    place(world, 'upbit', 'buy', byCost('80500000'));
    // The price has halved since.
    world.market = market({ spotBid: price('80499000'), spotAsk: price('80500000'), perpBid: price('57500'), perpAsk: price('57500.1') });
    const whole = world.quote({ kind: 'marks', coin: BTC });
    const { spot } = whole.legs;
    const nobodyBids = { ...whole, legs: { ...whole.legs, spot: { ...spot, book: spot.book.ok ? ok({ ...spot.book.value, bids: [] }) : failed() } } };
    const shown = (quote: Quote) => riskNow(world.state, limitInputsOf(quote)).whole;
    // 919,459,750 KRW are left, 1,400 million are margin, and there is half a coin.
    const others = 919_459_750 + 1_400_000_000;
    expect([shown(whole), shown(nobodyBids)].map(Number)).toEqual([others + 40_249_500, others + 80_500_000]);
    const asked = (quote: Quote, venue: Venue, side: Side, terms: OrderTerms) => {
      const { context } = previewHand(world.state, { venue, coin: BTC, side, terms }, quote, world.now);
      return context === null ? null : Number(capital(context));
    };
    expect(asked(whole, 'upbit', 'buy', byCost('1000000'))).toBe(others + 40_249_500);
    expect(asked(nobodyBids, 'upbit', 'buy', byCost('1000000'))).toBe(others + 80_500_000);
    // 57,500 USDT at 1,400 for a coin.
    expect(asked(whole, 'binance', 'sell', atMarket('0.01'))).toBe(others + 40_250_000);
  });

  it('is looked at before: worth, fees and the worst price', () => {
    const world = holdingWorld();
    const look = (venue: Venue, side: Side, terms: OrderTerms, fx = true) => {
      const whole = world.quote({ kind: 'marks', coin: BTC });
      const { worst, valueKrw, feesKrw, denial } = previewHand(
        world.state,
        { venue, coin: BTC, side, terms },
        fx ? whole : { ...whole, fx: failed() },
        world.now,
      );
      return [worst, valueKrw, feesKrw, denial?.denied];
    };
    expect(look('upbit', 'buy', byCost('1000000'))).toEqual(['161805000', '1000000', '500', undefined]);
    expect(look('binance', 'sell', limit('0.01', '116000'))).toEqual(['116000', '1624000', '812', undefined]);
    expect(look('binance', 'buy', stopAt('0.01', '120000'))).toEqual([null, '1610001.4', '805.0007', undefined]);
    expect(look('binance', 'buy', stopAt('0.01', '120000'), false)).toEqual([null, null, null, undefined]);
    world.command({ kind: 'disarm', reason: 'test' });
    expect(look('upbit', 'buy', byCost('1000000')).at(-1)).toBe('DISARMED');
  });

  it('counts as entries of the minute and the day', () => {
    const world = new World();
    world.command({ kind: 'disarm', reason: 'test' });
    world.command({ kind: 'set', name: 'maxEntriesPerMinute', value: '2' });
    world.command({ kind: 'arm' });
    place(world, 'upbit', 'buy', byCost('1610000'));
    place(world, 'upbit', 'sell', atMarket('0.001'));
    place(world, 'binance', 'sell', atMarket('0.01'));
    expect(place(world, 'upbit', 'buy', byCost('1610000'))).toBe('ENTRIES_PER_MINUTE');
    expect(world.state.day.entries).toBe(2);
    // As if the newest had not been decided; where the day has turned since, that one counted yesterday.
    const newest = Object.values(world.state.orders).at(-1);
    if (newest === undefined) throw new Error('There is one');
    const nextDay = { ...world.state, day: { ...world.state.day, kst: world.state.day.kst + 1, entries: 0 } };
    expect([withoutOrder(world.state, newest).day.entries, withoutOrder(nextDay, newest).day.entries]).toEqual([1, 0]);
    world.run(60_000);
    expect(place(world, 'upbit', 'buy', byCost('1610000'))).toMatch(/^kc/);
  });

  it('needs money: for what it costs with the fee, less what it frees when it replaces an order', () => {
    const world = new World();
    world.command({ kind: 'disarm', reason: 'test' });
    for (const name of ['maxPositionRatio', 'maxCoinPositionRatio']) world.command({ kind: 'set', name, value: '1', again: '1' });
    world.command({ kind: 'set', name: 'maxHedgeKrw', value: '9000000000', again: '9000000000' });
    world.command({ kind: 'arm' });
    const id = place(world, 'upbit', 'buy', limit('6', '160000000'));
    // The venue has locked what it needs.
    world.distort = (quote) => {
      const { holdings } = quote.legs.spot;
      if (!holdings.ok) return quote;
      const balances = holdings.value.balances.map((row) =>
        row.currency === 'KRW' ? { ...row, free: '39520000' as never, locked: '960480000' as never } : row,
      );
      return { ...quote, legs: { ...quote.legs, spot: { ...quote.legs.spot, holdings: { ok: true, value: { ...holdings.value, balances } } } } };
    };
    expect(place(world, 'upbit', 'buy', limit('1', '160000000'))).toBe('INSUFFICIENT_KRW');
    expect(compared(world)).toEqual({ limit: '39520000', was: '160080000' });
    expect(amend(world, id, '6.2', '160000000')).toMatch(/^kc/);
    expect(amend(world, handOrderAfter(world, id), '6.5', '160000000')).toBe('INSUFFICIENT_KRW');
  });

  it('needs margin, less what it frees when it replaces an order', () => {
    const world = new World();
    const id = place(world, 'binance', 'sell', limit('0.2', '115100'));
    // The venue holds 23,020 for it.
    world.distort = (quote) => {
      const { holdings } = quote.legs.perp;
      if (!holdings.ok) return quote;
      const margin = { balance: '50000' as never, available: '16000' as never, maintenance: '0' as never };
      return { ...quote, legs: { ...quote.legs, perp: { ...quote.legs.perp, holdings: { ok: true, value: { ...holdings.value, margin } } } } };
    };
    expect(place(world, 'binance', 'sell', limit('0.15', '115100'))).toBe('INSUFFICIENT_MARGIN');
    expect(place(world, 'binance', 'sell', limit('0.13', '115100'))).toBe('FREE_MARGIN');
    expect(amend(world, id, '0.25', '115100')).toMatch(/^kc/);
  });

  it('cannot be sold twice: what other orders are to sell is taken', () => {
    const world = holdingWorld();
    place(world, 'upbit', 'sell', limit('0.015', '162000000'));
    expect(place(world, 'upbit', 'sell', limit('0.006', '162000000'))).toBe('WOULD_UNHEDGE');
    expect(denials(world).at(-1)?.values).toEqual({ venue: 'upbit', coin: 'BTC', held: '0.07', hedges: '0.05', orders: '0.015' });
    expect(place(world, 'upbit', 'sell', limit('0.005', '162000000'))).toMatch(/^kc/);
  });
});

describe('what a hedge holds', () => {
  it('is never sold by hand, nor its short bought back: the hedge is closed instead', () => {
    const world = holdingWorld();
    expect(place(world, 'upbit', 'sell', atMarket('0.021'))).toBe('WOULD_UNHEDGE');
    expect(compared(world)).toEqual({ limit: '0.02', was: '0.021' });
    expect(place(world, 'binance', 'buy', limit('0.031', '115000.1'))).toBe('WOULD_UNHEDGE');
    expect(compared(world)).toEqual({ limit: '0.03', was: '0.031' });
    expect(world.held('a1')).toEqual(['0.05', '0.05']);
    place(world, 'upbit', 'sell', atMarket('0.02'));
    place(world, 'binance', 'buy', atMarket('0.03'));
    world.signal(exit('x'));
    world.run(1000);
    expect(world.phase('a1')).toBe('flat');
    expectAtRest(world);
  });

  it('is on its way while an entry is under way', () => {
    const world = new World();
    world.script('spot', 'entry', replyLost());
    world.signal(enter('a1'));
    world.run(200);
    expect(place(world, 'upbit', 'sell', atMarket('0.01'))).toBe('WOULD_UNHEDGE');
    world.run(5000);
    expect(world.phase('a1')).toBe('hedged');
  });

  it('may be protected by a stop, which when it is set off is booked on the hedge, and the spot leg brought level', () => {
    const world = holdingWorld();
    world.holdingsEveryMs = 1000;
    const id = place(world, 'binance', 'buy', stopAt('0.08', '120000'));
    world.run(20_000);
    expect(handOrder(world, id).state).toBe('open');
    tradeWith(world, id, '0.02');
    world.run(1000);
    // The short made by hand goes first.
    expect(world.held('a1')).toEqual(['0.05', '0.05']);
    tradeWith(world, id, '0.04');
    expect(world.alarms()).toContain('PROTECTIVE_CLOSE');
    world.run(5000);
    expect(world.held('a1')).toEqual(['0.02', '0.02']);
    tradeWith(world, id, '0.02');
    world.run(5000);
    expect(world.phase('a1')).toBe('flat');
    expect(handOrder(world, id)).toMatchObject({ state: 'filled', filled: '0.08', covered: '0.05' });
    world.run(20_000);
    expect(world.alarms()).toEqual([]);
    expectAtRest(world);
  });

  it('is not taken for what lies outside: a stop closes that first', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(1000);
    place(world, 'binance', 'sell', atMarket('0.01'));
    const id = place(world, 'binance', 'buy', trailing('0.01', '0.01'));
    tradeWith(world, id, '0.01');
    world.run(3000);
    expect(world.held('a1')).toEqual(['0.05', '0.05']);
    expect(handOrder(world, id).covered).toBeUndefined();
    expectAtRest(world);
  });
});

/** The order that stands after a change. */
const handOrderAfter = (world: World, id: string): string =>
  Object.values(world.state.orders).find((order) => order.replaces === id && order.state === 'open')?.id ?? id;

describe('a quote of another market', () => {
  it('does not matter: prices are those of the moment', () => {
    const world = new World();
    world.market = market({ perpAsk: '115100' as never });
    expect(place(world, 'binance', 'sell', limit('0.01', '115000'))).toMatch(/^kc/);
    world.script('perp', 'byHand', fills('0.5'));
    place(world, 'binance', 'buy', limit('0.01', '115100', 'IOC'));
    expectAtRest(world);
  });
});
