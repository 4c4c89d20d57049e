import { describe, expect, it } from 'vitest';
import { createRequestLog, preciseNow } from './ledger.ts';

const request = { venue: 'upbit', method: 'GET', path: '/v1/accounts', clientOrderId: null, at: 1, fault: null } as const;

describe('the request log', () => {
  it('numbers requests and shows their answers', () => {
    const log = createRequestLog();
    const first = log.begin(request);
    log.begin({ ...request, clientOrderId: 'a' });
    expect(log.since(0).map((row) => [row.seq, row.status])).toEqual([
      [1, 0],
      [2, 0],
    ]);
    first.status = 200;
    expect(log.since(0)[0]?.status).toBe(200);
    expect(log.since(1).map((row) => row.clientOrderId)).toEqual(['a']);
  });

  it('keeps the last requests only', () => {
    const log = createRequestLog(10);
    for (let count = 0; count < 25; count += 1) log.begin(request);
    expect(log.since(22).map((row) => row.seq)).toEqual([23, 24, 25]);
    expect(log.since(99)).toEqual([]);
    expect(log.since(0).map((row) => row.seq)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  });

  it('counts on after a reset', () => {
    const log = createRequestLog();
    log.begin(request);
    log.unhandled('/nowhere');
    log.unhandled('/nowhere');
    expect(log.unhandledPaths()).toEqual(['/nowhere', '/nowhere']);
    log.clear();
    expect([log.since(0), log.unhandledPaths()]).toEqual([[], []]);
    expect(log.begin(request).seq).toBe(2);
  });

  it('reads the clock to the microsecond', () => {
    const now = preciseNow();
    expect(Math.abs(now - Date.now())).toBeLessThan(1000);
    expect(now).toBe(Number(now.toFixed(3)));
  });
});
