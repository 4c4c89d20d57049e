/** A close that was asked for while a hedge was being unwound, when the unwinding came to nothing. */
import { expect, it } from 'vitest';
import { expectAtRest } from '../testing/at-rest.ts';
import { enter } from '../testing/signals.ts';
import { fills, refused } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

it('is tried although a person was called meanwhile', () => {
  const world = new World();
  world.script('perp', 'entry', fills('0.5'));
  world.script('spot', 'unwind', ...Array.from({ length: 6 }, () => refused()));
  world.signal(enter('a1', { quantity: '0.1' }));
  world.run(75);
  world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: true });
  world.run(60_000);
  expect(world.orders(8)).toEqual(['exit spot sell 0.1', 'exit perp buy 0.05']);
  expect(world.phase('a1')).toBe('flat');
  expect(world.alarms()).not.toContain('NEEDS_OPERATOR');
  expectAtRest(world);
});
