/**
 * upbit-client and node-upbit, unchanged, against the simulated venue. Neither can do all: what each lacks at the real
 * venue too is written down in docs/simulator.md; trading through a client by others is ccxt's tour.
 */
import { ExchangeService, QuoationService } from 'node-upbit';
import { Upbit, UpbitWebSocket } from 'upbit-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Heard, refusal, startVenues, type Venues } from './kit/venues.ts';

type Row = Record<string, unknown>;
let venues: Venues;

beforeAll(async () => {
  venues = await startVenues();
});
afterAll(() => venues.close());
beforeEach(() => venues.control('/market', { venue: 'upbit', symbol: 'KRW-BTC', bids: [['160000000', '5']], asks: [['160100000', '5']] }));
afterEach(() => venues.clearFaults());

describe('node-upbit', () => {
  it('reads the market', async () => {
    const quotation = new QuoationService();
    expect((await quotation.getMarketAllInfo()).KRW.map(({ market }) => market)).toContain('KRW-BTC');
    expect(await quotation.getTicker(['KRW-BTC', 'KRW-ETH'])).toMatchObject([{ market: 'KRW-BTC' }, { market: 'KRW-ETH' }]);
    expect((await quotation.getOrderbook(['KRW-BTC']))[0]).toMatchObject({
      market: 'KRW-BTC',
      orderbook_units: [{ bid_price: 160_000_000, ask_price: 160_100_000 }],
    });
  });

  it('reads candles, oldest first', async () => {
    const candles = await new QuoationService().getMinutesCandles({ minutes: '1', marketCoin: 'KRW-BTC', count: 5 });
    expect(candles).toHaveLength(5);
    const times = candles.map((row) => String(row.candle_date_time_utc));
    expect(times).toEqual([...times].sort());
  });

  it('reads the account, and its keys', async () => {
    const exchange = new ExchangeService(venues.keys.upbit.accessKey, venues.keys.upbit.secretKey);
    expect(await exchange.getAllAccount()).toContainEqual(expect.objectContaining({ currency: 'KRW', balance: '1000000000' }));
    expect(await exchange.getOrderChance('KRW-BTC')).toMatchObject({
      bid_fee: '0.0005',
      market: { id: 'KRW-BTC', bid: { currency: 'KRW', min_total: '5000' } },
    });
    expect(await exchange.getApiKeyStatus()).toMatchObject([{ access_key: venues.keys.upbit.accessKey, expire_at: expect.any(String) }]);
  });

  it('meets the refusals', async () => {
    const stranger = new ExchangeService('stranger', venues.keys.upbit.secretKey);
    expect(await refusal(() => stranger.getAllAccount())).toMatchObject({ error: { name: 'invalid_access_key' } });
    const forger = new ExchangeService(venues.keys.upbit.accessKey, 'wrong');
    expect(await refusal(() => forger.getOrderChance('KRW-BTC'))).toMatchObject({ error: { name: 'jwt_verification' } });
    expect(await refusal(() => new QuoationService().getTicker(['KRW-NOPE']))).toMatchObject({ error: { name: 404 } });
  });
});

