import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectAtRest, expectDustSwept } from './testing/at-rest.ts';
import { aLife, live } from './testing/random-life.ts';
import { World } from './testing/world.ts';

/** The same lives every time; `LIVES=20000 SEED=7` tells others. */
const lives = Number(process.env['LIVES'] ?? 2000);
const seed = Number(process.env['SEED'] ?? 20_261_121);

it('holds every invariant in thousands of random lives and comes to rest when faults end', () => {
  let orders = 0;
  const run = fc.check(
    fc.property(aLife, (acts) => {
      const world = new World({ tickMs: 1000 });
      world.holdingsEveryMs = 20_000;
      expectAtRest(live(world, acts));
      world.marks();
      expectAtRest(world.run(70_000));
      expectDustSwept(world);
      orders += world.sent.length;
    }),
    { numRuns: lives, seed },
  );
  const story = (run.counterexample?.[0] ?? []).map((act) => act.name).join('\n');
  expect(run.failed, `seed ${seed}\n${story}\n${run.errorInstance instanceof Error ? run.errorInstance.stack : ''}`).toBe(false);
  expect(orders).toBeGreaterThan(lives);
}, 600_000);
