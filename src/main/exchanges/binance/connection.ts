/** Binance USD-M through ccxt: instances, quotas and the caller that everything of this venue goes through. */
import Ccxt from 'ccxt/js/src/pro/binanceusdm.js';
import { z } from 'zod';
import type { Answer } from '../../../shared/domain/failure.ts';
import { type Caller, createCaller } from '../caller.ts';
import { commonConfig, makeSafe, open, shut } from '../ccxt-client.ts';
import { assertAddresses, type BinanceKeys, defaultDeadlineMs, type VenueOptions } from '../options.ts';
import { type Charge, createQuota, type Lane, type Quota } from '../quota.ts';
import { timeOf } from '../shapes.ts';
import { listenToSockets } from '../socket.ts';

export interface BinanceConnection {
  readonly options: VenueOptions<BinanceKeys>;
  readonly caller: Caller;
  readonly quota: Quota;
  /** Orders and nothing else, so that their connections are always warm and free. */
  readonly orders: Ccxt;
  readonly data: Ccxt;
  readonly streams: Ccxt;
  /** Puts the guard under every instance; nothing leaves before. */
  open(): Promise<void>;
  /** Our clock minus the venue's, by the fastest of three round trips; requests are stamped by it from then on. */
  /** @param lane urgent where something waits for the clock to be put right */
  measureClock(lane: Lane): Promise<Answer<number>>;
  /** The limits as `exchangeInfo` names them; others are passed over. */
  takeLimits(told: readonly RateLimit[]): void;
  close(): Promise<void>;
}
interface RateLimit {
  readonly rateLimitType: string;
  readonly interval: string;
  readonly intervalNum: string;
  readonly limit: string;
}

/** Per address (weight) and per account (orders): developers.binance.com, general info. A reserve comes back within half a second. */
const limits = {
  weight: { limit: 2400, windowMs: 60_200, reserve: 120, lendMs: 500 },
  orders10s: { limit: 300, windowMs: 10_100, reserve: 15, lendMs: 500 },
  orders1m: { limit: 1200, windowMs: 60_200, reserve: 60, lendMs: 500 },
} as const;
/** An order weighs nothing: it never waits behind queries. */
export const orderCharges: readonly Charge[] = [
  { bucket: 'orders10s', cost: 1 },
  { bucket: 'orders1m', cost: 1 },
];
export const weight = (cost: number): readonly Charge[] => [{ bucket: 'weight', cost }];

/** How long after its timestamp the venue still takes a request. Until then a silent order may yet appear. */
const recvWindowMs = 5000;
const observed = [
  ['weight', 'x-mbx-used-weight-1m'],
  ['orders10s', 'x-mbx-order-count-10s'],
  ['orders1m', 'x-mbx-order-count-1m'],
] as const;
/** The venue's words for them. */
const limitNames: Readonly<Record<string, keyof typeof limits>> = {
  'REQUEST_WEIGHT 1 MINUTE': 'weight',
  'ORDERS 10 SECOND': 'orders10s',
  'ORDERS 1 MINUTE': 'orders1m',
};
const timeShape = z.object({ serverTime: timeOf });

/** @throws RangeError when an address does not fit the mode */
export function connectBinance(options: VenueOptions<BinanceKeys>): BinanceConnection {
  assertAddresses(options);
  const quota = createQuota(limits, () => performance.now());
  const orders = instance(options);
  const data = instance(options);
  const streams = instance(options);
  listenToSockets(streams);
  const all = [orders, data, streams];
  const caller = createCaller({
    venue: 'binance',
    quota,
    deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
    now: options.now,
    onRequest: options.onRequest,
    secrets: [options.keys.secret, options.keys.apiKey],
    onHeaders: (headers) => {
      for (const [bucket, header] of observed) {
        const used = Number(headers[header]);
        if (headers[header] !== undefined && Number.isFinite(used)) quota.observe(bucket, used);
      }
    },
    resync: async () => (await measureClock('urgent')).ok,
  });

  const measureClock = async (lane: Lane): Promise<Answer<number>> => {
    const samples: { readonly roundTrip: number; readonly offset: number }[] = [];
    for (let count = 0; count < 3; count += 1) {
      let sentAt = 0;
      const send = () => {
        sentAt = options.now();
        return data.fapiPublicGetTime();
      };
      const answer = await caller.call({ kind: 'read', signed: false, charges: weight(1), lane, send, shape: timeShape });
      if (!answer.ok) return answer;
      const roundTrip = options.now() - sentAt;
      samples.push({ roundTrip, offset: sentAt + roundTrip / 2 - answer.value.serverTime });
    }
    const best = samples.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a));
    for (const exchange of all) exchange.options['timeDifference'] = Math.round(best.offset);
    return { ok: true, value: best.offset };
  };

  return {
    options,
    caller,
    quota,
    orders,
    data,
    streams,
    open: async () => {
      await Promise.all(all.map((exchange) => open(exchange, options.loopbackOnly)));
    },
    measureClock,
    takeLimits: (told) => {
      for (const { rateLimitType, intervalNum, interval, limit } of told) {
        const bucket = limitNames[`${rateLimitType} ${intervalNum} ${interval}`];
        if (bucket !== undefined) quota.setLimit(bucket, Number(limit));
      }
    },
    close: async () => {
      caller.close();
      quota.close();
      await Promise.all(all.map(shut));
    },
  };
}

function instance(options: VenueOptions<BinanceKeys>): Ccxt {
  const rest = options.rest.origin;
  const api = Object.fromEntries(paths.map(([name, path]) => [name, `${rest}${path}`]));
  const exchange = new Ccxt({
    ...commonConfig,
    apiKey: options.keys.apiKey,
    secret: options.keys.secret,
    timeout: options.deadlineMs ?? defaultDeadlineMs,
    options: { fetchCurrencies: false, recvWindow: recvWindowMs, watchPositions: { fetchPositionsSnapshot: false } },
    urls: { api: { ...api, ws: { future: `${options.ws.origin}/ws`, 'ws-api': { future: `${options.ws.origin}/ws-fapi/v1` } } } },
  });
  makeSafe(exchange, options.loopbackOnly);
  return exchange;
}

/** Every address ccxt might use for this venue: none of its own is left. */
const paths = [
  ['fapiPublic', '/fapi/v1'],
  ['fapiPublicV2', '/fapi/v2'],
  ['fapiPublicV3', '/fapi/v3'],
  ['fapiPrivate', '/fapi/v1'],
  ['fapiPrivateV2', '/fapi/v2'],
  ['fapiPrivateV3', '/fapi/v3'],
  ['fapiData', '/futures/data'],
  ['sapi', '/sapi/v1'],
  ['sapiV2', '/sapi/v2'],
  ['sapiV3', '/sapi/v3'],
  ['sapiV4', '/sapi/v4'],
  ['public', '/api/v3'],
  ['private', '/api/v3'],
] as const;
