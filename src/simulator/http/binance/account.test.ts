import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { quantity } from '../../../shared/domain/units.ts';
import { keepInFile, keepInMemory } from '../../keep.ts';
import { field, startTestVenue, type Fields, type TestVenue, until } from './test-venue.ts';

let test: TestVenue;
const place = (fields: Fields) =>
  test.signed('POST', '/fapi/v1/order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.1', ...fields });
const limit = { type: 'LIMIT', timeInForce: 'GTC', price: '101000' };
const put = () => test.setBook('BTCUSDT', [['99999.9', '10']], [['100000', '10']]);

describe('the account over HTTP', () => {
  afterEach(() => test.close());

  it('is fresh with cross margin at 20 times', async () => {
    test = await startTestVenue();
    expect(await test.signed('GET', '/fapi/v1/symbolConfig', { symbol: 'BTCUSDT' })).toMatchObject({
      body: [{ marginType: 'CROSSED', leverage: 20 }],
    });
    expect(await test.signed('GET', '/fapi/v2/positionRisk', { symbol: 'BTCUSDT' })).toMatchObject({
      body: [{ symbol: 'BTCUSDT', positionAmt: '0.000', leverage: '20', marginType: 'cross', entryPrice: '0.0' }],
    });
    expect(await test.signed('GET', '/fapi/v3/positionRisk')).toMatchObject({ body: [] });
    expect(await test.signed('GET', '/fapi/v1/accountConfig')).toMatchObject({ body: { dualSidePosition: false, multiAssetsMargin: false } });
    expect(await test.signed('GET', '/fapi/v2/balance')).toMatchObject({
      body: [{ asset: 'USDT', balance: '100000.00000000', availableBalance: '100000.00000000' }],
    });
    expect(await test.signed('GET', '/fapi/v1/commissionRate', { symbol: 'BTCUSDT' })).toMatchObject({
      body: { symbol: 'BTCUSDT', makerCommissionRate: '0.0002', takerCommissionRate: '0.0005' },
    });
  });

  it('shows an isolated short in every form alike', async () => {
    test = await startTestVenue();
    put();
    await test.signed('POST', '/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
    await test.signed('POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 1 });
    await place({});
    const risk = {
      symbol: 'BTCUSDT',
      positionAmt: '-0.100',
      entryPrice: '99999.9',
      markPrice: '99999.90000000',
      notional: '-9999.99000000',
      isolatedWallet: '9999.99000000',
    };
    const [row] = [(await test.signed('GET', '/fapi/v3/positionRisk')).body].flat();
    expect(row).toMatchObject({ ...risk, initialMargin: '9999.99000000', maintMargin: '39.99996000', isolatedMargin: '9999.99000000' });
    expect(await test.signed('GET', '/fapi/v2/positionRisk', { symbol: 'BTCUSDT' })).toMatchObject({
      body: [{ ...risk, leverage: '1', marginType: 'isolated' }],
    });
    // 2 × 9999.99 / (0.1 × 1.004)
    expect(Number(field(row, 'liquidationPrice'))).toBeCloseTo(19_999.98 / 0.1004, 6);
    expect(await test.signed('GET', '/fapi/v3/account')).toMatchObject({
      body: {
        totalWalletBalance: '99995.00000500',
        availableBalance: '89995.01000500',
        totalPositionInitialMargin: '9999.99000000',
        positions: [{ symbol: 'BTCUSDT', positionAmt: '-0.1' }],
      },
    });
    expect(test.venue.ledger()).toMatchObject({
      balances: { USDT: { wallet: '99995.000005', available: '89995.010005' } },
      positions: { BTCUSDT: { quantity: '-0.1', entryPrice: '99999.9', leverage: '1', marginMode: 'isolated' } },
    });
  });

  it('lists orders and trades by id and time, with forgotten ones left out', async () => {
    test = await startTestVenue();
    put();
    const [first, second] = [await place({ newClientOrderId: 'kc-1' }), await place({ ...limit, newClientOrderId: 'kc-2' })].map(({ body }) =>
      Number(field(body, 'orderId')),
    );
    expect(await test.signed('GET', '/fapi/v1/openOrders')).toMatchObject({
      body: [{ clientOrderId: 'kc-2', origQty: '0.100', price: '101000.00', avgPrice: '0.00' }],
    });
    await test.signed('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    expect(await test.signed('GET', '/fapi/v1/allOrders', { symbol: 'BTCUSDT' })).toMatchObject({
      body: [
        { orderId: first, status: 'FILLED' },
        { orderId: second, status: 'CANCELED' },
      ],
    });
    expect(await test.signed('GET', '/fapi/v1/allOrders', { symbol: 'BTCUSDT', orderId: second ?? 0 })).toMatchObject({
      body: [{ orderId: second }],
    });
    expect(await test.signed('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT', orderId: first ?? 0 })).toMatchObject({
      body: [
        {
          orderId: first,
          qty: '0.100',
          price: '99999.90',
          quoteQty: '9999.99000000',
          commission: '4.99999500',
          commissionAsset: 'USDT',
          maker: false,
          buyer: false,
        },
      ],
    });
    test.offsetMs = 4 * 86_400_000;
    expect(await test.signed('GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'kc-1' })).toMatchObject({
      body: { status: 'FILLED' },
    });
    expect(await test.signed('GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'kc-2' })).toMatchObject({ body: { code: -2013 } });
  });

  it('acknowledges without the outcome unless asked for it, and can leave the money out', async () => {
    test = await startTestVenue({ options: { moneyInAnswers: false } });
    put();
    expect((await place({})).body).toMatchObject({ status: 'NEW', executedQty: '0.000' });
    const { body } = await place({ newOrderRespType: 'RESULT', newClientOrderId: 'kc-r' });
    expect(body).toMatchObject({ status: 'FILLED', executedQty: '0.100' });
    expect(Object.keys(Object(body))).not.toContain('avgPrice');
    expect(await test.signed('GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'kc-r' })).toMatchObject({
      body: { avgPrice: '99999.90000' },
    });
    expect((await test.signed('POST', '/fapi/v1/order/test', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.1' })).body).toEqual({});
    expect(test.venue.ledger().orders).toHaveLength(2);
  });

  it('counts weight and orders, and refuses what is over', async () => {
    test = await startTestVenue();
    put();
    const first = await test.raw('GET', '/fapi/v1/depth?symbol=BTCUSDT&limit=1000');
    const before = Number(first.headers.get('x-mbx-used-weight-1m'));
    const order = await place({ ...limit });
    expect(Number(order.headers.get('x-mbx-used-weight-1m'))).toBe(before);
    expect([order.headers.get('x-mbx-order-count-10s'), order.headers.get('x-mbx-order-count-1m')]).toEqual(['1', '1']);
    const answers = await Promise.all(Array.from({ length: 130 }, () => test.raw('GET', '/fapi/v1/depth?symbol=BTCUSDT&limit=1000')));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body).toMatchObject({ code: -1003 });
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('cancels what rests when nobody renews the countdown', async () => {
    test = await startTestVenue();
    put();
    await place(limit);
    expect(await test.signed('POST', '/fapi/v1/countdownCancelAll', { symbol: 'BTCUSDT', countdownTime: 60 })).toMatchObject({
      body: { symbol: 'BTCUSDT', countdownTime: '60' },
    });
    await until('the cancel', () => test.venue.ledger().orders[0]?.state === 'canceled');
  });
});

describe('a restart', () => {
  const low = { side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price: '98000' };

  it('finds everything as it was, orders resting included, and never reuses an id', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'binance-'));
    try {
      const file = join(folder, 'binance.jsonl');
      const keep = keepInFile(file);
      test = await startTestVenue({ keep });
      put();
      await test.signed('POST', '/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
      await place({ newClientOrderId: 'kc-1' });
      await place({ ...low, newClientOrderId: 'kc-2' });
      const key = field((await test.raw('POST', '/fapi/v1/listenKey')).body, 'listenKey');
      const { orders, fills, balances, positions } = test.venue.ledger();
      await test.close();
      // What another process would read: the file, not the record that is still in memory.
      const again = keepInFile(file);
      test = await startTestVenue({ keep: again });
      put();
      expect(test.venue.ledger()).toEqual({ orders, fills, balances, positions });
      expect((await test.raw('POST', '/fapi/v1/listenKey')).body).toEqual({ listenKey: key });
      expect(await place({ ...low, newClientOrderId: 'kc-2' })).toMatchObject({ body: { code: -4116 } });
      test.setBook('BTCUSDT', [['97998', '1']], [['97999', '1']]);
      expect(test.venue.ledger().orders[1]).toMatchObject({ clientOrderId: 'kc-2', state: 'filled', averagePrice: '98000' });
      const ids = test.venue.ledger().fills.map((fill) => fill.tradeId);
      expect(new Set(ids).size).toBe(ids.length);
      test.venue.reset(quantity('500'));
      expect(test.venue.ledger()).toEqual({ orders: [], fills: [], balances: { USDT: { wallet: '500', available: '500' } }, positions: {} });
      await test.close();
      keep.close();
      again.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("fills what the market passed meanwhile at the order's own price", async () => {
    const keep = keepInMemory();
    test = await startTestVenue({ keep });
    put();
    await place({ ...limit, newClientOrderId: 'kc-1' });
    await test.close();
    // The market begins anew near 115,000.
    test = await startTestVenue({ keep });
    expect(test.venue.ledger().orders).toMatchObject([{ clientOrderId: 'kc-1', state: 'filled', averagePrice: '101000', filled: '0.1' }]);
    expect(test.venue.ledger().fills.every((fill) => fill.price === '101000')).toBe(true);
    await test.close();
  });
});

describe('switches', () => {
  afterEach(() => test.close());

  it('take avgPrice and cumQuote out of answers while the venue runs, and refuse what they do not know', async () => {
    test = await startTestVenue();
    put();
    const keys = async () => Object.keys(Object((await place({ newOrderRespType: 'RESULT' })).body));
    expect(await keys()).toEqual(expect.arrayContaining(['avgPrice', 'cumQuote']));
    expect(test.venue.configure?.('moneyInAnswers', false)).toEqual({ ok: true });
    expect((await keys()).filter((key) => key === 'avgPrice' || key === 'cumQuote')).toEqual([]);
    test.venue.reset(quantity('100000'));
    expect(await keys()).toContain('avgPrice');
    expect(test.venue.configure?.('moneyInAnswers', 'no')).toMatchObject({ ok: false });
    expect(test.venue.configure?.('listenKeyLifeMs', 1)).toMatchObject({ ok: false, error: expect.stringContaining('at the start only') });
    expect(test.venue.configure?.('nothing', 1)).toMatchObject({ ok: false });
  });

  it('let a post-only order that would trade expire instead of being refused', async () => {
    test = await startTestVenue();
    put();
    const crossing = { type: 'LIMIT', timeInForce: 'GTX', price: '99000', newOrderRespType: 'RESULT' };
    expect((await place(crossing)).body).toMatchObject({ code: -5022 });
    test.venue.configure?.('crossingPostOnly', 'expire');
    expect((await place(crossing)).body).toMatchObject({ status: 'EXPIRED', executedQty: '0.000' });
  });
});
