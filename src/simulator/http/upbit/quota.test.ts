import { describe, expect, it } from 'vitest';
import { usualOptions } from './options.ts';
import { createQuota, type QuotaGroup } from './quota.ts';

const groups: readonly (readonly [QuotaGroup, number, number])[] = [
  ['market', 10, 1000],
  ['candle', 10, 1000],
  ['trade', 10, 1000],
  ['ticker', 10, 1000],
  ['orderbook', 10, 1000],
  ['default', 30, 1000],
  ['order', 12, 1000],
  ['order-test', 8, 1000],
  ['order-cancel-all', 1, 2000],
  ['websocket-connect', 5, 1000],
];
const start = 1_795_000_000_000;
const left = (headers: { readonly 'Remaining-Req': string }): number => Number(/sec=(\d+)$/.exec(headers['Remaining-Req'])?.[1]);

describe('a client that keeps to Remaining-Req', () => {
  it.each(groups)('asks %s at full speed for a minute and is never refused', (group, limit, windowMs) => {
    const quota = createQuota(usualOptions);
    let now = start;
    let [taken, refused] = [0, 0];
    while (now < start + 60_000) {
      const { headers, limited } = quota.count(group, now);
      if (limited !== undefined) refused += 1;
      taken += 1;
      // A request takes a millisecond; with nothing left it waits for the next count.
      now = left(headers) > 0 ? now + 1 : (Math.floor(now / windowMs) + 1) * windowMs;
    }
    expect([refused, taken]).toEqual([0, (60_000 / windowMs) * limit]);
  });

  it('connects streams five times a second by address, and as often by account', () => {
    const quota = createQuota(usualOptions);
    const connect = (by?: 'account') => quota.count('websocket-connect', start, by).limited?.status;
    for (const by of [undefined, 'account'] as const) {
      expect([1, 2, 3, 4, 5, 6].map(() => connect(by))).toEqual([undefined, undefined, undefined, undefined, undefined, 429]);
    }
  });

  it('reads the group, its fixed minute and what is left', () => {
    const quota = createQuota(usualOptions);
    expect(quota.count('default', start).headers['Remaining-Req']).toBe('group=default; min=1800; sec=29');
    expect(quota.count('order-cancel-all', start).headers['Remaining-Req']).toBe('group=order-cancel-all; min=30; sec=0');
    expect(quota.count('origin', start).headers['Remaining-Req']).toBe('group=origin; min=6; sec=0');
  });
});

describe('a client that does not', () => {
  const options = { limits: 'on', refusalsBeforeBan: 5, bansMs: [10_000, 60_000] } as const;
  /** Asks every 10 ms until it is banned. @returns how long the ban is and how many were refused before */
  const persist = (quota: ReturnType<typeof createQuota>, from: number, group: QuotaGroup = 'order') => {
    for (let now = from, refused = 0; ; now += 10) {
      const { limited } = quota.count(group, now);
      if (limited?.status === 418) return { forMs: limited.forMs, refused, at: now };
      if (limited?.status === 429) refused += 1;
      if (now > from + 60_000) throw new Error('never banned');
    }
  };

  it('is refused with 429, then banned with 418, each time for longer', () => {
    const quota = createQuota(options);
    const first = persist(quota, start);
    expect([first.refused, Math.round(first.forMs / 1000)]).toEqual([5, 10]);
    // Waiting is the only way out, and asking meanwhile does not make it longer.
    expect(quota.count('order', first.at + 5000).limited).toMatchObject({ status: 418 });
    expect(quota.count('order', first.at + first.forMs).limited).toBeUndefined();
    const second = persist(quota, first.at + first.forMs + 1000);
    expect(Math.round(second.forMs / 1000)).toBe(60);
    const third = persist(quota, second.at + second.forMs + 1000);
    expect(Math.round(third.forMs / 1000)).toBe(60);
    const late = persist(quota, third.at + third.forMs + 3_700_000);
    expect(Math.round(late.forMs / 1000)).toBe(10);
  });

  it('loses its account for exchange calls, its address for quotation and streams', () => {
    const quota = createQuota(options);
    const { at } = persist(quota, start, 'order');
    expect(quota.count('default', at).limited).toMatchObject({ status: 418 });
    expect(quota.count('ticker', at).limited).toBeUndefined();
    const other = createQuota(options);
    const banned = persist(other, start, 'ticker');
    expect(other.count('websocket-connect', banned.at).limited).toMatchObject({ status: 418 });
    expect(other.count('order', banned.at).limited).toBeUndefined();
  });

  it('is forgiven when everything starts over, and free where nothing is counted', () => {
    const quota = createQuota(options);
    const { at } = persist(quota, start);
    quota.clear();
    expect(quota.count('order', at)).toMatchObject({ limited: undefined, headers: { 'Remaining-Req': 'group=order; min=720; sec=11' } });
    const free = createQuota({ ...options, limits: 'off' });
    expect(Array.from({ length: 100 }, () => free.count('order', start).limited?.status)).toEqual(Array(100).fill(undefined));
  });

  it('waits ten seconds from its last request with an Origin', () => {
    const quota = createQuota(usualOptions);
    const statuses = [0, 1, 9_999, 10_000, 10_001, 20_000].map((after) => quota.count('origin', start + 7 + after).limited?.status);
    expect(statuses).toEqual([undefined, 429, 429, undefined, 429, undefined]);
  });
});
