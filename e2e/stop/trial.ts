/**
 * One stop in the middle of entries: pressed at a drawn moment, measured by the clock of the one machine that all
 * processes share, and held against the ledger of the venues.
 *
 * The latch is timed where it closes: the engine takes the time of the stop in the same turn, right behind the latch. The input
 * is timed here, right before the first byte of the press leaves this process: all that lies between counts.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OrderRow } from '../../src/shared/contract/rows.ts';
import type { Bench, VenuesSeen } from './bench.ts';

export type Source = 'page' | 'npm run stop' | 'STOP file' | 'signal socket';
export const sources = ['page', 'npm run stop', 'STOP file', 'signal socket'] as const satisfies readonly Source[];
export type Draw = () => number;

export interface Trial {
  readonly source: Source;
  readonly input: number;
  readonly latchedAt: number;
  /** When the press was answered; null where nobody answers. */
  readonly acknowledgedAt: number | null;
  readonly reportedAt: number;
  readonly done: boolean;
  readonly unconfirmed: readonly string[];
  /** Own orders that rested when it was pressed. */
  readonly resting: readonly { readonly venue: string; readonly id: string }[];
  resetAt: number;
}

/** What is done around the press; all of it may be nothing. */
export interface Hindrance {
  /** Something is in the way: orders rest in every trial. */
  readonly isHindered?: boolean;
  /** Before the press, with entries under way. */
  readonly before?: (bench: Bench) => Promise<void>;
  /** Once the report is there. */
  readonly after?: (bench: Bench) => Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Pressed {
  readonly input: number;
  readonly isAnswered: boolean;
}
const press: Readonly<Record<Source, (bench: Bench, closeAll: boolean) => Promise<Pressed>>> = {
  page: async (bench, closeAll) => {
    const input = Date.now();
    return { input, isAnswered: (await bench.command('stop.engage', { closeAll })).ok };
  },
  'npm run stop': async (bench, closeAll) => ({ input: await bench.stopByRunFile(closeAll), isAnswered: true }),
  'STOP file': (bench) => {
    const input = Date.now();
    writeFileSync(join(bench.data, 'STOP'), '');
    return Promise.resolve({ input, isAnswered: false });
  },
  'signal socket': (bench) => {
    const input = Date.now();
    bench.say({ type: 'stop', reason: 'a trial' });
    return Promise.resolve({ input, isAnswered: false });
  },
};

/** Rests an order of ours at both venues, far from the market. It only sets the scene: on a busy machine prices may come late. */
async function rest(bench: Bench): Promise<Trial['resting']> {
  const one = async (venue: string, side: string, price: string): Promise<{ readonly venue: string; readonly id: string }> => {
    const terms = { type: 'limit', timeInForce: 'GTC', quantity: '0.002', price };
    for (const deadline = Date.now() + 20_000; ; ) {
      const reply = await bench.command('order.place', { venue, coin: 'BTC', side, terms });
      if (reply.ok) return { venue, id: (reply.value as { order: string }).order };
      if (Date.now() > deadline) throw new Error(`No order rests: ${JSON.stringify(reply)}`);
    }
  };
  return await Promise.all([one('upbit', 'buy', '90000000'), one('binance', 'sell', '200000')]);
}

export async function runTrial(bench: Bench, source: Source, draw: Draw, { before, after, isHindered = false }: Hindrance = {}): Promise<Trial> {
  const { length } = bench.program.lines;
  // Half of them: an order by hand takes its time, and a thousand trials are to take minutes.
  const resting = isHindered || draw() < 0.5 ? await rest(bench) : [];
  const endEntries = bench.enterEvery(20);
  try {
    await pause(10 + draw() * 80);
    await before?.(bench);
    const { input, isAnswered } = await press[source](bench, draw() < 0.5);
    const answeredAt = Date.now();
    // Not the line of the stop: on a disk that hangs it is never printed.
    const report = await bench.lineAfter(length, 'the report', (line) => line.event === 'stopReport', 20_000);
    const latchedAt = Number(report['stoppedAt']);
    return {
      source,
      input,
      latchedAt,
      acknowledgedAt: isAnswered ? answeredAt : null,
      reportedAt: report.at,
      done: report['done'] === true,
      unconfirmed: report['unconfirmed'] as string[],
      resting,
      resetAt: Number.POSITIVE_INFINITY,
    };
  } finally {
    endEntries();
    await after?.(bench);
  }
}

/** Makes the console trade again, as a person would. */
export async function goOn(bench: Bench, trial: Trial): Promise<void> {
  rmSync(join(bench.data, 'STOP'), { force: true });
  for (const deadline = Date.now() + 10_000; ; ) {
    trial.resetAt = Date.now();
    const reset = await bench.command('stop.reset', {});
    if (reset.ok || reset.code === 'NOT_STOPPED') break;
    if (Date.now() > deadline) throw new Error(`The stop is not reset: ${JSON.stringify(reset)}`);
    await pause(20);
  }
  const armed = await bench.command('console.arm', {});
  if (!armed.ok) throw new Error(`The console does not arm: ${JSON.stringify(armed)}`);
}

export interface Verdict {
  /** Orders that add risk and whose first byte left after the latch. */
  readonly left: readonly string[];
  /** Those that were on their way at the latch: by how many ms later a venue read them. */
  readonly underWay: readonly number[];
  /** Those of them that were read after the stop was acknowledged, where its source is answered. */
  readonly afterAnswer: readonly string[];
  /** Orders that a venue canceled only after the report called it done, or that it still has open. */
  readonly doneTooSoon: readonly string[];
  /** ms from the press to the first cancel of each order that rested, by venue. */
  readonly cancels: readonly { readonly venue: string; readonly ms: number | null }[];
}

const addsRisk = (row: OrderRow): boolean =>
  row.purpose === 'entry' || row.purpose === 'complete' || (row.purpose === 'byHand' && (row.leg === 'spot') === (row.side === 'buy'));

/** Holds trials against what the venues were asked and what the console says when each order left. */
export function judge(
  trials: readonly Trial[],
  { requests, orders: atVenues }: VenuesSeen,
  orders: Readonly<Record<string, OrderRow>>,
): readonly Verdict[] {
  const adding = Object.values(orders).filter(addsRisk);
  return trials.map((trial) => {
    const isStopped = (at: number): boolean => at > trial.latchedAt && at < trial.resetAt;
    const arrivals = requests.filter(({ method, at }) => method === 'POST' && isStopped(at));
    const late = arrivals.filter(({ clientOrderId }) => adding.some((row) => row.id === clientOrderId));
    const answered = trial.acknowledgedAt ?? Number.POSITIVE_INFINITY;
    return {
      left: adding.filter(({ stamps }) => stamps.wire !== null && isStopped(stamps.wire)).map(({ id }) => id),
      underWay: late.map(({ at }) => at - trial.latchedAt),
      afterAnswer: late.flatMap(({ at, clientOrderId }) => (at > answered && clientOrderId !== null ? [clientOrderId] : [])),
      doneTooSoon: atVenues
        .filter(
          ({ clientOrderId, state, updatedAt }) =>
            trial.resting.some(({ id }) => id === clientOrderId) && (state === 'open' || updatedAt > trial.reportedAt),
        )
        .flatMap(({ clientOrderId }) => (trial.done ? [clientOrderId] : [])),
      // One that was asked for and had not left yet never leaves: there is nothing to cancel.
      cancels: trial.resting
        .filter(({ id }) => (orders[id]?.stamps.acknowledged ?? Number.POSITIVE_INFINITY) <= trial.latchedAt)
        .map(({ venue, id }) => {
          const first = requests.find((request) => request.method === 'DELETE' && request.clientOrderId === id && request.at >= trial.input);
          return { venue, ms: first === undefined ? null : first.at - trial.input };
        }),
    };
  });
}
