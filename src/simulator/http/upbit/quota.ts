/**
 * Requests per second and group, in seconds of the venue's clock, and the rule for requests that bear an Origin
 * (docs.upbit.com, rate limits: order 12/s since 2026-08-21, default 30/s, quotation 10/s a group).
 */
import { type Refusal, refusal } from '../../model/upbit/refusal.ts';

const perSecond = {
  market: 10,
  ticker: 10,
  orderbook: 10,
  default: 30,
  order: 12,
  'order-test': 8,
  'websocket-connect': 5,
} as const;
export type QuotaGroup = keyof typeof perSecond;

const originPauseMs = 10_000;

/** `min` is deprecated and fixed: sixty times the second's limit. */
const headersOf = (group: QuotaGroup, left: number): Metered['headers'] => ({
  'Remaining-Req': `group=${group}; min=${perSecond[group] * 60}; sec=${Math.max(0, left)}`,
});

export interface Metered {
  /** On every answer of the group. */
  readonly headers: { readonly 'Remaining-Req': string };
  readonly refusal: Refusal | undefined;
}

export interface Quota {
  /** Counts one request. @param now the venue's clock */
  count(group: QuotaGroup, now: number): Metered;
  /** What the header says of a group that has nothing left. */
  spent(group: QuotaGroup): Metered['headers'];
  /** Counts a quotation request or upgrade that bears an Origin. @returns false when it comes too soon after the last */
  allowsOrigin(now: number): boolean;
}

export function createQuota(): Quota {
  const used = new Map<QuotaGroup, { second: number; count: number }>();
  let lastOrigin = Number.NEGATIVE_INFINITY;
  return {
    count: (group, now) => {
      const second = Math.floor(now / 1000);
      const last = used.get(group);
      const count = last?.second === second ? last.count + 1 : 1;
      used.set(group, { second, count });
      const left = perSecond[group] - count;
      return { headers: headersOf(group, left), refusal: left < 0 ? refusal('too_many_requests') : undefined };
    },
    spent: (group) => headersOf(group, 0),
    allowsOrigin: (now) => {
      if (now - lastOrigin < originPauseMs) return false;
      lastOrigin = now;
      return true;
    },
  };
}
