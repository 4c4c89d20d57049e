/** For tests of this folder: a folder of its own, a sink that keeps what it is given, and waiting with a deadline. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SignalItem, SignalSink } from './source.ts';

export const enterLine = (id: string, createdAt: number = Date.now()): string =>
  JSON.stringify({ id, action: 'ENTER', symbol: 'BTC', quantity: '0.01', createdAt });

export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'kimp-signals-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until something holds. @throws Error after the deadline */
export async function until(holds: () => boolean | Promise<boolean>, what: string, deadlineMs = 10_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Not within ${deadlineMs} ms: ${what}`);
    await pause(2);
  }
}

export interface Kept {
  readonly items: SignalItem[];
  readonly onSignal: SignalSink;
}
export function keep(): Kept {
  const items: SignalItem[] = [];
  const onSignal: SignalSink = (item) => {
    items.push(item);
    return Promise.resolve();
  };
  return { items, onSignal };
}

/** One word for each item: the id of a signal, or the code of what is malformed. */
export const wordsOf = (items: readonly SignalItem[]): string[] => items.map(({ parsed }) => (parsed.ok ? parsed.signal.id : parsed.code));
export const lastPlace = (items: readonly SignalItem[]): unknown => items.findLast((item) => item.place !== null)?.place?.value ?? null;
