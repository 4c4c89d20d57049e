import { describe, expect, it } from 'vitest';
import { contractsFrom, exchangeInfoShape } from './contracts.ts';
import { type Became, readMessage } from './stream-events.ts';

const row = (symbol: string, baseAsset: string) => ({
  symbol,
  baseAsset,
  quoteAsset: 'USDT',
  contractType: 'PERPETUAL',
  status: 'TRADING',
  filters: [],
});
const contracts = contractsFrom(exchangeInfoShape.parse({ symbols: [row('BTCUSDT', 'BTC'), row('1000SHIBUSDT', '1000SHIB')] }));
const ours = `kc${'2'.repeat(26)}`;
const update = (changes: object) =>
  JSON.stringify({
    e: 'ORDER_TRADE_UPDATE',
    E: 1785546000123,
    T: 1785546000122,
    o: {
      s: 'BTCUSDT',
      c: ours,
      S: 'SELL',
      o: 'MARKET',
      q: '0.010',
      x: 'TRADE',
      X: 'FILLED',
      i: 22542179,
      l: '0.006',
      z: '0.010',
      L: '115000.2',
      n: '0.345',
      N: 'USDT',
      T: 1785546000122,
      t: 2,
      ...changes,
    },
  });

describe('a conditional order of ours', () => {
  const algo = (changes: object) =>
    JSON.stringify({ e: 'ALGO_UPDATE', T: 1785546000500, o: { caid: ours, aid: 77, s: 'BTCUSDT', X: 'NEW', ai: '', aq: '0', ...changes } });
  const reportOf = (source: string, became: Became) => {
    const message = readMessage(source, contracts, became);
    return message.kind === 'event' && message.event.kind === 'order' ? message.event.report : message;
  };

  it('has filled nothing by its own events, and ends by them only where it never became another', () => {
    const became: Became = new Map();
    expect(reportOf(algo({}), became)).toMatchObject({ clientOrderId: ours, venueOrderId: 'algo:77', state: 'open', filled: '0', fills: [] });
    expect(reportOf(algo({ X: 'FINISHED', aq: '0.01', ai: '22542179' }), became)).toMatchObject({
      venueOrderId: '22542179',
      state: 'open',
      filled: '0',
    });
    for (const [X, state] of [
      ['CANCELED', 'canceled'],
      ['EXPIRED', 'expired'],
      ['REJECTED', 'rejected'],
    ] as const)
      expect(reportOf(algo({ X }), became)).toMatchObject({ state, filled: '0' });
  });

  it('is followed by the id of what it became, whatever that is called', () => {
    const became: Became = new Map();
    expect(reportOf(update({ c: 'x-by-the-venue' }), became)).toMatchObject({ event: { kind: 'outsideOrder' } });
    reportOf(algo({ X: 'TRIGGERED', ai: '22542179' }), became);
    expect(reportOf(update({ c: 'x-by-the-venue' }), became)).toMatchObject({
      clientOrderId: ours,
      venueOrderId: '22542179',
      state: 'filled',
      filled: '0.01',
    });
  });
});

describe('readMessage', () => {
  it('reads a trade of ours', () => {
    expect(readMessage(update({}), contracts)).toEqual({
      kind: 'event',
      event: {
        kind: 'order',
        report: {
          clientOrderId: ours,
          venueOrderId: '22542179',
          state: 'filled',
          filled: '0.01',
          fills: [{ tradeId: '2', price: '115000.2', quantity: '0.006', fee: '0.345', feeCurrency: 'USDT', at: 1785546000122 }],
          at: 1785546000122,
        },
      },
    });
  });

  it('converts a contract of many coins', () => {
    expect(readMessage(update({ s: '1000SHIBUSDT', z: '12', l: '12', L: '0.0108210' }), contracts)).toMatchObject({
      event: { report: { filled: '12000', fills: [{ price: '0.000010821', quantity: '12000' }] } },
    });
  });

  it.each([
    ['NEW', 'NEW', 'open'],
    ['CANCELED', 'CANCELED', 'canceled'],
    ['EXPIRED', 'EXPIRED', 'expired'],
    ['EXPIRED', 'EXPIRED_IN_MATCH', 'expired'],
  ])('reads %s %s as %s without a fill', (x, X, state) => {
    expect(readMessage(update({ x, X, t: 0, l: '0' }), contracts)).toMatchObject({ event: { report: { state, fills: [] } } });
  });

  it.each(['autoclose-1795000000', 'adl_autoclose', 'web_abc', ''])('takes the order %s for outside', (c) => {
    const event = { kind: 'outsideOrder', coin: 'BTC', clientId: c, venueOrderId: '22542179' };
    expect(readMessage(update({ c, x: 'CALCULATED' }), contracts)).toEqual({ kind: 'event', event });
  });

  it('does not believe the fills of a conditional order', () => {
    const algo = JSON.stringify({ e: 'ALGO_UPDATE', T: 1785546000500, o: { caid: 'sl-1', aid: 2148719, s: 'BTCUSDT', X: 'TRIGGERED', aq: '0.01' } });
    expect(readMessage(algo, contracts)).toEqual({
      kind: 'event',
      event: { kind: 'outsideOrder', coin: 'BTC', clientId: 'sl-1', venueOrderId: '2148719' },
    });
  });

  it('unwraps combined streams and keeps ids that a float would change', () => {
    const big = update({}).replace('22542179', '9007199254740993123');
    expect(readMessage(`{"stream":"KEY","data":${big}}`, contracts)).toMatchObject({ event: { report: { venueOrderId: '9007199254740993123' } } });
  });

  it.each([
    ['{"e":"listenKeyExpired","E":1785546000999,"listenKey":"K"}', { kind: 'keyExpired' }],
    ['{"e":"ACCOUNT_UPDATE","T":1785546000122,"a":{}}', { kind: 'other' }],
    ['{"result":null,"id":1}', { kind: 'other' }],
    ['{"e":"ORDER_TRADE_UPDATE","o":{}}', { kind: 'unreadable' }],
    ['<html>', { kind: 'unreadable' }],
  ])('%s', (text, message) => {
    expect(readMessage(text, contracts)).toEqual(message);
  });
});
