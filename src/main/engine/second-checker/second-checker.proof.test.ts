/** The engine against a second mind that was written without it (G6): the same commands, the same outside after each. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anAct } from './acts.ts';
import { Pair } from './pair.ts';

const half = Number(process.env['RUNS'] ?? 5000) / 2;
/** Another one every hour; `SEED=7` tells the same again. */
const rotating = Number(process.env['SEED'] ?? Math.floor(Date.now() / 3_600_000));

it.each([
  ['fixed', 20_261_121],
  ['rotating', rotating],
])(
  'agrees with the second checker, seed %s %i',
  (_name, seed) => {
    let orders = 0;
    let acts = 0;
    let runs = 0;
    const run = fc.check(
      fc.property(fc.commands([anAct], { maxCommands: 200, size: 'max' }), (commands) => {
        const pair = new Pair();
        try {
          fc.modelRun(() => ({ model: {}, real: pair }), commands);
        } finally {
          orders += pair.orders;
          acts += pair.acts;
          runs += 1;
        }
      }),
      { numRuns: half, seed },
    );
    process.stdout.write(`second checker: seed ${seed}, ${runs} runs, ${acts} acts, ${orders} orders\n`);
    const story = String(run.counterexample?.[0] ?? '');
    expect(run.failed, `seed ${seed}\n${story}\n${run.errorInstance instanceof Error ? run.errorInstance.stack : ''}`).toBe(false);
    expect(orders).toBeGreaterThan(half * 4);
  },
  600_000,
);
