/** Time that went wrong: a machine that slept, and a venue that finds our clock out of step. */
import { describe, expect, it } from 'vitest';
import { hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused, requestLost } from '../testing/venue-truth.ts';
import { refold, World } from '../testing/world.ts';

const hour = 3_600_000;
const sleeps = (world: World, ms = hour): void => {
  world.now += ms;
  world.feed({ kind: 'resumed', awayMs: ms });
};

describe('a machine that slept', () => {
  it('lets entries wait until both venues were read, and stays armed', () => {
    const world = new World();
    sleeps(world);
    world.signal(enter('a1', { createdAt: world.now, expiresAt: world.now + 30_000 }));
    world.run(2000);
    expect(world.sent).toEqual([]);
    expect(world.said('a1')).toContain('accepted');
    world.feed({ kind: 'reconciled' });
    world.run(3000);
    expect(world.phase('a1')).toBe('hedged');
    expect(world.state.armed).toBe(true);
    expect(refold(world.facts)).toEqual(world.state);
    expectAtRest(world.run(10_000));
  });

  it('denies an entry whose quote came meanwhile', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.feed({ kind: 'resumed', awayMs: 6000 });
    world.run(1000);
    expect(world.said('a1')).toBe('rejected RECONCILING');
    expect(world.sent).toEqual([]);
    world.feed({ kind: 'reconciled' });
    expectAtRest(world.run(10_000));
  });

  it('closes what is to be closed all the same, and undoes instead of completing', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(3000);
    sleeps(world);
    world.command({ kind: 'closeHedge', hedge: hedgeOf(signalId('a1')), quantity: null });
    world.run(3000);
    expect(world.phase('a1')).toBe('flat');
    const other = new World();
    other.script('spot', 'entry', fills('0.5'));
    other.signal(enter('a2'));
    other.run(30);
    other.feed({ kind: 'resumed', awayMs: 6000 });
    other.run(3000);
    expect(other.orders().filter((order) => order.startsWith('complete'))).toEqual([]);
    expectAtRest(other.run(10_000));
  });

  it('does not count the sleep as the silence of an order', () => {
    const world = new World();
    world.script('perp', 'entry', requestLost);
    world.signal(enter('a1'));
    world.run(2000);
    sleeps(world);
    world.feed({ kind: 'reconciled' });
    world.run(3000);
    expect(world.state.stop).toBeNull();
  });
});

describe('an order that a venue refuses for its time stamp', () => {
  it('is sent once more, on fresh prices and under another id, and the hedge stands', () => {
    for (const leg of ['spot', 'perp'] as const) {
      const world = new World();
      world.script(leg, 'entry', refused('CLOCK'));
      world.signal(enter('a1'));
      world.run(3000);
      expect(world.phase('a1')).toBe('hedged');
      const ids = world.sent.filter(({ request }) => request.leg === leg).map(({ request }) => request.clientOrderId);
      expect(new Set(ids).size).toBe(2);
      expectAtRest(world.run(10_000));
    }
  });

  it('is undone with its partner when that is refused as well', () => {
    const world = new World();
    world.script('perp', 'entry', refused('CLOCK'));
    world.script('perp', 'complete', refused('CLOCK'));
    world.signal(enter('a1'));
    world.run(5000);
    expect(world.orders()).toEqual(['entry spot buy 0.05', 'entry perp sell 0.05', 'complete perp sell 0.05', 'unwind spot sell 0.05']);
    expect(world.phase('a1')).toBe('flat');
    expectAtRest(world.run(10_000));
  });

  it('is not sent again once stopped, nor for any other refusal', () => {
    const stopped = new World();
    stopped.script('perp', 'entry', { ...refused('CLOCK'), afterMs: 500 });
    stopped.signal(enter('a1'));
    stopped.run(200);
    stopped.command({ kind: 'stop', source: 'button', reason: 'for the test', closeAll: false });
    stopped.run(6000);
    const other = new World();
    other.script('perp', 'entry', refused('INVALID_ORDER'));
    other.signal(enter('a1'));
    other.run(6000);
    for (const world of [stopped, other]) {
      expect(world.orders().filter((order) => order.startsWith('complete'))).toEqual([]);
      expect(world.phase('a1')).toBe('flat');
    }
  });

  it('closes by the ordinary retries', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(3000);
    world.script('perp', 'exit', refused('CLOCK'));
    world.signal(exit('x1'));
    world.run(6000);
    expect(world.phase('a1')).toBe('flat');
    expectAtRest(world.run(10_000));
  });
});
