/** Quotas and bans, counted in virtual time, and as a client meets them. */
import { afterEach, describe, expect, it } from 'vitest';
import { createQuota, ordersPerMinute, ordersPerTenSeconds, type Quota, weightPerMinute } from './quota.ts';
import { field, startTestVenue, type TestVenue } from './test-venue.ts';

const start = 1_795_250_040_000;
const minuteMs = 60_000;
const order = { short: 1, long: 1 };

/** A client that goes as fast as the headers let it: it waits for the next window before it would go over. */
function obedient(quota: Quota, weight: number, orders: typeof order | undefined): { sent: number; refused: number } {
  let [sent, refused, now] = [0, 0, start];
  let known = { weight: 0, short: 0, long: 0 };
  while (now < start + minuteMs) {
    const full = known.weight + weight > weightPerMinute || known.short + 1 > ordersPerTenSeconds || known.long + 1 > ordersPerMinute;
    if (full) {
      now = (Math.floor(now / 10_000) + 1) * 10_000;
      known = { weight: now % minuteMs === 0 ? 0 : known.weight, short: 0, long: now % minuteMs === 0 ? 0 : known.long };
      continue;
    }
    const { headers, refusal } = quota.count(now, weight, orders);
    known = {
      weight: Number(headers['X-MBX-USED-WEIGHT-1M']),
      short: Number(headers['X-MBX-ORDER-COUNT-10S'] ?? 0),
      long: Number(headers['X-MBX-ORDER-COUNT-1M'] ?? 0),
    };
    sent += 1;
    if (refusal !== undefined) refused += 1;
    now += 1;
  }
  return { sent, refused };
}

describe('a client that obeys the headers', () => {
  it.each([
    ['by weight', 1, undefined, weightPerMinute],
    ['by heavy requests', 40, undefined, weightPerMinute / 40],
    ['with orders', 0, order, ordersPerMinute],
  ] as const)('gets no 429 in a minute at full speed, %s', (_name, weight, orders, most) => {
    expect(obedient(createQuota(), weight, orders)).toEqual({ sent: most, refused: 0 });
  });
});

describe('a client that does not', () => {
  const exhaust = (quota: Quota, now: number) => quota.count(now, weightPerMinute);
  /** Goes on until it is banned. @returns until when */
  const banAt = (quota: Quota, now: number): number => {
    exhaust(quota, now);
    for (let index = 0; index < 10; index += 1) expect(quota.count(now, 1).refusal).toMatchObject({ status: 429, code: -1003 });
    const { refusal, headers } = quota.count(now, 1);
    expect(refusal).toMatchObject({ status: 418, code: -1003, msg: expect.stringMatching(/^Way too many requests; IP banned until \d{13}\./) });
    const until = Number(/until (\d+)/.exec(refusal?.msg ?? '')?.[1]);
    expect(headers['Retry-After']).toBe(String((until - now) / 1000));
    return until;
  };

  it('is refused with the time that is left of the window, then banned for two minutes', () => {
    const quota = createQuota();
    exhaust(quota, start);
    expect(quota.count(start + 20_000, 1).headers['Retry-After']).toBe('40');
    expect(quota.count(start + minuteMs, 1).refusal).toBeUndefined();
    const fresh = createQuota();
    const until = banAt(fresh, start);
    expect(until - start).toBe(120_000);
    expect(fresh.count(until - 1, 0, order).refusal).toMatchObject({ status: 418 });
    expect(fresh.count(until, 1).refusal).toBeUndefined();
  });

  it('is banned twice as long each time, up to three days, and forgiven after three without one', () => {
    const quota = createQuota();
    let now = start;
    const lengths: number[] = [];
    for (let index = 0; index < 13; index += 1) {
      const until = banAt(quota, now);
      lengths.push((until - now) / minuteMs);
      now = Math.ceil(until / minuteMs) * minuteMs;
    }
    expect(lengths).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 4320]);
    now += 3 * 86_400_000 + minuteMs;
    expect(banAt(quota, now) - now).toBe(2 * minuteMs);
  });

  it('is refused for orders by their own limits without being banned', () => {
    const quota = createQuota();
    for (let index = 0; index < ordersPerTenSeconds; index += 1) expect(quota.count(start, 0, order).refusal).toBeUndefined();
    for (let index = 0; index < 30; index += 1) {
      expect(quota.count(start + 1000, 0, order)).toMatchObject({ refusal: { status: 429, code: -1015 }, headers: { 'Retry-After': '9' } });
    }
    expect(quota.count(start + 10_000, 0, order).refusal).toBeUndefined();
  });
});

describe('over HTTP', () => {
  let test: TestVenue;
  afterEach(() => test.close());

  it('weight runs out, refusals carry Retry-After, the ban tells until when', async () => {
    test = await startTestVenue({ options: { refusalsBeforeBan: 3 } });
    // A minute that turns in between would begin anew.
    test.offsetMs = minuteMs - (Date.now() % minuteMs);
    const heavy = () => test.raw('GET', '/fapi/v1/ticker/24hr');
    const answers = await Promise.all(Array.from({ length: 60 }, heavy));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(Math.max(...answers.map(({ headers }) => Number(headers.get('X-MBX-USED-WEIGHT-1M'))))).toBe(weightPerMinute);
    const ping = () => test.raw('GET', '/fapi/v1/ping');
    for (let index = 0; index < 3; index += 1) {
      const { status, headers, body } = await ping();
      expect([status, field(body, 'code'), Number(headers.get('Retry-After')) > 0]).toEqual([429, -1003, true]);
    }
    const banned = await ping();
    expect([banned.status, Number(banned.headers.get('Retry-After')) > 100]).toEqual([418, true]);
    const until = Number(/banned until (\d{13})/.exec(String(field(banned.body, 'msg')))?.[1]);
    expect(until - Date.now() - test.offsetMs).toBeGreaterThan(110_000);
    test.offsetMs += 121_000;
    expect((await ping()).status).toBe(200);
  });
});
