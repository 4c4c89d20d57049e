/** A time of day that somebody sets: what has to take its time is measured by a timer that nobody sets. */
import { describe, expect, it } from 'vitest';
import type { Order } from '../state.ts';
import { start } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { requestLost } from '../testing/venue-truth.ts';
import { refold, World } from '../testing/world.ts';

/** A world whose time of day and timer go apart by as much as was set. */
function timed(options?: ConstructorParameters<typeof World>[0]): { world: World; set: (ms: number) => void; begin: () => void } {
  const world = new World(options);
  let zero = start - 7000;
  world.timer = () => world.now - zero;
  return {
    world,
    set(ms) {
      world.now += ms;
      zero += ms;
    },
    // Another process reads its timer from another zero.
    begin() {
      zero = world.now;
      world.restart();
    },
  };
}

describe('the absence of an order', () => {
  function silent(): ReturnType<typeof timed> & { readonly order: () => Order; readonly miss: (seconds: number) => void } {
    const parts = timed();
    const { world } = parts;
    world.chasing = false;
    world.script('perp', 'entry', requestLost);
    world.signal(enter('a1'));
    world.run(1000);
    const order = (): Order => world.order('perp', 'entry');
    const miss = (seconds: number): void => {
      for (let passed = 0; passed < seconds; passed += 2) {
        world.missed(order().id);
        world.run(2000);
      }
    };
    return { ...parts, order, miss };
  }

  it('takes 60 s to prove, however far the clock is set forward meanwhile', () => {
    const { world, set, order, miss } = silent();
    miss(12);
    set(90_000);
    miss(48);
    expect(order()).toMatchObject({ state: 'unknown', misses: { count: 30, overMs: 58_000 } });
    // A person is called sooner: a timer alone decides nothing.
    expect(world.phase('a1')).toBe('needsOperator');
    miss(4);
    expect(order().state).toBe('rejected');
    expect(refold(world.facts)).toEqual(world.state);
  });

  it('is not helped by the time between two processes, nor by a lookup that did not agree', () => {
    const { world, set, begin, order, miss } = silent();
    miss(20);
    set(3_600_000);
    begin();
    miss(20);
    world.missed(order().id, { trades: null });
    expect(order().misses).toMatchObject({ count: 20, overMs: 38_000 });
    world.run(2000);
    miss(20);
    expect(order().state).toBe('unknown');
    miss(4);
    expect(order().state).toBe('rejected');
  });

  it('begins anew where a snapshot of an older version does not say how long it went on', () => {
    const { world, order, miss } = silent();
    miss(40);
    const { id, misses } = order();
    const before = { count: misses.count, firstAt: misses.firstAt };
    world.state = { ...world.state, orders: { ...world.state.orders, [id]: { ...order(), misses: before } } };
    miss(22);
    expect(order()).toMatchObject({ state: 'unknown', misses: { count: 31, overMs: 20_000 } });
  });
});

describe('a signal that waits', () => {
  it('expires by what passed since it came, where the clock was set back', () => {
    const { world, set } = timed({ approval: 'manual' });
    world.signal(enter('a1', { expiresAt: start + 30_000 }));
    world.signal(exit('x1', { expiresAt: start + 30_000 }));
    set(-20_000);
    world.run(30_000);
    expect([world.said('a1'), world.said('x1')]).toEqual(['awaitingApproval AWAITING_APPROVAL', 'awaitingApproval AWAITING_APPROVAL']);
    world.run(500);
    expect([world.said('a1'), world.said('x1')]).toEqual(['expired EXPIRED', 'expired EXPIRED']);
    expect(world.facts.filter((fact) => fact.kind === 'signalJudged' && fact.state === 'expired')).toMatchObject([
      { reason: 'Expired 250 ms ago' },
      { reason: 'Expired 250 ms ago' },
    ]);
    expect(refold(world.facts)).toEqual(world.state);
  });

  it('is not approved then either', () => {
    const { world, set } = timed({ approval: 'manual', tickMs: 60_000 });
    world.signal(enter('a1', { expiresAt: start + 30_000 }));
    world.run(31_000);
    set(-20_000);
    expect(world.command({ kind: 'approve', signal: enter('a1').id })).toMatchObject({ ok: false, code: 'EXPIRED' });
  });

  it('keeps its time of day in the next process, whose timer began later', () => {
    const { world, begin } = timed({ approval: 'manual' });
    world.signal(enter('a1', { expiresAt: start + 30_000 }));
    world.signal(exit('x1', { expiresAt: start + 30_000 }));
    world.run(10_000);
    begin();
    world.run(19_000);
    expect([world.said('a1'), world.said('x1')]).toEqual(['awaitingApproval AWAITING_APPROVAL', 'awaitingApproval AWAITING_APPROVAL']);
    world.run(1500);
    expect([world.said('a1'), world.said('x1')]).toEqual(['expired EXPIRED', 'expired EXPIRED']);
  });
});
