import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createQuota, type Quota } from './quota.ts';

const rules = { order: { limit: 5, windowMs: 1000, reserve: 1 }, query: { limit: 10, windowMs: 1000, reserve: 2 } };
const order = [{ bucket: 'order', cost: 1 }];
const query = (cost = 1) => [{ bucket: 'query', cost }];

describe('quota', () => {
  let quota: Quota;
  beforeEach(() => {
    vi.useFakeTimers();
    quota = createQuota(rules, () => Date.now());
  });
  afterEach(() => {
    quota.close();
    vi.useRealTimers();
  });

  it('lets go what fits and holds back the reserve for what reduces risk', async () => {
    for (let count = 0; count < 4; count += 1) expect(await quota.take(order, 'urgent', 0)).toBeUndefined();
    expect(await quota.take(order, 'urgent', 0)).toMatchObject({ outcome: 'notSent', code: 'RATE_LIMITED', retryAfterMs: 1000 });
    expect(await quota.take(order, 'reducing', 0)).toBeUndefined();
    expect(await quota.take(order, 'reducing', 0)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('never lets more than the limit go in any span of its window, and no less', async () => {
    const left: number[] = [];
    const all = Array.from({ length: 20 }, () => quota.take(query(), 'reducing', 10_000).then(() => left.push(Date.now())));
    await vi.advanceTimersByTimeAsync(1500);
    await Promise.all(all);
    const start = left[0] ?? 0;
    expect(left.filter((at) => at - start < 1000)).toHaveLength(10);
    expect(left).toHaveLength(20);
    expect((left.at(-1) ?? 0) - start).toBeLessThanOrEqual(1001);
  });

  it('does not delay an order behind queries', async () => {
    const waiting = quota.take(query(100), 'query', 5000);
    await quota.take(query(8), 'query', 0);
    expect(await quota.take(order, 'urgent', 0)).toBeUndefined();
    quota.close();
    await waiting;
  });

  it('serves who waits by lane first, then by age', async () => {
    const served: string[] = [];
    await quota.take(query(10), 'reducing', 0);
    const all = [
      quota.take(query(), 'query', 5000).then(() => served.push('query 1')),
      quota.take(query(), 'urgent', 5000).then(() => served.push('urgent')),
      quota.take(query(), 'query', 5000).then(() => served.push('query 2')),
      quota.take(query(), 'reducing', 5000).then(() => served.push('reducing')),
    ];
    await vi.advanceTimersByTimeAsync(1001);
    await Promise.all(all);
    expect(served).toEqual(['reducing', 'urgent', 'query 1', 'query 2']);
  });

  it('turns away at once who cannot wait long enough, and later who waited in vain', async () => {
    await quota.take(query(8), 'query', 0);
    expect(await quota.take(query(), 'query', 500)).toMatchObject({ retryAfterMs: 1000 });
    const early = quota.take(query(8), 'query', 1000);
    const late = quota.take(query(8), 'query', 1500);
    await vi.advanceTimersByTimeAsync(1500);
    expect(await early).toBeUndefined();
    expect(await late).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('counts what the venue says was used by others, and not its own twice', async () => {
    await quota.take(query(3), 'query', 0);
    quota.observe('query', 3);
    expect(quota.left('query')).toBe(5);
    quota.observe('query', 7);
    expect(quota.left('query')).toBe(1);
    quota.observe('query', 2);
    expect(quota.left('query')).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(quota.left('query')).toBe(8);
  });

  it('pauses one bucket after a refusal and all of them after a ban', async () => {
    quota.pause(3000, ['query']);
    expect(await quota.take(query(), 'reducing', 0)).toMatchObject({ retryAfterMs: 3000 });
    expect(await quota.take(order, 'urgent', 0)).toBeUndefined();
    quota.ban(5000);
    expect(await quota.take(order, 'reducing', 0)).toMatchObject({ retryAfterMs: 5000 });
    const waiting = quota.take(order, 'reducing', 6000);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await waiting).toBeUndefined();
  });

  it('lets a cancel go where nothing else may, ten in a row, but not while the venue does not listen', async () => {
    quota.pause(3000, ['query']);
    quota.observe('query', 10);
    expect(await quota.take(query(), 'reducing', 0)).toMatchObject({ code: 'RATE_LIMITED' });
    for (let count = 0; count < 10; count += 1) expect(await quota.take(query(), 'cancel', 0)).toBeUndefined();
    expect(await quota.take(query(), 'cancel', 0)).toMatchObject({ code: 'RATE_LIMITED' });
    await vi.advanceTimersByTimeAsync(3001);
    expect(await quota.take(query(), 'cancel', 0)).toBeUndefined();
    quota.ban(5000);
    expect(await quota.take(query(), 'cancel', 0)).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 5000 });
    const waiting = quota.take(query(), 'cancel', 5000).then(() => Date.now());
    const begun = Date.now();
    await vi.advanceTimersByTimeAsync(5000);
    expect((await waiting) - begun).toBe(5000);
  });

  it('is not starved of a dear request by cheap ones behind it', async () => {
    await quota.take(query(8), 'query', 0);
    const dear = quota.take(query(8), 'query', 5000);
    const cheap = quota.take(query(1), 'query', 5000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await dear).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await cheap).toBeUndefined();
  });

  it('lends its reserve where it comes back in time, so that the whole limit is used', async () => {
    quota = createQuota({ order: { limit: 12, windowMs: 1000, reserve: 1, lendMs: 300 } }, () => Date.now());
    const start = Date.now();
    const left: number[] = [];
    const all = Array.from({ length: 60 }, () => quota.take(order, 'urgent', 60_000).then(() => left.push(Date.now() - start)));
    // A close comes at the worst moment of each window, when everything has just been used.
    const closes: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await vi.advanceTimersByTimeAsync(730);
      const asked = Date.now();
      all.push(quota.take(order, 'reducing', 5000).then(() => closes.push(Date.now() - asked)));
      await vi.advanceTimersByTimeAsync(270);
    }
    await vi.advanceTimersByTimeAsync(5000);
    await Promise.all(all);
    expect(Math.max(...closes)).toBeLessThanOrEqual(300);
    const taken = [...left].sort((a, b) => a - b);
    for (const at of taken) expect(taken.filter((other) => other >= at && other < at + 1000).length).toBeLessThanOrEqual(12);
    // 63 in six windows at most: 12 a window but for the ends.
    expect(taken.at(-1)).toBeLessThanOrEqual(5000);
  });

  it('counts a request under way until it has arrived, and from then on', async () => {
    const hold = { entries: [] };
    await quota.take(query(10), 'reducing', 0, hold);
    await vi.advanceTimersByTimeAsync(1500);
    const waiting = quota.take(query(10), 'reducing', 5000).then(() => Date.now());
    await vi.advanceTimersByTimeAsync(500);
    const answeredAt = Date.now();
    quota.arrived(hold, 100);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await waiting).toBe(answeredAt + 900);
  });

  it('holds what the venue says it holds, with the same part in reserve', async () => {
    quota.setLimit('query', 5);
    expect(quota.left('query')).toBe(4);
    for (let count = 0; count < 4; count += 1) expect(await quota.take(query(), 'query', 0)).toBeUndefined();
    expect(await quota.take(query(), 'query', 0)).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await quota.take(query(), 'reducing', 0)).toBeUndefined();
    expect(await quota.take(query(), 'reducing', 0)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('turns away who waits when it ends', async () => {
    await quota.take(query(8), 'query', 0);
    const waiting = quota.take(query(), 'query', 5000);
    quota.close();
    expect(await waiting).toMatchObject({ outcome: 'notSent' });
    expect(await quota.take(order, 'urgent', 0)).toMatchObject({ outcome: 'notSent' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
