/** Stories that the seeded simulation found first (docs/simulation.md), each reduced to what it takes. */
import { describe, expect, it } from 'vitest';
import { expectAtRest } from './testing/at-rest.ts';
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
