/** The headless host's command line. A wrong option is a sentence, not a stack trace. */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { settingNames } from '../shared/domain/settings.ts';
import { type PaperMarket, type VenueKeys, venueKeysSchema } from '../main/compose/paper-venues.ts';
import type { SourceOptions } from '../main/compose/sources.ts';

export interface HostOptions {
  readonly dataDir?: string;
  readonly port: number;
  readonly market: PaperMarket;
  readonly approval?: 'manual' | 'auto';
  readonly arm: boolean;
  readonly signals: SourceOptions;
  readonly seed?: number;
  readonly settings: readonly (readonly [string, string])[];
  /** Simulators that run already; absent: the console's own. */
  readonly external?: { readonly upbit: URL; readonly binance: URL; readonly keys: VenueKeys };
}
export type ReadOptions =
  | { readonly kind: 'run'; readonly options: HostOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly sentence: string };

export const help = `Kimp Console without a window.

  --data-dir DIR         journal, settings and STOP file (default: the user's data folder)
  --port N               port of the console on loopback (0 = any, the default)
  --mode M               paper (default); live and shadow need keys in a keychain, which this version does not read yet
  --approval M           auto: signals run at once; manual: each waits for a person (default: as it was, manual at first)
  --arm                  arm as soon as both venues were read (paper only)
  --signals-file F       read signals from a file to which lines are appended
  --signals-dir D        read signals from JSON files dropped into a folder
  --signals-port N       serve the signal socket on this loopback port (0 = any)
  --signals-url U        take signals from a server (wss, or ws on loopback)
  --market M             of the console's own simulated venues: synthetic (default), generated; recorded:FILE, played
                         from a CSV file (docs/simulator.md) that has the USDT/KRW column
  --upbit-url U          simulators that run already, on loopback; both go together, with
  --binance-url U
  --venue-keys FILE      the "keys" object of the simulator's ready line
  --set NAME=VALUE       change a setting; may be repeated. Names: ${settingNames.join(', ')}
  --seed N               the same seed gives the same generated market
  --no-open              do not open a browser (nothing is opened without a page yet)
  --help                 print this

One JSON object a line on standard output; words for people on standard error. Exit codes: 0 ended by SIGTERM, 1 bug,
2 bad option, 3 data folder in use, 4 journal damaged.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  'data-dir': text,
  port: text,
  mode: text,
  approval: text,
  arm: flag,
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
  'no-open': flag,
  help: flag,
} as const;

type Values = ReturnType<typeof parse>;
const parse = (args: readonly string[]) => parseArgs({ args: [...args], options: known, strict: true, allowPositionals: false }).values;

/** Carries a sentence from the option that is wrong to `readOptions`. */
class Wrong extends Error {}

/** @param args what follows the script's name */
export function readOptions(args: readonly string[]): ReadOptions {
  try {
    const values = parse(args);
    return values.help === true ? { kind: 'help' } : { kind: 'run', options: optionsOf(values) };
  } catch (error) {
    if (error instanceof Wrong || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')))
      return { kind: 'wrong', sentence: error.message };
    throw error;
  }
}

function optionsOf(values: Values): HostOptions {
  const { mode = 'paper', approval, market = 'synthetic' } = values;
  if (mode === 'live' || mode === 'shadow') throw new Wrong(`--mode ${mode} needs API keys in a keychain, which this version does not read yet`);
  if (mode !== 'paper') throw new Wrong(`--mode is paper, live or shadow, was ${mode}`);
  if (values['passphrase-fd'] !== undefined) throw new Wrong('--passphrase-fd opens a key vault, which this version does not have yet');
  if (approval !== undefined && approval !== 'manual' && approval !== 'auto') throw new Wrong(`--approval is manual or auto, was ${approval}`);
  const external = externalOf(values);
  const signalsPort = port('--signals-port', values['signals-port']);
  const seed = whole('--seed', values.seed, Number.MAX_SAFE_INTEGER);
  return {
    port: port('--port', values.port) ?? 0,
    market: marketOf(market),
    arm: values.arm === true,
    settings: (values.set ?? []).map(assignment),
    signals: {
      ...(values['signals-file'] === undefined ? {} : { file: values['signals-file'] }),
      ...(values['signals-dir'] === undefined ? {} : { dir: values['signals-dir'] }),
      ...(signalsPort === undefined ? {} : { port: signalsPort }),
      ...(values['signals-url'] === undefined ? {} : { url: values['signals-url'] }),
    },
    ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }),
    ...(approval === undefined ? {} : { approval }),
    ...(seed === undefined ? {} : { seed }),
    ...(external === undefined ? {} : { external }),
  };
}

function marketOf(value: string): PaperMarket {
  if (value === 'synthetic') return value;
  if (!value.startsWith('recorded:')) throw new Wrong(`--market is synthetic or recorded:FILE in this version, was ${value}`);
  const file = value.slice('recorded:'.length);
  if (!existsSync(file)) throw new Wrong(`--market: there is no file ${file}`);
  return `recorded:${file}`;
}

function whole(option: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  const read = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!(read <= most)) throw new Wrong(`${option} is a whole number from 0 to ${most}, was ${value}`);
  return read;
}
const port = (option: string, value: string | undefined): number | undefined => whole(option, value, 65_535);

function assignment(source: string): readonly [string, string] {
  const at = source.indexOf('=');
  if (at < 1) throw new Wrong(`--set takes NAME=VALUE, was ${source}`);
  return [source.slice(0, at), source.slice(at + 1)];
}

function externalOf(values: Values): HostOptions['external'] {
  const given = [values['upbit-url'], values['binance-url'], values['venue-keys']];
  if (given.every((value) => value === undefined)) return undefined;
  const [upbit, binance, keys] = given;
  if (upbit === undefined || binance === undefined || keys === undefined) throw new Wrong('--upbit-url, --binance-url and --venue-keys go together');
  return { upbit: loopback('--upbit-url', upbit), binance: loopback('--binance-url', binance), keys: keysFrom(keys) };
}

function loopback(option: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLoopback = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url === undefined || !isLoopback || url.protocol !== 'http:') throw new Wrong(`${option} is an http address on loopback, was ${value}`);
  return url;
}

/** Key files hold simulator keys only; the keys of real venues live in the keychain. */
function keysFrom(file: string): VenueKeys {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Wrong(`--venue-keys ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = venueKeysSchema.safeParse(jsonOf(source));
  if (!parsed.success) throw new Wrong(`--venue-keys ${file} is not the keys object of a simulator's ready line`);
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
