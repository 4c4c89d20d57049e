/** The simulator's command line: reads options, or says in a sentence what is wrong with them. */
import { parseArgs } from 'node:util';
import { decimal, lte, parseDecimal, sign } from '../shared/domain/units.ts';
import { binanceOptionsForm } from './http/binance/options.ts';
import { upbitOptionsForm } from './http/upbit/options.ts';
import { largestInput } from './model/listing.ts';
import { sentence } from './sentence.ts';
import type { MarketOption, SimulatorOptions } from './simulator.ts';

export const help = `Simulated Upbit and Binance USD-M venues on loopback.

  --upbit-port N      port of the Upbit venue, REST and WebSocket (0 = any, the default)
  --binance-port N    port of the Binance venue
  --control-port N    port of the control API
  --seed N            the same seed gives the same market (default 1)
  --market M          synthetic: a generated market (default); still: prices stay where they are put;
                      recorded:FILE: prices of a CSV file, with generated depth
  --fx N              KRW for one USDT, for a recording without usdt_krw
  --speed N           recorded time that passes in a second (default 1)
  --krw N             KRW of a fresh Upbit account (default 100000000)
  --usdt N            USDT of a fresh Binance account (default 100000)
  --state DIR         keep accounts and keys in this folder, so that they survive the process
  --switch V.NAME=X   a habit that the venue's documents leave open, such as upbit.limitBody=text or
                      binance.moneyInAnswers=false; may be given again
  --help              print this

The first line on standard output is a JSON object with the addresses and keys. SIGTERM ends it.
docs/simulator.md describes the control API.
`;

export type ReadOptions =
  | { readonly kind: 'run'; readonly options: SimulatorOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly sentence: string };

const text = { type: 'string' } as const;
const known = {
  'upbit-port': text,
  'binance-port': text,
  'control-port': text,
  seed: text,
  market: text,
  fx: text,
  speed: text,
  krw: text,
  usdt: text,
  state: text,
  switch: { type: 'string', multiple: true },
  help: { type: 'boolean' },
} as const;

/** Carries a sentence from the option that is wrong to `readOptions`. */
class Wrong extends Error {}

/** @param args what follows the script's name */
export function readOptions(args: readonly string[]): ReadOptions {
  try {
    const { values } = parseArgs({ args: [...args], options: known, strict: true, allowPositionals: false });
    if (values.help === true) return { kind: 'help' };
    return {
      kind: 'run',
      options: {
        ...whole('upbitPort', '--upbit-port', values['upbit-port'], 65_535),
        ...whole('binancePort', '--binance-port', values['binance-port'], 65_535),
        ...whole('controlPort', '--control-port', values['control-port'], 65_535),
        ...whole('seed', '--seed', values.seed, Number.MAX_SAFE_INTEGER),
        ...(values.market === undefined ? {} : { market: marketOf(values.market) }),
        ...(values.fx === undefined ? {} : { fx: rateOf(values.fx) }),
        ...(values.speed === undefined ? {} : { speed: speedOf(values.speed) }),
        ...amount('krw', '--krw', values.krw),
        ...amount('usdt', '--usdt', values.usdt),
        ...switchesOf(values.switch ?? []),
        ...(values.state === undefined ? {} : { state: values.state }),
      },
    };
  } catch (error) {
    if (error instanceof Wrong || isParseArgsError(error)) return { kind: 'wrong', sentence: error.message };
    throw error;
  }
}

/** Its messages name the option. */
const isParseArgsError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_PARSE_ARGS');

function whole<N extends string>(name: N, option: string, value: string | undefined, most: number): Partial<Record<N, number>> {
  if (value === undefined) return {};
  const read = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!(read <= most)) throw new Wrong(`${option} is a whole number from 0 to ${most}, was ${value}`);
  return { [name]: read } as Partial<Record<N, number>>;
}

function amount<N extends string>(name: N, option: string, value: string | undefined): Partial<Record<N, string>> {
  if (value === undefined) return {};
  const read = parseDecimal(value);
  if (read === undefined || sign(read) < 0) throw new Wrong(`${option} is a decimal of 0 or more, was ${value}`);
  return { [name]: value } as Partial<Record<N, string>>;
}

/** @throws Wrong unless each names a switch of a venue and a value that it can have */
function switchesOf(given: readonly string[]): Pick<SimulatorOptions, 'upbit' | 'binance'> {
  const chosen: Record<'upbit' | 'binance', Record<string, unknown>> = { upbit: {}, binance: {} };
  for (const source of given) {
    const [, venue, name = '', value = ''] = /^(upbit|binance)\.(\w+)=(.*)$/s.exec(source) ?? [];
    if (venue !== 'upbit' && venue !== 'binance') throw new Wrong(`--switch is upbit.NAME=VALUE or binance.NAME=VALUE, was ${source}`);
    chosen[venue][name] = jsonOrText(value);
  }
  const upbit = upbitOptionsForm.safeParse(chosen.upbit);
  if (!upbit.success) throw new Wrong(`--switch upbit.${sentence(upbit.error)}`);
  const binance = binanceOptionsForm.safeParse(chosen.binance);
  if (!binance.success) throw new Wrong(`--switch binance.${sentence(binance.error)}`);
  return {
    ...(Object.keys(chosen.upbit).length === 0 ? {} : { upbit: upbit.data }),
    ...(Object.keys(chosen.binance).length === 0 ? {} : { binance: binance.data }),
  };
}

function jsonOrText(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    if (error instanceof SyntaxError) return source;
    throw error;
  }
}

function marketOf(value: string): MarketOption {
  if (value === 'synthetic' || value === 'still') return value;
  const file = /^recorded:(.+)$/s.exec(value)?.[1];
  if (file !== undefined) return `recorded:${file}`;
  throw new Wrong(`--market is synthetic, still or recorded:FILE, was ${value}`);
}

function rateOf(value: string): string {
  const read = parseDecimal(value);
  if (read !== undefined && sign(read) > 0 && lte(read, decimal(largestInput))) return value;
  throw new Wrong(`--fx is a decimal above 0 and at most ${largestInput}, was ${value}`);
}

function speedOf(value: string): number {
  const read = /^\d{1,6}(\.\d{1,3})?$/.test(value) ? Number(value) : 0;
  if (read <= 0) throw new Wrong(`--speed is a number above 0, was ${value}`);
  return read;
}
