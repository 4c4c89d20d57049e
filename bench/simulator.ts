/**
 * How fast the simulated venues answer, as a client on the same machine sees it: signed orders placed and canceled at
 * both, with balances and order queries between them, over keep-alive connections; the simulator in a process of its
 * own. One JSON line a figure; about ten seconds.
 */
import { spawn } from 'node:child_process';
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SimulatorReady } from '../src/simulator/simulator.ts';
import { openWire, type Wire, type WireAnswer } from './wire.ts';

const warmupMs = 1500;
const loadMs = 4000;
/** Requests a second over both fronts at which answers are timed. */
const pace = 2000;
const quietMs = 2000;
const wiresPerVenue = 4;
const requestsPerRound = 4;

type Ask = (method: 'GET' | 'POST' | 'DELETE', path: string, parameters: Readonly<Record<string, string>>) => Promise<WireAnswer>;
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const upbitAsk =
  (wire: Wire, { accessKey, secretKey }: SimulatorReady['keys']['upbit']): Ask =>
  (method, path, parameters) => {
    const query = new URLSearchParams(parameters).toString();
    const hash = query === '' ? {} : { query_hash: createHash('sha512').update(query).digest('hex'), query_hash_alg: 'SHA512' };
    const signed = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64({ access_key: accessKey, nonce: randomUUID(), ...hash })}`;
    const token = `authorization: Bearer ${signed}.${createHmac('sha256', secretKey).update(signed).digest('base64url')}`;
    if (method === 'POST') return wire.ask(method, path, [token, 'content-type: application/json'], JSON.stringify(parameters));
    return wire.ask(method, query === '' ? path : `${path}?${query}`, [token]);
  };

const binanceAsk =
  (wire: Wire, { apiKey, secret }: SimulatorReady['keys']['binance']): Ask =>
  (method, path, parameters) => {
    const query = new URLSearchParams({ ...parameters, timestamp: String(Date.now()) }).toString();
    const signature = createHmac('sha256', secret).update(query).digest('hex');
    return wire.ask(method, `${path}?${query}&signature=${signature}`, [`x-mbx-apikey: ${apiKey}`]);
  };

/** What a run has seen so far. */
interface Tally {
  requests: number;
  /** ms from the first byte out to the whole answer in, of requests that place an order. */
  readonly orders: number[];
}

function expectStatus(answer: WireAnswer, status: number): WireAnswer {
  if (answer.status !== status) throw new Error(`expected ${status}, was ${answer.status}: ${answer.body}`);
  return answer;
}

async function timed(tally: Tally, status: number, ask: () => Promise<WireAnswer>): Promise<void> {
  const begun = performance.now();
  expectStatus(await ask(), status);
  tally.orders.push(performance.now() - begun);
}

/** Places an order that rests, looks at it, and cancels it. @param orders whether only the order itself is asked for */
async function upbitRound(ask: Ask, price: string, tally: Tally): Promise<void> {
  const identifier = randomUUID();
  const order = { market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price, volume: '0.0001', identifier };
  await timed(tally, 201, () => ask('POST', '/v1/orders', order));
  expectStatus(await ask('GET', '/v1/order', { identifier }), 200);
  expectStatus(await ask('GET', '/v1/accounts', {}), 200);
  expectStatus(await ask('DELETE', '/v1/order', { identifier }), 200);
  tally.requests += requestsPerRound;
}

async function binanceRound(ask: Ask, price: string, tally: Tally): Promise<void> {
  const symbol = 'BTCUSDT';
  const id = randomUUID().replaceAll('-', '');
  const order = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price, quantity: '0.001', newClientOrderId: id };
  await timed(tally, 200, () => ask('POST', '/fapi/v1/order', order));
  expectStatus(await ask('GET', '/fapi/v1/order', { symbol, origClientOrderId: id }), 200);
  expectStatus(await ask('GET', '/fapi/v2/balance', {}), 200);
  expectStatus(await ask('DELETE', '/fapi/v1/order', { symbol, origClientOrderId: id }), 200);
  tally.requests += requestsPerRound;
}

type Round = (tally: Tally) => Promise<void>;

/** @param everyMs a round begins so long after the one before it began; 0: as soon as that one is over */
async function run(rounds: readonly Round[], forMs: number, everyMs = 0): Promise<Tally> {
  const tally: Tally = { requests: 0, orders: [] };
  const begun = performance.now();
  const repeat = async (round: Round, place: number) => {
    for (let next = begun + (place * everyMs) / rounds.length; next < begun + forMs; next = everyMs === 0 ? performance.now() : next + everyMs) {
      const early = next - performance.now();
      if (early > 0) await setTimeout(early);
      await round(tally);
    }
  };
  await Promise.all(rounds.map(repeat));
  return tally;
}

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;

function print(name: string, value: number, unit: string, goal: number, holds: boolean): void {
  process.stdout.write(`${JSON.stringify({ name, value: Math.round(value * 1000) / 1000, unit, goal, holds })}\n`);
}

async function measure(ready: SimulatorReady): Promise<void> {
  const center = JSON.parse((await fetchText(`${ready.binance.rest}/fapi/v1/ticker/price?symbol=BTCUSDT`)) || '{}') as { price: string };
  const usdt = String(Math.round(Number(center.price) * 0.97));
  const krw = String(Math.round((Number(center.price) * 1400 * 0.97) / 1000) * 1000);
  const wires: Wire[] = [];
  const rounds: Round[] = [];
  for (let count = 0; count < wiresPerVenue; count += 1) {
    const [upbit, binance] = [await openWire(new URL(ready.upbit.rest)), await openWire(new URL(ready.binance.rest))];
    wires.push(upbit, binance);
    const [askUpbit, askBinance] = [upbitAsk(upbit, ready.keys.upbit), binanceAsk(binance, ready.keys.binance)];
    rounds.push(
      (tally) => upbitRound(askUpbit, krw, tally),
      (tally) => binanceRound(askBinance, usdt, tally),
    );
  }
  await run(rounds, warmupMs);
  const loaded = await run(rounds, loadMs);
  const perSecond = loaded.requests / (loadMs / 1000);
  print('simulator.requests', perSecond, '1/s', 2000, perSecond >= 2000);
  const paced = await run(rounds, loadMs, (rounds.length * requestsPerRound * 1000) / pace);
  const pacedP50 = quantile(paced.orders, 0.5);
  const kept = paced.requests / (loadMs / 1000) > pace * 0.97;
  print('simulator.order.p50.paced', pacedP50, 'ms', 0.5, kept && pacedP50 < 0.5);
  for (const [name, round] of [
    ['upbit', rounds[0]],
    ['binance', rounds[1]],
  ] as const) {
    const alone = await run(round === undefined ? [] : [round], quietMs);
    const p50 = quantile(alone.orders, 0.5);
    print(`simulator.${name}.order.p50`, p50, 'ms', 0.5, p50 < 0.5);
    const p99 = quantile(alone.orders, 0.99);
    print(`simulator.${name}.order.p99`, p99, 'ms', 5, p99 < 5);
  }
  for (const wire of wires) wire.close();
}

const fetchText = async (url: string): Promise<string> => (await fetch(url)).text();

const program = fileURLToPath(new URL('../src/simulator/index.ts', import.meta.url));
const simulator = spawn(
  process.execPath,
  [...process.argv.slice(2), program, '--switch', 'upbit.limits=off', '--switch', 'binance.limits=off', '--krw', '10000000000'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
// Whatever ends this process, a broken pipe included, ends the simulator.
process.on('exit', () => simulator.kill());
try {
  const [line] = (await once(createInterface(simulator.stdout), 'line')) as [string];
  await measure(JSON.parse(line) as SimulatorReady);
} finally {
  const ended = once(simulator, 'exit');
  simulator.kill('SIGTERM');
  await ended;
}
