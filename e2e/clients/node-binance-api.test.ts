/** node-binance-api, unchanged, against the simulated venue. */
import Binance from 'node-binance-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { Heard, refusal, repeat, startVenues, type Venues } from './kit/venues.ts';

const symbol = 'BTCUSDT';
let venues: Venues;
let client: InstanceType<typeof Binance>;

beforeAll(async () => {
  venues = await startVenues();
  client = new Binance({ APIKEY: venues.keys.binance.apiKey, APISECRET: venues.keys.binance.secret, log: () => undefined });
});
afterAll(async () => {
  // Said to the constructor it would be taken for unsaid.
  client.Options.reconnect = false;
  await venues.close();
});
beforeEach(() => venues.control('/market', { venue: 'binance', symbol, bids: [['100000', '50']], asks: [['100001', '50']] }));

describe('requests', () => {
  it('read the market and the account', async () => {
    expect(Math.abs(Number(await client.futuresTime()) - Date.now())).toBeLessThan(2000);
    expect((await client.futuresDepth(symbol, { limit: 5 })).bids[0]).toEqual({ price: '100000.00', quantity: '50.000' });
    expect(await client.futuresMarkPrice(symbol)).toMatchObject({ symbol });
    expect(await client.futuresBalance()).toContainEqual(expect.objectContaining({ asset: 'USDT' }));
    expect(await client.futuresLeverage(symbol, 2)).toMatchObject({ leverage: 2 });
    await client.futuresMarginType(symbol, 'ISOLATED');
    expect(String(await refusal(() => client.futuresMarginType(symbol, 'ISOLATED')))).toContain('-4046');
  });

  it('open and close a short, place, query, list and cancel', async () => {
    expect(await client.futuresMarketSell(symbol, 0.1, { newOrderRespType: 'RESULT' })).toMatchObject({ status: 'FILLED', executedQty: '0.100' });
    expect(await client.futuresPositionRisk({ symbol })).toContainEqual(expect.objectContaining({ symbol, positionAmt: '-0.100' }));
    expect(await client.futuresMarketBuy(symbol, 0.1, { reduceOnly: true, newOrderRespType: 'RESULT' })).toMatchObject({ status: 'FILLED' });
    expect(await client.futuresUserTrades(symbol)).toHaveLength(2);
    const placed = await client.futuresBuy(symbol, 0.1, 90000);
    const orderId = String(placed.orderId);
    expect(await client.futuresOrderStatus(symbol, { orderId })).toMatchObject({ status: 'NEW', price: '90000.00' });
    expect(await client.futuresOpenOrders(symbol)).toHaveLength(1);
    expect(await client.futuresCancel(symbol, orderId)).toMatchObject({ status: 'CANCELED' });
    await client.futuresBuy(symbol, 0.1, 90000);
    expect(await client.futuresCancelAll(symbol)).toMatchObject({ code: 200 });
    expect(await client.futuresAllOrders(symbol)).toHaveLength(4);
  });

  it('meet the venue’s refusals', async () => {
    for (const [call, code] of [
      [() => client.futuresBuy(symbol, 0.1, 90000.05), -4014],
      [() => client.futuresBuy(symbol, 0.001, 90000), -4164],
      [() => client.futuresBuy(symbol, 100, 100000), -2019],
      [() => client.futuresOrderStatus(symbol, { orderId: 1 }), -2013],
      [() => client.futuresCancel(symbol, '1'), -2011],
      [() => client.futuresDepth('NOPEUSDT'), -1121],
      [() => new Binance({ APIKEY: 'stranger', APISECRET: 'x', log: () => undefined }).futuresBalance(), -2015],
      [() => new Binance({ APIKEY: venues.keys.binance.apiKey, APISECRET: 'x', log: () => undefined }).futuresBalance(), -1022],
    ] as const) {
      expect(String(await refusal(call as () => Promise<unknown>))).toContain(String(code));
    }
  });
});

describe('streams', () => {
  it('bring tickers and mark prices', async () => {
    const heard = new Heard<object>();
    const open = [
      client.futuresBookTickerStream(symbol, heard.push),
      client.futuresMarkPriceStream(symbol, heard.push),
      client.futuresMiniTickerStream(symbol, heard.push),
    ];
    await until('three streams', () => (new Set(heard.all.map((message) => Object.keys(message).join())).size >= 3 ? true : undefined), 10_000);
    for (const endpoint of open) client.futuresTerminate(String(endpoint));
  });

  it('tell of own orders', async () => {
    const orders = new Heard<{ order?: { orderStatus?: string; side?: string } }>();
    const ignore = () => undefined;
    const endpoint = await new Promise<string>((resolve) =>
      client.userFutureData(ignore, ignore, ignore, orders.push as never, (name: string) => resolve(name), ignore),
    );
    const placing = repeat(async () => {
      await client.futuresMarketSell(symbol, 0.01);
      await client.futuresMarketBuy(symbol, 0.01);
    });
    await orders.next('a fill', ({ order }) => order?.orderStatus === 'FILLED');
    await placing.stop();
    client.futuresTerminate(endpoint);
  });
});

it('asks for nothing that the simulated venue lacks', async () => {
  expect((await venues.ledger()).unhandled).toEqual([]);
});