describe('upbit-client', () => {
  let client: Upbit;
  /** Its own signed transport: its calls give all parameters twice, once in the address and once to sign. */
  let http: Record<'get' | 'delete' | 'post', (path: string, body: object) => Promise<Row>>;
  beforeAll(() => {
    client = new Upbit({ access_key: venues.keys.upbit.accessKey, secret_key: venues.keys.upbit.secretKey });
    http = client['http'] as unknown as typeof http;
  });
  const ask = (method: 'get' | 'delete', path: string, data: Record<string, string>): Promise<Row> =>
    http[method](`${path}?${new URLSearchParams(data)}`, { data });
  const place = (order: Row): Promise<Row> => http.post('/v1/orders', order);

  it('reads', async () => {
    expect(await client.GetAccounts()).toContainEqual(expect.objectContaining({ currency: 'KRW' }));
    expect(await client.GetMarketCodes()).toContainEqual(expect.objectContaining({ market: 'KRW-BTC' }));
    expect(await client.GetOrderChance('KRW-BTC')).toMatchObject({ market: { id: 'KRW-BTC' } });
    expect(await client.GetTickers(['KRW-BTC'])).toMatchObject([{ market: 'KRW-BTC' }]);
  });

  it('reads candles, trades, keys and wallets', async () => {
    expect(await client.GetCandleByMinute({ market: 'KRW-BTC', unit: 1, count: 3 })).toHaveLength(3);
    expect(await client.GetTrades({ market: 'KRW-BTC', count: 3 } as never)).toContainEqual(expect.objectContaining({ market: 'KRW-BTC' }));
    expect(await client.GetApiKeys()).toHaveLength(1);
    expect(await client.GetStatusWallet()).toContainEqual(expect.objectContaining({ currency: 'BTC', wallet_state: 'working' }));
  });

  it('places, queries and cancels over its signed transport', async () => {
    const placed = await place({
      market: 'KRW-BTC',
      side: 'bid',
      ord_type: 'limit',
      price: '100000000',
      volume: '0.001',
      identifier: 'by-upbit-client',
    });
    expect(placed).toMatchObject({ state: 'wait', identifier: 'by-upbit-client', locked: '100050' });
    expect(await client.GetOrder(String(placed['uuid']))).toMatchObject({ state: 'wait', volume: '0.001' });
    expect(await ask('delete', '/v1/order', { uuid: String(placed['uuid']) })).toMatchObject({ uuid: placed['uuid'] });
    expect(await client.GetOrder(String(placed['uuid']))).toMatchObject({ state: 'cancel' });
    const bought = await place({ market: 'KRW-BTC', side: 'bid', ord_type: 'price', price: '16010.5' });
    expect(await client.GetOrder(String(bought['uuid']))).toMatchObject({ state: 'cancel', executed_volume: '0.0001', trades_count: 1 });
  });

  it('amends: one order canceled, another placed', async () => {
    const placed = await place({ market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price: '100000000', volume: '0.001' });
    const amended = await http.post('/v1/orders/cancel_and_new', {
      prev_order_uuid: placed['uuid'],
      new_ord_type: 'limit',
      new_price: '110000000',
      new_volume: '0.002',
    });
    expect(amended).toMatchObject({ uuid: placed['uuid'], new_order_uuid: expect.any(String) });
    await ask('delete', '/v1/order', { uuid: String(amended['new_order_uuid']) });
  });

  it('signs what it percent-encoded, where the venue wants it plain: a space in a value breaks the hash (its own mistake)', async () => {
    const order = { market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price: '100000000', volume: '0.001', identifier: 'with a space' };
    expect(await refusal(() => place(order))).toMatchObject({ name: 'invalid_query_payload' });
  });

  it('cannot place through its own Order, which wraps the order once more: no venue could read it', async () => {
    const error = await refusal(() =>
      client.Order({ market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price: '100000000', volume: '0.001' } as never),
    );
    expect(error).toMatchObject({ name: expect.stringMatching(/^(invalid_query_payload|validation_error|invalid_parameter)$/) });
  });

  it('meets the refusals', async () => {
    const order = { market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price: '100000000', volume: '0.001' };
    for (const [call, name] of [
      [() => place({ ...order, price: '100000500' }), 'invalid_price_bid'],
      [() => place({ ...order, volume: '0.00001' }), 'under_min_total_bid'],
      [() => place({ ...order, volume: '9.9', price: '101000000' }), 'insufficient_funds_bid'],
      [() => place({ market: 'KRW-BTC', side: 'ask', ord_type: 'market', volume: '1' }), 'insufficient_funds_ask'],
      [() => client.GetOrder('00000000-0000-4000-8000-000000000000'), 'order_not_found'],
    ] as const) {
      expect(await refusal(call)).toMatchObject({ name });
    }
    await venues.fault('upbit', 'GET', '/v1/accounts', 'rateLimited');
    expect(await refusal(() => client.GetAccounts() as Promise<unknown>)).toMatchObject({ name: 'too_many_requests' });
  });

  it('streams tickers, books and trades in the SIMPLE format', async () => {
    for (const [type, field] of [
      ['ticker', 'tp'],
      ['orderbook', 'obu'],
    ] as const) {
      const socket = new UpbitWebSocket();
      const heard = new Heard<Row>();
      socket.OnMessage(heard.push as never);
      socket.Open({ type, codes: ['KRW-BTC'] } as never, () => undefined);
      expect(await heard.next(type, ({ ty }) => ty === type)).toMatchObject({ cd: 'KRW-BTC', [field]: expect.anything(), st: 'SNAPSHOT' });
      socket.Close();
    }
  });
});

it('asks for nothing that the simulated venue lacks', async () => {
  expect((await venues.ledger()).unhandled).toEqual([]);
});
