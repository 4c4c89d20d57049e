/**
 * The `simulator` command. Standard output carries JSON lines only; words for people go to standard error.
 * Exit codes: 0 ended by SIGTERM or SIGINT (or --help), 1 a bug or a taken port, 2 a bad option, or a recording that cannot be played.
 */
import { KeepDamaged } from './keep.ts';
import { StateInUse } from './state-lock.ts';
import { help, readOptions } from './options.ts';
import { RecordingRefused, startSimulator } from './simulator.ts';

async function run(): Promise<void> {
  const read = readOptions(process.argv.slice(2));
  if (read.kind === 'help') {
    process.stdout.write(help);
    return;
  }
  if (read.kind === 'wrong') {
    process.stderr.write(`${read.sentence}\n`);
    process.exitCode = 2;
    return;
  }
  const simulator = await startSimulator(read.options);
  let isEnding = false;
  const end = () => {
    // A second signal ends at once: what was answered is on disk already.
    if (isEnding) process.exit(0);
    isEnding = true;
    simulator.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.stdout.write(`${JSON.stringify(simulator.ready)}\n`);
}

function fail(error: unknown): never {
  if (error instanceof RecordingRefused) {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
  const isExpected =
    error instanceof KeepDamaged || error instanceof StateInUse || (error instanceof Error && 'code' in error && error.code !== undefined);
  process.stderr.write(`${error instanceof Error ? (isExpected ? error.message : error.stack) : String(error)}\n`);
  process.exit(1);
}

run().catch(fail);
