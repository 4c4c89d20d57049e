import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quantity } from '../../../shared/domain/units.ts';
import { type Kit, startKit, token } from './test-kit.ts';

let kit: Kit;
beforeEach(async () => {
  kit = await startKit();
});
afterEach(() => kit.close());

const nameOf = (body: unknown): unknown => (body as { error?: { name?: unknown } }).error?.name;
const bearer = (jwt: string) => ({ headers: { authorization: `Bearer ${jwt}` } });
const buy = { market: 'KRW-BTC', side: 'bid', ord_type: 'price', price: '6000' };
const bid = (price: string, volume: string, more = {}) => ({ market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price, volume, ...more });

/** The venue's second begins anew, so that a count starts at nothing. */
const nextSecond = () => {
  kit.clock.offsetMs += 1000;
};

describe('signatures', () => {
  it.each(['HS256', 'HS512'] as const)('takes %s over the decoded query', async (alg) => {
    const hashed = 'market=KRW-BTC&identifier=a b+c/한글';
    const query = `market=KRW-BTC&identifier=${encodeURIComponent('a b+c/한글')}`;
    const answer = await kit.raw(`/v1/orders/chance?${query}`, bearer(token(hashed, { alg })));
    expect(answer.status).toBe(200);
  });

  it('takes arrays, POST bodies in their order, and numbers by their source text', async () => {
    expect((await kit.call('GET', '/v1/orders/open', { states: ['wait', 'watch'] })).status).toBe(200);
    const jwt = token('market=KRW-BTC&side=bid&ord_type=price&price=6.0e3&identifier=x y+z');
    const body = '{"market":"KRW-BTC","side":"bid","ord_type":"price","price":6.0e3,"identifier":"x y+z"}';
    const answer = await kit.raw('/v1/orders', { method: 'POST', body, headers: { authorization: `Bearer ${jwt}` } });
    expect([answer.status, (answer.body as { price: string }).price]).toEqual([201, '6000']);
  });

  it('refuses what was tampered with', async () => {
    const [head, payload, signature] = token('').split('.');
    const forged = Buffer.from(JSON.stringify({ access_key: 'test-access-key', nonce: 'other' })).toString('base64url');
    const cases: readonly (readonly [string, string, string])[] = [
      ['/v1/accounts', `${head}.${forged}.${signature}`, 'jwt_verification'],
      ['/v1/accounts', `${head}.${payload}.${(signature ?? '').slice(1)}A`, 'jwt_verification'],
      ['/v1/accounts', token('', { secret: 'another' }), 'jwt_verification'],
      ['/v1/accounts', token('', { alg: 'none' }), 'jwt_verification'],
      ['/v1/accounts', 'not-a-token', 'jwt_verification'],
      ['/v1/accounts', token('', { accessKey: 'another' }), 'invalid_access_key'],
      ['/v1/orders/chance?market=KRW-BTC', token('market=KRW-ETH'), 'invalid_query_payload'],
      ['/v1/orders/chance?market=KRW-BTC', token(''), 'invalid_query_payload'],
    ];
    for (const [path, jwt, name] of cases) {
      const answer = await kit.raw(path, bearer(jwt));
      expect([jwt, answer.status, nameOf(answer.body)]).toEqual([jwt, 401, name]);
    }
    expect(nameOf((await kit.raw('/v1/accounts')).body)).toBe('no_authorization_token');
  });

  it('refuses a nonce the second time', async () => {
    const nonce = randomUUID();
    expect((await kit.raw('/v1/accounts', bearer(token('', { nonce })))).status).toBe(200);
    const again = await kit.raw('/v1/accounts', bearer(token('', { nonce })));
    expect([again.status, nameOf(again.body)]).toEqual([401, 'nonce_used']);
  });
});

