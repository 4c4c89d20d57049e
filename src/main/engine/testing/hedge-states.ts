/** Every state that a hedge can be in, by name, with the way into it and how a stop ends it. Deterministic; ships nowhere. */
import { price } from '../../../shared/domain/units.ts';
import { forcedClose, tradeByHand } from './by-hand.ts';
import { hedged, type HedgeState, inTheMiddleOfAnEntry, opening, slow, times, untilSent, whileItIsUndone } from './entry-states.ts';
import { market } from './market.ts';
import { exit } from './signals.ts';
import { fills, refused, replyLost } from './venue-truth.ts';
import { Crash, World } from './world.ts';

const whileItIsHeldOrClosed: readonly HedgeState[] = [
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

const whenSomethingElseHappened: readonly HedgeState[] = [
  {
    name: 'its short closed by the venue',
    reach: () => {
      const world = hedged();
      world.script('spot', 'unwind', slow('1', 500));
      forcedClose(world, tradeByHand(world, 'perp', 'buy', '0.1'));
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

export const hedgeStates = [...inTheMiddleOfAnEntry, ...whileItIsUndone, ...whileItIsHeldOrClosed, ...whenSomethingElseHappened];
