/**
 * kill -9 at random moments under load, on venues that misbehave at random: an order at most once a client order id, and
 * what a killed run had begun is completed, unwound, closed, or told to a person. KILLS sets how many; the seed is
 * printed, SEED repeats a run, FIGURES=1 prints what it met.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ledger, ledger, legsOf, repeatedIds, repeatedSends } from '../kit/ledger.ts';
import { plantMisfortune } from '../kit/misfortune.ts';
import { type Ask, signIn } from '../kit/page.ts';
import { type Line, Program, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { enter, exit } from '../kit/signals.ts';
import { until } from '../kit/until.ts';

const kills = Number(process.env['KILLS'] ?? 12);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** Starts that follow each other this fast use up the venue's minute of weight: the console waits for the next one. */
const quotaMs = 75_000;
/** An intent whose request never began is proven absent after a minute of lookups; then its partner is undone. */
const absenceMs = 100_000;

/** Mulberry32: small, and the same seed gives the same moments. */
function random(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    const again = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return ((again ^ (again >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe(`kill -9 at ${kills} random moments among faults (SEED=${seed})`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let running: Program;
  const met = { faults: {} as Record<string, number>, stops: [] as string[], operator: 0, inFlight: 0, alarms: {} as Record<string, number> };

  beforeAll(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulator(folder.path);
  });
  afterAll(async () => {
    const { orders } = await ledger(simulator);
    if (process.env['FIGURES'] !== undefined) process.stdout.write(`${JSON.stringify({ seed, kills, orders: orders.length, ...met })}\n`);
    await running.end();
    await simulator.program.end();
    await folder.remove();
  });

  const lenient = ['maxConsecutiveApiErrors=1000', 'maxFailedEntriesInARow=1000', 'maxEntriesPerDay=100000'].flatMap((setting) => ['--set', setting]);
  const start = (): Program => startConsole(folder.path, simulator, lenient);
  const story = (): string => running.lines.map((line) => JSON.stringify(line)).join('\n');

  async function armed(): Promise<void> {
    const first = await running.line('the console to arm', (line) => line.event === 'armed' || line.event === 'stop', quotaMs);
    if (first.event === 'armed') return;
    await running.line('the reconciliation', (line) => line.event === 'reconciled', quotaMs);
    await armAgain(await signIn(running));
  }

  /** What a person does after a stop. */
  async function armAgain(ask: Ask): Promise<void> {
    for (const line of running.lines) if (line.event === 'stop') met.stops.push(String(line['reason']));
    expect(await ask('stop.reset', {})).toMatchObject({ ok: true });
    expect(await ask('console.arm', {})).toMatchObject({ ok: true });
  }

  /** Signals now and in the next moments, then the kill in the middle of what they set off. */
  async function load(draw: () => number): Promise<void> {
    const pause = (most: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.floor(draw() * most)));
    // Some are killed while they start and reconcile, most while orders are on their way.
    const early = draw() < 0.2;
    if (!early) await armed();
    const signals = 1 + Math.floor(draw() * 3);
    for (let made = 0; made < signals; made += 1) {
      await (draw() < 0.7 ? enter(folder.path, '0.02') : exit(folder.path));
      if (made + 1 < signals) await pause(300);
    }
    if (early) return pause(1500);
    if (draw() < 0.3) return pause(1500);
    // How long a decision takes depends on the machine; the moments that matter are those behind an intent.
    const isSending = (line: Line): boolean => line.event === 'order' && line['state'] === 'sending';
    const sent = Date.now() + 2000;
    while (!running.lines.some(isSending) && Date.now() < sent) await new Promise((resolve) => setTimeout(resolve, 2));
    await pause(draw() < 0.5 ? 25 : 400);
  }

  async function once(): Promise<Ledger> {
    const found = await ledger(simulator);
    expect([repeatedIds(found), repeatedSends(found)]).toEqual([[], []]);
    return found;
  }

  /** Whether the killed run had an order whose end it had not told yet. */
  const isMidway = (): boolean => {
    const last = new Map(running.lines.flatMap((line) => (line.event === 'order' ? [[line['clientOrderId'], line['state']]] : [])));
    return [...last.values()].some((state) => state === 'sending' || state === 'open' || state === 'unknown');
  };

  const snapshot = async (ask: Ask) => {
    const reply = await ask('snapshot.get', {});
    if (!reply.ok) throw new Error(`No snapshot: ${JSON.stringify(reply)}`);
    return reply.value;
  };
  const unsettled = async (ask: Ask) =>
    Object.values((await snapshot(ask)).tables.hedges).filter(({ phase }) => phase !== 'hedged' && phase !== 'flat');

  /** Waits until nothing moves on its own any more: legs are equal, or a person was called for those that are not. */
  async function atRest(ask: Ask) {
    return until(
      'equal legs, or an alarm',
      async () => {
        const moving = await unsettled(ask);
        if (moving.some(({ phase }) => phase !== 'needsOperator')) return undefined;
        return legsOf(await once()).residual === '0' || moving.length > 0 ? moving : undefined;
      },
      absenceMs,
      story,
    );
  }

  it(
    'leaves no order twice, and the legs level or a person called',
    async () => {
      const draw = random(seed);
      for (let round = 0; round < kills; round += 1) {
        for (const kind of await plantMisfortune(simulator, draw)) met.faults[kind] = (met.faults[kind] ?? 0) + 1;
        running = start();
        await load(draw);
        await running.kill();
        for (const line of running.lines) if (line.event === 'alarm') met.alarms[String(line['code'])] = (met.alarms[String(line['code'])] ?? 0) + 1;
        if (isMidway()) met.inFlight += 1;
        await once();
      }
      await fetch(`${simulator.ready.control}/faults`, { method: 'DELETE' });
      running = start();
      await armed();
      const ask = await signIn(running);
      const called = await atRest(ask);
      met.operator = called.length;
      for (const { id } of called) {
        expect(
          running.lines.some((line) => line.event === 'alarm' && line['code'] === 'NEEDS_OPERATOR' && line['hedge'] === id),
          id,
        ).toBe(true);
      }
      // The person settles what the console could not, by the first way that it offers.
      for (const { id, waysToSettle } of called) {
        const [how] = waysToSettle;
        if (how !== undefined) expect(await ask('hedge.settle', { hedge: id, how })).toMatchObject({ ok: true });
      }
      await atRest(ask);
      const { parts } = await snapshot(ask);
      if (parts.standing.trading !== 'armed') await armAgain(ask);

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
        async () => (legsOf(await once()).spot === '0' && legsOf(await once()).short === '0' ? true : undefined),
        absenceMs,
        story,
      );
      expect(await running.end()).toBe(0);
      const verify = new Program('journal', ['verify', `${folder.path}/data`]);
      expect(await verify.ended).toBe(0);
      expect(verify.lines[0]).toMatchObject({ verdict: 'clean' });
    },
    400_000 + kills * 15_000,
  );
});
