/** What a start does that finds another account than its journal's, and what stays undone when it is called off. */
import { describe, expect, it } from 'vitest';
import { enter } from '../testing/signals.ts';
import { requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

const otherAccount = (world: World): void => {
  world.feed({ kind: 'venueRead', venue: 'upbit', account: 'somebody else', holdings: world.holdings('upbit'), clientIds: [] });
};

describe('another account than the journal knows', () => {
  it('is not traded on: neither leg is closed, by whatever asks for it', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(1000);
    expect(world.phase('a1')).toBe('hedged');
    const sent = world.sent.length;
    otherAccount(world);
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: true });
    world.run(20_000);
    expect(world.orders(sent)).toEqual([]);
    expect(world.held('a1')).toEqual(['0.05', '0.05']);
  });

  it('proves nothing about an order that is not there', () => {
    const world = new World();
    world.script('perp', 'entry', requestLost);
    world.signal(enter('a1'));
    world.run(500);
    otherAccount(world);
    world.run(90_000);
    expect(world.order('perp', 'entry').state).toBe('unknown');
  });
});

describe('a start that was to arm by itself', () => {
  const reading = (): World => {
    const world = new World({ armed: false });
    world.feed({ kind: 'started', armWhenReady: true, engine: 'test' });
    return world;
  };

  it('stays disarmed when it was disarmed before the venues were read', () => {
    const world = reading();
    world.command({ kind: 'disarm', reason: 'The console is ending' });
    world.feed({ kind: 'reconciled' });
    expect(world.state.armed).toBe(false);
  });

  it('stays disarmed when it was stopped and reset before the venues were read', () => {
    const world = reading();
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: false });
    world.command({ kind: 'resetStop' });
    world.feed({ kind: 'reconciled' });
    expect(world.state.armed).toBe(false);
  });
});
