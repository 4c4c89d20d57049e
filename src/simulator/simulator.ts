/**
 * Starts both simulated venues, the market they share and the control API in one process: for the command line, for a
 * worker, and for tests. With a state folder, accounts and keys outlive the process; the market begins anew.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fxRate, type Quantity, quantity } from '../shared/domain/units.ts';
import { createControl } from './control.ts';
import { createFaults } from './faults.ts';
import { createBinance } from './http/binance/front.ts';
import type { BinanceOptions } from './http/binance/options.ts';
import { createUpbit } from './http/upbit/front.ts';
import type { UpbitOptions } from './http/upbit/options.ts';
import { type Keep, KeepDamaged, keepInFile, keepInMemory } from './keep.ts';
import { createRequestLog, preciseNow } from './ledger.ts';
import { listing } from './model/listing.ts';
import { createMarket, type Market, type MarketOptions } from './model/market.ts';
import { createRecordedPrices, recordedMarkets } from './model/recorded-prices.ts';
import { readRecording } from './model/recording.ts';
import { seededRandom } from './model/random.ts';
import { lockState } from './state-lock.ts';
import type { SimulatedVenue, VenueName } from './venue.ts';

/** recorded: the file's path behind it. */
export type MarketOption = 'synthetic' | 'still' | `recorded:${string}`;

/** Plain data: it crosses to a worker as it is. Absent ports are chosen by the system. */
export interface SimulatorOptions {
  readonly upbitPort?: number;
  readonly binancePort?: number;
  readonly controlPort?: number;
  readonly seed?: number;
  readonly market?: MarketOption;
  /** Decimal text: KRW for one USDT, for a recording without it. */
  readonly fx?: string;
  /** Recorded time that passes in one unit of time; 1 when absent. */
  readonly speed?: number;
  /** Decimal text: what a fresh account holds. */
  readonly krw?: string;
  readonly usdt?: string;
  /** Folder of the durable accounts; absent: they end with the process. */
  readonly state?: string;
  /** Switches for what the venues' documents leave open, by their names in the fronts' options. */
  readonly upbit?: Partial<UpbitOptions>;
  readonly binance?: Partial<BinanceOptions>;
  /** How often the market moves. */
  readonly stepMs?: number;
}

export interface SimulatorKeys {
  readonly upbit: { readonly accessKey: string; readonly secretKey: string };
  readonly binance: { readonly apiKey: string; readonly secret: string };
}
/** The first line that the command prints. */
export interface SimulatorReady {
  readonly event: 'ready';
  readonly upbit: { readonly rest: string; readonly ws: string };
  readonly binance: { readonly rest: string; readonly ws: string };
  readonly control: string;
  readonly keys: SimulatorKeys;
  readonly pid: number;
}
export interface RunningSimulator {
  readonly ready: SimulatorReady;
  close(): Promise<void>;
}

const defaultKrw = '100000000';
const defaultUsdt = '100000';

