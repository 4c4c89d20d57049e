/**
 * `npm run simulate -- --seeds N --jobs J [--from K] [--bug NAME]`, or `--bugs`: lives many seeds, side by side in
 * worker threads, prints what broke to standard error, a line of what people and limits did, and one line of JSON at
 * the end. Exit 1 on a violation.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parentPort, Worker, workerData, isMainThread } from 'node:worker_threads';
import { bugs, noPlant } from './bugs.ts';
import { eventKinds, noEvents } from './events.ts';
import { faultKinds, noCounts } from './faults.ts';
import { Life, type LifeReport } from './life.ts';
import { optionsFrom } from './options.ts';

/** Seeds handed to a worker at once. */
const share = 20;

interface Share {
  readonly from: number;
  readonly count: number;
}

if (isMainThread) process.exitCode = await main(process.argv.slice(2));
else serve((workerData as { readonly bug: string | null }).bug);

async function main(args: readonly string[]): Promise<number> {
  const options = optionsFrom(args, Object.keys(bugs), availableParallelism());
  if (!options.ok) {
    process.stderr.write(`${options.reason}\n`);
    return 2;
  }
  if (options.list) {
    process.stdout.write(`${Object.keys(bugs).join('\n')}\n`);
    return 0;
  }
  const { seeds, jobs, from, bug } = options;
  const begun = performance.now();
  const counts = noCounts();
  const events = noEvents();
  const failures: number[] = [];
  let violations = 0;
  let told = 0;
  const take = (report: LifeReport): void => {
    for (const kind of faultKinds) counts[kind] += report.counts[kind];
    for (const kind of eventKinds) events[kind] += report.events[kind];
    if (report.violations.length === 0) return;
    violations += report.violations.length;
    failures.push(report.seed);
    // One whole story is read; thirty are not.
    if (told < 5) process.stderr.write(`${storyOf(report)}\n`);
    told += 1;
  };
  let next = from;
  const nextShare = (): Share | null => {
    const count = Math.min(share, from + seeds - next);
    if (count <= 0) return null;
    next += count;
    return { from: next - count, count };
  };
  await Promise.all(Array.from({ length: jobs }, () => work(bug, nextShare, take)));
  const seconds = (performance.now() - begun) / 1000;
  failures.sort((a, b) => a - b);
  const line = { seeds, violations, failures, faults: counts, seedsPerSecond: Math.round((seeds / seconds) * 10) / 10 };
  process.stdout.write(`${JSON.stringify({ events })}\n${JSON.stringify(line)}\n`);
  return violations > 0 ? 1 : 0;
}

/** One worker, share after share. */
function work(bug: string | null, nextShare: () => Share | null, take: (report: LifeReport) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { bug } });
    const give = (): void => {
      const given = nextShare();
      if (given === null) void worker.terminate().then(() => resolve());
      else worker.postMessage(given);
    };
    worker.on('message', (reports: readonly LifeReport[]) => {
      for (const report of reports) take(report);
      give();
    });
    worker.on('error', reject);
    give();
  });
}

function serve(bug: string | null): void {
  const plant = bug === null ? noPlant : (bugs[bug] ?? noPlant);
  parentPort?.on('message', ({ from, count }: Share) => {
    void (async () => {
      const reports: LifeReport[] = [];
      for (let seed = from; seed < from + count; seed += 1) {
        const report = await new Life(seed, plant).run();
        reports.push(report.violations.length > 0 ? report : { ...report, trace: [] });
      }
      parentPort?.postMessage(reports);
    })();
  });
}

function storyOf({ seed, violations, trace }: LifeReport): string {
  const what = violations.map(({ invariant, what: text }) => `  ${invariant}: ${text}`).join('\n');
  return `Seed ${seed}\n${trace.map((line) => `  ${line}`).join('\n')}\n${what}\n`;
}
