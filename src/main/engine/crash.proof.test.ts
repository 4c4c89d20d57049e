/** Kills the process after every step of a life, with and without the step's effects, and once more in the recovery. */
import { describe, expect, it } from 'vitest';
import { expectAtRest } from './testing/at-rest.ts';
import { hedgeOf, signalId } from '../../shared/domain/ids.ts';
import { forcedClose, tradeByHand } from './testing/by-hand.ts';
import { enter, exit } from './testing/signals.ts';
import { fills, refused, replyLost, requestLost } from './testing/venue-truth.ts';
import { Crash, type CrashPlan, refold, World } from './testing/world.ts';

type Story = (world: World) => void;
const stories: Readonly<Record<string, Story>> = {
  'an entry and an exit': (world) => {
    world.signal(enter('a1'));
    world.run(600);
    world.signal(exit('x'));
    world.run(600);
  },
  'a short that is refused': (world) => {
    world.script('perp', 'entry', refused());
    world.signal(enter('a1'));
    world.run(800);
  },
  'partial fills that stream in, and an exit meanwhile': (world) => {
    world.script('spot', 'entry', fills('0.557', { says: 'stream' }));
    world.script('perp', 'entry', fills('0.3', { says: 'stream' }));
    world.script('perp', 'complete', fills('0.5'));
    world.signal(enter('a1', { quantity: '0.1' }));
    world.run(300);
    world.signal(exit('x', { quantity: '0.02' }));
    world.run(1500);
  },
  'lost requests and answers': (world) => {
    world.script('spot', 'entry', replyLost('0.4', { visibleAfterMs: 1500 }));
    world.script('perp', 'entry', requestLost);
    world.script('spot', 'unwind', replyLost());
    world.signal(enter('a1'));
    world.run(3000);
  },
  'a forced close while an exit is under way': (world) => {
    world.signal(enter('a1'));
    world.run(600);
    world.script('perp', 'exit', fills('1', { afterMs: 400 }));
    world.signal(exit('x', { quantity: '0.02' }));
    world.run(100);
    const closed = tradeByHand(world, 'perp', 'buy', '0.01');
    const tell = () => void forcedClose(world, closed);
    // Whoever finds the venue short tells of it again.
    world.untold.push(tell);
    tell();
    world.run(1500);
  },
  'a person who settles at the venue': (world) => {
    world.script('perp', 'entry', refused());
    world.script('spot', 'unwind', ...Array.from({ length: 6 }, () => fills('0')));
    world.signal(enter('a1'));
    world.run(18_000);
    tradeByHand(world, 'spot', 'sell', '0.05');
    world.command({ kind: 'settle', hedge: hedgeOf(signalId('a1')), how: 'settledAtVenue' });
    world.run(600);
  },
  'a stop that closes all': (world) => {
    world.signal(enter('a1'));
    world.run(600);
    world.script('perp', 'exit', fills('0.5'), refused());
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: true });
    world.run(1500);
  },
};

/** Runs a story up to its crash. */
function untilCrash(world: World | (() => World), story: Story): World | null {
  try {
    const begun = typeof world === 'function' ? world() : world;
    story(begun);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof Crash)) throw thrown;
    return thrown.world;
  }
}

function crashed(story: Story, plan: CrashPlan): World | null {
  return untilCrash(() => new World({ crash: plan }), story);
}

const bootSteps = 6;

/** What a person or the venue did outside is found where a venue holds too little; then whatever waits for somebody is settled. */
function comeToRest(world: World): void {
  world.holdingsEveryMs = 10_000;
  world.run(100_000);
  for (const { id, phase } of Object.values(world.state.hedges))
    if (phase === 'needsOperator') world.command({ kind: 'settle', hedge: id, how: 'settledAtVenue' });
  expectAtRest(world.run(12_000));
}

describe.each(Object.entries(stories))('%s', (_name, story) => {
  const whole = new World();
  story(whole);
  const steps = whole.steps;
  const plans = (crashes: number): readonly CrashPlan[] =>
    Array.from({ length: crashes - bootSteps }, (_, index) => index + bootSteps).flatMap((after) =>
      [true, false].map((carriedOut) => ({ after, carriedOut })),
    );

  it.each([true, false])('ends hedged or flat after a crash at any step (armed again: %s), no order sent twice', (armed) => {
    let crashes = 0;
    for (const plan of plans(steps)) {
      const world = crashed(story, plan);
      if (world === null) continue;
      crashes += 1;
      const before = JSON.stringify(world.state);
      expect(JSON.stringify(refold(world.facts))).toBe(before);
      world.restart(armed);
      comeToRest(world);
      if (!armed) expect(world.sent.every(({ purpose }, index) => purpose !== 'entry' || index < 2)).toBe(true);
    }
    expect(crashes).toBe(plans(steps).length);
  });

  it('and after a second crash at any step of the recovery', () => {
    for (const plan of plans(steps).filter((_, index) => index % 5 === 0)) {
      for (let second = 1; second <= 12; second += 1) {
        const world = crashed(story, plan);
        if (world === null) continue;
        world.crash = { after: world.steps + second, carriedOut: second % 2 === 0 };
        const again = untilCrash(world, (recovering) => {
          recovering.restart(true);
          recovering.run(70_000);
        });
        if (again === null) break;
        again.restart(true);
        comeToRest(again);
      }
    }
  });
});
