/**
 * The built desktop, driven like a person would: through Electron where its binary is there, else through a stand-in
 * that ELECTRON_STANDIN_DIR names. What only the stand-in can show (menus of the tray, notifications) is asked of it alone.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { _electron, test as base, type Locator, type Page } from '@playwright/test';
import type { BrowserWindow } from 'electron';
import type * as Electron from 'electron';
import { ensureChromium } from '../../scripts/testing/chromium.mjs';
import type { KimpBridge } from '../../src/shared/contract/bridge.ts';
import type { CommandName, CommandOutput } from '../../src/shared/contract/commands.ts';
import type { Snapshot } from '../../src/shared/contract/updates.ts';
import { root, temporaryFolder } from './programs.ts';
import { until } from './until.ts';

/** The members of the stand-in that stand for what a person sees and presses. */
type StandIn = typeof Electron & {
  readonly Tray: { readonly __all: readonly { readonly __state: { readonly toolTip: string; readonly menu: Electron.Menu } }[] };
  readonly Notification: { readonly __shown: readonly { readonly title: string; readonly body: string }[] };
  readonly globalShortcut: { __trigger(accelerator: string): void };
  readonly dialog: {
    readonly __calls: readonly { readonly kind: string; readonly options: Electron.MessageBoxOptions }[];
    readonly __answers: number[];
  };
};
interface Application {
  firstWindow(): Promise<Page>;
  evaluate<R, A>(run: (electron: StandIn, arg: A) => R, arg?: A): Promise<Awaited<R>>;
  browserWindow(page: Page): Promise<Handle> | Handle;
  process(): { readonly pid?: number | undefined; readonly exitCode: number | null; kill(signal: NodeJS.Signals): boolean };
  once(event: 'close', listener: () => void): unknown;
}
interface Handle {
  evaluate<R>(run: (window: BrowserWindow) => R): Promise<R>;
}

const standInDir = process.env['ELECTRON_STANDIN_DIR'];
const electronDir = join(root, 'node_modules', 'electron');
const binary = existsSync(join(electronDir, 'path.txt')) ? join(electronDir, 'dist', readFileSync(join(electronDir, 'path.txt'), 'utf8')) : undefined;
const hasElectron = binary !== undefined && existsSync(binary);
/** Electron's main process runs on Node 24. */
const node24 = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
/** Electron refuses its sandbox to root. */
const electronArgs = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export const isStandIn = !hasElectron && standInDir !== undefined;
const canRun = hasElectron || isStandIn;

/** What the preload gives to the page; for functions that run there. */
export interface InPage {
  readonly kimp: KimpBridge;
}

/** A process that ended before it was ready. */
export interface Refusal {
  readonly exitCode: number | null;
  readonly output: string;
}

async function launchStandIn(args: readonly string[]): Promise<Application> {
  const module = (await import(pathToFileURL(join(standInDir ?? '', 'index.mjs')).href)) as { launch(options: object): Promise<Application> };
  return module.launch({ appDir: root, args, nodePath: existsSync(node24) ? node24 : process.execPath, executablePath: ensureChromium() });
}

const launch = (args: readonly string[]): Promise<Application> =>
  hasElectron
    ? (_electron.launch({ executablePath: binary, args: [...electronArgs, root, ...args] }) as unknown as Promise<Application>)
    : launchStandIn(args);

