/**
 * Builds the console from its parts: the only place that wires. Hosts (headless, Electron) give it options and get one
 * object to start, command, watch and close.
 */
import { join } from 'node:path';
import { withSetting } from '../shared/domain/settings.ts';
import { Console } from './compose/console.ts';
import { readRecent } from './compose/journal-reading.ts';
import type { ConsoleOptions } from './compose/options.ts';
import { openStore, type Store, type StoreProblem } from './compose/open-store.ts';
import { maxSignalRows } from './runtime/feed.ts';

export { Console } from './compose/console.ts';
export type { ConsoleOptions } from './compose/options.ts';

export type OpenedConsole =
  | { readonly ok: true; readonly console: Console }
  | { readonly ok: false; readonly problem: StoreProblem | { readonly kind: 'badOption'; readonly reason: string } };

/** How far back the start looks for signals. */
const maxRecentFacts = 20_000;

/** Opens the data folder and builds everything; nothing is sent before `start`. */
export async function openConsole(options: ConsoleOptions): Promise<OpenedConsole> {
  const opened = await openStore(options.dataDir, options.mode);
  if (!opened.ok) return opened;
  const bad = await applySettings(opened.store, options.settings);
  if (bad !== null) {
    await opened.store.close();
    return { ok: false, problem: { kind: 'badOption', reason: bad } };
  }
  const starting = options.venues();
  try {
    const [addresses, recent] = await Promise.all([starting, recentFacts(opened.store)]);
    return { ok: true, console: new Console(opened.store, recent, addresses, options) };
  } catch (error) {
    // Venues that did start would keep the process alive, and their folder in use.
    await Promise.allSettled([starting.then((venues) => venues.close?.())]);
    await opened.store.close();
    // Simulated venues say why they do not start: a recording that is none, a folder that another process has.
    return { ok: false, problem: { kind: 'badOption', reason: error instanceof Error ? error.message : String(error) } };
  }
}

const recentFacts = (store: Store) => readRecent(store.journalFolder, maxSignalRows, maxRecentFacts);

/** All of them or none: where nothing is started, nothing stays changed. @returns what is wrong with one, or null */
async function applySettings(store: Store, settings: ConsoleOptions['settings']): Promise<string | null> {
  let checked = store.settings.settings;
  for (const [name, value] of settings) {
    const next = withSetting(checked, name, value);
    if (!next.ok) return next.reason;
    checked = next.settings;
  }
  for (const [name, value] of settings) {
    const change = await store.settings.set(name, value);
    if (!change.ok) return change.reason;
  }
  return null;
}

export const paperStateFolder = (dataDir: string): string => join(dataDir, 'paper', 'venues');
