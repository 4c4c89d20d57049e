/** What the market did: candles, trades, funding. Source: usds-margined-futures, market-data REST. */
import { notional } from '../../../shared/domain/units.ts';
import { fundingPeriodMs } from '../../model/binance/forced.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import { accept, type Checked, refusals, refuse } from '../../model/binance/refusal.ts';
import type { PublicTrade } from '../../model/market.ts';
import { fixed } from './digits.ts';
import { isInterval, klineRow, klinesIn, type KlineWindow } from './klines.ts';
import { optionalInteger, type Parameters, required } from './parameters.ts';
import { type Desk, namedOrAll, namedSymbol, type Route } from './router.ts';

const defaultKlines = 500;
const maxKlines = 1500;
const defaultTrades = 500;
const maxTrades = 1000;
const defaultFundings = 100;
const maxFundings = 1000;

function klineWeight(parameters: Parameters): number {
  const limit = Number(parameters.get('limit') ?? defaultKlines);
  if (limit < 100) return 1;
  return limit < 500 ? 2 : limit <= 1000 ? 5 : 10;
}

/** A whole number that may not be above a limit. */
function readLimit(parameters: Parameters, usual: number, most: number): Checked<number> {
  const sent = optionalInteger(parameters, 'limit');
  if (!sent.ok) return sent;
  const limit = sent.value ?? usual;
  return limit >= 1 && limit <= most ? accept(limit) : refuse(refusals.parameter('limit'));
}

function readWindow(parameters: Parameters, usual: number, most: number): Checked<KlineWindow> {
  const limit = readLimit(parameters, usual, most);
  if (!limit.ok) return limit;
  const start = optionalInteger(parameters, 'startTime');
  if (!start.ok) return start;
  const end = optionalInteger(parameters, 'endTime');
  return end.ok ? accept({ start: start.value, end: end.value, limit: limit.value }) : end;
}

/** @param name of the parameter that names the market: some of these go by pair */
const klines = (path: string, name: 'symbol' | 'pair', withVolume: boolean): Route => ({
  method: 'GET',
  path,
  security: 'none',
  weight: klineWeight,
  handle(desk, { parameters }) {
    const named = required(parameters, name);
    if (!named.ok) return named;
    const rules = desk.parts.rules(named.value);
    if (rules === undefined) return refuse(refusals.symbol);
    const interval = required(parameters, 'interval');
    if (!interval.ok) return interval;
    if (!isInterval(interval.value)) return refuse(refusals.interval);
    const window = readWindow(parameters, defaultKlines, maxKlines);
    if (!window.ok) return window;
    const rows = klinesIn(desk.market, rules.symbol, interval.value, window.value, desk.market.now);
    return accept(rows.map((row) => klineRow(row, rules, withVolume)));
  },
});

const tradeRow = (trade: PublicTrade, rules: SymbolRules) => ({
  id: trade.id,
  price: fixed(trade.price, rules.pricePlaces),
  qty: fixed(trade.quantity, rules.quantityPlaces),
  quoteQty: fixed(notional(trade.price, trade.quantity), rules.pricePlaces),
  time: Math.floor(trade.at),
  isBuyerMaker: trade.takerSide === 'sell',
});

const aggregateRow = (trade: PublicTrade, rules: SymbolRules) => ({
  a: trade.id,
  p: fixed(trade.price, rules.pricePlaces),
  q: fixed(trade.quantity, rules.quantityPlaces),
  f: trade.id,
  l: trade.id,
  T: Math.floor(trade.at),
  m: trade.takerSide === 'sell',
});

/** Each trade is an aggregate of its own: nobody else's order is seen to fill at several times one price. */
function trades(path: string, weight: number, security: Route['security'], row: (trade: PublicTrade, rules: SymbolRules) => unknown): Route {
  return {
    method: 'GET',
    path,
    security,
    weight,
    handle(desk, { parameters }) {
      const rules = namedSymbol(desk, parameters);
      if (!rules.ok) return rules;
      const window = readWindow(parameters, defaultTrades, maxTrades);
      if (!window.ok) return window;
      const from = optionalInteger(parameters, 'fromId');
      if (!from.ok) return from;
      const { start = 0, end = Number.POSITIVE_INFINITY, limit } = window.value;
      const rows = desk.tape.of(rules.value.symbol).filter(({ at, id }) => at >= start && at <= end && id >= (from.value ?? 0));
      const isForward = from.value !== undefined || window.value.start !== undefined;
      return accept((isForward ? rows.slice(0, limit) : rows.slice(-limit)).map((trade) => row(trade, rules.value)));
    },
  };
}

/** The rate of a boundary that this venue did not live through: the one that most have. */
const usualRate = '0.00010000';

function fundingRows(desk: Desk, rules: SymbolRules, { start, end, limit }: KlineWindow): readonly unknown[] {
  const now = desk.parts.now();
  const last = Math.floor(Math.min(end ?? now, now) / fundingPeriodMs) * fundingPeriodMs;
  const newest = last - (limit - 1) * fundingPeriodMs;
  const first = start === undefined ? newest : Math.ceil(start / fundingPeriodMs) * fundingPeriodMs;
  const rows: unknown[] = [];
  for (let at = first; at <= last && rows.length < limit; at += fundingPeriodMs) {
    const minute = at / 60_000;
    const candle = desk.market.past('binance', rules.symbol, minute, minute + 1)[0];
    if (candle === undefined) continue;
    rows.push({ symbol: rules.symbol, fundingTime: at, fundingRate: usualRate, markPrice: fixed(candle.open, 8) });
  }
  return rows;
}

const fundingRate: Route = {
  method: 'GET',
  path: '/fapi/v1/fundingRate',
  security: 'none',
  // The venue counts these in a pool of their own.
  weight: 0,
  handle(desk, { parameters }) {
    const symbols = namedOrAll(desk, parameters);
    if (!symbols.ok) return symbols;
    const window = readWindow(parameters, defaultFundings, maxFundings);
    if (!window.ok) return window;
    const isNamed = parameters.get('symbol') !== undefined;
    const each = isNamed ? window.value : { ...window.value, limit: 1 };
    return accept(symbols.value.flatMap((rules) => fundingRows(desk, rules, each)).slice(0, window.value.limit));
  },
};

export const historyRoutes: readonly Route[] = [
  klines('/fapi/v1/klines', 'symbol', true),
  klines('/fapi/v1/continuousKlines', 'pair', true),
  klines('/fapi/v1/markPriceKlines', 'symbol', false),
  klines('/fapi/v1/indexPriceKlines', 'pair', false),
  trades('/fapi/v1/trades', 5, 'none', tradeRow),
  trades('/fapi/v1/historicalTrades', 20, 'key', tradeRow),
  trades('/fapi/v1/aggTrades', 20, 'none', aggregateRow),
  fundingRate,
  { method: 'GET', path: '/fapi/v1/fundingInfo', security: 'none', weight: 0, handle: () => accept([]) },
];
