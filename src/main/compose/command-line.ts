/** The part of the command line that every host has. A wrong option is a sentence, not a stack trace. */
import { existsSync, readFileSync } from 'node:fs';
import { readFeedUrl } from '../signals/feed-url.ts';
import type { PaperMarket, VenueKeys } from './paper-venues.ts';
import { venueKeysSchema } from './paper-venues.ts';
import type { SourceOptions } from './sources.ts';

export interface CommandLine {
  readonly dataDir?: string;
  readonly market: PaperMarket;
  readonly approval?: 'manual' | 'auto';
  readonly signals: SourceOptions;
  readonly seed?: number;
  readonly settings: readonly (readonly [string, string])[];
  /** Simulators that run already; absent: the console's own. */
  readonly external?: { readonly upbit: URL; readonly binance: URL; readonly keys: VenueKeys };
}

const text = { type: 'string' } as const;
/** For `parseArgs` of node:util. */
export const commandLineOptions = {
  'data-dir': text,
  mode: text,
  approval: text,
  'signals-file': text,
  'signals-dir': text,
  'signals-port': text,
  'signals-url': text,
  market: text,
  'upbit-url': text,
  'binance-url': text,
  'venue-keys': text,
  set: { type: 'string', multiple: true },
  seed: text,
  'passphrase-fd': text,
} as const;
type Name = keyof typeof commandLineOptions;
export type CommandLineValues = { readonly [N in Exclude<Name, 'set'>]?: string | undefined } & { readonly set?: readonly string[] | undefined };

/** Carries a sentence for the person from the option that is wrong to whoever reads the command line. */
export class WrongOption extends Error {}

/** @throws WrongOption */
export function commandLineOf(values: CommandLineValues): CommandLine {
  const { mode = 'paper', approval, market = 'synthetic' } = values;
  // A variable that a script forgot to set: an empty path would be the folder that it runs in.
  for (const [name, value] of Object.entries(values)) if (value === '') throw new WrongOption(`--${name} takes a value`);
  if (mode === 'live' || mode === 'shadow')
    throw new WrongOption(`--mode ${mode} needs API keys in a keychain, which this version does not read yet`);
  if (mode !== 'paper') throw new WrongOption(`--mode is paper, live or shadow, was ${mode}`);
  if (values['passphrase-fd'] !== undefined) throw new WrongOption('--passphrase-fd opens a key vault, which this version does not have yet');
  if (approval !== undefined && approval !== 'manual' && approval !== 'auto') throw new WrongOption(`--approval is manual or auto, was ${approval}`);
  const external = externalOf(values);
  const signalsPort = portOption('--signals-port', values['signals-port']);
  const signalsUrl = feedOption(values['signals-url']);
  const seed = whole('--seed', values.seed, Number.MAX_SAFE_INTEGER);
  return {
    market: marketOf(market),
    settings: (values.set ?? []).map(assignment),
    signals: {
      ...(values['signals-file'] === undefined ? {} : { file: values['signals-file'] }),
      ...(values['signals-dir'] === undefined ? {} : { dir: values['signals-dir'] }),
      ...(signalsPort === undefined ? {} : { port: signalsPort }),
      ...(signalsUrl === undefined ? {} : { url: signalsUrl }),
    },
    ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }),
    ...(approval === undefined ? {} : { approval }),
    ...(seed === undefined ? {} : { seed }),
    ...(external === undefined ? {} : { external }),
  };
}

/** @throws WrongOption */
export const portOption = (option: string, value: string | undefined): number | undefined => whole(option, value, 65_535);

/** The sentence does not repeat the address, which may hold a token. */
function feedOption(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const address = readFeedUrl(value);
  if (!address.ok) throw new WrongOption(`--signals-url: ${address.reason}`);
  return value;
}

function marketOf(value: string): PaperMarket {
  if (value === 'synthetic') return value;
  if (!value.startsWith('recorded:')) throw new WrongOption(`--market is synthetic or recorded:FILE in this version, was ${value}`);
  const file = value.slice('recorded:'.length);
  if (!existsSync(file)) throw new WrongOption(`--market: there is no file ${file}`);
  return `recorded:${file}`;
}

function whole(option: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  const read = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!(read <= most)) throw new WrongOption(`${option} is a whole number from 0 to ${most}, was ${value}`);
  return read;
}

function assignment(source: string): readonly [string, string] {
  const at = source.indexOf('=');
  if (at < 1) throw new WrongOption(`--set takes NAME=VALUE, was ${source}`);
  return [source.slice(0, at), source.slice(at + 1)];
}

function externalOf(values: CommandLineValues): CommandLine['external'] {
  const given = [values['upbit-url'], values['binance-url'], values['venue-keys']];
  if (given.every((value) => value === undefined)) return undefined;
  const [upbit, binance, keys] = given;
  if (upbit === undefined || binance === undefined || keys === undefined)
    throw new WrongOption('--upbit-url, --binance-url and --venue-keys go together');
  return { upbit: loopback('--upbit-url', upbit), binance: loopback('--binance-url', binance), keys: keysFrom(keys) };
}

function loopback(option: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLoopback = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url === undefined || !isLoopback || url.protocol !== 'http:') throw new WrongOption(`${option} is an http address on loopback, was ${value}`);
  return url;
}

/** Key files hold simulator keys only; the keys of real venues live in the keychain. */
function keysFrom(file: string): VenueKeys {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    throw new WrongOption(`--venue-keys ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = venueKeysSchema.safeParse(jsonOf(source));
  if (!parsed.success) throw new WrongOption(`--venue-keys ${file} is not the keys object of a simulator's ready line`);
  return parsed.data;
}

function jsonOf(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
