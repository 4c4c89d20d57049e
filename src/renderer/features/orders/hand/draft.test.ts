import { describe, expect, it } from 'vitest';
import { orderTerms } from '../../../../shared/contract/order-terms.ts';
import { changed, type Draft, emptyDraft, isWrong, type Kind, kindsOf, orderOf } from './draft.ts';

const typed: Partial<Draft> = { size: '0.05', price: '155000000', trigger: '121500', callback: '1.5' };
const draft = (change: Partial<Draft> = {}): Draft => ({ ...emptyDraft('BTC'), ...typed, ...change });

describe('kinds', () => {
  it.each([
    ['upbit', 'buy', ['limit', 'marketByCost', 'bestByCost']],
    ['upbit', 'sell', ['limit', 'market', 'best']],
    ['binance', 'buy', ['limit', 'market', 'stopMarket', 'trailingStopMarket']],
    ['binance', 'sell', ['limit', 'market']],
  ] as const)('%s, %s: only what the venue takes and what may not open a long', (venue, side, kinds) => {
    expect(kindsOf({ venue, side })).toEqual(kinds);
    for (const kind of kinds)
      expect(orderTerms.safeParse(orderOf({ ...changed(draft(), { venue, side, kind }), ...typed })?.terms).success, kind).toBe(true);
  });

  it.each([
    ['marketByCost', { side: 'sell' }, 'market'],
    ['bestByCost', { side: 'sell' }, 'best'],
    ['bestByCost', { venue: 'binance' }, 'limit'],
    ['limit', { venue: 'binance' }, 'limit'],
  ] as const)('%s becomes what comes nearest where %j does not take it', (kind, change, next) => {
    expect(changed(draft({ kind }), change).kind).toBe(next);
  });
});

describe('a change', () => {
  it('never makes coins a sum of money, nor a price in KRW one in USDT', () => {
    expect(changed(draft(), { kind: 'marketByCost' }).size).toBe('');
    expect(changed(draft({ kind: 'marketByCost', size: '500000' }), { side: 'sell' }).size).toBe('');
    expect(changed(draft({ kind: 'marketByCost' }), { kind: 'bestByCost' }).size).toBe('0.05');
    expect(changed(draft(), { venue: 'binance' })).toMatchObject({ size: '0.05', price: '', trigger: '' });
    expect(changed(draft(), { coin: 'ETH' })).toMatchObject({ size: '', price: '' });
    expect(changed(draft(), { timeInForce: 'IOC' })).toMatchObject(typed);
  });

  it('keeps a time in force that the kind has, else takes its first', () => {
    expect(changed(draft({ timeInForce: 'FOK' }), { kind: 'bestByCost' }).timeInForce).toBe('FOK');
    expect(changed(draft({ timeInForce: 'postOnly' }), { kind: 'bestByCost' }).timeInForce).toBe('IOC');
  });
});

describe('what is sent', () => {
  const perp = { venue: 'binance', side: 'buy' } as const;
  it.each([
    ['limit', {}, { type: 'limit', quantity: '0.05', price: '155000000', timeInForce: 'GTC' }],
    ['bestByCost', { size: '500000', timeInForce: 'FOK' }, { type: 'bestByCost', cost: '500000', timeInForce: 'FOK' }],
    ['stopMarket', perp, { type: 'stopMarket', quantity: '0.05', triggerPrice: '121500' }],
    ['trailingStopMarket', perp, { type: 'trailingStopMarket', quantity: '0.05', callback: '0.015' }],
    [
      'trailingStopMarket',
      { ...perp, activation: '120000' },
      { type: 'trailingStopMarket', quantity: '0.05', callback: '0.015', activationPrice: '120000' },
    ],
  ] as const satisfies readonly (readonly [Kind, Partial<Draft>, object])[])('%s with %j', (kind, change, terms) => {
    expect(orderOf(draft({ kind, ...change }))?.terms).toEqual(terms);
  });

  it.each([
    ['without a size', { size: '' }],
    ['without a price', { price: '' }],
    ['with a size of zero', { size: '0' }],
    ['with a price that is no number', { price: '1e8' }],
    ['without a coin', { coin: '' }],
    ['with a coin that is none', { coin: 'BT-C' }],
    ['with a callback below what the venue takes', { ...perp, kind: 'trailingStopMarket', callback: '0.05' }],
    ['with a callback above what the venue takes', { ...perp, kind: 'trailingStopMarket', callback: '10.1' }],
    ['with a callback between the steps of the venue', { ...perp, kind: 'trailingStopMarket', callback: '1.55' }],
    ['with an activation that is no number', { ...perp, kind: 'trailingStopMarket', activation: 'soon' }],
  ] as const satisfies readonly (readonly [string, Partial<Draft>])[])('is nothing %s', (_how, change) => {
    expect(orderOf(draft(change))).toBeNull();
  });

  it('is asked for only by the fields of its kind', () => {
    expect(orderOf(draft({ side: 'sell', kind: 'market', price: 'x', trigger: 'x', callback: 'x' }))).not.toBeNull();
  });
});

it('nothing typed yet is not wrong', () => {
  expect(isWrong('size', '')).toBe(false);
  expect(isWrong('size', '-1')).toBe(true);
  expect(isWrong('callback', '25')).toBe(true);
});
