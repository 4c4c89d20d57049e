/** The states of a hedge that is being opened or undone, with the way into each. Deterministic; ships nowhere. */
import { hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import type { HedgePhase, OrderState } from '../state.ts';
import { enter } from './signals.ts';
import { fills, notSent, refused, replyLost, requestLost } from './venue-truth.ts';
import { World } from './world.ts';

export const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value);
export const slow = (part: string, afterMs: number) => fills(part, { afterMs });
/** Until so many orders left. */
export function untilSent(world: World, count: number): World {
  for (let turns = 0; world.sent.length < count; turns += 1) {
    if (turns > 2000) throw new Error(`Only ${world.sent.length} orders left`);
    world.run(5);
  }
  return world;
}
export function hedged(world = new World()): World {
  world.signal(enter('h', { quantity: '0.1' }));
  return world.run(2000);
}
export const opening = (world: World): World => {
  world.signal(enter('h', { quantity: '0.1' }));
  return untilSent(world, 2);
};
/** What the orders of the hedge are, oldest first. */
export const states = (world: World): readonly OrderState[] =>
  Object.values(world.state.orders)
    .filter((order) => order.hedge === hedgeOf(signalId('h')))
    .map((order) => order.state);

export interface HedgeState {
  readonly name: string;
  readonly reach: () => World;
  /** How the hedge stands when the stop is pressed; none: there is no hedge yet. */
  readonly phase: HedgePhase | 'none';
  readonly orders: readonly OrderState[];
  /** What becomes of it: [kept, all closed]. */
  readonly ends: readonly [stop: HedgePhase | 'none', closeAll: HedgePhase | 'none'];
}

export const inTheMiddleOfAnEntry: readonly HedgeState[] = [
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

export const whileItIsUndone: readonly HedgeState[] = [
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
