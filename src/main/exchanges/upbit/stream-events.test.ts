import { describe, expect, it } from 'vitest';
import { readMessage } from './stream-events.ts';

const ours = `kc${'1'.repeat(26)}`;
const event = (changes: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    type: 'myOrder',
    code: 'KRW-BTC',
    uuid: 'u1',
    ask_bid: 'BID',
    order_type: 'price',
    state: 'trade',
    trade_uuid: 't1',
    price: 160500000,
    volume: 0.00006218,
    remaining_volume: null,
    executed_volume: 0.00009327,
    paid_fee: 9.9,
    trade_fee: 4.989945,
    identifier: ours,
    trade_timestamp: 1785546000010,
    timestamp: 1785546000012,
    ...changes,
  });

describe('readMessage', () => {
  it('reads a trade with its own price, volume and fee', () => {
    expect(readMessage(event({}))).toEqual({
      kind: 'event',
      event: {
        kind: 'order',
        report: {
          clientOrderId: ours,
          venueOrderId: 'u1',
          state: 'open',
          filled: '0.00009327',
          fills: [{ tradeId: 't1', price: '160500000', quantity: '0.00006218', fee: '4.989945', feeCurrency: 'KRW', at: 1785546000010 }],
          at: 1785546000012,
        },
      },
    });
  });

  it('keeps digits that a float would lose', () => {
    const exact = event({}).replace('"executed_volume":0.00009327', '"executed_volume":123456789.12345678');
    expect(readMessage(exact)).toMatchObject({ event: { report: { filled: '123456789.12345678' } } });
  });

  it.each([
    ['cancel', { state: 'cancel', trade_uuid: null }, 'filled'],
    ['cancel without a fill', { state: 'cancel', executed_volume: 0, trade_uuid: null }, 'canceled'],
    ['done', { state: 'done' }, 'filled'],
    ['wait', { state: 'wait', executed_volume: 0, trade_uuid: null }, 'open'],
  ])('takes the last state from %s, and no fill', (_, changes, state) => {
    expect(readMessage(event(changes))).toMatchObject({ event: { report: { state, fills: [] } } });
  });

  it.each([[undefined], [null], ['somebody-else'], ['']])('names an order with the identifier %s as outside', (identifier) => {
    const outside = { kind: 'outsideOrder', coin: 'BTC', clientId: identifier ?? '', venueOrderId: 'u1' };
    expect(readMessage(event({ identifier }))).toEqual({ kind: 'event', event: outside });
  });

  it.each([
    ['{"status":"UP"}', { kind: 'other' }],
    ['{"type":"myAsset","assets":[]}', { kind: 'other' }],
    ['{"error":{"name":"INVALID_AUTH","message":"…"}}', { kind: 'error', name: 'INVALID_AUTH' }],
    ['{"type":"myOrder","code":"KRW-BTC"}', { kind: 'unreadable' }],
    ['not json', { kind: 'unreadable' }],
  ])('%s', (text, message) => {
    expect(readMessage(text)).toEqual(message);
  });
});
