import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

let made = 0;
/** Ids that no other test of this run uses. */
export const freshId = (prefix: string): string => `${prefix}-${process.pid}-${made++}`;

export interface SignalText {
  readonly id: string;
  readonly action: 'ENTER' | 'EXIT';
  readonly [field: string]: unknown;
}

/** Appends a BTC signal made now. @returns its id */
export async function feed(folder: string, signal: SignalText): Promise<string> {
  await append(folder, `${JSON.stringify({ symbol: 'BTC', createdAt: Date.now(), ...signal })}\n`);
  return signal.id;
}

export const append = (folder: string, text: string | Uint8Array): Promise<void> => appendFile(join(folder, 'signals.jsonl'), text);

export const enter = (folder: string, quantity: string, id = freshId('enter')): Promise<string> => feed(folder, { id, action: 'ENTER', quantity });
export const exit = (folder: string, more: object = {}, id = freshId('exit')): Promise<string> => feed(folder, { id, action: 'EXIT', ...more });