describe('quotas', () => {
  it('counts orders to twelve a second and says what is left', async () => {
    kit.clock.offsetMs = 1000 - (Date.now() % 1000);
    const left: (string | null)[] = [];
    const statuses: number[] = [];
    for (let count = 0; count < 13; count += 1) {
      const answer = await kit.call('POST', '/v1/orders', { ...buy, price: '1' });
      left.push(answer.headers.get('remaining-req'));
      statuses.push(answer.status);
      if (answer.status === 429) expect(nameOf(answer.body)).toBe('too_many_requests');
    }
    expect(statuses).toEqual([...Array<number>(12).fill(400), 429]);
    expect([left[0], left[11], left[12]]).toEqual(['group=order; min=720; sec=11', 'group=order; min=720; sec=0', 'group=order; min=720; sec=0']);
    nextSecond();
    expect((await kit.call('POST', '/v1/orders', { ...buy, price: '1' })).status).toBe(400);
    expect((await kit.call('GET', '/v1/accounts')).headers.get('remaining-req')).toBe('group=default; min=1800; sec=29');
  });

  it('never refuses a client that keeps to what is left, for a minute at full speed', async () => {
    kit.clock.offsetMs = 1000 - (Date.now() % 1000);
    let [taken, refused] = [0, 0];
    for (let second = 0; second < 60; second += 1) {
      for (let left = 1; left > 0; taken += 1) {
        const answer = await kit.call('POST', '/v1/orders', { ...buy, price: '1' });
        left = Number(/sec=(\d+)/.exec(answer.headers.get('remaining-req') ?? '')?.[1]);
        if (answer.status === 429) refused += 1;
      }
      nextSecond();
    }
    // A second that ended while it was spent has more than its twelve.
    expect([refused, taken >= 720]).toEqual([0, true]);
  });

  it('allows one quotation request with an Origin in ten seconds', async () => {
    const ask = () => kit.raw('/v1/market/all', { headers: { origin: 'http://example.test' } });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
    kit.clock.offsetMs += 10_000;
    expect((await ask()).status).toBe(200);
  });
});

describe('quotation', () => {
  it('answers in the documented shapes, with numbers', async () => {
    const [btc] = (await kit.raw('/v1/market/all')).body as Record<string, unknown>[];
    expect(btc).toEqual({ market: 'KRW-BTC', korean_name: '비트코인', english_name: 'Bitcoin' });
    const tickers = (await kit.raw('/v1/ticker?markets=KRW-BTC%2CKRW-USDT')).body as Record<string, unknown>[];
    expect(tickers.map((row) => row['market'])).toEqual(['KRW-BTC', 'KRW-USDT']);
    for (const field of ['trade_price', 'opening_price', 'acc_trade_price_24h', 'signed_change_rate', 'trade_timestamp', 'timestamp']) {
      expect([field, typeof tickers[0]?.[field]]).toEqual([field, 'number']);
    }
    const all = (await kit.raw('/v1/ticker/all?quote_currencies=BTC%2CKRW')).body as unknown[];
    expect(all.length).toBe(201);
    const [tick] = (await kit.raw('/v1/orderbook/instruments?markets=KRW-BTC')).body as Record<string, unknown>[];
    expect(tick).toMatchObject({ market: 'KRW-BTC', quote_currency: 'KRW', tick_size: '1000' });
  });

  it('prints the order book best first, with totals over all levels', async () => {
    const ask = async (query: string) => ((await kit.raw(`/v1/orderbook?${query}`)).body as Record<string, unknown>[])[0];
    expect(await ask('markets=KRW-BTC&count=1')).toMatchObject({
      total_ask_size: 0.51,
      total_bid_size: 0.5,
      orderbook_units: [{ ask_price: 100_000_000, bid_price: 99_999_000, ask_size: 0.01, bid_size: 0.5 }],
    });
    expect((await ask('markets=KRW-BTC'))?.['orderbook_units']).toHaveLength(2);
    expect((await ask('markets=KRW-ETH'))?.['orderbook_units']).toHaveLength(30);
  });

  it('names what is wrong with a number', async () => {
    expect((await kit.raw('/v1/ticker')).body).toEqual({
      error: { name: 400, message: 'Missing request parameter error. Check the required parameters!' },
    });
    const unknown = await kit.raw('/v1/ticker?markets=KRW-NONE');
    expect([unknown.status, nameOf(unknown.body)]).toEqual([404, 404]);
    const nowhere = await kit.raw('/v1/nowhere');
    expect([nowhere.status, nameOf(nowhere.body)]).toEqual([404, 404]);
    expect(kit.requests.unhandledPaths()).toEqual(['/v1/nowhere']);
  });
});

