/**
 * The stop, pressed in the middle of entries on a machine that has other things to do (reliability G11). `TRIALS` says how
 * often: `TRIALS=1000 npm run e2e -- e2e/stop` takes the measure, a plain run a sample. `SEED` begins where an earlier
 * run did. Figures are printed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../kit/programs.ts';
import { Bench } from './bench.ts';
import { variants } from './hindrances.ts';
import { startLoad } from './load.ts';
import { inWords, spread } from './tally.ts';
import { type Draw, goOn, judge, runTrial, type Source, sources, type Trial, type Verdict } from './trial.ts';

const trials = Number(process.env['TRIALS'] ?? 30);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const isMeasure = trials >= 1000;
/** Asked of the half, and of p99.9 where enough were taken. A sample may meet a machine that is busier than its load makes it. */
const latchWithinMs = 50;
const sampleWithinMs = 1000;
const cancelWithinMs = isMeasure ? 250 : 1500;
const reportWithinMs = 5000;
const perBatch = 10;
const warmUps = 3;
const trialMs = 30_000;

function drawFrom(start: number): Draw {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const draw = drawFrom(seed);
const drawSource = (): Source => sources[Math.floor(draw() * sources.length)] ?? 'page';

type Judged = Trial & Verdict;
const say = (words: string): void => void process.stdout.write(`${words}\n`);

function tell(name: string, judged: readonly Judged[]): void {
  say(`${name}: input to latch   ${inWords(spread(judged.map((trial) => trial.latchedAt - trial.input)))}`);
  const used = sources.filter((source) => judged.some((trial) => trial.source === source));
  if (used.length > 1)
    for (const source of used) {
      const own = judged.filter((trial) => trial.source === source);
      say(`  ${source.padEnd(15)}  ${inWords(spread(own.map((trial) => trial.latchedAt - trial.input)))}`);
    }
  const cancels = judged.flatMap((trial) => trial.cancels).flatMap(({ ms }) => (ms === null ? [] : [ms]));
  say(`  cancels at venues  ${cancels.length === 0 ? 'no order rested' : inWords(spread(cancels))}`);
  say(`  report             ${inWords(spread(judged.map((trial) => trial.reportedAt - trial.input)))}`);
  const underWay = judged.flatMap((trial) => trial.underWay);
  say(`  on their way at the latch: ${underWay.length}, read by a venue at most ${Math.max(0, ...underWay).toFixed(1)} ms later`);
}

function expectHolds(judged: readonly Judged[]): void {
  expect(
    judged.flatMap((trial) => trial.left),
    'orders that add risk and left after the latch',
  ).toEqual([]);
  expect(
    judged.flatMap((trial) => trial.afterAnswer),
    'orders that add risk and that a venue read after the stop was acknowledged',
  ).toEqual([]);
  expect(
    judged.flatMap((trial) => trial.doneTooSoon),
    'orders that a venue had open when all was called done',
  ).toEqual([]);
  const latch = spread(judged.map((trial) => trial.latchedAt - trial.input));
  if (judged.length >= 10) expect(latch.p50).toBeLessThanOrEqual(latchWithinMs);
  expect(latch.p999).toBeLessThanOrEqual(isMeasure && judged.length >= 1000 ? latchWithinMs : sampleWithinMs);
  expect(spread(judged.map((trial) => trial.reportedAt - trial.input)).max).toBeLessThanOrEqual(reportWithinMs);
  for (const { source, input, cancels } of judged)
    for (const { venue, ms } of cancels) {
      const which = `a cancel at ${venue}, stopped by ${source} at ${new Date(input).toISOString()}`;
      expect(ms, which).not.toBeNull();
      expect(ms, which).toBeLessThanOrEqual(cancelWithinMs);
    }
}

describe(`a stop in the middle of entries, seed ${seed}`, () => {
  let endLoad: () => Promise<void> = () => Promise.resolve();
  let disk: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    disk = await temporaryFolder();
    endLoad = startLoad(disk.path);
  });
  afterAll(async () => {
    await endLoad();
    await disk.remove();
  });

  /** Judges a few trials at a time: the console shows its newest orders. */
  async function series(bench: Bench, count: number, one: () => Promise<Trial>): Promise<readonly Judged[]> {
    const judged: Judged[] = [];
    for (let seq = 0; judged.length < count; ) {
      const batch: Trial[] = [];
      while (batch.length < Math.min(perBatch, count - judged.length)) {
        const trial = await one();
        batch.push(trial);
        await goOn(bench, trial);
      }
      const seen = await bench.venuesSince(seq);
      seq = seen.requests.at(-1)?.seq ?? seq;
      const verdicts = judge(batch, seen, await bench.orders());
      judged.push(...batch.flatMap((trial, index) => verdicts.slice(index, index + 1).map((verdict) => ({ ...trial, ...verdict }))));
    }
    return judged;
  }

  it(
    `latches, cancels and reports, ${trials} times from every source`,
    async () => {
      const bench = await Bench.start();
      try {
        const judged = await series(bench, trials, () => runTrial(bench, drawSource(), draw));
        tell('base', judged);
        expectHolds(judged);
      } finally {
        await bench.close();
      }
    },
    60_000 + trials * 3000,
  );

  for (const [name, planned] of Object.entries(variants)) {
    const variant = { ...planned, isHindered: true };
    const count = variant.isFatal === true ? Math.max(1, Math.round(trials / 250)) : Math.max(3, Math.round(trials / 20));
    it.skipIf(variant.skip !== undefined)(
      `with ${name}, ${count} times${variant.skip === undefined ? '' : ` (${variant.skip})`}`,
      async () => {
        const judged: Judged[] = [];
        for (let round = 0; round < (variant.isFatal === true ? count : 1); round += 1) {
          const bench = await Bench.start(variant.parts);
          try {
            if (variant.isFatal === true) {
              // A process in its first second is slower than the one that a person stops.
              await series(bench, warmUps, () => runTrial(bench, drawSource(), draw));
              const trial = await runTrial(bench, drawSource(), draw, variant);
              const [verdict] = judge([trial], await bench.venuesSince(0), await bench.orders());
              if (verdict !== undefined) judged.push({ ...trial, ...verdict });
              for (const venue of variant.silent ?? []) expect(trial.unconfirmed).toContain(venue);
            } else judged.push(...(await series(bench, count, () => runTrial(bench, drawSource(), draw, variant))));
          } finally {
            await bench.close();
          }
        }
        tell(name, judged);
        expectHolds(judged);
      },
      60_000 + count * trialMs,
    );
  }
});
