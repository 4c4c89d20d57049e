/**
 * The stop, pressed in every state that a hedge can be in: it ends flat or hedged as was chosen, or alarmed with exactly
 * what each leg holds; nothing that adds risk is sent from then on, and the report says what the venues hold.
 */
import { describe, expect, it } from 'vitest';
import { hedgeOf, signalId } from '../../shared/domain/ids.ts';
import { isZero, price, quantity, text } from '../../shared/domain/units.ts';
import { holding, openHedges } from './legs.ts';
import type { HedgePhase, OrderState } from './state.ts';
import { expectAtRest } from './testing/at-rest.ts';
import { tradeByHand } from './testing/by-hand.ts';
import { BTC, market } from './testing/market.ts';
import { enter, exit } from './testing/signals.ts';
import { fills, notSent, refused, replyLost, requestLost } from './testing/venue-truth.ts';
import { Crash, World } from './testing/world.ts';
import { stopReport } from './view/stop-report.ts';

const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value);
const slow = (part: string, afterMs: number) => fills(part, { afterMs });
/** Until so many orders left. */
function untilSent(world: World, count: number): World {
  for (let turns = 0; world.sent.length < count; turns += 1) {
    if (turns > 2000) throw new Error(`Only ${world.sent.length} orders left`);
    world.run(5);
  }
  return world;
}
function hedged(world = new World()): World {
  world.signal(enter('h', { quantity: '0.1' }));
  return world.run(2000);
}
const opening = (world: World): World => {
  world.signal(enter('h', { quantity: '0.1' }));
  return untilSent(world, 2);
};
/** What the orders of the hedge are, oldest first. */
const states = (world: World): readonly OrderState[] =>
  Object.values(world.state.orders)
    .filter((order) => order.hedge === hedgeOf(signalId('h')))
    .map((order) => order.state);

interface State {
  readonly name: string;
  readonly reach: () => World;
  /** How the hedge stands when the stop is pressed; none: there is no hedge yet. */
  readonly phase: HedgePhase | 'none';
  readonly orders: readonly OrderState[];
  /** What becomes of it: [kept, all closed]. */
  readonly ends: readonly [stop: HedgePhase | 'none', closeAll: HedgePhase | 'none'];
}

