import { describe, expect, it } from 'vitest';
import { clientOrderId, coin } from '../../../shared/domain/ids.ts';
import { price, quantity, ratio } from '../../../shared/domain/units.ts';
import type { OrderRequest, OrderTerms } from '../../../shared/domain/venue.ts';
import { algoParameters, algoShape, waitingReport } from './conditional.ts';
import { contractsFrom, exchangeInfoShape } from './contracts.ts';

const row = { symbol: '1000SHIBUSDT', baseAsset: '1000SHIB', quoteAsset: 'USDT', contractType: 'PERPETUAL', status: 'TRADING', filters: [] };
const contract = contractsFrom(exchangeInfoShape.parse({ symbols: [row] })).byCoin.get(coin('SHIB'));
const id = clientOrderId(`kc${'5'.repeat(26)}`);
const parametersOf = (terms: OrderTerms, reduceOnly = true) => {
  const order: OrderRequest = { clientOrderId: id, venue: 'binance', leg: 'perp', coin: coin('SHIB'), side: 'buy', terms, reduceOnly };
  if (contract === undefined) throw new Error('no contract');
  return algoParameters(order, contract);
};
const stop: OrderTerms = { type: 'stopMarket', quantity: quantity('5000'), triggerPrice: price('0.00001234') };
const trail: OrderTerms = { type: 'trailingStopMarket', quantity: quantity('5000'), callback: ratio('0.015') };
const common = { algoType: 'CONDITIONAL', symbol: '1000SHIBUSDT', side: 'BUY', clientAlgoId: id, quantity: '5', reduceOnly: 'true' };

describe('algoParameters', () => {
  it('counts in contracts, prices contracts, and takes percent', () => {
    expect(parametersOf(stop)).toEqual({ ok: true, value: { ...common, type: 'STOP_MARKET', triggerPrice: '0.01234' } });
    expect(parametersOf(trail)).toEqual({ ok: true, value: { ...common, type: 'TRAILING_STOP_MARKET', callbackRate: '1.5' } });
  });

  it('names the activation price as the algo endpoint does', () => {
    const activated = parametersOf({ ...trail, activationPrice: price('0.00001') });
    expect(activated).toMatchObject({ ok: true, value: { activatePrice: '0.01' } });
    expect(JSON.stringify(activated)).not.toContain('activationPrice');
  });

  it('makes nothing that could open a position, nor anything else of what is not conditional', () => {
    for (const answer of [parametersOf(stop, false), parametersOf(trail, false), parametersOf({ type: 'market', quantity: quantity('1') })])
      expect(answer).toMatchObject({ ok: false, failure: { outcome: 'notSent', code: 'INVALID_ORDER' } });
  });
});

describe('waitingReport', () => {
  it.each([
    ['NEW', 'open'],
    ['TRIGGERING', 'open'],
    ['TRIGGERED', 'open'],
    ['FINISHED', 'open'],
    ['CANCELED', 'canceled'],
    ['EXPIRED', 'expired'],
    ['REJECTED', 'rejected'],
    ['A_WORD_OF_TOMORROW', 'open'],
  ] as const)('%s → %s, with nothing filled', (algoStatus, state) => {
    const order = algoShape.parse({ algoId: '9', symbol: row.symbol, algoStatus });
    expect(waitingReport(order, id, 5)).toEqual({ clientOrderId: id, venueOrderId: 'algo:9', state, filled: '0', fills: [], at: 5 });
  });
});
