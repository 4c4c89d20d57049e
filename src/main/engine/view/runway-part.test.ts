import { describe, expect, it } from 'vitest';
import { runway as form } from '../../../shared/contract/parts.ts';
import { type Coin, coin } from '../../../shared/domain/ids.ts';
import { price, quantity, ratio, scale, signedQuantity, usdt } from '../../../shared/domain/units.ts';
import type { Holdings, Position } from '../../../shared/domain/venue.ts';
import type { Quote } from '../quote.ts';
import { BTC, book, failed, market, ok, quote } from '../testing/market.ts';
import { enter } from '../testing/signals.ts';
import { World } from '../testing/world.ts';
import { runwayPart } from './runway-part.ts';

const mark = market().perpBid;
const maintenance = [{ rate: ratio('0.004'), deduction: usdt('0') }];
const withShort = (world: World, over: Partial<Position> = {}): Holdings => {
  const holdings = world.holdings('binance');
  const position = { coin: BTC, quantity: signedQuantity('-0.05'), entryPrice: mark, markPrice: mark };
  return { ...holdings, positions: [{ ...position, liquidationPrice: scale(mark, ratio('1.2')), maintenance, ...over }] };
};
const hedged = (): World => {
  const world = new World();
  world.signal(enter('h1'));
  return world.run(2500);
};
const quotes = (world: World, over: Partial<Quote> = {}): ReadonlyMap<Coin, Quote> => new Map([[BTC, { ...quote(world.now), ...over }]]);
const part = (world: World, holdings: Holdings | null, given: ReadonlyMap<Coin, Quote>) =>
  form.parse(runwayPart(world.state, { holdings, quotes: given }));

describe('the runway part', () => {
  it('says nothing before the account and prices were read', () => {
    const world = new World();
    expect(part(world, null, new Map())).toEqual({ shorts: [], readiness: { size: '10000000', spot: null, perp: null, move: null } });
  });

  it('has each short with what brings it back, and the closes that do', () => {
    const world = hedged();
    const [short] = part(world, withShort(world), quotes(world)).shorts;
    // Wanted 149,500 instead of 138,000: 0.05 of it, with 0.4 % maintenance.
    expect(short).toMatchObject({
      coin: 'BTC',
      quantity: '0.05',
      markPrice: '115000',
      liquidationPrice: '138000',
      distance: '0.2',
      level: 'low',
      marginToAdd: '577.3',
      reduceBy: '0.017',
      reduce: [{ hedge: 'h1', quantity: '0.017' }],
    });
    expect(Number(short?.freed)).toBeCloseTo(0.017 * (138_000 * 1.004 - 115_000 * 1.0005), 6);
  });

  it('asks for nothing where the distance is there', () => {
    const world = hedged();
    const [short] = part(world, withShort(world, { liquidationPrice: scale(mark, ratio('1.9')) }), quotes(world)).shorts;
    expect(short).toMatchObject({ level: 'ok', marginToAdd: '0', reduceBy: '0', reduce: [], freed: '0' });
  });

  it.each<[what: string, over: Partial<Position>, more: Partial<Quote> | null, shown: object]>([
    ['without a price of liquidation', { liquidationPrice: price('0') }, {}, { level: 'unknown', distance: null, marginToAdd: null, reduceBy: null }],
    ['without the table', { maintenance: [] }, {}, { level: 'low', marginToAdd: '575' }],
    ['without prices of its coin', {}, null, { level: 'low', marginToAdd: '577.3', reduceBy: null, reduce: [], freed: null }],
    [
      'without its rules',
      {},
      { legs: { ...quote(0).legs, spot: { ...quote(0).legs.spot, rules: failed() } } },
      { level: 'low', reduceBy: null, reduce: [] },
    ],
    ['without a hedge to close', { coin: coin('ETH') }, null, { coin: 'ETH', reduceBy: null, reduce: [] }],
  ])('%s says what it knows', (_what, over, more, shown) => {
    const world = hedged();
    expect(part(world, withShort(world, over), more === null ? new Map() : quotes(world, more)).shorts[0]).toMatchObject(shown);
  });

  it('has a short that nobody can close now without a reduction', () => {
    const world = new World();
    const [short] = part(world, withShort(world), quotes(world)).shorts;
    expect(short).toMatchObject({ level: 'low', marginToAdd: '577.3', reduceBy: null, freed: null });
    const { liquidationPrice: _none, ...unnamed } = withShort(world).positions[0] ?? { liquidationPrice: mark };
    const bare = { ...world.holdings('binance'), positions: [unnamed as Position] };
    expect(part(world, bare, quotes(world)).shorts[0]).toMatchObject({ liquidationPrice: null, level: 'unknown' });
  });

  it('goes on with the level of the alarm that stands', () => {
    const world = hedged();
    world.feed({ kind: 'holdingsRead', venue: 'binance', holdings: withShort(world) });
    const further = withShort(world, { liquidationPrice: scale(mark, ratio('1.29')) });
    expect(part(world, further, quotes(world)).shorts[0]?.level).toBe('low');
    expect(part(hedged(), further, quotes(world)).shorts[0]?.level).toBe('ok');
    world.feed({ kind: 'holdingsRead', venue: 'binance', holdings: withShort(world, { liquidationPrice: scale(mark, ratio('1.1')) }) });
    expect(part(world, withShort(world, { liquidationPrice: scale(mark, ratio('1.19')) }), quotes(world)).shorts[0]?.level).toBe('critical');
  });

  it('says how many hedges both venues can fund, at the prices of the last coin or of any', () => {
    const world = new World();
    const { readiness } = part(world, null, quotes(world));
    expect(readiness).toMatchObject({ size: '10000000', spot: { freeKrw: '1000000000', hedges: 99 }, perp: { freeUsdt: '1000000' } });
    expect(readiness.move).toMatchObject({ from: 'binance', to: 'upbit' });
    const after = hedged();
    expect(part(after, null, new Map([[coin('ETH'), quote(after.now)]])).readiness.spot).not.toBeNull();
    expect(part(after, null, quotes(after)).readiness.size).toBe('8054025');
  });

  it('says nothing of readiness without prices or accounts', () => {
    const world = new World();
    const { spot, perp } = quote(0).legs;
    const empty = { bids: [], asks: [], at: 0 };
    for (const legs of [
      { spot, perp: { ...perp, holdings: failed() } },
      { spot: { ...spot, book: failed() }, perp },
      { spot: { ...spot, book: ok(empty) }, perp },
      { spot: { ...spot, book: ok(book(price('0'), price('0'), price('1'), quantity('1'), 0)) }, perp },
    ])
      expect(part(world, null, quotes(world, { legs })).readiness).toMatchObject({ spot: null, perp: null, move: null });
  });
});
