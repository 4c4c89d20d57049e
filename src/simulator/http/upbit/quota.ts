/**
 * How many requests Upbit takes, group by group, in seconds of its own clock (docs.upbit.com, rate limits: order 12/s
 * since 2026-08-21, default 30/s, quotation 10/s a group), and what it does to those who do not care: 429, and 418 for
 * a while that grows.
 *
 * 1. Every counted answer says what is left; a client that keeps to it is never refused.
 * 2. Quotation counts by address, the rest by account; a ban closes the one or the other. All clients are one of each here.
 */
const everySecond = (limit: number) => ({ limit, windowMs: 1000 });
const limits = {
  market: everySecond(10),
  candle: everySecond(10),
  trade: everySecond(10),
  ticker: everySecond(10),
  orderbook: everySecond(10),
  default: everySecond(30),
  order: everySecond(12),
  'order-test': everySecond(8),
  'order-cancel-all': { limit: 1, windowMs: 2000 },
  'websocket-connect': everySecond(5),
  origin: { limit: 1, windowMs: 10_000 },
} as const;
export type QuotaGroup = keyof typeof limits;

/** Whom a ban hits. */
export type Party = 'address' | 'account';
const byAccount: readonly QuotaGroup[] = ['default', 'order', 'order-test', 'order-cancel-all'];
const partyOf = (group: QuotaGroup): Party => (byAccount.includes(group) ? 'account' : 'address');

/** `min` is deprecated and fixed: what a minute would hold. */
const headersOf = (group: QuotaGroup, left: number): QuotaHeaders => {
  const { limit, windowMs } = limits[group];
  return { 'Remaining-Req': `group=${group}; min=${(limit * 60_000) / windowMs}; sec=${Math.max(0, left)}` };
};
// A type and not an interface: it is handed on as a plain record of headers.
export type QuotaHeaders = { readonly 'Remaining-Req': string };

/** Too many, or banned for so long. */
export interface Limited {
  readonly status: 429 | 418;
  readonly forMs: number;
}
export interface Metered {
  readonly headers: QuotaHeaders;
  readonly limited: Limited | undefined;
}

export interface Quota {
  /** Counts one request. @param now the venue's clock @param by whom it counts for, where that is not the group's usual party */
  count(group: QuotaGroup, now: number, by?: Party): Metered;
  /** What the header says of a group that has nothing left. */
  spent(group: QuotaGroup): QuotaHeaders;
  /** Forgets counts and bans. */
  clear(): void;
}

export interface QuotaOptions {
  readonly limits: 'on' | 'off';
  readonly refusalsBeforeBan: number;
  readonly bansMs: readonly number[];
}

const refusalsWithinMs = 10_000;
const forgivenAfterMs = 3_600_000;

export function createQuota(options: QuotaOptions): Quota {
  const used = new Map<string, { window: number; count: number }>();
  const bans = { address: createBans(options), account: createBans(options) };
  return {
    count: (group, now, by = partyOf(group)) => {
      const { limit, windowMs } = limits[group];
      const ban = bans[by];
      const key = `${group} ${by}`;
      const isOff = options.limits === 'off';
      const bannedFor = isOff ? 0 : ban.leftMs(now);
      if (bannedFor > 0) return { headers: headersOf(group, 0), limited: { status: 418, forMs: bannedFor } };
      // origin: ten seconds from the request before; the others count by whole windows of the clock.
      const last = used.get(key);
      const window = group === 'origin' ? openedAt(last?.window, now, windowMs) : Math.floor(now / windowMs) * windowMs;
      const count = last?.window === window ? last.count + 1 : 1;
      used.set(key, { window, count });
      if (count <= limit || isOff) return { headers: headersOf(group, limit - count), limited: undefined };
      ban.refused(now);
      return { headers: headersOf(group, 0), limited: { status: 429, forMs: window + windowMs - now } };
    },
    spent: (group) => headersOf(group, 0),
    clear: () => {
      used.clear();
      bans.address.clear();
      bans.account.clear();
    },
  };
}

const openedAt = (last: number | undefined, now: number, windowMs: number): number =>
  last !== undefined && now >= last && now - last < windowMs ? last : now;

/** Counts refusals of one party and bans it. */
function createBans(options: QuotaOptions) {
  let refusals: number[] = [];
  let until = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    clear: (): void => {
      refusals = [];
      until = Number.NEGATIVE_INFINITY;
      count = 0;
    },
    leftMs: (now: number): number => Math.max(0, until - now),
    refused: (now: number): void => {
      refusals = [...refusals.filter((at) => now - at < refusalsWithinMs), now];
      if (refusals.length < options.refusalsBeforeBan) return;
      refusals = [];
      if (now - until > forgivenAfterMs) count = 0;
      until = now + (options.bansMs[count] ?? options.bansMs.at(-1) ?? 0);
      count += 1;
    },
  };
}
