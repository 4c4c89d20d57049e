/** A venue makes its step coarser while hedges are open: what lies between two steps is told once, and nothing goes in circles. */
import { describe, expect, it } from 'vitest';
import { decimal, price, quantity, text } from '../../../shared/domain/units.ts';
import type { Leg } from '../../../shared/domain/venue.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { market, ok, perpRules, spotRules } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

/** From here on the venue trades in steps of this. */
function grow(world: World, leg: Leg, step: string): void {
  const rules = ok({ ...(leg === 'spot' ? spotRules : perpRules), step: quantity(step) });
  world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, [leg]: { ...quote.legs[leg], rules } } });
}
/** Facts that ten rounds of prices make. */
function marksFor(world: World): readonly string[] {
  const before = world.facts.length;
  for (let round = 0; round < 10; round += 1) {
    world.marks();
    world.run(1000);
  }
  return world.facts.slice(before).flatMap((fact) => (fact.kind === 'hedgeMarked' ? [] : [fact.kind]));
}
/** Open hedges whose spot legs lack a little each, together more than the least order once the step has grown and the price risen. */
function lacking(size: string, spot: string): World {
  const world = new World();
  for (let index = 1; index <= 3; index += 1) {
    world.script('spot', 'entry', fills(spot));
    world.signal(enter(`h${index}`, { quantity: size }));
    expectAtRest(world.run(2500));
  }
  grow(world, 'perp', '0.005');
  world.market = market({ spotBid: price('180000000'), spotAsk: price('180001000') });
  return world;
}
const details = (world: World): readonly string[] => Object.values(world.state.alarms).map(({ detail }) => detail);

describe('a step that grew', () => {
  it('is counted down from what the short holds, until both legs are level', () => {
    const world = new World();
    world.signal(enter('h1', { quantity: '0.051' }));
    expectAtRest(world.run(2500));
    grow(world, 'perp', '0.005');
    expect(world.command({ kind: 'closeHedge', hedge: world.hedge('h1').id, quantity: quantity('0.02') })).toEqual({ ok: true });
    world.run(5000);
    expect([world.phase('h1'), world.held('h1'), world.alarms()]).toEqual(['hedged', ['0.031', '0.031'], []]);
    expectAtRest(world);
  });

  it('lets dust be made up by a whole one of it', () => {
    const world = lacking('0.101', '0.9999');
    world.marks();
    expectAtRest(world.run(3000));
    const held = ['h1', 'h2', 'h3'].map((id) => world.held(id));
    expect(held.every(([spot, perp]) => spot === perp)).toBe(true);
    expect(held.map(([spot]) => spot).sort()).toEqual(['0.096', '0.101', '0.101']);
    expect(marksFor(world)).toEqual([]);
  });

  it('leaves dust alone where no short reaches it', () => {
    const world = lacking('0.003', '0.9966');
    const orders = world.orders().length;
    expect(marksFor(world)).toEqual([]);
    expect([world.orders().length, world.alarms()]).toEqual([orders, []]);
  });

  it('leaves a short that a close cannot reach, told with its size until it can be closed', () => {
    const world = new World();
    world.signal(enter('h1', { quantity: '0.051' }));
    expectAtRest(world.run(2500));
    grow(world, 'perp', '0.005');
    world.signal(exit('x1'));
    world.run(5000);
    expect([world.said('x1'), world.phase('h1'), world.held('h1')]).toEqual(['executed CLOSED', 'flat', ['0', '0.001']]);
    expect(details(world)).toEqual(['-0.001 BTC are not hedged']);
    expect(marksFor(world)).toEqual([]);
    expect(details(world)).toEqual(['-0.001 BTC are not hedged']);
    grow(world, 'perp', '0.001');
    world.marks();
    expectAtRest(world.run(3000));
    expect([world.held('h1'), world.alarms()]).toEqual([['0', '0'], []]);
  });

  it('closes nothing of a pair that neither venue trades any more, and leaves nobody unhedged', () => {
    const world = new World();
    world.signal(enter('h1', { quantity: '0.001' }));
    expectAtRest(world.run(2500));
    const [spot, perp] = [ok({ ...spotRules, minNotional: decimal<'notional'>('500000') }), ok({ ...perpRules, step: quantity('0.005') })];
    world.distort = (quote) => ({
      ...quote,
      legs: { spot: { ...quote.legs.spot, rules: spot }, perp: { ...quote.legs.perp, rules: perp } },
    });
    world.signal(exit('x1'));
    world.run(5000);
    expect([world.orders().length, world.held('h1'), world.alarms()]).toEqual([2, ['0.001', '0.001'], []]);
  });

  it('of the spot venue counts in the same way', () => {
    const world = new World();
    world.signal(enter('h1', { quantity: '0.051' }));
    expectAtRest(world.run(2500));
    grow(world, 'spot', '0.005');
    world.command({ kind: 'closeHedge', hedge: world.hedge('h1').id, quantity: quantity('0.02') });
    world.run(5000);
    expect([world.phase('h1'), ...world.held('h1'), text(world.hedge('h1').target)]).toEqual(['hedged', '0.031', '0.031', '0.031']);
    expectAtRest(world);
  });
});
