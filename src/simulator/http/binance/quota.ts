/**
 * Request weight per minute and orders per 10 s and per minute, counted in windows of the venue's clock; and bans.
 *
 * 1. Every answer carries the used weight; order answers their counts too.
 * 2. Beyond a limit requests are refused with 429 and Retry-After and count on. Who goes on all the same is banned:
 *    after `refusalsBeforeBan` refusals for weight within one window every request is refused with 418 until the ban is
 *    over. A ban doubles with each one before it, from two minutes to three days; three days without one forget them.
 * Source: general-info, "LIMITS". How many refusals the venue bears and how bans grow it does not say.
 */
import { type Refusal, refusals } from '../../model/binance/refusal.ts';
import type { OrderCount } from './router.ts';

export const weightPerMinute = 2400;
export const ordersPerTenSeconds = 300;
export const ordersPerMinute = 1200;

const tenSecondsMs = 10_000;
const minuteMs = 60_000;
const shortestBanMs = 120_000;
const longestBanMs = 259_200_000;

interface Window {
  readonly lengthMs: number;
  readonly limit: number;
  number: number;
  used: number;
}

const windowOf = (lengthMs: number, limit: number): Window => ({ lengthMs, limit, number: -1, used: 0 });

/** Adds to a window, begun anew when the clock left the last one. @returns whether the limit still holds */
function take(window: Window, now: number, amount: number): boolean {
  const number = Math.floor(now / window.lengthMs);
  if (number !== window.number) {
    window.number = number;
    window.used = 0;
  }
  window.used += amount;
  return window.used <= window.limit;
}

const secondsLeft = (until: number, now: number): string => String(Math.max(1, Math.ceil((until - now) / 1000)));
const endOf = (window: Window): number => (window.number + 1) * window.lengthMs;

export type Headers = Readonly<Record<string, string>>;
export interface Metered {
  readonly headers: Headers;
  readonly refusal?: Refusal;
}
/** One limit and how much of it is used: `rateLimits` of WebSocket answers. */
export interface RateLimit {
  readonly rateLimitType: 'REQUEST_WEIGHT' | 'ORDERS';
  readonly interval: 'MINUTE' | 'SECOND';
  readonly intervalNum: number;
  readonly limit: number;
  readonly count: number;
}

export interface Quota {
  /** Counts a request of this weight and, where it places or changes orders by number, these orders. */
  count(now: number, weight: number, orders?: OrderCount): Metered;
  /** How much is used: of the weight, or of the order limits. */
  used(type: RateLimit['rateLimitType']): readonly RateLimit[];
  /** Starts all windows over and lifts bans. */
  reset(): void;
}

/** Bans of the one address that there is. */
function createBans(refusalsBeforeBan: number) {
  let until = 0;
  let count = 0;
  let window = -1;
  let refused = 0;
  return {
    until: () => until,
    /** Notes a refusal for weight. */
    refuse(now: number): void {
      const current = Math.floor(now / minuteMs);
      if (current !== window) refused = 0;
      window = current;
      refused += 1;
      if (refused < refusalsBeforeBan) return;
      if (now - until > longestBanMs) count = 0;
      until = now + Math.min(longestBanMs, shortestBanMs * 2 ** count);
      count += 1;
      refused = 0;
    },
    reset(): void {
      until = 0;
      count = 0;
      refused = 0;
    },
  };
}

/** @param refusalsBeforeBan how many refusals within a minute the venue bears */
export function createQuota(refusalsBeforeBan = 10, weightLimit = weightPerMinute): Quota {
  const weights = windowOf(minuteMs, weightLimit);
  const short = windowOf(tenSecondsMs, ordersPerTenSeconds);
  const long = windowOf(minuteMs, ordersPerMinute);
  const bans = createBans(refusalsBeforeBan);

  const refusedUntil = (headers: Headers, until: number, now: number, refusal: Refusal): Metered => ({
    headers: { ...headers, 'Retry-After': secondsLeft(until, now) },
    refusal,
  });
  const countOrders = (now: number, orders: OrderCount, before: Headers): Metered => {
    const shortHolds = take(short, now, orders.short);
    const longHolds = take(long, now, orders.long);
    const headers = { ...before, 'X-MBX-ORDER-COUNT-10S': String(short.used), 'X-MBX-ORDER-COUNT-1M': String(long.used) };
    if (!longHolds) return refusedUntil(headers, endOf(long), now, refusals.tooManyOrders(ordersPerMinute, 'MINUTE'));
    if (!shortHolds) return refusedUntil(headers, endOf(short), now, refusals.tooManyOrders(ordersPerTenSeconds, '10 SECOND'));
    return { headers };
  };
  return {
    reset() {
      for (const window of [weights, short, long]) window.number = -1;
      bans.reset();
    },
    count(now, weight, orders) {
      if (now < bans.until()) return refusedUntil({}, bans.until(), now, refusals.banned(Math.ceil(bans.until())));
      const weightHolds = take(weights, now, weight);
      const headers: Headers = { 'X-MBX-USED-WEIGHT-1M': String(weights.used) };
      if (!weightHolds) {
        bans.refuse(now);
        return refusedUntil(headers, endOf(weights), now, refusals.tooManyRequests(weightLimit));
      }
      return orders === undefined ? { headers } : countOrders(now, orders, headers);
    },
    used(type) {
      const row = (interval: 'MINUTE' | 'SECOND', intervalNum: number, { limit, used }: Window): RateLimit => ({
        rateLimitType: type,
        interval,
        intervalNum,
        limit,
        count: used,
      });
      if (type === 'REQUEST_WEIGHT') return [row('MINUTE', 1, weights)];
      return [row('SECOND', 10, short), row('MINUTE', 1, long)];
    },
  };
}

/** Counts all the same and refuses nobody: for measuring. */
export const unmetered = (quota: Quota): Quota => ({
  ...quota,
  count: (now, weight, orders) => ({ headers: quota.count(now, weight, orders).headers }),
});
