import { expect, it } from 'vitest';
import { exit } from '../testing/signals.ts';
import { World } from '../testing/world.ts';

it('stands alarmed for the newest of many EXITs that expired, so that an old file costs no more than a new one', () => {
  const world = new World();
  for (let index = 1; index <= 100; index += 1) world.signal(exit(`x${index}`, { expiresAt: world.now - 1 }));
  expect(world.alarms()).toEqual(Array.from({ length: 20 }, () => 'EXPIRED_EXIT'));
  expect(world.state.alarms['expiredExit:x100']).toBeDefined();
  expect(world.state.alarms['expiredExit:x80']).toBeUndefined();
  expect(world.said('x1')).toBe('expired EXPIRED');
});
