/** Public market data. Source: usds-margined-futures, market-data REST. */
import { divide, type Price, price, ratio, relabel, subtract } from '../../../shared/domain/units.ts';
import { nextFundingTime } from '../../model/binance/forced.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import { accept, refusals, refuse } from '../../model/binance/refusal.ts';
import type { Level } from '../../venue.ts';
import { fixed } from './digits.ts';
import { exchangeInfo } from './exchange-info.ts';
import { optionalInteger } from './parameters.ts';
import { type Desk, namedOrAll, namedSymbol, oneOrList, type Route } from './router.ts';

const depthWeights = new Map([
  [5, 2],
  [10, 2],
  [20, 2],
  [50, 2],
  [100, 5],
  [500, 10],
  [1000, 20],
]);
const defaultDepth = 500;
const dayMs = 86_400_000;
export const levelRow = (level: Level, rules: SymbolRules): readonly [string, string] => [
  fixed(level.price, rules.pricePlaces),
  fixed(level.quantity, rules.quantityPlaces),
];

const priceText = (at: Price | null | undefined, rules: SymbolRules): string => fixed(at ?? price('0'), rules.pricePlaces);

/** Best bid and ask with what stands there; zeros where a side is empty. */
export function bookTicker(desk: Desk, rules: SymbolRules) {
  const book = desk.parts.book(rules.symbol);
  const [bid] = book.levels('buy', 1);
  const [ask] = book.levels('sell', 1);
  return {
    bidPrice: priceText(bid?.price, rules),
    bidQty: fixed(bid?.quantity ?? price('0'), rules.quantityPlaces),
    askPrice: priceText(ask?.price, rules),
    askQty: fixed(ask?.quantity ?? price('0'), rules.quantityPlaces),
  };
}

export function dayTicker(desk: Desk, rules: SymbolRules) {
  const { open, high, low, last, volume, quoteVolume, lastTrade } = desk.market.ticker('binance', rules.symbol);
  const change = subtract(last, open);
  const now = desk.parts.now();
  return {
    symbol: rules.symbol,
    priceChange: priceText(change, rules),
    priceChangePercent: fixed(divide(relabel<'ratio'>(change), divide<'ratio'>(open, ratio('100'), 12, 'down'), 3, 'halfEven'), 3),
    weightedAvgPrice: priceText(divide<'price'>(quoteVolume, volume, 8, 'halfEven'), rules),
    lastPrice: priceText(last, rules),
    lastQty: fixed(lastTrade.quantity, rules.quantityPlaces),
    openPrice: priceText(open, rules),
    highPrice: priceText(high, rules),
    lowPrice: priceText(low, rules),
    volume: fixed(volume, rules.quantityPlaces),
    quoteVolume: fixed(quoteVolume, 2),
    openTime: now - dayMs,
    closeTime: now,
    firstId: 1,
    lastId: lastTrade.id,
    count: lastTrade.id,
  };
}

/** Mark and index price, and the funding rate that will be booked next as it stands. */
export const marks = (desk: Desk, rules: SymbolRules) => ({
  mark: fixed(desk.parts.markPrice(rules.symbol), 8),
  index: fixed(desk.market.indexPrice('binance', rules.symbol), 8),
  rate: fixed(desk.market.funding(rules.symbol).rate, 8),
});

const premiumIndex = (desk: Desk, rules: SymbolRules) => {
  const { mark, index, rate } = marks(desk, rules);
  return {
    symbol: rules.symbol,
    markPrice: mark,
    indexPrice: index,
    estimatedSettlePrice: index,
    lastFundingRate: rate,
    interestRate: '0.00010000',
    nextFundingTime: nextFundingTime(desk.parts.now()),
    time: desk.parts.now(),
  };
};

/** A path that answers one row for a symbol, or a list over all symbols at another weight. */
function perSymbol(path: string, weights: { readonly one: number; readonly all: number }, row: (desk: Desk, rules: SymbolRules) => unknown): Route {
  return {
    method: 'GET',
    path,
    security: 'none',
    weight: (parameters) => (parameters.get('symbol') === undefined ? weights.all : weights.one),
    handle(desk, { parameters }) {
      const symbols = namedOrAll(desk, parameters);
      if (!symbols.ok) return symbols;
      return accept(
        oneOrList(
          parameters,
          symbols.value.map((rules) => row(desk, rules)),
        ),
      );
    },
  };
}

const depth: Route = {
  method: 'GET',
  path: '/fapi/v1/depth',
  security: 'none',
  weight: (parameters) => depthWeights.get(Number(parameters.get('limit') ?? defaultDepth)) ?? 1,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const limit = optionalInteger(parameters, 'limit');
    if (!limit.ok) return limit;
    const count = limit.value ?? defaultDepth;
    if (!depthWeights.has(count)) return refuse(refusals.depthLimit(String(count)));
    const book = desk.parts.book(rules.value.symbol);
    const now = desk.parts.now();
    return accept({
      lastUpdateId: desk.snapshotId(rules.value.symbol),
      E: now,
      T: now,
      bids: book.levels('buy', count).map((level) => levelRow(level, rules.value)),
      asks: book.levels('sell', count).map((level) => levelRow(level, rules.value)),
    });
  },
};

export const marketRoutes: readonly Route[] = [
  { method: 'GET', path: '/fapi/v1/ping', security: 'none', weight: 1, handle: () => accept({}) },
  { method: 'GET', path: '/fapi/v1/time', security: 'none', weight: 1, handle: (desk) => accept({ serverTime: desk.parts.now() }) },
  {
    method: 'GET',
    path: '/fapi/v1/exchangeInfo',
    security: 'none',
    weight: 1,
    handle: (desk, { fault }) => accept(exchangeInfo(desk, fault?.kind === 'filterChange')),
  },
  depth,
  perSymbol('/fapi/v1/ticker/bookTicker', { one: 2, all: 5 }, (desk, rules) => ({
    symbol: rules.symbol,
    ...bookTicker(desk, rules),
    time: desk.parts.now(),
  })),
  perSymbol('/fapi/v1/ticker/24hr', { one: 1, all: 40 }, dayTicker),
  perSymbol('/fapi/v1/ticker/price', { one: 1, all: 2 }, (desk, rules) => ({
    symbol: rules.symbol,
    price: priceText(desk.market.ticker('binance', rules.symbol).last, rules),
    time: desk.parts.now(),
  })),
  perSymbol('/fapi/v1/premiumIndex', { one: 1, all: 10 }, premiumIndex),
];
