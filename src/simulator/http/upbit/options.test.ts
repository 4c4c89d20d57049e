/** Every switch for what Upbit's documents leave open, both ways. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { quantity } from '../../../shared/domain/units.ts';
import { type Kit, startKit, token } from './test-kit.ts';
import type { UpbitOptions } from './options.ts';

let kit: Kit;
afterEach(() => kit.close());
const start = async (options: Partial<UpbitOptions>) => {
  kit = await startKit({ options });
};
const nameOf = (body: unknown): unknown => (body as { error?: { name?: unknown } }).error?.name;
const bearer = (jwt: string) => ({ headers: { authorization: `Bearer ${jwt}` } });
const buy = { market: 'KRW-BTC', side: 'bid', ord_type: 'price', price: '6000' };
const text = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`http://127.0.0.1:${kit.port}${path}`, init);
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    retryAfter: answer.headers.get('retry-after'),
    body: await answer.text(),
  };
};
/** Asks until the venue bans. */
const persist = async (path: string) => {
  for (let tries = 0; tries < 500; tries += 1) {
    const answer = await text(path);
    if (answer.status === 418) return answer;
  }
  throw new Error('never banned');
};

describe('limits', () => {
  it('bans who does not care, and tells for how long in an error object', async () => {
    await start({ refusalsBeforeBan: 5, bansMs: [30_000] });
    const banned = await persist('/v1/market/all');
    expect(banned).toMatchObject({ type: 'application/json; charset=utf-8', retryAfter: null });
    expect(JSON.parse(banned.body)).toEqual({ error: { name: 'too_many_requests', message: expect.stringMatching(/ (29|30)초 후/) as unknown } });
    kit.clock.offsetMs += 30_000;
    expect((await text('/v1/market/all')).status).toBe(200);
  });

  it('says so in plain text, with Retry-After', async () => {
    await start({ refusalsBeforeBan: 5, bansMs: [30_000], limitBody: 'text', retryAfter: true });
    const banned = await persist('/v1/market/all');
    expect(banned.type).toBe('text/plain; charset=utf-8');
    expect([banned.body, banned.retryAfter]).toEqual([expect.stringMatching(/Blocked for (29|30) seconds/), expect.stringMatching(/^(29|30)$/)]);
    kit.faults.add({ venue: 'upbit', match: { path: '/v1/ticker' }, kind: 'rateLimited' });
    expect(await text('/v1/ticker?markets=KRW-BTC')).toMatchObject({ status: 429, body: 'Too many API requests.', retryAfter: '1' });
  });

  it('carries out an order that it refuses with 429, where that is wanted', async () => {
    for (const limitedMayExecute of [false, true]) {
      await start({ limitedMayExecute });
      kit.clock.offsetMs = 1000 - (Date.now() % 1000);
      const statuses: number[] = [];
      for (let count = 0; count < 13; count += 1) statuses.push((await kit.call('POST', '/v1/orders', { ...buy, identifier: `o${count}` })).status);
      expect(statuses.at(-1)).toBe(429);
      expect([limitedMayExecute, kit.venue.ledger().orders.length]).toEqual([limitedMayExecute, limitedMayExecute ? 13 : 12]);
      if (!limitedMayExecute) await kit.close();
    }
  });

  it('gives requests with an Origin a group of their own', async () => {
    await start({});
    const ask = () => kit.raw('/v1/market/all', { headers: { origin: 'http://example.test' } });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, first.headers.get('remaining-req')]).toEqual([200, 'group=origin; min=6; sec=0']);
    expect([second.status, second.headers.get('remaining-req')]).toEqual([429, 'group=origin; min=6; sec=0']);
    expect((await kit.raw('/v1/market/all')).status).toBe(200);
    expect((await kit.raw('/v1/accounts', { headers: { origin: 'http://example.test', authorization: `Bearer ${token('')}` } })).status).toBe(200);
  });
});

