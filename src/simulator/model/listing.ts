/**
 * The markets that the simulated venues list, with their filters. Ticks and minima follow the venues' published tables;
 * what a contract of `1000SHIB` holds is `coinsPerUnit`.
 */
import { type Coin, coin } from '../../shared/domain/ids.ts';
import { lte, type Notional, notionalOf, type Price, price, type Quantity, quantity, type Ratio, ratio } from '../../shared/domain/units.ts';
import type { VenueName } from '../venue.ts';

export interface TickRow {
  readonly from: Price;
  readonly tick: Price;
}

/** All quantities are in the venue's unit: coins, or contracts of `coinsPerUnit` coins. */
export interface ListedMarket {
  readonly venue: VenueName;
  /** The venue's own: "KRW-BTC", "BTCUSDT". */
  readonly symbol: string;
  /** The coin as people write it: "SHIB" on both venues. */
  readonly coin: Coin;
  /** The base asset as the venue writes it: "BTC", "1000SHIB". */
  readonly baseAsset: string;
  readonly quote: 'KRW' | 'USDT';
  readonly coinsPerUnit: Ratio;
  /** Ascending; the tick of the last row whose `from` is not above the price. */
  readonly ticks: readonly TickRow[];
  readonly step: Quantity;
  readonly minQuantity: Quantity;
  readonly maxQuantity: Quantity;
  readonly maxMarketQuantity: Quantity;
  readonly minNotional: Notional;
  /** Digits after the point that the venue prints. */
  readonly pricePlaces: number;
  readonly quantityPlaces: number;
  readonly koreanName: string;
  readonly englishName: string;
  /** How many levels a side the generated book has. */
  readonly depthLevels: number;
  /** USDT that lies within half a percent of the best price on each side, on average. */
  readonly depthUsdt: number;
  /** Where the generated market begins, of one coin in USDT; the premium and the exchange rate come on top. */
  readonly startUsdt: number;
  /** Standard deviation of a year's logarithmic returns. */
  readonly yearlyVolatility: number;
}

const tickRow = (from: string, tick: string): TickRow => ({ from: price(from), tick: price(tick) });

/** Upbit's KRW markets since 2025-07-31 (docs.upbit.com, KRW market info). */
export const upbitKrwTicks: readonly TickRow[] = [
  tickRow('0', '0.00000001'),
  tickRow('0.00001', '0.0000001'),
  tickRow('0.0001', '0.000001'),
  tickRow('0.001', '0.00001'),
  tickRow('0.01', '0.0001'),
  tickRow('0.1', '0.001'),
  tickRow('1', '0.01'),
  tickRow('10', '0.1'),
  tickRow('100', '1'),
  tickRow('1000', '1'),
  tickRow('5000', '5'),
  tickRow('10000', '10'),
  tickRow('50000', '50'),
  tickRow('100000', '100'),
  tickRow('500000', '500'),
  tickRow('1000000', '1000'),
];

interface Asset {
  readonly coin: string;
  readonly koreanName: string;
  readonly englishName: string;
  readonly startUsdt: number;
  readonly depthUsdt: number;
  readonly yearlyVolatility: number;
}
interface Contract {
  readonly units: string;
  readonly tick: string;
  readonly pricePlaces: number;
  readonly step: string;
  readonly quantityPlaces: number;
  readonly max: string;
  readonly maxMarket: string;
  readonly minNotional: string;
}

const upbitMarket = (asset: Asset): ListedMarket => ({
  ...asset,
  venue: 'upbit',
  symbol: `KRW-${asset.coin}`,
  coin: coin(asset.coin),
  baseAsset: asset.coin,
  quote: 'KRW',
  coinsPerUnit: ratio('1'),
  ticks: upbitKrwTicks,
  // Upbit names no volume step; eight digits are what its answers carry.
  step: quantity('0.00000001'),
  minQuantity: quantity('0.00000001'),
  maxQuantity: quantity('1000000000000'),
  maxMarketQuantity: quantity('1000000000000'),
  minNotional: notionalOf('5000'),
  pricePlaces: 8,
  quantityPlaces: 8,
  depthLevels: 30,
});

