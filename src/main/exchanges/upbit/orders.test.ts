import { describe, expect, it } from 'vitest';
import { clientOrderId, coin } from '../../../shared/domain/ids.ts';
import { type Decimal, decimal, notionalOf, price, quantity, sum, text } from '../../../shared/domain/units.ts';
import type { OrderRequest } from '../../../shared/domain/venue.ts';
import { orderBody, orderShape, reportOf, shareOut, stateOf } from './orders.ts';

const id = clientOrderId(`kc${'0'.repeat(26)}`);
const base = { clientOrderId: id, venue: 'upbit', leg: 'spot', coin: coin('BTC'), reduceOnly: false } as const;

describe('orderBody', () => {
  it.each<[string, Pick<OrderRequest, 'side' | 'terms'>, object]>([
    [
      'limit IOC',
      { side: 'buy', terms: { type: 'limit', quantity: quantity('0.05'), price: price('160500000'), timeInForce: 'IOC' } },
      { market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price: '160500000', volume: '0.05', identifier: id, time_in_force: 'ioc' },
    ],
    [
      'limit that rests',
      { side: 'sell', terms: { type: 'limit', quantity: quantity('0.05'), price: price('0.00012'), timeInForce: 'GTC' } },
      { market: 'KRW-BTC', side: 'ask', ord_type: 'limit', price: '0.00012', volume: '0.05', identifier: id },
    ],
    [
      'market sell',
      { side: 'sell', terms: { type: 'market', quantity: quantity('0.00000001') } },
      { side: 'ask', ord_type: 'market', volume: '0.00000001' },
    ],
    [
      'market buy by cost',
      { side: 'buy', terms: { type: 'marketByCost', cost: notionalOf('6000.4') } },
      { side: 'bid', ord_type: 'price', price: '6000.4' },
    ],
  ])('%s', (_, order, body) => {
    expect(orderBody({ ...base, ...order })).toMatchObject({ ok: true, value: body });
  });

  it.each<[string, Pick<OrderRequest, 'side' | 'terms'>]>([
    ['buy at market by quantity', { side: 'buy', terms: { type: 'market', quantity: quantity('1') } }],
    ['sell at market by cost', { side: 'sell', terms: { type: 'marketByCost', cost: notionalOf('1') } }],
  ])('does not send what Upbit does not have: %s', (_, order) => {
    expect(orderBody({ ...base, ...order })).toMatchObject({ ok: false, failure: { outcome: 'notSent', code: 'INVALID_ORDER' } });
  });
});

describe('stateOf', () => {
  const some = quantity('0.1');
  const none = quantity('0');
  it.each([
    ['wait', 'limit', some, none, 'open'],
    ['watch', 'limit', some, none, 'open'],
    ['done', 'limit', none, some, 'filled'],
    ['trade', 'limit', some, some, 'open'],
    ['trade', 'limit', none, some, 'filled'],
    ['cancel', 'limit', some, some, 'canceled'],
    ['cancel', 'limit', some, none, 'canceled'],
    ['cancel', 'limit', none, some, 'filled'],
    ['cancel', 'price', null, some, 'filled'],
    ['cancel', 'price', null, none, 'canceled'],
    ['prevented', 'limit', some, none, 'open'],
  ] as const)('%s %s, remaining %s, filled %s → %s', (state, orderType, remaining, filled, expected) => {
    expect(stateOf({ state, orderType, remaining, filled })).toBe(expected);
  });
});

describe('reportOf', () => {
  const trade = (uuid: string, volume: string, funds: string, second: number) => ({
    uuid,
    price: '160500000',
    volume,
    funds,
    created_at: `2026-08-01T10:00:0${second}+09:00`,
  });
  const raw = {
    uuid: 'u1',
    ord_type: 'price',
    state: 'cancel',
    volume: null,
    remaining_volume: null,
    executed_volume: '0.00009327',
    paid_fee: '7.48491750',
    created_at: '2026-08-01T10:00:00+09:00',
    trades: [trade('t2', '0.00003109', '4989.945', 2), trade('t1', '0.00006218', '9979.89', 1)],
  };

  it('takes a buy by cost that ended as canceled for what it is', () => {
    const report = reportOf(orderShape.parse(raw), id, 0);
    expect(report).toMatchObject({ clientOrderId: id, venueOrderId: 'u1', state: 'filled', filled: '0.00009327' });
    expect(report.fills.map((fill) => fill.tradeId)).toEqual(['t1', 't2']);
    expect(text(sum(report.fills.map((fill) => fill.fee)))).toBe('7.4849175');
    expect(report.at).toBe(Date.parse('2026-08-01T10:00:02+09:00'));
  });

  it('reads an answer that names the order and no more', () => {
    expect(reportOf(orderShape.parse({ uuid: 'u2' }), id, 5)).toEqual({
      clientOrderId: id,
      venueOrderId: 'u2',
      state: 'open',
      filled: '0',
      fills: [],
      at: 5,
    });
  });

  it('is not read at all without an id', () => {
    expect(orderShape.safeParse({}).success).toBe(false);
    expect(orderShape.safeParse('<html>').success).toBe(false);
  });
});

describe('shareOut', () => {
  const fee = (source: string): Decimal<'fee'> => decimal(source);
  it.each([
    ['0.00000001', ['1', '1', '1']],
    ['10', ['1', '1', '1']],
    ['4.99', ['9979.89']],
    ['0', ['3', '4']],
    ['3', ['0', '0']],
    ['2999.99990625', ['123.4567', '99999999.99', '0.0001']],
  ])('splits %s exactly', (total, weights) => {
    const shares = shareOut(fee(total), weights.map(notionalOf));
    expect(text(sum(shares))).toBe(total);
    expect(shares).toHaveLength(weights.length);
  });
});