describe('keys', () => {
  it('takes HS256 until it does not', async () => {
    await start({ algorithms: ['HS512'] });
    expect((await kit.raw('/v1/accounts', bearer(token('', { alg: 'HS256' })))).status).toBe(401);
    expect((await kit.raw('/v1/accounts', bearer(token('')))).status).toBe(200);
  });

  it.each([
    ['expired', 'expired_access_key'],
    ['foreignAddress', 'no_authorization_ip'],
  ] as const)('refuses a key that is %s', async (key, name) => {
    await start({ key });
    const answer = await kit.call('GET', '/v1/accounts');
    expect([answer.status, nameOf(answer.body)]).toEqual([401, name]);
  });

  it('keeps to what the key may do', async () => {
    await start({ outOfScope: ['makeOrders'] });
    const placed = await kit.call('POST', '/v1/orders', { ...buy, identifier: randomUUID() });
    expect([placed.status, nameOf(placed.body)]).toEqual([403, 'out_of_scope']);
    expect((await kit.call('GET', '/v1/withdraws')).body).toEqual([]);
  });
});

describe('orders', () => {
  it('finds an order only after a while', async () => {
    await start({ visibleAfterMs: 60_000 });
    await kit.call('POST', '/v1/orders', { ...buy, identifier: 'soon' });
    expect((await kit.call('GET', '/v1/order', { identifier: 'soon' })).status).toBe(404);
    kit.clock.offsetMs += 60_000;
    expect((await kit.call('GET', '/v1/order', { identifier: 'soon' })).status).toBe(200);
  });

  it('cuts a ninth digit off', async () => {
    await start({ extraDigits: 'truncate', smpDefault: 'absent' });
    const order = { market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price: '99000000', volume: '0.000123456789' };
    expect((await kit.call('POST', '/v1/orders', order)).body).toMatchObject({ volume: '0.00012345', smp_type: null });
  });

  it('takes neither orders nor cancels where a market is offline', async () => {
    await start({ offlineMarkets: ['KRW-BTC'] });
    expect(nameOf((await kit.call('POST', '/v1/orders', buy)).body)).toBe('market_offline');
    expect((await kit.call('GET', '/v1/orders/chance', { market: 'KRW-BTC' })).body).toMatchObject({ market: { state: 'offline' } });
  });
});

describe('switches', () => {
  it('act at once when they are set, and go back when everything starts over', async () => {
    await start({ smpDefault: 'absent' });
    const smp = async () => {
      const { body } = await kit.call('POST', '/v1/orders', {
        market: 'KRW-BTC',
        side: 'bid',
        ord_type: 'limit',
        price: '90000000',
        volume: '0.001',
      });
      return (body as { smp_type: unknown }).smp_type;
    };
    expect(await smp()).toBe(null);
    expect(kit.venue.configure?.('smpDefault', 'cancel_maker')).toEqual({ ok: true });
    expect(await smp()).toBe('cancel_maker');
    expect(kit.venue.configure?.('key', 'expired')).toEqual({ ok: true });
    expect((await kit.call('GET', '/v1/accounts')).status).toBe(401);
    expect(kit.venue.configure?.('key', 'lost')).toMatchObject({ ok: false });
    expect(kit.venue.configure?.('nothing', 1)).toMatchObject({ ok: false });
    expect(kit.venue.configure?.('offlineMarkets', 'KRW-ETH,KRW-XRP')).toEqual({ ok: true });
    expect(kit.venue.configure?.('bansMs', '1000,2000')).toEqual({ ok: true });
    expect(kit.venue.configure?.('bansMs', 'soon')).toMatchObject({ ok: false });
    kit.venue.reset(quantity('1000000'));
    expect(await smp()).toBe(null);
  });

  it('let everybody through while nothing is metered', async () => {
    await start({ limits: 'off' });
    const statuses = new Set<number>();
    for (let count = 0; count < 100; count += 1) statuses.add((await kit.raw('/v1/market/all')).status);
    expect([...statuses]).toEqual([200]);
  });
});

describe('the clock', () => {
  it('is the venue’s own on every answer', async () => {
    await start({});
    kit.clock.offsetMs = 3_600_000;
    const answers = [
      await kit.raw('/v1/market/all'),
      await kit.call('GET', '/v1/accounts'),
      await kit.raw('/v1/nowhere'),
      await kit.raw('/v1/accounts'),
    ];
    kit.faults.add({ venue: 'upbit', match: { path: '/v1/accounts' }, kind: 'errorBefore' });
    answers.push(await kit.call('GET', '/v1/accounts'));
    for (const { headers } of answers) {
      const ahead = Date.parse(headers.get('date') ?? '') - Date.now();
      expect(Math.abs(ahead - 3_600_000)).toBeLessThan(2000);
    }
  });
});