const inTheMiddleOfAnEntry: readonly State[] = [
  {
    name: 'queued behind another entry',
    reach: () => {
      const world = new World();
      world.signal(enter('first'));
      untilSent(world, 2).signal(enter('h'));
      return world;
    },
    phase: 'none',
    orders: [],
    ends: ['none', 'none'],
  },
  {
    name: 'waiting for its prices',
    reach: () => {
      const world = new World();
      world.signal(enter('h'));
      return world.run(10);
    },
    phase: 'none',
    orders: [],
    ends: ['none', 'none'],
  },
  {
    name: 'intent on its way to the disk',
    reach: () => {
      const world = new World();
      // The door asks when the disk has taken them, and holds both back.
      world.script('spot', 'entry', notSent);
      world.script('perp', 'entry', notSent);
      return opening(world);
    },
    phase: 'opening',
    orders: ['sending', 'sending'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'one leg sent, the other held back',
    reach: () => {
      const world = new World();
      world.script('perp', 'entry', notSent);
      return opening(world);
    },
    phase: 'opening',
    orders: ['sending', 'sending'],
    ends: ['flat', 'flat'],
  },
  { name: 'both legs sent', reach: () => opening(new World()), phase: 'opening', orders: ['sending', 'sending'], ends: ['hedged', 'flat'] },
  {
    name: 'one leg filled, the other under way',
    reach: () => {
      const world = new World();
      world.script('perp', 'entry', slow('1', 900));
      return opening(world).run(300);
    },
    phase: 'opening',
    orders: ['filled', 'sending'],
    ends: ['hedged', 'flat'],
  },
  {
    name: 'both legs filled in part and still open',
    reach: () => {
      const world = new World();
      world.script('spot', 'entry', fills('1', { says: 'stream', afterMs: 200 }));
      world.script('perp', 'entry', fills('1', { says: 'stream', afterMs: 200 }));
      return opening(world).run(450);
    },
    phase: 'opening',
    orders: ['open', 'open'],
    ends: ['hedged', 'flat'],
  },
  {
    name: 'one leg silent, and filled',
    reach: () => {
      const world = new World();
      world.script('perp', 'entry', replyLost('1', { visibleAfterMs: 9000 }));
      return opening(world).run(1000);
    },
    phase: 'opening',
    orders: ['filled', 'unknown'],
    ends: ['hedged', 'flat'],
  },
  {
    name: 'one leg silent, and never there',
    reach: () => {
      const world = new World();
      world.script('perp', 'entry', requestLost);
      return opening(world).run(1000);
    },
    phase: 'opening',
    orders: ['filled', 'unknown'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'both legs silent, one of them filled',
    reach: () => {
      const world = new World();
      world.script('spot', 'entry', replyLost('1', { visibleAfterMs: 5000 }));
      world.script('perp', 'entry', requestLost);
      return opening(world).run(1000);
    },
    phase: 'opening',
    orders: ['unknown', 'unknown'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'completing the smaller leg',
    reach: () => {
      const world = new World();
      world.script('spot', 'entry', fills('0.5'));
      world.script('spot', 'complete', slow('1', 900));
      return untilSent(opening(world), 3).run(10);
    },
    phase: 'opening',
    orders: ['canceled', 'filled', 'sending'],
    ends: ['hedged', 'flat'],
  },
  {
    name: 'about to complete the smaller leg',
    reach: () => {
      const world = new World();
      world.script('spot', 'entry', fills('0.5'));
      return opening(world).run(55);
    },
    phase: 'opening',
    orders: ['canceled', 'filled'],
    ends: ['hedged', 'flat'],
  },
];

const whileItIsUndone: readonly State[] = [
  {
    name: 'rolling back, its order under way',
    reach: () => {
      const world = new World();
      world.script('perp', 'entry', refused());
      world.script('spot', 'unwind', slow('1', 900));
      return untilSent(opening(world), 3).run(10);
    },
    phase: 'unwinding',
    orders: ['filled', 'rejected', 'sending'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'rolling back, between two tries',
    reach: () => {
      const world = new World();
      world.script('perp', 'entry', refused());
      world.script('spot', 'unwind', ...times(2, refused('INVALID_ORDER')));
      return untilSent(opening(world), 3).run(60);
    },
    phase: 'unwinding',
    orders: ['filled', 'rejected', 'rejected'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'rolling back, in part, silent',
    reach: () => {
      const world = new World();
      world.script('perp', 'entry', refused());
      world.script('spot', 'unwind', replyLost('0.4', { visibleAfterMs: 4000 }));
      return untilSent(opening(world), 3).run(1000);
    },
    phase: 'unwinding',
    orders: ['filled', 'rejected', 'unknown'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'waiting for a person, the rollback refused for good',
    reach: () => {
      const world = new World();
      world.script('perp', 'entry', refused());
      world.script('spot', 'unwind', ...times(6, refused('INVALID_ORDER')));
      world.script('spot', 'exit', ...times(7, refused('INVALID_ORDER')));
      return opening(world).run(60_000);
    },
    phase: 'needsOperator',
    orders: ['filled', 'rejected', ...times(6, 'rejected' as const)],
    ends: ['needsOperator', 'needsOperator'],
  },
  {
    name: 'waiting for a person, an order silent',
    reach: () => {
      const world = new World();
      world.script('perp', 'entry', replyLost('1', { visibleAfterMs: -1 }));
      world.chasing = false;
      opening(world).run(70_000);
      world.command({ kind: 'resetStop' });
      return world;
    },
    phase: 'needsOperator',
    orders: ['filled', 'unknown'],
    ends: ['needsOperator', 'needsOperator'],
  },
];

const whileItIsHeldOrClosed: readonly State[] = [
  { name: 'hedged', reach: () => hedged(), phase: 'hedged', orders: ['filled', 'filled'], ends: ['hedged', 'flat'] },
  {
    name: 'hedged, with dust',
    reach: () => {
      const world = new World();
      world.script('spot', 'entry', fills('0.9999'));
      return hedged(world);
    },
    phase: 'hedged',
    orders: ['canceled', 'filled'],
    ends: ['hedged', 'flat'],
  },
  {
    name: 'opening, with an EXIT that waits for it',
    reach: () => {
      const world = opening(new World());
      world.signal(exit('x'));
      return world;
    },
    phase: 'opening',
    orders: ['sending', 'sending'],
    ends: ['hedged', 'flat'],
  },
  {
    name: 'hedged, with an EXIT that waits for its prices',
    reach: () => {
      const world = hedged();
      world.signal(exit('x'));
      return world.run(5);
    },
    phase: 'hedged',
    orders: ['filled', 'filled'],
    ends: ['hedged', 'flat'],
  },
  {
    name: 'closing, both legs under way',
    reach: () => {
      const world = hedged();
      world.signal(exit('x'));
      return untilSent(world, 4);
    },
    phase: 'closing',
    orders: ['filled', 'filled', 'sending', 'sending'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'closing, one leg closed',
    reach: () => {
      const world = hedged();
      world.script('perp', 'exit', slow('1', 900));
      world.signal(exit('x'));
      return untilSent(world, 4).run(200);
    },
    phase: 'closing',
    orders: ['filled', 'filled', 'filled', 'sending'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'closing, each leg in part',
    reach: () => {
      const world = hedged();
      world.script('spot', 'exit', fills('0.4'));
      world.script('perp', 'exit', fills('0.7'));
      world.signal(exit('x'));
      return untilSent(world, 4).run(55);
    },
    phase: 'closing',
    orders: ['filled', 'filled', 'canceled', 'canceled'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'closing a part of it',
    reach: () => {
      const world = hedged();
      world.signal(exit('x', { quantity: '0.04' }));
      return untilSent(world, 4);
    },
    phase: 'closing',
    orders: ['filled', 'filled', 'sending', 'sending'],
    ends: ['hedged', 'flat'],
  },
  {
    name: 'closing, one close silent',
    reach: () => {
      const world = hedged();
      world.script('spot', 'exit', replyLost('1', { visibleAfterMs: 5000 }));
      world.signal(exit('x'));
      return untilSent(world, 4).run(1000);
    },
    phase: 'closing',
    orders: ['filled', 'filled', 'unknown', 'filled'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'closing, between two tries of one leg',
    reach: () => {
      const world = hedged();
      world.script('perp', 'exit', ...times(2, refused('INVALID_ORDER')));
      world.signal(exit('x'));
      return untilSent(world, 4).run(60);
    },
    phase: 'closing',
    orders: ['filled', 'filled', 'filled', 'rejected'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'closing for its stop-loss',
    reach: () => {
      const world = hedged();
      world.market = market({ spotBid: price('150000000'), spotAsk: price('150001000') });
      world.marks();
      world.run(1100).marks();
      return untilSent(world, 4);
    },
    phase: 'closing',
    orders: ['filled', 'filled', 'sending', 'sending'],
    ends: ['flat', 'flat'],
  },
];

const whenSomethingElseHappened: readonly State[] = [
  {
    name: 'its short closed by the venue',
    reach: () => {
      const world = hedged();
      world.script('spot', 'unwind', slow('1', 500));
      world.feed({
        kind: 'forcedClose',
        venue: 'binance',
        coin: BTC,
        clientId: 'autoclose-1',
        venueOrderId: 'v1',
        fills: tradeByHand(world, 'perp', 'buy', '0.1'),
      });
      return untilSent(world, 3);
    },
    phase: 'unwinding',
    orders: ['filled', 'filled', 'filled', 'sending'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'opening, the machine just woken up',
    reach: () => {
      const world = new World();
      world.script('spot', 'entry', fills('0.5'));
      world.script('perp', 'entry', slow('1', 500));
      opening(world).feed({ kind: 'resumed', awayMs: 60_000 });
      return world;
    },
    phase: 'opening',
    orders: ['sending', 'sending'],
    ends: ['hedged', 'flat'],
  },
  {
    name: 'the process killed in the middle of the entry, the venues not read yet',
    reach: () => {
      const world = new World();
      world.script('perp', 'entry', refused());
      opening(world);
      world.dropQueue();
      world.feed({ kind: 'started', armWhenReady: true, engine: 'test' });
      // The venues are read after the press.
      world.later(500, () => world.boot(true));
      return world;
    },
    phase: 'opening',
    orders: ['unknown', 'unknown'],
    ends: ['flat', 'flat'],
  },
  {
    name: 'a crash between the intent and the wire',
    reach: () => {
      const probe = opening(new World());
      const world = new World({ crash: { after: probe.steps - 1, carriedOut: false } });
      try {
        opening(world);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
      world.crash = undefined;
      world.restart(true);
      return world.run(100);
    },
    phase: 'opening',
    orders: ['unknown', 'unknown'],
    ends: ['flat', 'flat'],
  },
];

const all = [...inTheMiddleOfAnEntry, ...whileItIsUndone, ...whileItIsHeldOrClosed, ...whenSomethingElseHappened];

const addsRisk = (world: World, from: number): readonly string[] =>
  world.orders(from).filter((order) => order.startsWith('entry') || order.startsWith('complete'));

/** What reads of both venues begun now would say. */
const reportNow = (world: World) => {
  const shown = { begunAt: world.now, clientIds: [] };
  return stopReport(world.state, {
    shown: { upbit: { ...shown, holdings: world.holdings('upbit') }, binance: { ...shown, holdings: world.holdings('binance') } },
    settledAt: world.now,
  });
};

describe.each([false, true])('the stop (close all: %s), pressed while a hedge is', (closeAll) => {
  it.each(all)('$name', ({ reach, phase, orders, ends }) => {
    const world = reach();
    expect([world.phase('h'), states(world)]).toEqual([phase, orders]);
    const { length } = world.sent;
    expect(world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll })).toEqual({ ok: true });
    expect(world.state.armed).toBe(false);
    world.run(120_000);

    expect(addsRisk(world, length)).toEqual([]);
    expect(world.phase('h')).toBe(ends[closeAll ? 1 : 0]);
    for (const hedge of openHedges(world.state)) {
      const { spot, perp, residual } = holding(world.state, hedge);
      if (closeAll) expect(hedge.phase).toBe('needsOperator');
      const alarm = world.state.alarms[`operator:${hedge.id}`];
      if (hedge.phase === 'needsOperator')
        expect(alarm?.detail).toContain(`${text(spot)} spot against ${text(perp)} perpetual BTC: ${text(residual)} are not hedged`);
    }
    const report = reportNow(world);
    const isOver = ends[closeAll ? 1 : 0] !== 'needsOperator';
    if (isOver) expectAtRest(world);
    expect(report).toMatchObject(isOver ? { closeAll, done: true, openOrders: [], unknownOrders: [], unconfirmed: [] } : { closeAll });
    if (closeAll && isOver)
      for (const row of report?.hedges ?? [])
        expect([row.state, row.perp, isZero(quantity(row.spot)) || row.hedge === 'h']).toEqual(['closed', '0', true]);
    if (!isOver) expect(report?.hedges.find((row) => row.hedge === 'h')).toMatchObject({ state: 'needsOperator', residual: '0.1' });
  });
});

it('covers at least the twenty states that there are', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBeGreaterThanOrEqual(20);
});
