/** Stories that the seeded simulation found first (docs/simulation.md), each reduced to what it takes. */
import { describe, expect, it } from 'vitest';
import { expectAtRest } from './testing/at-rest.ts';
import { tradeByHand } from './testing/by-hand.ts';
import { BTC } from './testing/market.ts';
import { enter } from './testing/signals.ts';
import { fills } from './testing/venue-truth.ts';
import { World } from './testing/world.ts';

describe('nobody is unhedged in silence', () => {
  it('tells of a filled leg whose partner has been under way for 5 s', () => {
    const world = new World();
    world.script('perp', 'entry', fills('1', { afterMs: 9000, visibleAfterMs: 9000 }));
    world.signal(enter('a1'));
    world.run(4500);
    expect(world.held('a1')).toEqual(['0.05', '0']);
    expect(world.alarms()).toEqual([]);
    world.run(1000);
    expect(world.alarms()).toEqual(['NAKED_LEG']);
    world.run(5000);
    expect(world.phase('a1')).toBe('hedged');
    expect(world.alarms()).toEqual([]);
    expectAtRest(world);
  });

  it('tells of it at once when a process died meanwhile, whatever its clock said', () => {
    const world = new World();
    world.script('perp', 'entry', fills('1', { afterMs: 9000, visibleAfterMs: 9000 }));
    world.signal(enter('a1'));
    world.run(1000);
    world.restart();
    expect(world.held('a1')).toEqual(['0.05', '0']);
    expect(world.alarms()).toEqual(['NAKED_LEG']);
    world.run(12_000);
    expect(world.phase('a1')).toBe('hedged');
    expect(world.alarms()).toEqual([]);
    expectAtRest(world);
  });
});

describe('what the venue closed by itself', () => {
  it('is not opened again to complete an entry that was still under way', () => {
    const world = new World();
    world.script('spot', 'entry', fills('0.9', { afterMs: 3000, visibleAfterMs: 3000 }));
    world.signal(enter('a1', { quantity: '0.05' }));
    world.run(200);
    expect(world.held('a1')).toEqual(['0', '0.05']);
    world.feed({
      kind: 'forcedClose',
      venue: 'binance',
      coin: BTC,
      clientId: 'autoclose-1',
      venueOrderId: 'v1',
      fills: tradeByHand(world, 'perp', 'buy', '0.02'),
    });
    world.run(6000);
    expect(world.orders(2)).toEqual(['unwind spot sell 0.015']);
    expect(world.held('a1')).toEqual(['0.03', '0.03']);
    expectAtRest(world);
  });
});
