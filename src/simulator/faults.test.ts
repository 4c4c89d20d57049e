import { describe, expect, it } from 'vitest';
import { text } from '../shared/domain/units.ts';
import { createFaults } from './faults.ts';

const never = () => 0.999;
const orders = { venue: 'upbit', match: { method: 'POST', path: '/v1/orders' } };

describe('faults', () => {
  it('act once unless told otherwise', () => {
    const faults = createFaults(never);
    expect(faults.add({ ...orders, kind: 'replyLost' })).toEqual({ ok: true, id: 'f1' });
    expect(faults.take('upbit', 'GET', '/v1/orders', false)).toBeUndefined();
    expect(faults.take('binance', 'POST', '/v1/orders', true)).toBeUndefined();
    expect(faults.take('upbit', 'POST', '/v1/orders/test', false)).toBeUndefined();
    expect(faults.take('upbit', 'POST', '/v1/orders', true)).toMatchObject({ id: 'f1', kind: 'replyLost', delayMs: null });
    expect(faults.take('upbit', 'POST', '/v1/orders', true)).toBeUndefined();
  });

  it('act until deleted with times 0', () => {
    const faults = createFaults(never);
    faults.add({ ...orders, kind: 'latency', delayMs: 20, times: 0 });
    for (let count = 0; count < 50; count += 1) expect(faults.take('upbit', 'POST', '/v1/orders', true)?.delayMs).toBe(20);
    faults.clear();
    expect(faults.take('upbit', 'POST', '/v1/orders', true)).toBeUndefined();
  });

  it('match a prefix, any method where none is named, the oldest first', () => {
    const faults = createFaults(never);
    faults.add({ venue: 'binance', match: { path: '/fapi/*' }, kind: 'rateLimited' });
    faults.add({ venue: 'binance', match: { path: '*' }, kind: 'errorBefore' });
    expect(faults.take('binance', 'GET', '/fapi/v1/time', false)?.kind).toBe('rateLimited');
    expect(faults.take('binance', 'GET', '/fapi/v1/time', false)?.kind).toBe('errorBefore');
  });

  it('on orders leave other requests alone', () => {
    const faults = createFaults(never);
    faults.add({ venue: 'binance', match: { path: '/fapi/v1/*' }, kind: 'partialFill', fraction: 0.25 });
    expect(faults.take('binance', 'GET', '/fapi/v1/order', false)).toBeUndefined();
    const taken = faults.take('binance', 'POST', '/fapi/v1/order', true);
    expect(taken && text(taken.fraction)).toBe('0.25');
  });

  it('are not used up by a draw that they lose', () => {
    const draws = [0.6, 0.4, 0.1];
    const faults = createFaults(() => draws.shift() ?? 1);
    faults.add({ ...orders, kind: 'requestLost', probability: 0.5 });
    expect(faults.take('upbit', 'POST', '/v1/orders', true)).toBeUndefined();
    expect(faults.take('upbit', 'POST', '/v1/orders', true)?.kind).toBe('requestLost');
    expect(faults.take('upbit', 'POST', '/v1/orders', true)).toBeUndefined();
  });

  it.each([
    [{ ...orders, kind: 'banned' }, 'there are requestLost, replyLost'],
    [{ ...orders, kind: 'latency' }, 'delayMs'],
    [{ ...orders, kind: 'partialFill', fraction: '1.5' }, 'fraction'],
    [{ ...orders, kind: 'replyLost', times: -1 }, 'times'],
    [{ ...orders, kind: 'replyLost', probability: 2 }, 'probability'],
    [{ ...orders, kind: 'replyLost', extra: 1 }, 'extra'],
    [{ venue: 'bithumb', match: { path: '/' }, kind: 'replyLost' }, 'venue'],
    [{ venue: 'upbit', kind: 'replyLost' }, 'match'],
    [{ venue: 'upbit', match: { stream: 'upbit.myOrder' }, kind: 'replyLost' }, 'path'],
    ['latency', 'expected object'],
  ])('refuse %j', (input, named) => {
    const added = createFaults(never).add(input);
    expect(added).toMatchObject({ ok: false, error: expect.stringContaining(named) });
  });
});
