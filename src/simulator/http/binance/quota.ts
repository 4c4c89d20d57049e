/**
 * Request weight per minute and orders per 10 s and per minute, counted in windows of the venue's clock.
 * Limits and headers: general-info, "LIMITS". Every answer carries the used weight; order answers their counts too.
 */
import { type Refusal, refusals } from '../../model/binance/refusal.ts';

export const weightPerMinute = 2400;
export const ordersPerTenSeconds = 300;
export const ordersPerMinute = 1200;

const tenSecondsMs = 10_000;
const minuteMs = 60_000;

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

export type Headers = Readonly<Record<string, string>>;
export interface Metered {
  readonly headers: Headers;
  readonly refusal?: Refusal;
}

export interface Quota {
  /** Counts a request of this weight and, where it places or cancels orders by number, these orders. */
  count(now: number, weight: number, orders: number): Metered;
  /** Starts all windows over. */
  reset(): void;
}

export function createQuota(): Quota {
  const weights = windowOf(minuteMs, weightPerMinute);
  const short = windowOf(tenSecondsMs, ordersPerTenSeconds);
  const long = windowOf(minuteMs, ordersPerMinute);

  const until = (window: Window, now: number): string => String(Math.max(1, Math.ceil(((window.number + 1) * window.lengthMs - now) / 1000)));

  return {
    reset() {
      for (const window of [weights, short, long]) window.number = -1;
    },
    count(now, weight, orders) {
      const weightHolds = take(weights, now, weight);
      const headers: Record<string, string> = { 'X-MBX-USED-WEIGHT-1M': String(weights.used) };
      if (!weightHolds) {
        return { headers: { ...headers, 'Retry-After': until(weights, now) }, refusal: refusals.tooManyRequests(weightPerMinute) };
      }
      if (orders === 0) return { headers };
      const shortHolds = take(short, now, orders);
      const longHolds = take(long, now, orders);
      headers['X-MBX-ORDER-COUNT-10S'] = String(short.used);
      headers['X-MBX-ORDER-COUNT-1M'] = String(long.used);
      if (!longHolds) {
        return { headers: { ...headers, 'Retry-After': until(long, now) }, refusal: refusals.tooManyOrders(ordersPerMinute, 'MINUTE') };
      }
      if (!shortHolds) {
        return { headers: { ...headers, 'Retry-After': until(short, now) }, refusal: refusals.tooManyOrders(ordersPerTenSeconds, '10 SECOND') };
      }
      return { headers };
    },
  };
}
