import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectAtRest } from './testing/at-rest.ts';
import { aLife, live } from './testing/random-life.ts';
import { World } from './testing/world.ts';

it('holds every invariant in thousands of random lives and comes to rest when faults end', () => {
  let moves = 0;
  fc.assert(
    fc.property(aLife, (acts) => {
      const world = new World({ tickMs: 1000 });
      live(world, acts);
      expectAtRest(world);
      moves += world.sent.length;
    }),
    {
      numRuns: Number(process.env['LIVES'] ?? 2000),
      ...(process.env['SEED'] === undefined ? {} : { seed: Number(process.env['SEED']) }),
      reporter: (run) => {
        if (run.failed)
          throw new Error(
            `seed ${run.seed}\n${(run.counterexample?.[0] ?? []).map((act) => act.name).join('\n')}\n${run.errorInstance instanceof Error ? run.errorInstance.stack : ''}`,
          );
      },
    },
  );
  expect(moves).toBeGreaterThan(2000);
});
