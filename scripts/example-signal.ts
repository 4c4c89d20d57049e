/**
 * `npm run example-signal -- enter|exit [--file F] [--quantity Q]`: appends a fresh signal to a signal file.
 * The line is written in one call, so a reader sees all of it or nothing.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { parseSignal } from '../src/main/signals/parse.ts';
import { defaultDataFolder, signalFileIn } from '../src/main/store/data-folder.ts';

const usage = `usage: npm run example-signal -- enter|exit [--file F] [--quantity Q]
  enter       open a hedge of Q BTC (default 0.01)
  exit        close Q BTC of what is hedged, or all of it without --quantity
  --file F    the signal file (default: signals.jsonl in the user's data folder)`;

interface Wanted {
  readonly action: 'ENTER' | 'EXIT';
  readonly file: string;
  readonly quantity: string | undefined;
}

/** @returns what was asked for, or a sentence that says what is wrong */
function readArguments(args: readonly string[]): Wanted | string {
  let parsed: { values: { file?: string; quantity?: string }; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options: { file: { type: 'string' }, quantity: { type: 'string' } }, allowPositionals: true });
  } catch (error) {
    // parseArgs has no other way to tell that it does not know an option.
    return error instanceof Error ? error.message : String(error);
  }
  const [action, ...more] = parsed.positionals;
  if ((action !== 'enter' && action !== 'exit') || more.length > 0) return 'Say enter or exit.';
  const { platform, env } = process;
  const file = parsed.values.file ?? signalFileIn(defaultDataFolder({ env, platform, home: homedir() }), platform);
  if (file === '') return '--file needs a name.';
  return action === 'enter'
    ? { action: 'ENTER', file, quantity: parsed.values.quantity ?? '0.01' }
    : { action: 'EXIT', file, quantity: parsed.values.quantity };
}

async function append(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    // After somebody's half line ours would be lost with it; blank lines do no harm.
    await handle.appendFile(`${(await endsInLine(handle)) ? '' : '\n'}${line}\n`);
  } finally {
    await handle.close();
  }
}

async function endsInLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return true;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

async function main(): Promise<number> {
  const wanted = readArguments(process.argv.slice(2));
  if (typeof wanted === 'string') return fail(2, `${wanted}\n${usage}`);
  const { action, file, quantity } = wanted;
  const createdAt = Date.now();
  const id = `example-${createdAt}-${randomBytes(4).toString('hex')}`;
  const line = JSON.stringify({ id, action, symbol: 'BTC', ...(quantity === undefined ? {} : { quantity }), createdAt });
  const parsed = parseSignal(line, createdAt);
  if (!parsed.ok) return fail(2, `${parsed.reason}\n${usage}`);
  try {
    await append(file, line);
  } catch (error) {
    return fail(1, `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.stdout.write(`${line}\n`);
  return 0;
}

function fail(code: number, words: string): number {
  process.stderr.write(`${words}\n`);
  return code;
}

process.exitCode = await main();