const binanceMarket = (asset: Asset, contract: Contract): ListedMarket => {
  const baseAsset = contract.units === '1' ? asset.coin : `${contract.units}${asset.coin}`;
  return {
    ...asset,
    venue: 'binance',
    symbol: `${baseAsset}USDT`,
    coin: coin(asset.coin),
    baseAsset,
    quote: 'USDT',
    coinsPerUnit: ratio(contract.units),
    ticks: [tickRow('0', contract.tick)],
    step: quantity(contract.step),
    minQuantity: quantity(contract.step),
    maxQuantity: quantity(contract.max),
    maxMarketQuantity: quantity(contract.maxMarket),
    minNotional: notionalOf(contract.minNotional),
    pricePlaces: contract.pricePlaces,
    quantityPlaces: contract.quantityPlaces,
    depthLevels: 100,
  };
};

const bitcoin: Asset = {
  coin: 'BTC',
  koreanName: '비트코인',
  englishName: 'Bitcoin',
  startUsdt: 115_000,
  depthUsdt: 1_500_000,
  yearlyVolatility: 0.45,
};
const ether: Asset = { coin: 'ETH', koreanName: '이더리움', englishName: 'Ethereum', startUsdt: 3900, depthUsdt: 1_000_000, yearlyVolatility: 0.6 };
const ripple: Asset = { coin: 'XRP', koreanName: '엑스알피(리플)', englishName: 'XRP', startUsdt: 2.6, depthUsdt: 800_000, yearlyVolatility: 0.7 };
const solana: Asset = { coin: 'SOL', koreanName: '솔라나', englishName: 'Solana', startUsdt: 190, depthUsdt: 600_000, yearlyVolatility: 0.75 };
const dogecoin: Asset = { coin: 'DOGE', koreanName: '도지코인', englishName: 'Dogecoin', startUsdt: 0.2, depthUsdt: 400_000, yearlyVolatility: 0.8 };
const shiba: Asset = {
  coin: 'SHIB',
  koreanName: '시바이누',
  englishName: 'Shiba Inu',
  startUsdt: 0.0000102,
  depthUsdt: 200_000,
  yearlyVolatility: 0.8,
};
const tether: Asset = { coin: 'USDT', koreanName: '테더', englishName: 'Tether', startUsdt: 1, depthUsdt: 1_500_000, yearlyVolatility: 0 };

/** Every market that the simulator lists, Upbit's first. */
export const listing: readonly ListedMarket[] = [
  ...[bitcoin, ether, ripple, solana, dogecoin, shiba, tether].map(upbitMarket),
  binanceMarket(bitcoin, {
    units: '1',
    tick: '0.1',
    pricePlaces: 2,
    step: '0.001',
    quantityPlaces: 3,
    max: '1000',
    maxMarket: '120',
    minNotional: '100',
  }),
  binanceMarket(ether, {
    units: '1',
    tick: '0.01',
    pricePlaces: 2,
    step: '0.001',
    quantityPlaces: 3,
    max: '10000',
    maxMarket: '2000',
    minNotional: '20',
  }),
  binanceMarket(ripple, {
    units: '1',
    tick: '0.0001',
    pricePlaces: 4,
    step: '0.1',
    quantityPlaces: 1,
    max: '10000000',
    maxMarket: '2000000',
    minNotional: '5',
  }),
  binanceMarket(solana, {
    units: '1',
    tick: '0.01',
    pricePlaces: 4,
    step: '0.01',
    quantityPlaces: 2,
    max: '1000000',
    maxMarket: '80000',
    minNotional: '5',
  }),
  binanceMarket(dogecoin, {
    units: '1',
    tick: '0.00001',
    pricePlaces: 6,
    step: '1',
    quantityPlaces: 0,
    max: '50000000',
    maxMarket: '30000000',
    minNotional: '5',
  }),
  binanceMarket(shiba, {
    units: '1000',
    tick: '0.000001',
    pricePlaces: 6,
    step: '1',
    quantityPlaces: 0,
    max: '100000000',
    maxMarket: '50000000',
    minNotional: '5',
  }),
];

/** @returns undefined for a symbol that the venue does not list */
export const findListed = (venue: VenueName, symbol: string): ListedMarket | undefined =>
  listing.find((market) => market.venue === venue && market.symbol === symbol);

/** The tick that holds at a price. @throws Error when the market has no ticks: a bug of this file */
export function tickOf(market: Pick<ListedMarket, 'symbol' | 'ticks'>, at: Price): Price {
  const row = market.ticks.findLast((candidate) => lte(candidate.from, at)) ?? market.ticks[0];
  if (row === undefined) throw new Error(`Invariant: a market has ticks, was ${market.symbol}`);
  return row.tick;
}
