/** The calls that replace orders, cancel many, and look at the account's key and wallets; faults on orders and queries. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Kit, startKit } from './test-kit.ts';

let kit: Kit;
beforeEach(async () => {
  kit = await startKit();
});
afterEach(() => kit.close());

type Row = Readonly<Record<string, unknown>>;
const nameOf = (body: unknown): unknown => (body as { error?: { name?: unknown } }).error?.name;
const bid = (price: string, volume: string, more = {}) => ({ market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price, volume, ...more });
const place = async (order: Record<string, string>) => (await kit.call('POST', '/v1/orders', order)).body as Row & { readonly uuid: string };
const order = async (uuid: string) => (await kit.call('GET', '/v1/order', { uuid })).body as Row;
const fault = (kind: string, path: string, more = {}) =>
  expect(kit.faults.add({ venue: 'upbit', match: { path }, kind, ...more })).toMatchObject({ ok: true });

describe('cancel and new', () => {
  it('answers with the old order and the name of the new one', async () => {
    const old = await place(bid('99000000', '0.02', { identifier: 'old' }));
    const answer = await kit.call('POST', '/v1/orders/cancel_and_new', {
      prev_order_identifier: 'old',
      new_ord_type: 'limit',
      new_price: '98000000',
      new_volume: 'remain_only',
      new_identifier: 'new',
      new_smp_type: 'reduce',
    });
    expect([answer.status, answer.headers.get('remaining-req')?.split(';')[0]]).toEqual([201, 'group=order']);
    const row = answer.body as Row;
    expect(row).toMatchObject({ uuid: old.uuid, state: 'wait', price: '99000000', identifier: 'old', new_order_identifier: 'new' });
    expect(await order(String(row['new_order_uuid']))).toMatchObject({
      state: 'wait',
      price: '98000000',
      volume: '0.02',
      smp_type: 'reduce',
      identifier: 'new',
    });
    expect((await order(old.uuid))['state']).toBe('cancel');
    expect(kit.requests.since(0).find(({ path }) => path === '/v1/orders/cancel_and_new')?.clientOrderId).toBe('new');
  });

  it('refuses what it cannot replace', async () => {
    const answers = async (body: Record<string, string>) => {
      const { status, body: said } = await kit.call('POST', '/v1/orders/cancel_and_new', body);
      return [status, nameOf(said)];
    };
    expect(await answers({ new_ord_type: 'limit' })).toEqual([400, 'validation_error']);
    expect(await answers({ prev_order_identifier: 'never', new_ord_type: 'limit' })).toEqual([404, 'order_not_found']);
    const { uuid } = await place(bid('99000000', '0.02'));
    expect(await answers({ prev_order_uuid: uuid, new_ord_type: 'limit', new_volume: '0.02' })).toEqual([400, 'validation_error']);
    expect(await answers({ prev_order_uuid: uuid, new_ord_type: 'limit', new_volume: '0.02', new_price: '99000500' })).toEqual([
      400,
      'invalid_price_bid',
    ]);
    expect((await order(uuid))['state']).toBe('wait');
  });
});

describe('cancels of many', () => {
  it('cancels by name, and says which it could not', async () => {
    const one = await place(bid('99000000', '0.001', { identifier: 'one' }));
    const two = await place(bid('98000000', '0.001', { identifier: 'two' }));
    await kit.call('DELETE', '/v1/order', { uuid: two.uuid });
    const { status, body } = await kit.call('DELETE', '/v1/orders/uuids', { identifiers: ['one', 'two', 'never'] });
    expect([status, body]).toEqual([
      200,
      {
        success: { count: 1, orders: [{ uuid: one.uuid, market: 'KRW-BTC', identifier: 'one' }] },
        failed: { count: 1, orders: [{ uuid: two.uuid, market: 'KRW-BTC', identifier: 'two' }] },
      },
    ]);
    const both = await kit.call('DELETE', '/v1/orders/uuids', { uuids: [one.uuid], identifiers: ['two'] });
    expect([both.status, nameOf(both.body)]).toEqual([400, 'invalid_parameter']);
    const many = await kit.call('DELETE', '/v1/orders/uuids', { uuids: Array.from({ length: 21 }, (_, index) => `u${index}`) });
    expect(many.status).toBe(400);
  });

  it('cancels what is open, the newest twenty first, once in two seconds', async () => {
    kit.clock.offsetMs = 2000 - (Date.now() % 2000);
    const placed: string[] = [];
    for (let index = 0; index < 24; index += 1) {
      if (index % 12 === 0) kit.clock.offsetMs += 2000;
      placed.push((await place(bid(String(90_000_000 + index * 1000), '0.0001'))).uuid);
    }
    const xrp = (await place({ market: 'KRW-XRP', side: 'bid', ord_type: 'limit', price: '1000', volume: '10' })) as { uuid?: string };
    const uuids = (body: unknown) => (body as { success: { orders: { uuid: string }[] } }).success.orders.map(({ uuid }) => uuid);
    const cancel = async (params: Record<string, string>) => {
      kit.clock.offsetMs += 2000;
      return kit.call('DELETE', '/v1/orders/open', params);
    };
    const first = await cancel({ excluded_pairs: 'KRW-XRP' });
    expect(first.headers.get('remaining-req')).toBe('group=order-cancel-all; min=30; sec=0');
    expect(uuids(first.body)).toEqual(placed.slice(4).toReversed());
    expect((await kit.call('DELETE', '/v1/orders/open', {})).status).toBe(429);
    expect(uuids((await cancel({ order_by: 'asc', count: '2', cancel_side: 'bid', pairs: 'KRW-BTC' })).body)).toEqual(placed.slice(0, 2));
    expect(uuids((await cancel({ cancel_side: 'ask' })).body)).toEqual([]);
    expect(uuids((await cancel({ quote_currencies: 'KRW' })).body)).toEqual([
      ...(xrp.uuid === undefined ? [] : [xrp.uuid]),
      ...placed.slice(2, 4).toReversed(),
    ]);
    for (const wrong of [{ pairs: 'KRW-BTC', quote_currencies: 'KRW' }, { cancel_side: 'buy' }, { count: '301' }] as Record<string, string>[]) {
      expect((await cancel(wrong)).status).toBe(400);
    }
  });
});

describe('the key and its wallets', () => {
  it('lists the key for a year, wallets that work, and no withdrawals without the right', async () => {
    const [key] = (await kit.call('GET', '/v1/api_keys')).body as Row[];
    expect(key).toMatchObject({ access_key: 'test-access-key' });
    const days = (Date.parse(String(key?.['expire_at'])) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(365);
    const withdraws = await kit.call('GET', '/v1/withdraws');
    expect([withdraws.status, nameOf(withdraws.body)]).toEqual([403, 'out_of_scope']);
    const wallets = (await kit.call('GET', '/v1/status/wallet')).body as Row[];
    expect(wallets.map((row) => row['currency'])).toContain('BTC');
    expect(wallets.find((row) => row['currency'] === 'BTC')).toMatchObject({ wallet_state: 'working', block_state: 'normal', net_type: 'BTC' });
  });
});

describe('self-match prevention over the wire', () => {
  it('is cancel_maker where nothing is said, none with post_only, and printed on every order', async () => {
    const types = async (more: Record<string, string>) => {
      const { status, body } = await kit.call('POST', '/v1/orders', bid('90000000', '0.001', more));
      return status === 201 ? (body as Row)['smp_type'] : nameOf(body);
    };
    expect(await types({})).toBe('cancel_maker');
    expect(await types({ time_in_force: 'post_only' })).toBe('none');
    expect(await types({ time_in_force: 'post_only', smp_type: 'none' })).toBe('none');
    expect(await types({ time_in_force: 'post_only', smp_type: 'reduce' })).toBe('validation_error');
    expect(await types({ smp_type: 'cancel_both' })).toBe('validation_error');
    await kit.call('POST', '/v1/orders', { market: 'KRW-BTC', side: 'bid', ord_type: 'price', price: '1000000' });
    const own = await place({ market: 'KRW-BTC', side: 'ask', ord_type: 'limit', price: '100000000', volume: '0.01' });
    const taker = await place(bid('100001000', '0.01'));
    expect(await order(own.uuid)).toMatchObject({ state: 'cancel', prevented_volume: '0.01', prevented_locked: '0.01', trades_count: 0 });
    expect(await order(taker.uuid)).toMatchObject({ state: 'done', prevented_volume: '0' });
  });
});

describe('faults', () => {
  it('ends an order before its first fill, or what is left of it later', async () => {
    fault('venueCancel', '/v1/orders');
    const { uuid } = await place(bid('100001000', '0.02'));
    expect(await order(uuid)).toMatchObject({ state: 'cancel', executed_volume: '0' });
    fault('venueCancel', '/v1/orders', { delayMs: 30 });
    const later = await place(bid('99000000', '0.02'));
    expect((await order(later.uuid))['state']).toBe('wait');
    await expect.poll(async () => (await order(later.uuid))['state'], { interval: 10 }).toBe('cancel');
    expect((await kit.call('GET', '/v1/accounts')).body).toMatchObject([{ currency: 'KRW', balance: '100000000', locked: '0' }]);
  });

  it('fills an order whose cancel came too late', async () => {
    const { uuid } = await place(bid('99000000', '0.02'));
    fault('fillAfterCancel', '/v1/order', { fraction: '0.25' });
    const canceled = await kit.call('DELETE', '/v1/order', { uuid });
    expect([canceled.status, (canceled.body as Row)['state']]).toEqual([200, 'wait']);
    expect(await order(uuid)).toMatchObject({ state: 'cancel', executed_volume: '0.005' });
    const many = await place(bid('99000000', '0.02'));
    fault('fillAfterCancel', '/v1/orders/uuids', { fraction: '1' });
    expect((await kit.call('DELETE', '/v1/orders/uuids', { uuids: [many.uuid] })).body).toMatchObject({ success: { count: 1 } });
    expect(await order(many.uuid)).toMatchObject({ state: 'done', executed_volume: '0.02' });
  });

  it('does not find yet what it took, and shows what was', async () => {
    const { uuid } = await place(bid('100000000', '0.005', { identifier: 'late' }));
    fault('queryLag', '/v1/order', { delayMs: 60_000 });
    expect((await kit.call('GET', '/v1/order', { identifier: 'late' })).status).toBe(404);
    fault('queryLag', '/v1/orders/closed', { delayMs: 60_000 });
    expect((await kit.call('GET', '/v1/orders/closed')).body).toEqual([]);
    fault('staleFilled', '/v1/order');
    expect(await order(uuid)).toMatchObject({ state: 'wait', executed_volume: '0', trades: [] });
    fault('staleFilled', '/v1/orders/open');
    expect((await kit.call('GET', '/v1/orders/open')).body).toMatchObject([{ uuid, state: 'wait' }]);
    expect(await order(uuid)).toMatchObject({ state: 'done', executed_volume: '0.005' });
  });

  it('halts a market and changes its filters', async () => {
    fault('halt', '/v1/orders');
    const halted = await kit.call('POST', '/v1/orders', bid('99000000', '0.02'));
    expect([halted.status, nameOf(halted.body)]).toEqual([400, 'market_offline']);
    fault('filterChange', '/v1/*', { times: 3 });
    const [tick] = (await kit.raw('/v1/orderbook/instruments?markets=KRW-BTC')).body as Row[];
    expect(tick?.['tick_size']).toBe('10000');
    expect((await kit.call('GET', '/v1/orders/chance', { market: 'KRW-BTC' })).body).toMatchObject({ market: { bid: { min_total: '10000' } } });
    expect(nameOf((await kit.call('POST', '/v1/orders', bid('99000000', '0.02'))).body)).toBe('invalid_price_bid');
    expect((await kit.call('POST', '/v1/orders', bid('99000000', '0.02'))).status).toBe(201);
  });
});
