import { describe, expect, it } from 'vitest';
import { coin } from '../../../shared/domain/ids.ts';
import { price, quantity, ratio, text } from '../../../shared/domain/units.ts';
import { coinOfSymbol, coinPrice, contractPrice, contractsFrom, exchangeInfoShape, rulesOf, toCoins, toUnits } from './contracts.ts';

const filters = [
  { filterType: 'PRICE_FILTER', tickSize: '0.0000010' },
  { filterType: 'LOT_SIZE', minQty: '1', maxQty: '50000000', stepSize: '1' },
  { filterType: 'MARKET_LOT_SIZE', minQty: '2', maxQty: '6000000', stepSize: '2' },
  { filterType: 'MIN_NOTIONAL', notional: '5' },
];
const row = (symbol: string, baseAsset: string, changes: object = {}) => ({
  symbol,
  baseAsset,
  quoteAsset: 'USDT',
  contractType: 'PERPETUAL',
  status: 'TRADING',
  filters,
  ...changes,
});
const contracts = contractsFrom(
  exchangeInfoShape.parse({
    symbols: [
      row('BTCUSDT', 'BTC'),
      row('1000SHIBUSDT', '1000SHIB'),
      row('1MBABYDOGEUSDT', '1MBABYDOGE'),
      row('1000PEPEUSDT', '1000PEPE'),
      row('PEPEUSDT', 'PEPE'),
      row('BTCUSDT_261225', 'BTC', { contractType: 'CURRENT_QUARTER' }),
      row('BTCUSDC', 'BTC', { quoteAsset: 'USDC' }),
      row('OLDUSDT', 'OLD', { status: 'SETTLING' }),
    ],
  }),
);

describe('contractsFrom', () => {
  it.each([
    ['BTC', 'BTCUSDT', '1'],
    ['SHIB', '1000SHIBUSDT', '1000'],
    ['BABYDOGE', '1MBABYDOGEUSDT', '1000000'],
    ['PEPE', 'PEPEUSDT', '1'],
  ])('trades %s as %s × %s', (name, symbol, multiplier) => {
    expect(contracts.byCoin.get(coin(name))).toMatchObject({ symbol, multiplier });
  });

  it('leaves out what is not a perpetual in USDT that trades', () => {
    expect([...contracts.byCoin.keys()].sort()).toEqual(['BABYDOGE', 'BTC', 'PEPE', 'SHIB']);
  });

  it('names positions of other contracts by their whole symbol, so that none is mistaken for ours', () => {
    expect(coinOfSymbol(contracts, '1000SHIBUSDT')).toBe('SHIB');
    expect(coinOfSymbol(contracts, 'BTCUSDC')).toBe('BTCUSDC');
    expect(coinOfSymbol(contracts, 'BTCUSDT_261225')).toBe('BTCUSDT261225');
  });
});

describe('a contract of many coins', () => {
  const many = ratio('1000');
  it('converts there and back without loss', () => {
    expect(text(toCoins(quantity('12'), many))).toBe('12000');
    expect(text(toUnits(quantity('12000'), many))).toBe('12');
    expect(text(coinPrice(price('0.0108210'), many))).toBe('0.000010821');
    expect(text(contractPrice(price('0.000010821'), many))).toBe('0.010821');
  });

  it('has its rules in coins, by the coarser of both lot filters', () => {
    const shib = contracts.byCoin.get(coin('SHIB'));
    expect(shib && rulesOf(shib, ratio('0.0005'))).toEqual({
      coin: 'SHIB',
      step: '2000',
      minQuantity: '2000',
      maxMarketQuantity: '6000000000',
      minNotional: '5',
      ticks: [{ from: '0', tick: '0.000000001' }],
      takerFee: '0.0005',
    });
  });

  it('has no rules without the filters that an order needs', () => {
    const bare = contractsFrom(exchangeInfoShape.parse({ symbols: [row('BTCUSDT', 'BTC', { filters: [] })] })).byCoin.get(coin('BTC'));
    expect(bare && rulesOf(bare, ratio('0'))).toBeUndefined();
  });
});
