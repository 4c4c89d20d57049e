/** A headless console on its own simulated venues, and pages that look at it. */
import { join } from 'node:path';
import { test as base, type Locator, type Page } from '@playwright/test';
import { Program, root, temporaryFolder } from './programs.ts';

/** Refuses and reports every connection or lookup that is not on loopback. */
const guard = ['--import', join(root, 'e2e', 'kit', 'loopback-only.mjs')];

export class ConsoleRun {
  readonly folder: string;
  program: Program;
  #args: readonly string[];

  constructor(folder: string, args: readonly string[]) {
    this.folder = folder;
    this.#args = args;
    this.program = this.#start([]);
  }

  #start(more: readonly string[]): Program {
    return new Program(
      'headless',
      ['--data-dir', join(this.folder, 'data'), '--signals-file', join(this.folder, 'signals.jsonl'), ...this.#args, ...more],
      guard,
    );
  }

  /** The newest address with a token that nobody has used. */
  async url(): Promise<string> {
    await this.program.line('the console to be ready', (line) => line.event === 'ready');
    return String(this.program.lines.findLast((line) => line.event === 'ready' || line.event === 'url')?.['url']);
  }

  async reconciled(): Promise<void> {
    await this.program.line('the reconciliation', (line) => line.event === 'reconciled');
  }

  /** Ends the process in order and starts it again on the same data folder and port. */
  async restart(): Promise<void> {
    const { port } = new URL(await this.url());
    await this.program.end();
    this.program = this.#start(['--port', port]);
    await this.reconciled();
  }

  get data(): string {
    return join(this.folder, 'data');
  }
}

/** A page's parts by the names that every language has. */
export const at = (page: Page, name: string): Locator => page.getByTestId(name);

export const test = base.extend<{ start: (args?: readonly string[]) => Promise<ConsoleRun>; running: ConsoleRun; console: Page }>({
  /** Starts consoles that end with the test, and fails it when one of them tried to leave the machine. */
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern
  start: async ({}, use) => {
    const runs: ConsoleRun[] = [];
    const folders: Awaited<ReturnType<typeof temporaryFolder>>[] = [];
    await use(async (args = []) => {
      const folder = await temporaryFolder();
      folders.push(folder);
      const run = new ConsoleRun(folder.path, args);
      runs.push(run);
      await run.reconciled();
      return run;
    });
    for (const { program } of runs) {
      await program.end();
      if (program.stderr.includes('LEFT LOOPBACK')) throw new Error(`The console left loopback: ${program.stderr}`);
    }
    for (const folder of folders) await folder.remove();
  },
  /** An armed console on the generated market, approval manual. */
  running: async ({ start }, use) => use(await start(['--arm'])),
  /** Its page, signed in. */
  console: async ({ page, running }, use) => {
    await page.goto(await running.url());
    await at(page, 'view-overview').waitFor();
    await use(page);
  },
});
export { expect } from '@playwright/test';
