/** What no venue trades is added up over the hedges of a coin, and traded once together it can be. */
import { describe, expect, it } from 'vitest';
import { add, krw, quantity, subtract, sum, text, toNumber } from '../../../shared/domain/units.ts';
import { hedgeResult } from '../pnl.ts';
import { expectAtRest, expectDustSwept } from '../testing/at-rest.ts';
import { market } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

/** Hedges of 0.1 whose spot leg filled by this part, so that each lacks the rest, or has it over where the short filled less. */
function dustyHedges(count: number, spot: string, close = false): World {
  const world = new World();
  for (let index = 1; index <= count; index += 1) {
    world.script('spot', 'entry', fills(spot));
    if (close) world.script('perp', 'entry', refused());
    world.signal(enter(`h${index}`, { quantity: '0.1' }));
    expectAtRest(world.run(2500));
  }
  return world;
}
const total = (world: World) =>
  sum(
    Object.values(world.state.hedges).map(
      (hedge) => hedgeResult(world.state, { ...hedge, marks: { ...hedge.marks, spotBid: market().spotBid } }).total,
    ),
  );

describe('dust', () => {
  it('of closed hedges is sold together once it makes an order', () => {
    // 0.00002 BTC are 3,220 KRW: too little alone, enough together.
    const world = dustyHedges(2, '0.0002', true);
    expect(['h1', 'h2'].map((id) => [world.phase(id), world.held(id)[0]])).toEqual([
      ['flat', '0'],
      ['flat', '0'],
    ]);
    expect(world.orders(4)).toEqual(['unwind spot sell 0.00004']);
    expectDustSwept(world);
    expect(Object.values(world.state.orders).filter((order) => order.purpose === 'dust')).toHaveLength(2);
  });

  it('of one closed hedge waits, over restarts, and its coins count as ours', () => {
    const world = dustyHedges(1, '0.0002', true);
    expect([world.phase('h1'), world.held('h1')[0]]).toEqual(['flat', '0.00002']);
    world.compare();
    world.run(6000);
    world.compare();
    expect(world.alarms()).toEqual([]);
    world.restart(true);
    world.marks();
    expect(world.orders(2)).toEqual([]);
    // The price rises until it is worth an order.
    world.market = market({ spotBid: '260000000' as never, spotAsk: '260001000' as never });
    world.marks();
    expectAtRest(world.run(1000));
    expect([world.held('h1')[0], world.orders(2)]).toEqual(['0', ['unwind spot sell 0.00002']]);
  });

  it('that open hedges lack is made up by bringing one of them down a step', () => {
    const world = dustyHedges(4, '0.9999');
    expect(world.orders(8)).toEqual(['unwind spot sell 0.00096', 'unwind perp buy 0.001']);
    expectAtRest(world);
    expectDustSwept(world);
    const held = ['h1', 'h2', 'h3', 'h4'].map((id) => world.held(id));
    expect(held.every(([spot, perp]) => spot === perp)).toBe(true);
    expect(held.map(([spot]) => spot).sort()).toEqual(['0.099', '0.1', '0.1', '0.1']);
  });

  it('of both kinds cancels out, and nothing is gained or lost by moving it', () => {
    const world = dustyHedges(2, '0.9999');
    world.script('spot', 'entry', fills('0.00021'));
    world.script('perp', 'entry', refused());
    world.signal(enter('over', { quantity: '0.1' }));
    expectAtRest(world.run(2500));
    expect([world.held('h1'), world.held('over')]).toEqual([
      ['0.09999', '0.1'],
      ['0.000021', '0'],
    ]);
    world.script('spot', 'entry', fills('0.00031'));
    world.script('perp', 'entry', refused());
    const before = total(world);
    world.signal(enter('more', { quantity: '0.1' }));
    expectAtRest(world.run(2500));
    // 0.000052 over, 0.00002 missing: the rest is worth an order of 5,000 KRW at 160,999,000.
    expect(world.orders().at(-1)).toBe('unwind spot sell 0.000032');
    expect(['h1', 'h2', 'over', 'more'].map((id) => world.held(id))).toEqual([
      ['0.1', '0.1'],
      ['0.1', '0.1'],
      ['0', '0'],
      ['0', '0'],
    ]);
    const lost = toNumber(subtract(before, total(world)));
    // The purchase of `more` at the ask and two fees of 5 bps: nothing else.
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(20);
    const booked = sum(['over', 'more'].map((id) => hedgeResult(world.state, world.hedge(id)).total));
    expect(text(add(world.state.day.realized, krw('0')))).toBe(text(booked));
  });

  it('is left alone while reconciling', () => {
    const world = dustyHedges(1, '0.0002', true);
    world.feed({ kind: 'started', armWhenReady: false, engine: 'test' });
    world.market = market({ spotBid: '260000000' as never, spotAsk: '260001000' as never });
    world.marks();
    expect(world.orders(2)).toEqual([]);
    expect(world.held('h1')[0]).toBe(text(quantity('0.00002')));
    expect(world.phase('h1')).toBe('flat');
  });

  it('keeps its hedge in the state however many come after it', () => {
    const world = dustyHedges(1, '0.0002', true);
    for (let index = 0; index < 105; index += 1) {
      world.signal(enter(`n${index}`));
      world.run(1600);
      world.signal(exit(`x${index}`));
      world.run(1600);
    }
    expect(world.held('h1')[0]).toBe('0.00002');
    expect(Object.keys(world.state.hedges).length).toBeLessThanOrEqual(102);
  });
});
