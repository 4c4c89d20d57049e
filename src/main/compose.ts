/**
 * Builds the console from its parts: the only place that wires. Hosts (headless, Electron) give it options and get one
 * object to start, command, watch and close.
 */
import { join } from 'node:path';
import { Console } from './compose/console.ts';
import type { ConsoleOptions } from './compose/options.ts';
import { openStore, type Store, type StoreProblem } from './compose/store.ts';

export { Console } from './compose/console.ts';
export type { ConsoleOptions } from './compose/options.ts';

export type OpenedConsole =
  | { readonly ok: true; readonly console: Console }
  | { readonly ok: false; readonly problem: StoreProblem | { readonly kind: 'badOption'; readonly reason: string } };

/** Opens the data folder and builds everything; nothing is sent before `start`. */
export async function openConsole(options: ConsoleOptions): Promise<OpenedConsole> {
  const opened = await openStore(options.dataDir, options.mode);
  if (!opened.ok) return opened;
  const bad = await applySettings(opened.store, options.settings);
  if (bad !== null) {
    await opened.store.close();
    return { ok: false, problem: { kind: 'badOption', reason: bad } };
  }
  try {
    return { ok: true, console: new Console(opened.store, await options.venues(), options) };
  } catch (error) {
    await opened.store.close();
    // Simulated venues say why they do not start: a recording that is none, a folder that another process has.
    return { ok: false, problem: { kind: 'badOption', reason: error instanceof Error ? error.message : String(error) } };
  }
}

async function applySettings(store: Store, settings: ConsoleOptions['settings']): Promise<string | null> {
  for (const [name, value] of settings) {
    const change = await store.settings.set(name, value);
    if (!change.ok) return change.reason;
  }
  return null;
}

export const paperStateFolder = (dataDir: string): string => join(dataDir, 'paper', 'venues');
