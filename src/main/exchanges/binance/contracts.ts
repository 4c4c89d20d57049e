/**
 * Binance's perpetual contracts and our coins. Pure.
 *
 * 1. One coin, one contract: the USDT-margined perpetual.
 * 2. A contract of many coins (1000SHIB) is converted here and nowhere else: quantities × multiplier, prices ÷ it.
 */
import { z } from 'zod';
import { type Coin, coin as coinOf, isCoin } from '../../../shared/domain/ids.ts';
import {
  type Decimal,
  divide,
  type Notional,
  type Price,
  price,
  type Quantity,
  type Ratio,
  ratio,
  relabel,
  scale,
} from '../../../shared/domain/units.ts';
import { lte, max } from '../../../shared/domain/units.ts';
import type { MarketRules } from '../../../shared/domain/venue.ts';
import { coinFrom, decimalOf, quantityOf } from '../shapes.ts';

const filterShape = z.object({
  filterType: z.string(),
  tickSize: decimalOf<'price'>().optional(),
  stepSize: quantityOf.optional(),
  minQty: quantityOf.optional(),
  maxQty: quantityOf.optional(),
  notional: decimalOf<'notional'>().optional(),
});
const symbolShape = z.object({
  symbol: z.string(),
  contractType: z.string().optional(),
  status: z.string().optional(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  marginAsset: z.string().optional(),
  filters: z.array(filterShape),
});
/** How much a venue takes in a span of time, by its own word. */
const rateLimitShape = z.object({
  rateLimitType: z.string(),
  interval: z.string(),
  intervalNum: z.string(),
  limit: z.string().regex(/^[1-9]\d{0,6}$/),
});
export const exchangeInfoShape = z.object({ symbols: z.array(symbolShape), rateLimits: z.array(rateLimitShape).default([]).catch([]) });
type SymbolRow = z.output<typeof symbolShape>;

export interface Contract {
  readonly coin: Coin;
  readonly symbol: string;
  /** Coins in one unit of the contract's quantity: a power of ten. */
  readonly multiplier: Ratio;
  readonly row: SymbolRow;
}

/** What a base asset's name says of its size. Longest first. */
const prefixes = [
  ['1000000', '1000000'],
  ['10000', '10000'],
  ['1000', '1000'],
  ['1M', '1000000'],
] as const;

function sizeOf(baseAsset: string): { readonly coin: Coin; readonly multiplier: Ratio } | undefined {
  const prefix = prefixes.find(
    ([name]) => baseAsset.startsWith(name) && /^[A-Z]/.test(baseAsset.slice(name.length)) && baseAsset.length > name.length + 1,
  );
  const name = prefix === undefined ? baseAsset : baseAsset.slice(prefix[0].length);
  return isCoin(name) ? { coin: coinOf(name), multiplier: ratio(prefix?.[1] ?? '1') } : undefined;
}

/** The contracts that can be traded, by coin and by symbol. A contract of single coins goes before one of many. */
export interface Contracts {
  readonly byCoin: ReadonlyMap<Coin, Contract>;
  readonly bySymbol: ReadonlyMap<string, Contract>;
}

export function contractsFrom(info: z.output<typeof exchangeInfoShape>): Contracts {
  const byCoin = new Map<Coin, Contract>();
  for (const row of info.symbols) {
    if (row.contractType !== 'PERPETUAL' || row.quoteAsset !== 'USDT' || row.status !== 'TRADING') continue;
    const size = sizeOf(row.baseAsset);
    if (size === undefined) continue;
    const taken = byCoin.get(size.coin);
    if (taken !== undefined && lte(taken.multiplier, size.multiplier)) continue;
    byCoin.set(size.coin, { ...size, symbol: row.symbol, row });
  }
  return { byCoin, bySymbol: new Map([...byCoin.values()].map((contract) => [contract.symbol, contract])) };
}

/** The coin of any symbol on the account; one that we do not trade is named by its whole symbol. */
export const coinOfSymbol = (contracts: Contracts, symbol: string): Coin | undefined => contracts.bySymbol.get(symbol)?.coin ?? coinFrom(symbol);

/** Digits kept where a price is divided by a power of ten: more than any venue writes. */
const places = 24;
/** Contract units as coins. */
export const toCoins = <U extends 'quantity' | 'signedQuantity'>(units: Decimal<U>, multiplier: Ratio): Decimal<U> => scale(units, multiplier);
/** Coins as contract units. Exact, for the multiplier is a power of ten. */
export const toUnits = (coins: Quantity, multiplier: Ratio): Quantity => divide<'quantity'>(coins, multiplier, places, 'down');
/** A contract's price as the price of one coin. */
export const coinPrice = (contractPrice: Price, multiplier: Ratio): Price => divide<'price'>(contractPrice, multiplier, places, 'down');
/** The price of one coin as the contract's. */
export const contractPrice = (price: Price, multiplier: Ratio): Price => scale(price, multiplier);

/** @returns undefined when the venue's filters lack what an order needs */
export function rulesOf({ coin, multiplier, row }: Contract, takerFee: Ratio): MarketRules | undefined {
  const filter = (type: string) => row.filters.find((entry) => entry.filterType === type);
  const lot = filter('LOT_SIZE');
  const marketLot = filter('MARKET_LOT_SIZE') ?? lot;
  const tick = filter('PRICE_FILTER')?.tickSize;
  const steps = [lot?.stepSize, marketLot?.stepSize];
  const least = [lot?.minQty, marketLot?.minQty];
  if (tick === undefined || steps[0] === undefined || steps[1] === undefined || least[0] === undefined || least[1] === undefined) return undefined;
  const minNotional: Notional | undefined = filter('MIN_NOTIONAL')?.notional;
  const maxMarket = marketLot?.maxQty;
  return {
    coin,
    step: toCoins(max(steps[0], steps[1]), multiplier),
    minQuantity: toCoins(max(least[0], least[1]), multiplier),
    ...(maxMarket === undefined ? {} : { maxMarketQuantity: toCoins(maxMarket, multiplier) }),
    minNotional: minNotional ?? relabel<'notional'>(price('0')),
    ticks: [{ from: price('0'), tick: coinPrice(tick, multiplier) }],
    takerFee,
  };
}