/** Starts the desktop where it is expected to end by itself. */
export async function refusal(args: readonly string[]): Promise<Refusal> {
  if (hasElectron) {
    const child = spawn(binary, [...electronArgs, root, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { exitCode, output };
  }
  try {
    const app = await launchStandIn(args);
    // It became ready first, and ends while it opens its console.
    await new Promise<void>((resolve) => void app.once('close', resolve));
    return { exitCode: app.process().exitCode, output: outputOf(app) };
  } catch (error) {
    if (error instanceof Error && 'exitCode' in error && 'output' in error) return error as Error & Refusal;
    throw error;
  }
}

/** The stand-in keeps what the process printed. */
const outputOf = (app: Application): string => ('_output' in app ? String(app._output) : '');

class DesktopRun {
  readonly dataDir: string;
  readonly #args: readonly string[];
  #app: Application | undefined;
  #page: Page | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(dataDir: string, args: readonly string[]) {
    this.dataDir = dataDir;
    this.#args = ['--data-dir', dataDir, ...args];
  }

  async start(): Promise<void> {
    this.#app = await launch(this.#args);
    this.#ended = new Promise((resolve) => void this.app.once('close', resolve));
    this.#page = await this.app.firstWindow();
    await until('the venues to be read', async () => ((await this.snapshot()).parts.standing.trading === 'reconciling' ? undefined : true), 20_000);
  }

  get app(): Application {
    if (this.#app === undefined) throw new Error('The desktop was not started');
    return this.#app;
  }
  get page(): Page {
    if (this.#page === undefined) throw new Error('The desktop has no window');
    return this.#page;
  }
  get output(): string {
    return outputOf(this.app);
  }
  at(name: string): Locator {
    return this.page.getByTestId(name);
  }

  /** A command from the page; its refusal is an error. */
  async invoke<N extends CommandName>(name: N, input: object): Promise<CommandOutput<N>> {
    const reply = (await this.page.evaluate(([command, given]) => (globalThis as unknown as InPage).kimp.invoke(command, given), [
      name,
      input,
    ] as const)) as { ok: true; value: CommandOutput<N> } | { ok: false; code: string; reason: string };
    if (!reply.ok) throw new Error(`${name}: ${reply.code} ${reply.reason}`);
    return reply.value;
  }
  async snapshot(): Promise<Snapshot> {
    return await this.invoke('snapshot.get', {});
  }

  /** Waits for a snapshot that fits. */
  async until(what: string, fits: (snapshot: Snapshot) => boolean, timeoutMs = 15_000): Promise<Snapshot> {
    return until(
      what,
      async () => {
        const snapshot = await this.snapshot();
        return fits(snapshot) ? snapshot : undefined;
      },
      timeoutMs,
      () => this.output,
    );
  }

  /** Opens a hedge by hand. @returns its id */
  async openHedge(): Promise<string> {
    await this.invoke('approval.set', { approval: 'auto' });
    const { signal } = await this.invoke('hedge.open', { coin: 'BTC', quantity: '0.01' });
    await this.until('the hedge', ({ tables }) => tables.hedges[signal]?.phase === 'hedged');
    return signal;
  }

  async onWindow<R>(run: (window: BrowserWindow) => R): Promise<R> {
    return (await this.app.browserWindow(this.page)).evaluate(run);
  }
  async isVisible(): Promise<boolean> {
    return this.onWindow((window) => window.isVisible());
  }

  /** Presses an item of the tray's menu (stand-in). */
  async pressTray(id: string): Promise<void> {
    await this.app.evaluate(({ Tray }, item) => Tray.__all[0]?.__state.menu.getMenuItemById(item)?.click(), id);
  }
  async trayText(): Promise<string> {
    return this.app.evaluate(({ Tray }) => Tray.__all[0]?.__state.toolTip ?? '');
  }
  async pressMenu(id: string): Promise<void> {
    await this.app.evaluate(({ Menu }, item) => Menu.getApplicationMenu()?.getMenuItemById(item)?.click(), id);
  }
  async notified(): Promise<readonly string[]> {
    return this.app.evaluate(({ Notification }) => Notification.__shown.map(({ title }) => title));
  }

  /** From now on every question is answered with this button; what was asked is remembered. */
  async answer(button: number): Promise<void> {
    await this.app.evaluate(({ dialog }, response) => {
      const asked = globalThis as { __asked?: string[] };
      asked.__asked ??= [];
      dialog.showMessageBox = (options: unknown) => {
        const { message, detail } = options as Electron.MessageBoxOptions;
        asked.__asked?.push(`${message}\n${detail ?? ''}`);
        return Promise.resolve({ response, checkboxChecked: false });
      };
    }, button);
  }
  async asked(): Promise<readonly string[]> {
    return this.app.evaluate(() => (globalThis as { __asked?: string[] }).__asked ?? []);
  }

  /** Waits until the process has ended. @returns its exit code */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.app.process().exitCode;
  }
  /** Like a log-off: no question is asked. @returns the exit code */
  async terminate(): Promise<number | null> {
    if (this.app.process().exitCode === null) this.app.process().kill('SIGTERM');
    return this.ended();
  }
}

export const test = base.extend<{ needsElectron: undefined; start: (args?: readonly string[], dataDir?: string) => Promise<DesktopRun> }>({
  needsElectron: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern
    async ({}, use, info) => {
      info.skip(!canRun, 'no Electron binary here, and ELECTRON_STANDIN_DIR names no stand-in');
      await use(undefined);
    },
    { auto: true },
  ],
  /** Starts desktops that end with the test. */
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern
  start: async ({}, use) => {
    const runs: DesktopRun[] = [];
    const folders: Awaited<ReturnType<typeof temporaryFolder>>[] = [];
    await use(async (args = [], dataDir) => {
      if (dataDir === undefined) folders.push(await temporaryFolder());
      const run = new DesktopRun(dataDir ?? join(folders.at(-1)?.path ?? '', 'data'), args);
      runs.push(run);
      await run.start();
      return run;
    });
    for (const run of runs) await run.terminate();
    for (const folder of folders) await folder.remove();
  },
});
export { expect } from '@playwright/test';
