/** Every refusal in the venue's own code, text and status, and that a refused request changes nothing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { field, startTestVenue, type Fields, type TestVenue } from './test-venue.ts';

const market = { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.01' };
const limit = { symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '101000' };

describe('refusals', () => {
  let test: TestVenue;
  beforeEach(async () => {
    test = await startTestVenue({ usdt: '10000' });
    test.setBook('BTCUSDT', [['99999.9', '10']], [['100000', '10']]);
  });
  afterEach(() => test.close());
  const place = (fields: Fields) => test.signed('POST', '/fapi/v1/order', fields);

  const orders: readonly (readonly [string, Fields, number, string])[] = [
    ['no symbol', { ...market, symbol: '' }, -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."],
    ['unknown symbol', { ...market, symbol: 'NOPEUSDT' }, -1121, 'Invalid symbol.'],
    ['no side', { ...market, side: '' }, -1102, "Mandatory parameter 'side' was not sent, was empty/null, or malformed."],
    ['unknown side', { ...market, side: 'HOLD' }, -1117, 'Invalid side.'],
    ['unknown type', { ...market, type: 'LIMIT_MAKER' }, -1116, 'Invalid orderType.'],
    [
      'conditional type',
      { ...market, type: 'STOP_MARKET' },
      -4120,
      'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
    ],
    ['no quantity', { ...market, quantity: '' }, -1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."],
    ['time in force at market', { ...market, timeInForce: 'GTC' }, -1106, "Parameter 'timeInForce' sent when not required."],
    ['no time in force', { ...limit, timeInForce: '' }, -1102, "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed."],
    ['unknown time in force', { ...limit, timeInForce: 'DAY' }, -1115, 'Invalid timeInForce.'],
    ['no price', { ...limit, price: '' }, -1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."],
    ['quantity precision', { ...market, quantity: '0.0105' }, -1111, 'Precision is over the maximum defined for this asset.'],
    ['price precision', { ...limit, price: '101000.123' }, -1111, 'Precision is over the maximum defined for this asset.'],
    ['zero quantity', { ...market, quantity: '0' }, -4003, 'Quantity less than or equal to zero.'],
    ['too much at market', { ...market, quantity: '121' }, -4005, 'Quantity greater than max quantity.'],
    ['off the tick', { ...limit, price: '101000.05' }, -4014, 'Price not increased by tick size.'],
    ['price above the band', { ...limit, side: 'BUY', price: '105000.1' }, -4016, "Limit price can't be higher than 104999.8."],
    ['price below the band', { ...limit, price: '94000' }, -4024, "Limit price can't be lower than 95000."],
    ['client id too long', { ...market, newClientOrderId: 'x'.repeat(37) }, -4015, 'Client order id length should be less than 36 chars.'],
    [
      'client id letters',
      { ...market, newClientOrderId: 'a b' },
      -1100,
      "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'.",
    ],
    ['margin', { ...market, quantity: '2' }, -2019, 'Margin is insufficient.'],
    ['reduce-only without a position', { ...market, reduceOnly: 'true' }, -2022, 'ReduceOnly Order is rejected.'],
    ['hedge position side', { ...market, positionSide: 'SHORT' }, -4061, "Order's position side does not match user's setting."],
    [
      'post-only that crosses',
      { ...limit, timeInForce: 'GTX', price: '99000' },
      -5022,
      'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history',
    ],
    [
      'fill-or-kill that cannot',
      { ...limit, timeInForce: 'FOK' },
      -5021,
      'Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history',
    ],
    ['response type', { ...market, newOrderRespType: 'FULL' }, -1136, 'Invalid newOrderRespType.'],
  ];
  it.each(orders)('order: %s', async (_name, fields, code, msg) => {
    expect(await place(fields)).toMatchObject({ status: 400, body: { code, msg } });
    expect(test.venue.ledger()).toMatchObject({ orders: [], fills: [], balances: { USDT: { wallet: '10000', available: '10000' } } });
  });

  it('order: off the step where the precision allows it', async () => {
    test.setBook('DOGEUSDT', [['0.2', '1000000']], [['0.20001', '1000000']]);
    expect(await place({ ...market, symbol: 'DOGEUSDT', quantity: '100.5' })).toMatchObject({ status: 400, body: { code: -1111 } });
  });

  it('order: duplicate client id only while the first is open', async () => {
    const first = await place({ ...limit, newClientOrderId: 'kc-1' });
    expect(first).toMatchObject({ status: 200, body: { status: 'NEW' } });
    expect(await place({ ...market, newClientOrderId: 'kc-1' })).toMatchObject({
      status: 400,
      body: { code: -4116, msg: 'ClientOrderId is duplicated.' },
    });
    expect(await test.signed('DELETE', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'kc-1' })).toMatchObject({
      body: { status: 'CANCELED' },
    });
    expect(await place({ ...market, newClientOrderId: 'kc-1' })).toMatchObject({ status: 200, body: { status: 'NEW' } });
  });

  it('order: the notional minimum spares reduce-only orders', async () => {
    test.setBook('DOGEUSDT', [['0.2', '1000000']], [['0.20001', '1000000']]);
    expect(await place({ ...market, symbol: 'DOGEUSDT', quantity: '100' })).toMatchObject({ status: 200 });
    expect(await place({ ...market, symbol: 'DOGEUSDT', quantity: '10' })).toMatchObject({
      status: 400,
      body: { code: -4164, msg: "Order's notional must be no smaller than 5 (unless you choose reduce only)." },
    });
    expect(await place({ ...market, symbol: 'DOGEUSDT', side: 'BUY', quantity: '10', reduceOnly: true })).toMatchObject({ status: 200 });
  });

  it('orders that are not there', async () => {
    const named = { symbol: 'BTCUSDT', origClientOrderId: 'nope' };
    expect(await test.signed('GET', '/fapi/v1/order', named)).toMatchObject({ status: 400, body: { code: -2013, msg: 'Order does not exist.' } });
    expect(await test.signed('GET', '/fapi/v1/openOrder', named)).toMatchObject({ status: 400, body: { code: -2013 } });
    expect(await test.signed('DELETE', '/fapi/v1/order', named)).toMatchObject({ status: 400, body: { code: -2011, msg: 'Unknown order sent.' } });
    expect(await test.signed('GET', '/fapi/v1/order', { symbol: 'BTCUSDT' })).toMatchObject({
      body: { code: -1102, msg: "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!" },
    });
  });

  it('margin type and position mode', async () => {
    const set = (marginType: string) => test.signed('POST', '/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType });
    const mode = (dualSidePosition: boolean) => test.signed('POST', '/fapi/v1/positionSide/dual', { dualSidePosition });
    expect(await set('CROSSED')).toMatchObject({ status: 400, body: { code: -4046, msg: 'No need to change margin type.' } });
    expect(await mode(false)).toMatchObject({ status: 400, body: { code: -4059, msg: 'No need to change position side.' } });
    const resting = await place(limit);
    expect(await set('ISOLATED')).toMatchObject({ body: { code: -4047 } });
    expect(await mode(true)).toMatchObject({ body: { code: -4067 } });
    await test.signed('DELETE', '/fapi/v1/order', { symbol: 'BTCUSDT', orderId: Number(field(resting.body, 'orderId')) });
    await place(market);
    expect(await set('ISOLATED')).toMatchObject({ body: { code: -4048 } });
    expect(await mode(true)).toMatchObject({ body: { code: -4068 } });
    await place({ ...market, side: 'BUY', reduceOnly: true });
    expect(await set('ISOLATED')).toMatchObject({ status: 200, body: { code: 200, msg: 'success' } });
    expect(await mode(true)).toMatchObject({ status: 200 });
    expect(await place(market)).toMatchObject({ body: { code: -4061 } });
    expect(await test.signed('GET', '/fapi/v1/positionSide/dual')).toMatchObject({ body: { dualSidePosition: true } });
  });

  it('leverage', async () => {
    const set = (leverage: number) => test.signed('POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage });
    expect(await set(126)).toMatchObject({ status: 400, body: { code: -4028, msg: 'Leverage 126 is not valid' } });
    expect(await set(0)).toMatchObject({ status: 400, body: { code: -4028 } });
    expect(await set(10)).toMatchObject({ status: 200, body: { leverage: 10, maxNotionalValue: '230000000', symbol: 'BTCUSDT' } });
    await place({ ...market, quantity: '0.5' });
    expect(await set(1)).toMatchObject({ status: 400, body: { code: -2028 } });
    await place({ ...market, side: 'BUY', quantity: '0.5', reduceOnly: true });
    await test.signed('POST', '/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
    await place(market);
    expect(await set(5)).toMatchObject({ status: 400, body: { code: -4161 } });
    expect(await set(20)).toMatchObject({ status: 200, body: { leverage: 20 } });
  });

  it('paths that the venue does not have', async () => {
    expect(await test.raw('GET', '/fapi/v1/nope?a=1')).toMatchObject({
      status: 404,
      body: { code: -5000, msg: 'Path /fapi/v1/nope, Method GET is invalid' },
    });
    expect(await test.raw('PATCH', '/fapi/v1/order')).toMatchObject({ status: 404, body: { code: -5000 } });
    expect(test.requests.unhandledPaths()).toEqual(['/fapi/v1/nope', '/fapi/v1/order']);
  });

  it('planted refusals and part fills', async () => {
    const plant = (kind: string, more: object = {}) =>
      test.faults.add({ venue: 'binance', match: { method: 'POST', path: '/fapi/v1/order' }, kind, ...more });
    plant('insufficientFunds');
    expect(await place(market)).toMatchObject({ status: 400, body: { code: -2019 } });
    plant('filterReject');
    expect(await place(market)).toMatchObject({ status: 400, body: { code: -4164 } });
    plant('partialFill', { fraction: '0.3' });
    expect(await place({ ...market, newOrderRespType: 'RESULT' })).toMatchObject({
      status: 200,
      body: { status: 'EXPIRED', executedQty: '0.003', origQty: '0.010' },
    });
    plant('errorAfter');
    expect(await place({ ...market, newClientOrderId: 'kc-after' })).toMatchObject({ status: 503, body: { code: -1000 } });
    expect(await test.signed('GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'kc-after' })).toMatchObject({
      body: { status: 'FILLED' },
    });
    plant('errorBefore');
    expect(await place({ ...market, newClientOrderId: 'kc-before' })).toMatchObject({ status: 503 });
    expect(await test.signed('GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'kc-before' })).toMatchObject({
      body: { code: -2013 },
    });
    plant('rateLimited');
    const limited = await place(market);
    expect(limited).toMatchObject({ status: 429, body: { code: -1003 } });
    expect(limited.headers.get('retry-after')).toBe('1');
  });
});
