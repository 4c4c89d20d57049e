/** Starts the built programs as a user would, as processes of their own, and reads what they print. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export type Line = { readonly event: string; readonly at: number } & Readonly<Record<string, unknown>>;

/** A program of out/ and the lines it has printed so far. */
export class Program {
  readonly lines: Line[] = [];
  stderr = '';
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(name: string, args: readonly string[], nodeArgs: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [...nodeArgs, join(root, 'out', `${name}.mjs`), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let rest = '';
    this.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      rest += chunk;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('{')) this.lines.push(JSON.parse(line) as Line);
    });
    this.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stderr += chunk;
    });
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  /** The first line that fits, waiting for it. A start alone takes ten seconds on a machine with ten other things to do. */
  line(what: string, fits: (line: Line) => boolean, timeoutMs = 20_000): Promise<Line> {
    return until(
      what,
      () => this.lines.find(fits),
      timeoutMs,
      () => `${this.stderr}\n${this.lines.map((line) => JSON.stringify(line)).join('\n')}`,
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** SIGTERM and its exit code; SIGKILL when it does not end in time. */
  async end(timeoutMs = 20_000): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), timeoutMs);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}

export interface Ready {
  readonly upbit: { readonly rest: string };
  readonly binance: { readonly rest: string };
  readonly control: string;
  readonly keys: object;
}

export interface Simulator {
  readonly program: Program;
  readonly ready: Ready;
  readonly keysFile: string;
}

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'kimp-e2e-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export async function startSimulator(folder: string, args: readonly string[] = []): Promise<Simulator> {
  const program = new Program('simulator', ['--krw', '1000000000', '--usdt', '1000000', ...args]);
  const ready = (await program.line('the simulator to be ready', (line) => line.event === 'ready')) as unknown as Ready;
  const keysFile = join(folder, 'keys.json');
  await writeFile(keysFile, JSON.stringify(ready.keys));
  return { program, ready, keysFile };
}

/** Limits wide enough for a hedge of 1 BTC. */
const wide = ['--set', 'maxHedgeKrw=1000000000', '--set', 'maxPositionRatio=1', '--set', 'maxCoinPositionRatio=1', '--set', 'cooldownMs=0'];

/** A headless console against a running simulator, armed and reading signals from a file. */
export function startConsole(folder: string, simulator: Simulator, args: readonly string[] = [], nodeArgs: readonly string[] = []): Program {
  return new Program(
    'headless',
    [
      '--data-dir',
      join(folder, 'data'),
      '--upbit-url',
      simulator.ready.upbit.rest,
      '--binance-url',
      simulator.ready.binance.rest,
      '--venue-keys',
      simulator.keysFile,
      '--signals-file',
      join(folder, 'signals.jsonl'),
      '--approval',
      'auto',
      '--arm',
      ...wide,
      ...args,
    ],
    nodeArgs,
  );
}
