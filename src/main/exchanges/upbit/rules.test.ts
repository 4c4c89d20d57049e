import { describe, expect, it } from 'vitest';
import { coin } from '../../../shared/domain/ids.ts';
import { price, text } from '../../../shared/domain/units.ts';
import { tickAt } from '../../../shared/domain/venue.ts';
import { chanceShape, rulesOf } from './rules.ts';

const chance = chanceShape.parse({ bid_fee: '0.0005', ask_fee: '0.0006', market: { bid: { min_total: '5000' }, ask: { min_total: '500' } } });

describe('rulesOf', () => {
  it('takes the dearer fee and the larger minimum', () => {
    expect(rulesOf(coin('BTC'), chance, price('1000'), price('160500000'))).toMatchObject({
      takerFee: '0.0006',
      minNotional: '5000',
      step: '0.00000001',
    });
  });

  it.each([
    ['160500000', '1000'],
    ['2000000', '1000'],
    ['1999000', '1000'],
    ['999500', '500'],
    ['499900', '100'],
    ['99950', '50'],
    ['49990', '10'],
    ['9995', '5'],
    ['4999', '1'],
    ['100', '1'],
    ['99.9', '0.1'],
    ['9.99', '0.01'],
    ['0.999', '0.001'],
    ['0.0999', '0.0001'],
    ['0.00999', '0.00001'],
    ['0.000999', '0.000001'],
    ['0.0000999', '0.0000001'],
    ['0.00000999', '0.00000001'],
  ])('knows that at %s the tick is %s', (at, tick) => {
    expect(text(tickAt(rulesOf(coin('XRP'), chance, undefined, price('1')), price(at)))).toBe(tick);
  });

  it('believes the venue where its tick contradicts the table', () => {
    expect(rulesOf(coin('USDT'), chance, price('0.5'), price('1400')).ticks).toEqual([{ from: '0', tick: '0.5' }]);
  });
});
