/**
 * Steps of a check: a program that passes or fails as a whole, or a vitest project whose tests are counted. Steps run
 * side by side when the output of all but one is kept back; nothing of theirs outlives this process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { countLooks, countTests } from './report.ts';

export interface Count {
  readonly passed: number;
  readonly failed: number;
  /** Names of the tests that did not run. */
  readonly skipped: readonly string[];
}
export interface StepResult extends Count {
  readonly name: string;
  readonly seconds: number;
}

/** How a step is run. */
export interface Manner {
  /** Printed as it comes; otherwise printed only when the step fails. */
  readonly live?: boolean;
  /** For a step that calculates and waits for nothing: it takes what the steps beside it leave of the processor. */
  readonly yields?: boolean;
}

const running = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    process.exit(1);
  });
}

interface Ended {
  readonly ok: boolean;
  readonly text: string;
}

/** Lets a process, and what it will start, give way to others. One that has ended by now needs no priority. */
function giveWay({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    const info: unknown = error instanceof Error && 'info' in error ? error.info : undefined;
    if (!(typeof info === 'object' && info !== null && 'code' in info && info.code === 'ESRCH')) throw error;
  }
}

/** Runs a script of an installed package with the Node that runs us, without standard input. */
function run(script: string, args: readonly string[], { live = false, yields = false }: Manner, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const pipe = live ? 'inherit' : 'pipe';
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', pipe, pipe], env: { ...process.env, ...env } });
    running.add(child);
    if (yields) giveWay(child);
    const text: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => text.push(chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => text.push(chunk.toString()));
    const end = (ok: boolean): void => {
      running.delete(child);
      resolve({ ok, text: text.join('') });
    };
    child.on('error', (error) => {
      text.push(`${error.message}\n`);
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

function finish(name: string, begun: number, { ok, text }: Ended, count: Count): StepResult {
  // A run that fails without a failing test (a file that cannot be read, an error outside any test) still is one failure.
  const failed = ok ? count.failed : Math.max(1, count.failed);
  const result = { name, ...count, failed, seconds: (performance.now() - begun) / 1000 };
  if (failed > 0) process.stdout.write(`${text}\n`);
  process.stdout.write(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name} (${result.seconds.toFixed(1)} s)\n`);
  return result;
}

/** A program that counts as one test. `script` lies below the working directory. */
export async function programStep(name: string, script: string, args: readonly string[] = [], manner: Manner = {}): Promise<StepResult> {
  const begun = performance.now();
  const ended = await run(script, args, manner);
  return finish(name, begun, ended, { passed: ended.ok ? 1 : 0, failed: ended.ok ? 0 : 1, skipped: [] });
}

/** The tests of a vitest config, or of one of its projects; they are counted from vitest's own report. */
export async function testStep(
  name: string,
  config: string,
  { project, ...manner }: Manner & { readonly project?: string } = {},
): Promise<StepResult> {
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'kimp-report-'));
  try {
    const report = join(folder, 'report.json');
    // Kept output is read for its failures only.
    const reporters = [`--reporter=${manner.live === true ? 'default' : 'dot'}`, '--reporter=json', `--outputFile.json=${report}`];
    const only = project === undefined ? [] : ['--project', project];
    const ended = await run('node_modules/vitest/vitest.mjs', ['run', '--config', config, ...only, ...reporters], manner);
    return finish(name, begun, ended, countTests(report, process.cwd()));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The Playwright suites of one project of playwright.config.ts; the tests are counted from its own report. */
export async function lookStep(project: string, manner: Manner): Promise<StepResult> {
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'kimp-report-'));
  try {
    const report = join(folder, 'report.json');
    // A project that others go before was given its turn by whoever calls.
    const args = ['test', `--project=${project}`, '--no-deps', '--reporter=list,json'];
    const ended = await run('node_modules/@playwright/test/cli.js', args, manner, { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
    return finish(project, begun, ended, countLooks(report));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const typesStep = (manner: Manner = {}): Promise<StepResult> => programStep('types', 'node_modules/typescript/bin/tsc', ['-b'], manner);
export const lintStep = (manner: Manner = {}): Promise<StepResult> =>
  programStep('lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings'], manner);
export const unitStep = (): Promise<StepResult> => testStep('unit', 'vitest.config.ts');

/** Steps one after the other, each begun when the one before has ended. */
export async function inTurn(...steps: readonly (() => Promise<StepResult>)[]): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) results.push(await step());
  return results;
}

/** Names every skip, then prints the one line that sums all up. @returns the exit code */
export function conclude(results: readonly StepResult[]): number {
  for (const { name, skipped } of results) for (const test of skipped) process.stdout.write(`skipped: ${name}: ${test}\n`);
  const total = (of: (result: StepResult) => number): number => results.reduce((sum, result) => sum + of(result), 0);
  const failed = total((result) => result.failed);
  process.stdout.write(`${total((result) => result.passed)} passed, ${failed} failed, ${total((result) => result.skipped.length)} skipped\n`);
  return failed === 0 ? 0 : 1;
}
