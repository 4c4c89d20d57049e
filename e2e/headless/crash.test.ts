/**
 * kill -9 at random moments under load: every order at most once a client order id, and what a killed run had begun
 * is completed, unwound or closed by the next. KILLS sets how many; the seed is printed, SEED repeats a run.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledger, legsOf, repeatedIds, repeatedSends } from '../kit/ledger.ts';
import { Program, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { enter, exit } from '../kit/signals.ts';
import { until } from '../kit/until.ts';

const kills = Number(process.env['KILLS'] ?? 12);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** Starts that follow each other this fast use up the venue's minute of weight: the console waits for the next one. */
const quotaMs = 75_000;

/** Small and good enough to spread the moments; the same seed gives the same ones. */
function random(from: number): () => number {
  let state = from;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe(`kill -9 at ${kills} random moments (SEED=${seed})`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let running: Program;

  beforeAll(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulator(folder.path);
  });
  afterAll(async () => {
    await running.end();
    await simulator.program.end();
    await folder.remove();
  });

  it(
    'leaves no order twice and brings the legs level',
    async () => {
      const draw = random(seed);
      for (let round = 0; round < kills; round += 1) {
        running = startConsole(folder.path, simulator);
        // Some are killed while they start and reconcile, most while orders are on their way.
        if (draw() < 0.8) {
          await running.line('the console to arm', (line) => line.event === 'armed' || line.event === 'stop', quotaMs);
          await enter(folder.path, '0.02');
          if (draw() < 0.5) await exit(folder.path);
          await new Promise((resolve) => setTimeout(resolve, Math.floor(draw() * 200)));
        } else {
          await enter(folder.path, '0.02');
          await new Promise((resolve) => setTimeout(resolve, Math.floor(draw() * 1500)));
        }
        await running.kill();
        const found = await ledger(simulator);
        expect(repeatedIds(found)).toEqual([]);
        expect(repeatedSends(found)).toEqual([]);
      }
      running = startConsole(folder.path, simulator);
      await running.line('the reconciliation', (line) => line.event === 'reconciled', 30_000);
      // An intent whose request never began is proven absent after a minute of lookups; then its partner is undone.
      const level = await until(
        'level legs',
        async () => {
          const found = await ledger(simulator);
          return legsOf(found).residual === '0' ? found : undefined;
        },
        100_000,
        () => running.lines.map((line) => JSON.stringify(line)).join('\n'),
      );
      expect(repeatedIds(level)).toEqual([]);
      expect(repeatedSends(level)).toEqual([]);
      expect(running.lines.some((line) => line.event === 'alarm' && line['code'] === 'NEEDS_OPERATOR')).toBe(false);

      // An EXIT of everything refuses what still queues from before, and closes what is open or opening.
      const last = await exit(folder.path);
      const verdict = await running.line(
        'the last close',
        (line) => line.event === 'signal' && line['id'] === last && line['state'] !== 'accepted',
        90_000,
      );
      expect(['executed', 'rejected']).toContain(verdict['state']);
      await until(
        'flat legs',
        async () => (legsOf(await ledger(simulator)).spot === '0' && legsOf(await ledger(simulator)).short === '0' ? true : undefined),
        100_000,
        () => running.lines.map((line) => JSON.stringify(line)).join('\n'),
      );
      expect(await running.end()).toBe(0);
      const verify = new Program('journal', ['verify', `${folder.path}/data`]);
      expect(await verify.ended).toBe(0);
    },
    300_000 + kills * 5000,
  );
});