describe('orders', () => {
  it('shows a market buy as waiting in its answer, with trades on GET /v1/order only', async () => {
    const placed = await kit.call('POST', '/v1/orders', { ...buy, price: '6000.4', identifier: 'kimp-1' });
    expect(placed.status).toBe(201);
    const row = placed.body as Record<string, unknown>;
    expect(row).toMatchObject({
      side: 'bid',
      ord_type: 'price',
      price: '6000.4',
      state: 'wait',
      market: 'KRW-BTC',
      volume: null,
      remaining_volume: null,
      reserved_fee: '3.0002',
      remaining_fee: '3.0002',
      paid_fee: '0',
      locked: '6003.4002',
      executed_volume: '0',
      trades_count: 0,
      identifier: 'kimp-1',
      time_in_force: null,
    });
    expect(row['created_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/);
    expect(Math.abs(Date.parse(String(row['created_at'])) - Date.now())).toBeLessThan(3000);
    const full = (await kit.call('GET', '/v1/order', { identifier: 'kimp-1' })).body as Record<string, unknown>;
    expect(full).toMatchObject({ uuid: row['uuid'], state: 'cancel', executed_volume: '0.00006', paid_fee: '3', locked: '0.4002', trades_count: 1 });
    expect(full['trades']).toMatchObject([{ market: 'KRW-BTC', price: '100000000', volume: '0.00006', funds: '6000', side: 'bid' }]);
    const [listed] = (await kit.call('GET', '/v1/orders/closed', { state: 'cancel', market: 'KRW-BTC' })).body as Record<string, unknown>[];
    expect(listed).toMatchObject({ uuid: row['uuid'], executed_funds: '6000' });
    expect(listed).not.toHaveProperty('trades');
    const accounts = (await kit.call('GET', '/v1/accounts')).body;
    expect(accounts).toMatchObject([
      { currency: 'KRW', balance: '99993997', locked: '0', avg_buy_price: '0', avg_buy_price_modified: true, unit_currency: 'KRW' },
      { currency: 'BTC', balance: '0.00006', locked: '0', avg_buy_price: '100000000', avg_buy_price_modified: false },
    ]);
  });

  it('refuses a body that is no JSON object, and a query that cannot be decoded', async () => {
    for (const init of [
      { method: 'POST', body: '{"market":' },
      { method: 'POST', body: '[1]' },
    ]) {
      const answer = await kit.raw('/v1/orders', init);
      expect([answer.status, nameOf(answer.body), answer.headers.has('remaining-req')]).toEqual([400, 'invalid_parameter', true]);
    }
    expect((await kit.raw('/v1/ticker?markets=%E0%A4')).status).toBe(400);
  });

  it('finds, lists and cancels a waiting order; the uuid wins', async () => {
    const first = (await kit.call('POST', '/v1/orders', bid('90000000', '0.01', { identifier: 'one' }))).body as { uuid: string };
    const second = (await kit.call('POST', '/v1/orders', bid('91000000', '0.01', { identifier: 'two', time_in_force: 'post_only' }))).body as {
      uuid: string;
    };
    const uuidsOf = async (path: string, params: Record<string, string | string[]>) =>
      ((await kit.call('GET', path, params)).body as { uuid: string }[]).map((row) => row.uuid);
    expect(await uuidsOf('/v1/orders/open', {})).toEqual([second.uuid, first.uuid]);
    expect(await uuidsOf('/v1/orders/open', { market: 'KRW-BTC', limit: '1', page: '2', order_by: 'asc' })).toEqual([second.uuid]);
    expect(await uuidsOf('/v1/orders/open', { states: ['watch'] })).toEqual([]);
    expect(await uuidsOf('/v1/orders/uuids', { uuids: [first.uuid, 'unknown'] })).toEqual([first.uuid]);
    expect(await uuidsOf('/v1/orders/uuids', { identifiers: ['two', 'one'] })).toEqual([second.uuid, first.uuid]);
    const both = (await kit.call('GET', '/v1/order', { uuid: first.uuid, identifier: 'two' })).body as { uuid: string };
    expect(both.uuid).toBe(first.uuid);
    const canceled = await kit.call('DELETE', '/v1/order', { identifier: 'one' });
    expect([canceled.status, (canceled.body as { state: string }).state]).toEqual([200, 'wait']);
    const after = (await kit.call('GET', '/v1/order', { uuid: first.uuid })).body;
    expect(after).toMatchObject({ state: 'cancel', remaining_volume: '0.01', executed_volume: '0' });
    const again = await kit.call('DELETE', '/v1/order', { uuid: first.uuid });
    expect([again.status, nameOf(again.body)]).toEqual([404, 'order_not_found']);
    const row = kit.requests.since(0).find((request) => request.method === 'DELETE');
    expect(row?.clientOrderId).toBe('one');
  });

  it('keeps closed orders to seven days and its limits', async () => {
    await kit.call('POST', '/v1/orders', buy);
    const now = Date.now();
    const day = 86_400_000;
    const count = async (params: Record<string, string>) => {
      const { status, body } = await kit.call('GET', '/v1/orders/closed', params);
      return status === 200 ? (body as unknown[]).length : nameOf(body);
    };
    expect(await count({})).toBe(1);
    expect(await count({ start_time: String(now - 6 * day), end_time: String(now + day) })).toBe(1);
    expect(await count({ start_time: String(now - 7 * day), end_time: String(now + day) })).toBe('invalid_parameter');
    expect(await count({ end_time: new Date(now - day).toISOString() })).toBe(0);
    expect(await count({ state: 'cancel' })).toBe(0);
    expect(await count({ state: 'wait' })).toBe('validation_error');
  });

  const refused: readonly (readonly [string, Record<string, string>, number, unknown])[] = [
    ['an unknown market', { ...buy, market: 'KRW-NONE' }, 400, 'validation_error'],
    ['no side', { ...buy, side: '' }, 400, 'validation_error'],
    ['an unknown kind', { ...buy, ord_type: 'stop' }, 400, 'validation_error'],
    ['an identifier of 65 characters', { ...buy, identifier: 'x'.repeat(65) }, 400, 'validation_error'],
    ['a limit order without a volume', { ...buy, ord_type: 'limit' }, 400, 'validation_error'],
    ['best without a time in force', { ...buy, ord_type: 'best' }, 400, 'validation_error'],
    ['a market buy with a volume', { ...buy, volume: '1' }, 400, 'create_bid_error'],
    ['a market sell with a price', { ...buy, side: 'ask', ord_type: 'market', volume: '1' }, 400, 'create_ask_error'],
    ['a price that is no number', { ...buy, price: 'NaN' }, 400, 'validation_error'],
    ['too little', { ...buy, price: '4999' }, 400, 'under_min_total_market_bid'],
    ['a wrong tick', bid('99999500', '0.01'), 400, 'invalid_price_bid'],
    ['too few coins', { ...bid('99999000', '0.01'), side: 'ask' }, 400, 'insufficient_funds_ask'],
    ['too few won', bid('99999000', '1.2'), 400, 'insufficient_funds_bid'],
  ];
  it.each(refused)('refuses %s', async (_what, order, status, name) => {
    const answer = await kit.call('POST', '/v1/orders', order);
    expect([answer.status, nameOf(answer.body)]).toEqual([status, name]);
    expect(kit.venue.ledger().orders).toEqual([]);
  });

  it('refuses an identifier for ever and an order that it does not know', async () => {
    await kit.call('POST', '/v1/orders', { ...buy, identifier: 'once' });
    const again = await kit.call('POST', '/v1/orders', { ...buy, identifier: 'once' });
    expect([again.status, nameOf(again.body)]).toEqual([400, 'duplicated_identifier']);
    const unknown = await kit.call('GET', '/v1/order', { identifier: 'never' });
    expect([unknown.status, nameOf(unknown.body)]).toEqual([404, 'order_not_found']);
  });

  it('tests an order without placing it', async () => {
    const tested = await kit.call('POST', '/v1/orders/test', { ...buy, identifier: 'dry' });
    expect(tested.status).toBe(201);
    const { uuid } = tested.body as { uuid: string };
    expect((await kit.call('GET', '/v1/order', { uuid })).status).toBe(404);
    expect((await kit.call('POST', '/v1/orders', { ...buy, identifier: 'dry' })).status).toBe(201);
  });

  it('tells fees, minima and both accounts', async () => {
    const { body } = await kit.call('GET', '/v1/orders/chance', { market: 'KRW-BTC' });
    expect(body).toMatchObject({
      bid_fee: '0.0005',
      market: { id: 'KRW-BTC', bid: { currency: 'KRW', min_total: '5000' }, ask: { currency: 'BTC', min_total: '5000' }, max_total: '1000000000' },
      bid_account: { currency: 'KRW', balance: '100000000' },
      ask_account: { currency: 'BTC', balance: '0' },
    });
  });
});

describe('control', () => {
  it('keeps a ledger of what clients and others did', async () => {
    await kit.call('POST', '/v1/orders', bid('100000000', '0.02', { identifier: 'mine', time_in_force: 'ioc' }));
    expect(kit.venue.externalOrder('KRW-BTC', 'buy', quantity('0.03'))).toEqual({ ok: true });
    const { orders, fills, balances } = kit.venue.ledger();
    expect(orders).toMatchObject([
      {
        venue: 'upbit',
        symbol: 'KRW-BTC',
        clientOrderId: 'mine',
        side: 'buy',
        type: 'limit',
        timeInForce: 'ioc',
        price: '100000000',
        quantity: '0.02',
        cost: null,
        filled: '0.01',
        averagePrice: '100000000',
        state: 'canceled',
        external: false,
      },
      {
        clientOrderId: '',
        type: 'price',
        timeInForce: 'none',
        price: null,
        quantity: null,
        cost: '3000030',
        filled: '0.03',
        state: 'filled',
        external: true,
      },
    ]);
    expect(fills).toMatchObject([
      { clientOrderId: 'mine', price: '100000000', quantity: '0.01', fee: '500', feeCurrency: 'KRW' },
      { price: '100001000', quantity: '0.03' },
    ]);
    expect(balances).toEqual({ KRW: { free: '95997969.985', locked: '0' }, BTC: { free: '0.04', locked: '0' } });
    expect(kit.venue.externalOrder('KRW-NONE', 'buy', quantity('1'))).toMatchObject({ ok: false });
  });

  it('carries out order faults and speaks Upbit’s words for transport faults', async () => {
    kit.faults.add({ venue: 'upbit', match: { method: 'POST', path: '/v1/orders' }, kind: 'partialFill', fraction: '0.25' });
    const { uuid } = (await kit.call('POST', '/v1/orders', bid('100001000', '0.02'))).body as { uuid: string };
    expect((await kit.call('GET', '/v1/order', { uuid })).body).toMatchObject({ state: 'cancel', executed_volume: '0.005' });
    kit.faults.add({ venue: 'upbit', match: { path: '/v1/accounts' }, kind: 'rateLimited' });
    const limited = await kit.call('GET', '/v1/accounts');
    expect([limited.status, nameOf(limited.body), limited.headers.get('remaining-req')]).toEqual([
      429,
      'too_many_requests',
      'group=default; min=1800; sec=0',
    ]);
    kit.faults.add({ venue: 'upbit', match: { path: '/v1/accounts' }, kind: 'errorBefore' });
    expect((await kit.call('GET', '/v1/accounts')).status).toBe(503);
  });
});
