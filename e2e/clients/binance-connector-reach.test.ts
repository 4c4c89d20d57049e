/** How far the simulated venue reaches, by the venue's own connector: every call that it has, and the refusals by code. */
import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startVenues, type Venues } from './kit/venues.ts';

const symbol = 'BTCUSDT';

let venues: Venues;
let rest: DerivativesTradingUsdsFutures['restAPI'];

beforeAll(async () => {
  process.env['LOG_LEVEL'] = 'error';
  venues = await startVenues();
  const { apiKey, secret } = venues.keys.binance;
  rest = new DerivativesTradingUsdsFutures({ configurationRestAPI: { apiKey, apiSecret: secret, retries: 0, timeout: 5000 } }).restAPI;
  await venues.control('/market', { venue: 'binance', symbol, bids: [['100000', '50']], asks: [['100001', '50']] });
});
afterAll(() => venues.close());

/** Left out: what no trader of a hedge asks for. The simulated venue answers these as it answers any unknown path. */
const leftOut = [
  ...['adlRisk', 'assetIndex', 'basis', 'compositeIndexSymbolInformation', 'longShortRatio', 'openInterest', 'openInterestStatistics'],
  ...['premiumIndexKlineData', 'quarterlyContractSettlementPrice', 'queryIndexPriceConstituents', 'queryInsuranceFundBalanceSnapshot'],
  ...['rpiOrderBook', 'symbolPriceTickerV2', 'takerBuySellVolume', 'topTraderLongShortRatioAccounts', 'topTraderLongShortRatioPositions'],
  ...[
    'tradingSchedule',
    'futuresTradfiPerpsContract',
    'futuresTradingQuantitativeRulesIndicators',
    'getBnbBurnStatus',
    'toggleBnbBurnOnFuturesTrade',
  ],
  ...['getOrderModifyHistory', 'positionAdlQuantileEstimation', 'queryUserRateLimit', 'usersForceOrders'],
  ...['getDownloadIdForFuturesOrderHistory', 'getDownloadIdForFuturesTradeHistory', 'getDownloadIdForFuturesTransactionHistory'],
  ...['getFuturesOrderHistoryDownloadLinkById', 'getFuturesTradeDownloadLinkById', 'getFuturesTransactionHistoryDownloadLinkById'],
  ...['listAllConvertPairs', 'sendQuoteRequest', 'acceptTheOfferedQuote', 'orderStatus', 'classicPortfolioMarginAccountInformation'],
];

it('has every call of the connector but those that are left out', async () => {
  const everything = {
    ...{
      symbol,
      pair: symbol,
      interval: '1m',
      period: '5m',
      limit: 5,
      contractType: 'PERPETUAL',
      startTime: Date.now() - 60_000,
      endTime: Date.now(),
    },
    ...{ side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, price: 90_000, orderId: 1, orderIdList: [1], batchOrders: [], algoId: 1 },
    ...{
      algoType: 'CONDITIONAL',
      amount: 1,
      leverage: 3,
      marginType: 'ISOLATED',
      countdownTime: 0,
      dualSidePosition: 'false',
      multiAssetsMargin: 'false',
    },
    ...{ quoteId: 'q', fromAsset: 'BNB', toAsset: 'USDT', downloadId: 'd', feeBurn: 'false', asset: 'USDT' },
  };
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(rest)).filter((name) => !/^(constructor|send(Signed)?Request)$/.test(name));
  expect(names.length).toBeGreaterThan(80);
  const calls = rest as unknown as Record<string, (parameters: object) => Promise<unknown>>;
  const unknown: string[] = [];
  for (const name of names) {
    const error = await calls[name]?.(everything).catch((thrown: unknown) => thrown);
    if ((error as { code?: number }).code === -5000) unknown.push(name);
  }
  expect(unknown.filter((name) => !leftOut.includes(name))).toEqual([]);
  await rest.cancelAllOpenOrders({ symbol });
  await rest.closeUserDataStream();
});

describe('refuses by code', () => {
  type Row = readonly [code: number, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, fields: Record<string, unknown>];
  const order = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '90000' };
  const algo = { symbol, side: 'BUY', type: 'STOP_MARKET', algoType: 'CONDITIONAL', quantity: '0.01', triggerPrice: '120000' };
  const place = (code: number, fields: Record<string, unknown>): Row => [code, 'POST', '/fapi/v1/order', { ...order, ...fields }];
  const conditional = (code: number, fields: Record<string, unknown>): Row => [code, 'POST', '/fapi/v1/algoOrder', { ...algo, ...fields }];
  it.each<Row>([
    place(-1100, { newClientOrderId: 'a#b' }),
    place(-1102, { quantity: undefined }),
    place(-1102, { symbol: undefined }),
    place(-1106, { type: 'MARKET' }),
    place(-1111, { quantity: '0.0105' }),
    place(-1115, { timeInForce: 'NEVER' }),
    place(-1116, { type: 'WISH' }),
    place(-1117, { side: 'HOLD' }),
    place(-1121, { symbol: 'NOPEUSDT' }),
    place(-1131, { recvWindow: 60_001 }),
    place(-1136, { newOrderRespType: 'LETTER' }),
    place(-2019, { quantity: '500', price: '95000' }),
    place(-2022, { reduceOnly: 'true' }),
    place(-4003, { quantity: '0' }),
    place(-4005, { quantity: '1001' }),
    place(-4014, { price: '90000.05' }),
    place(-4015, { newClientOrderId: 'x'.repeat(37) }),
    place(-4016, { price: '190000' }),
    place(-4024, { side: 'SELL', price: '50000' }),
    place(-4061, { positionSide: 'LONG' }),
    place(-4120, { type: 'STOP_MARKET', stopPrice: '120000', timeInForce: undefined, price: undefined }),
    place(-4164, { quantity: '0.001' }),
    place(-5021, { timeInForce: 'FOK', quantity: '1', price: '99000' }),
    place(-5022, { timeInForce: 'GTX', price: '100001' }),
    conditional(-1102, { triggerPrice: undefined }),
    conditional(-2021, { triggerPrice: '90000' }),
    conditional(-2021, { type: 'TAKE_PROFIT_MARKET' }),
    [-1125, 'PUT', '/fapi/v1/listenKey', {}],
    [-1120, 'GET', '/fapi/v1/klines', { symbol, interval: '7m' }],
    [-2011, 'DELETE', '/fapi/v1/order', { symbol, orderId: 1 }],
    [-2013, 'GET', '/fapi/v1/order', { symbol, orderId: 1 }],
    [-2013, 'PUT', '/fapi/v1/order', { symbol, orderId: 1, side: 'BUY', quantity: '0.01', price: '90000' }],
    [-4021, 'GET', '/fapi/v1/depth', { symbol, limit: 7 }],
    [-4028, 'POST', '/fapi/v1/leverage', { symbol, leverage: 126 }],
    [-4049, 'POST', '/fapi/v1/positionMargin', { symbol: 'ETHUSDT', amount: '1', type: 1 }],
    [-4059, 'POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'false' }],
    [-4082, 'POST', '/fapi/v1/batchOrders', { batchOrders: '[]' }],
    [-4171, 'POST', '/fapi/v1/multiAssetsMargin', { multiAssetsMargin: 'false' }],
  ])('%i: %s %s', async (code, method, path, fields) => {
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    expect(await refusal(async () => (await rest.sendSignedRequest(path, method, given)).data())).toMatchObject({
      code,
      message: expect.any(String),
    });
  });
});