/**
 * Binds the three servers on 127.0.0.1 and starts the market.
 * @throws Error of the system when a port is taken or the state folder cannot be written; KeepDamaged when it cannot be
 * read, StateInUse when another simulator uses it; RecordingRefused when a recording cannot be played
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const lock = options.state === undefined ? undefined : await lockState(options.state);
  try {
    return await start(options, async () => lock?.release());
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

/** @param released called last when the simulator closes */
async function start(options: SimulatorOptions, released: () => Promise<void>): Promise<RunningSimulator> {
  const { state, stepMs = 500 } = options;
  const startMarket: MarketOptions = { seed: options.seed ?? 1, startAt: preciseNow(), stepMs, ...marketOf(options) };
  const keys = state === undefined ? makeKeys() : keptKeys(state);
  const keeps: Record<VenueName, Keep> = { upbit: openKeep(state, 'upbit'), binance: openKeep(state, 'binance') };
  const { venues, market, control } = assemble(options, createMarket(startMarket), keys, keeps);
  const close = async () => {
    await Promise.all([venues.upbit.close(), venues.binance.close(), control.close()]);
    keeps.upbit.close();
    keeps.binance.close();
  };
  try {
    const [upbitPort, binancePort, controlPort] = [
      await venues.upbit.listen(options.upbitPort ?? 0),
      await venues.binance.listen(options.binancePort ?? 0),
      await control.listen(options.controlPort ?? 0),
    ];
    const timer = setInterval(() => market.step(preciseNow()), stepMs);
    return {
      ready: {
        event: 'ready',
        upbit: urls(upbitPort),
        binance: urls(binancePort),
        control: `http://127.0.0.1:${controlPort}`,
        keys,
        pid: process.pid,
      },
      close: async () => {
        clearInterval(timer);
        await close();
        await released();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Both venues in one market, and the control API over them. */
function assemble(options: SimulatorOptions, market: Market, keys: SimulatorKeys, keeps: Readonly<Record<VenueName, Keep>>) {
  const { seed = 1 } = options;
  const offsets: Record<VenueName, number> = { upbit: 0, binance: 0 };
  const random = { faults: seededRandom(seed, 'faults'), upbit: seededRandom(seed, 'upbit'), binance: seededRandom(seed, 'binance') };
  const faults = createFaults(() => random.faults());
  const requests = createRequestLog();
  const partsOf = (venue: VenueName, id: string, secret: string) => ({
    clock: { now: () => preciseNow() + offsets[venue] },
    faults,
    requests,
    keep: keeps[venue],
    market,
    keys: { id, secret },
    random: () => random[venue](),
  });
  const krw = quantity(options.krw ?? defaultKrw);
  const usdt = quantity(options.usdt ?? defaultUsdt);
  const isFresh = { upbit: keeps.upbit.load().size === 0, binance: keeps.binance.load().size === 0 };
  const venues = {
    upbit: createUpbit(partsOf('upbit', keys.upbit.accessKey, keys.upbit.secretKey), options.upbit),
    binance: createBinance(partsOf('binance', keys.binance.apiKey, keys.binance.secret), options.binance),
  } satisfies Record<VenueName, SimulatedVenue>;
  if (isFresh.upbit) venues.upbit.reset(krw);
  if (isFresh.binance) venues.binance.reset(usdt);

  const setClockOffset = (venue: VenueName, offsetMs: number) => {
    offsets[venue] = offsetMs;
  };
  const reset = (how: { readonly seed?: number; readonly krw?: Quantity; readonly usdt?: Quantity }) => {
    const from = how.seed ?? seed;
    for (const name of ['faults', 'upbit', 'binance'] as const) random[name] = seededRandom(from, name);
    offsets.upbit = 0;
    offsets.binance = 0;
    faults.clear();
    requests.clear();
    market.reset(from);
    venues.upbit.reset(how.krw ?? krw);
    venues.binance.reset(how.usdt ?? usdt);
  };
  return { venues, market, control: createControl({ venues, market, faults, requests, setClockOffset, reset }) };
}

/** A recording cannot be read or played; the message says why. */
export class RecordingRefused extends Error {
  override readonly name = 'RecordingRefused';
}

function marketOf({ market = 'synthetic', fx, speed = 1 }: SimulatorOptions): Pick<MarketOptions, 'kind' | 'markets' | 'prices'> {
  if (market === 'synthetic' || market === 'still') return { kind: market };
  const file = market.slice('recorded:'.length);
  if (!existsSync(file)) throw new RecordingRefused(`--market: there is no file ${file}`);
  if (!statSync(file).isFile()) throw new RecordingRefused(`--market: ${file} is not a file`);
  const read = readRecording(readFileSync(file, 'utf8'), timeOf, fx === undefined ? undefined : fxRate(fx));
  if (!read.ok) throw new RecordingRefused(`${file}: ${read.error}`);
  const { recording } = read;
  return { kind: 'recorded', markets: recordedMarkets(recording, listing), prices: (startAt) => createRecordedPrices(recording, startAt, speed) };
}

const timeOf = (iso: string): number | undefined => {
  const time = Date.parse(iso);
  // The 30th of February parses, as a day in March.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso.slice(0, 10) ? undefined : time;
};

const urls = (port: number) => ({ rest: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` });
const openKeep = (state: string | undefined, venue: VenueName): Keep =>
  state === undefined ? keepInMemory() : keepInFile(join(state, `${venue}.jsonl`));

/** As long as the venues' own: 40 characters at Upbit, 64 at Binance. */
function makeKeys(): SimulatorKeys {
  const letters = (count: number) => randomBytes(count).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, count);
  return { upbit: { accessKey: letters(40), secretKey: letters(40) }, binance: { apiKey: letters(64), secret: letters(64) } };
}

const keysForm = z.strictObject({
  upbit: z.strictObject({ accessKey: z.string().min(1), secretKey: z.string().min(1) }),
  binance: z.strictObject({ apiKey: z.string().min(1), secret: z.string().min(1) }),
});

/** The keys of a state folder, made when it has none; only its owner can read them. */
function keptKeys(state: string): SimulatorKeys {
  const file = join(state, 'keys.json');
  mkdirSync(state, { recursive: true });
  if (existsSync(file)) return readKeys(file);
  const keys = makeKeys();
  const next = `${file}.next`;
  writeFileSync(next, `${JSON.stringify(keys)}\n`, { mode: 0o600 });
  chmodSync(next, 0o600);
  // A crash leaves either no keys or whole ones.
  renameSync(next, file);
  return keys;
}

/** @throws KeepDamaged when they are not what `keptKeys` writes */
function readKeys(file: string): SimulatorKeys {
  try {
    return keysForm.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    throw new KeepDamaged(`${file} is damaged; move the file away to have new keys made`);
  }
}
