/**
 * The markets that the simulated venues list, with their filters. Ticks and minima follow the venues' published tables;
 * what a contract of `1000SHIB` holds is `coinsPerUnit`.
 */
import { type Coin, coin } from '../../shared/domain/ids.ts';
import {
  lte,
  type Notional,
  notionalOf,
  type Price,
  price,
  type Quantity,
  quantity,
  type Ratio,
  ratio,
  toNumber,
} from '../../shared/domain/units.ts';
import type { VenueName } from '../venue.ts';
import { coins, type ListedCoin, namesakes, troubled } from './coins.ts';

/** No price that is put in from outside may be above it: the walk draws with numbers, which are plain decimals below 1e21. */
export const largestInput = '1000000000000';

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
  /** What the coin really is: two markets of one coin with different assets only share a name. */
  readonly asset: string;
  /** Deposits and withdrawals of the coin are halted. */
  readonly walletHalted: boolean;
  /** The venue warns of the coin (Upbit: `market_event.warning`). */
  readonly warning: boolean;
  /** Upbit: the names in `market_event.caution` that hold. */
  readonly cautions: readonly string[];
}

const tickRow = (from: string, tick: string): TickRow => ({ from: price(from), tick: price(tick) });

/** Upbit's KRW markets since 2025-07-31 (docs.upbit.com, KRW market info). */
const upbitKrwTicks: readonly TickRow[] = [
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

/** Coins in USDT, as the books and walks need them. */
interface Asset {
  readonly ticker: string;
  readonly asset: string;
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

const upbitMarket = ({ ticker, ...asset }: Asset): ListedMarket => ({
  ...asset,
  venue: 'upbit',
  symbol: `KRW-${ticker}`,
  coin: coin(ticker),
  baseAsset: ticker,
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
  walletHalted: (troubled.haltedWallets as readonly string[]).includes(ticker),
  warning: (troubled.warnings as readonly string[]).includes(ticker),
  cautions: troubled.cautions.get(ticker) ?? [],
});

const binanceMarket = ({ ticker, ...asset }: Asset, contract: Contract): ListedMarket => {
  const baseAsset = contract.units === '1' ? ticker : `${contract.units}${ticker}`;
  return {
    ...asset,
    venue: 'binance',
    symbol: `${baseAsset}USDT`,
    coin: coin(ticker),
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
    walletHalted: false,
    warning: false,
    cautions: [],
  };
};

/** The filters of the largest contracts as published; the others' follow from their price. */
const published: Readonly<Record<string, Contract>> = {
  BTC: { units: '1', tick: '0.1', pricePlaces: 2, step: '0.001', quantityPlaces: 3, max: '1000', maxMarket: '120', minNotional: '100' },
  ETH: { units: '1', tick: '0.01', pricePlaces: 2, step: '0.001', quantityPlaces: 3, max: '10000', maxMarket: '2000', minNotional: '20' },
  XRP: { units: '1', tick: '0.0001', pricePlaces: 4, step: '0.1', quantityPlaces: 1, max: '10000000', maxMarket: '2000000', minNotional: '5' },
  SOL: { units: '1', tick: '0.01', pricePlaces: 4, step: '0.01', quantityPlaces: 2, max: '1000000', maxMarket: '80000', minNotional: '5' },
  DOGE: { units: '1', tick: '0.00001', pricePlaces: 6, step: '1', quantityPlaces: 0, max: '50000000', maxMarket: '30000000', minNotional: '5' },
  SHIB: { units: '1000', tick: '0.000001', pricePlaces: 6, step: '1', quantityPlaces: 0, max: '100000000', maxMarket: '50000000', minNotional: '5' },
};

/** Five digits of price, at most two and at least seven after the point; lots of about a dollar or a tenth of it. */
function contractOf(units: string, coinUsdt: number): Contract {
  const usdt = coinUsdt * toNumber(ratio(units));
  const pricePlaces = Math.min(7, Math.max(2, 4 - Math.floor(Math.log10(usdt))));
  const quantityPlaces = usdt >= 1000 ? 3 : usdt >= 100 ? 2 : usdt >= 5 ? 1 : 0;
  const most = 10 ** Math.ceil(Math.log10(20_000_000 / usdt));
  return {
    units,
    tick: (10 ** -pricePlaces).toFixed(pricePlaces),
    pricePlaces,
    step: (10 ** -quantityPlaces).toFixed(quantityPlaces),
    quantityPlaces,
    max: most.toFixed(0),
    maxMarket: (most / 5).toFixed(0),
    minNotional: '5',
  };
}

/** What lies near the best price of the largest books; the smaller a coin, the thinner its book. */
const publishedDepth = [1_500_000, 1_000_000, 800_000, 600_000, 400_000, 200_000];
const publishedVolatility = [0.45, 0.6, 0.7, 0.75, 0.8, 0.8];

const assetOf = ({ ticker, koreanName, englishName, startUsdt }: ListedCoin, index: number): Asset => ({
  ticker,
  asset: ticker,
  koreanName,
  englishName,
  startUsdt,
  depthUsdt: publishedDepth[index] ?? Math.round(1_500_000 / (index + 1) ** 0.75),
  yearlyVolatility: publishedVolatility[index] ?? Math.min(1.3, 0.75 + index * 0.003),
});
const tether: Asset = {
  ticker: 'USDT',
  asset: 'USDT',
  koreanName: '테더',
  englishName: 'Tether',
  startUsdt: 1,
  depthUsdt: 1_500_000,
  yearlyVolatility: 0,
};

/** Every market that the simulator lists, Upbit's first: 200 coins on both venues, and USDT on Upbit. */
export const listing: readonly ListedMarket[] = [
  ...coins.map((listed, index) => upbitMarket(assetOf(listed, index))),
  upbitMarket(tether),
  ...coins.map((listed, index) => {
    const other = namesakes.get(listed.ticker);
    const asset = assetOf({ ...listed, ...other }, index);
    const contract = published[listed.ticker] ?? contractOf(listed.units, asset.startUsdt);
    return binanceMarket(other === undefined ? asset : { ...asset, asset: `${listed.ticker} (${other.englishName})` }, contract);
  }),
];

/** The tick that holds at a price. @throws Error when the market has no ticks: a bug of this file */
export function tickOf(market: Pick<ListedMarket, 'symbol' | 'ticks'>, at: Price): Price {
  const row = market.ticks.findLast((candidate) => lte(candidate.from, at)) ?? market.ticks[0];
  if (row === undefined) throw new Error(`Invariant: a market has ticks, was ${market.symbol}`);
  return row.tick;
}
