import { describe, expect, it } from 'vitest';
import { text } from '../shared/domain/units.ts';
import { faultKinds } from './fault-kinds.ts';
import { createFaults } from './faults.ts';

const never = () => 0.999;
const orders = { venue: 'upbit', match: { method: 'POST', path: '/v1/orders' } };

describe('faults', () => {
  it('act once unless told otherwise', () => {
    const faults = createFaults(never);
    expect(faults.add({ ...orders, kind: 'replyLost' })).toEqual({ ok: true, id: 'f1' });
    expect(faults.take('upbit', 'GET', '/v1/orders', 'other').fault).toBeUndefined();
    expect(faults.take('binance', 'POST', '/v1/orders', 'place').fault).toBeUndefined();
    expect(faults.take('upbit', 'POST', '/v1/orders/test', 'other').fault).toBeUndefined();
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place').fault).toMatchObject({ id: 'f1', kind: 'replyLost', delayMs: null });
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place').fault).toBeUndefined();
  });

  it('act until deleted with times 0', () => {
    const faults = createFaults(never);
    faults.add({ ...orders, kind: 'latency', delayMs: 20, times: 0 });
    for (let count = 0; count < 50; count += 1) expect(faults.take('upbit', 'POST', '/v1/orders', 'place').fault?.delayMs).toBe(20);
    faults.clear();
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place').fault).toBeUndefined();
  });

  it('match a prefix, any method where none is named, the oldest first', () => {
    const faults = createFaults(never);
    faults.add({ venue: 'binance', match: { path: '/fapi/*' }, kind: 'rateLimited' });
    faults.add({ venue: 'binance', match: { path: '*' }, kind: 'errorBefore' });
    expect(faults.take('binance', 'GET', '/fapi/v1/time', 'other').fault?.kind).toBe('rateLimited');
    expect(faults.take('binance', 'GET', '/fapi/v1/time', 'other').fault?.kind).toBe('errorBefore');
  });

  it('on orders leave other requests alone', () => {
    const faults = createFaults(never);
    faults.add({ venue: 'binance', match: { path: '/fapi/v1/*' }, kind: 'partialFill', fraction: 0.25 });
    expect(faults.take('binance', 'GET', '/fapi/v1/order', 'other').fault).toBeUndefined();
    const taken = faults.take('binance', 'POST', '/fapi/v1/order', 'place').fault;
    expect(taken && text(taken.fraction)).toBe('0.25');
  });

  it('are not used up by a draw that they lose', () => {
    const draws = [0.6, 0.4, 0.1];
    const faults = createFaults(() => draws.shift() ?? 1);
    faults.add({ ...orders, kind: 'requestLost', probability: 0.5 });
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place').fault).toBeUndefined();
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place').fault?.kind).toBe('requestLost');
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place').fault).toBeUndefined();
  });

  it('let latency act beside another', () => {
    const faults = createFaults(never);
    faults.add({ ...orders, kind: 'latency', delayMs: 20, times: 2 });
    faults.add({ ...orders, kind: 'replyLost' });
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place')).toMatchObject({ latencyMs: 20, fault: { kind: 'replyLost' } });
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place')).toMatchObject({ latencyMs: 20, fault: { kind: 'latency' } });
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place')).toEqual({ latencyMs: 0, fault: undefined, forMs: 0 });
  });

  it('act where their kind means something', () => {
    const faults = createFaults(never);
    for (const kind of ['fillAfterCancel', 'queryLag', 'filterChange', 'emptyObject']) faults.add({ venue: 'binance', match: { path: '*' }, kind });
    const kinds = (['upgrade', 'query', 'rules', 'cancel', 'place', 'place'] as const).map(
      (role) => faults.take('binance', 'GET', '/x', role).fault?.kind,
    );
    expect(kinds).toEqual([undefined, 'queryLag', 'filterChange', 'fillAfterCancel', 'emptyObject', undefined]);
  });

  it('ban the whole venue for as long as told', () => {
    let now = 0;
    const faults = createFaults(never, () => now);
    faults.add({ ...orders, kind: 'banned', delayMs: 5000 });
    expect(faults.take('upbit', 'GET', '/v1/accounts', 'other').fault).toBeUndefined();
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place')).toMatchObject({ fault: { kind: 'banned' }, forMs: 5000 });
    now = 4000;
    expect(faults.take('upbit', 'GET', '/v1/accounts', 'other')).toMatchObject({ fault: { kind: 'banned' }, forMs: 1000 });
    expect(faults.take('binance', 'GET', '/v1/accounts', 'other').fault).toBeUndefined();
    now = 5000;
    expect(faults.take('upbit', 'POST', '/v1/orders', 'place').fault).toBeUndefined();
  });

  it('on streams tell the listener and are counted by event', () => {
    const faults = createFaults(never);
    const heard: string[] = [];
    faults.onStream((stream) => heard.push(stream));
    faults.add({ venue: 'binance', match: { stream: 'binance.user' }, kind: 'duplicateEvent', times: 2 });
    expect(faults.takeStream('binance.public', ['duplicateEvent'])).toBeUndefined();
    expect(faults.takeStream('binance.user', ['droppedEvents'])).toBeUndefined();
    expect(faults.takeStream('binance.user', ['droppedEvents', 'duplicateEvent'])?.kind).toBe('duplicateEvent');
    expect(faults.takeStream('binance.user', ['duplicateEvent'])?.kind).toBe('duplicateEvent');
    expect(faults.takeStream('binance.user', ['duplicateEvent'])).toBeUndefined();
    expect(faults.take('binance', 'GET', '/private/ws', 'upgrade').fault).toBeUndefined();
    faults.clear();
    expect(heard).toEqual(['binance.user', 'cleared']);
  });

  it('are all of the control API', () => {
    const promised =
      'requestLost replyLost latency errorBefore errorAfter rateLimited banned clockError truncatedJson htmlBody emptyObject stalledBody reset insufficientFunds filterReject partialFill venueCancel fillAfterCancel queryLag staleFilled duplicateEvent reorderedEvents droppedEvents streamGap halfOpen listenKeyExpired halt filterChange maintenance';
    expect(faultKinds.join(' ')).toBe(promised);
  });

  it.each([
    [{ ...orders, kind: 'eaten' }, 'there are requestLost, replyLost'],
    [{ ...orders, kind: 'latency' }, 'delayMs'],
    [{ ...orders, kind: 'partialFill', fraction: '1.5' }, 'fraction'],
    [{ ...orders, kind: 'replyLost', times: -1 }, 'times'],
    [{ ...orders, kind: 'replyLost', probability: 2 }, 'probability'],
    [{ ...orders, kind: 'replyLost', extra: 1 }, 'extra'],
    [{ venue: 'bithumb', match: { path: '/' }, kind: 'replyLost' }, 'venue'],
    [{ venue: 'upbit', kind: 'replyLost' }, 'match'],
    [{ venue: 'upbit', match: { stream: 'upbit.myOrder' }, kind: 'replyLost' }, 'path'],
    [{ ...orders, kind: 'halfOpen' }, 'stream'],
    [{ venue: 'upbit', match: { stream: 'binance.user' }, kind: 'halfOpen' }, 'not a stream of upbit'],
    [{ venue: 'upbit', match: { stream: 'upbit.myOrder' }, kind: 'listenKeyExpired' }, 'binance.user'],
    [{ ...orders, kind: 'htmlBody', status: 99 }, 'status'],
    ['latency', 'expected object'],
  ])('refuse %j', (input, named) => {
    const added = createFaults(never).add(input);
    expect(added).toMatchObject({ ok: false, error: expect.stringContaining(named) });
  });
});
