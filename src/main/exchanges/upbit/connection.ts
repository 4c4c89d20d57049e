/** Upbit through ccxt: instances, quotas and the caller that everything of this venue goes through. */
import Ccxt from 'ccxt/js/src/pro/upbit.js';
import { type Caller, createCaller } from '../caller.ts';
import { commonConfig, makeSafe, open, shut } from '../ccxt-client.ts';
import { assertAddresses, defaultDeadlineMs, type UpbitKeys, type VenueOptions } from '../options.ts';
import { createQuota, type Quota } from '../quota.ts';
import { listenToSockets } from '../socket.ts';

export interface UpbitConnection {
  readonly options: VenueOptions<UpbitKeys>;
  readonly caller: Caller;
  readonly quota: Quota;
  /** Orders and nothing else, so that their connections are always warm and free. */
  readonly orders: Ccxt;
  readonly data: Ccxt;
  readonly streams: Ccxt;
  /** Puts the guard under every instance; nothing leaves before. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Requests a second by group, as docs.upbit.com lists them since 2026-08-21. The windows are a little longer than the
 * venue's, whose clock may run a little faster. The reserve comes back within 0.3 s: a close finds its place that soon.
 */
const perSecond = (limit: number, reserve: number) => ({ limit, reserve, windowMs: 1005, lendMs: 300 });
const groups = {
  order: perSecond(12, 1),
  default: perSecond(30, 3),
  market: perSecond(10, 0),
  candle: perSecond(10, 0),
  ticker: perSecond(10, 0),
  orderbook: perSecond(10, 1),
};
/** Quotation counts by address, the rest by account: a block of the one is none of the other. */
const byAccount: readonly Group[] = ['default', 'order'];
const sameParty = (names: readonly string[]): readonly Group[] => {
  const isAccount = names.some((name) => byAccount.some((group) => group === name));
  return (Object.keys(groups) as Group[]).filter((group) => byAccount.includes(group) === isAccount);
};

export type Group = keyof typeof groups;
export const one = (bucket: Group) => [{ bucket, cost: 1 }] as const;

/** @throws RangeError when an address does not fit the mode */
export function connectUpbit(options: VenueOptions<UpbitKeys>): UpbitConnection {
  assertAddresses(options);
  const quota = createQuota(groups, () => performance.now());
  const caller = createCaller({
    venue: 'upbit',
    quota,
    deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
    now: options.now,
    onRequest: options.onRequest,
    blockedWith: sameParty,
    secrets: [options.keys.secretKey, options.keys.accessKey],
    onHeaders: (headers) => observe(quota, headers['remaining-req']),
  });
  const orders = instance(options);
  const data = instance(options);
  const streams = instance(options);
  listenToSockets(streams);
  const all = [orders, data, streams];
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
    close: async () => {
      caller.close();
      quota.close();
      await Promise.all(all.map(shut));
    },
  };
}

function instance(options: VenueOptions<UpbitKeys>): Ccxt {
  const rest = options.rest.origin;
  const exchange = new Ccxt({
    ...commonConfig,
    apiKey: options.keys.accessKey,
    secret: options.keys.secretKey,
    timeout: options.deadlineMs ?? defaultDeadlineMs,
    options: { fetchCurrencies: false },
    urls: { api: { public: rest, private: rest, ws: `${options.ws.origin}/websocket/v1` } },
  });
  makeSafe(exchange, options.loopbackOnly);
  return exchange;
}

/** `group=default; min=1800; sec=29`: sec is what is left of this second. */
function observe(quota: Quota, header: string | undefined): void {
  const [, group = '', left] = /group=([\w-]+).*sec=(\d+)/.exec(header ?? '') ?? [];
  if (left === undefined || !Object.hasOwn(groups, group)) return;
  quota.observe(group, groups[group as Group].limit - Number(left));
}
