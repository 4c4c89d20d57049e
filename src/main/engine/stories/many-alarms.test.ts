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

it('stands alarmed for the newest of many orders of somebody else, and for each liquidation beside them', () => {
  const world = new World();
  const outside = (n: number, severity: 'warning' | 'critical') => {
    const values = { what: severity === 'warning' ? 'other' : 'forced', venue: 'binance', coin: 'BTC', order: `o${n}` };
    world.feed({ kind: 'alarm', key: `outside:binance:o${n}`, code: 'OUTSIDE_ORDER', values, severity, detail: 'not ours' });
  };
  outside(0, 'critical');
  for (let n = 1; n <= 30; n += 1) outside(n, 'warning');
  expect(Object.keys(world.state.alarms).sort()).toEqual([
    'outside:binance:o0',
    ...Array.from({ length: 20 }, (_, n) => `outside:binance:o${n + 11}`),
  ]);
});
