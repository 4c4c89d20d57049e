/** Candles of every interval that the venue has, added up from the market's minutes. */
import { add, max, min, type Notional, type Price, type Quantity, ratio, scale } from '../../../shared/domain/units.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import type { Candle } from '../../model/candles.ts';
import type { Market } from '../../model/market.ts';
import { fixed } from './digits.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Weeks begin on Monday; 1970 began on a Thursday. */
const mondayMs = 4 * dayMs;

const intervals = new Map<string, number>([
  ['1m', 1],
  ['3m', 3],
  ['5m', 5],
  ['15m', 15],
  ['30m', 30],
  ['1h', 60],
  ['2h', 120],
  ['4h', 240],
  ['6h', 360],
  ['8h', 480],
  ['12h', 720],
  ['1d', 1440],
  ['3d', 4320],
  ['1w', 10_080],
]);

export const isInterval = (name: string): boolean => name === '1M' || intervals.has(name);

/** When the interval that a moment lies in begins, ms since 1970. */
function startOf(interval: string, at: number): number {
  if (interval === '1M') {
    const date = new Date(at);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
  const length = (intervals.get(interval) ?? 1) * minuteMs;
  const offset = interval === '1w' ? mondayMs : 0;
  return Math.floor((at - offset) / length) * length + offset;
}

/** When the interval after the one that begins at `start` begins. */
function nextOf(interval: string, start: number): number {
  if (interval !== '1M') return start + (intervals.get(interval) ?? 1) * minuteMs;
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

export interface Kline {
  readonly start: number;
  readonly end: number;
  open: Price;
  high: Price;
  low: Price;
  close: Price;
  volume: Quantity;
  quoteVolume: Notional;
  trades: number;
}

/** Minutes into candles, oldest first; an interval without a minute has none. */
function klinesOf(interval: string, minutes: readonly Candle[]): readonly Kline[] {
  const rows: Kline[] = [];
  for (const minute of minutes) {
    const start = startOf(interval, minute.at);
    const last = rows.at(-1);
    if (last === undefined || last.start !== start) {
      const { open, high, low, close, volume, quoteVolume, trades } = minute;
      rows.push({ start, end: nextOf(interval, start) - 1, open, high, low, close, volume, quoteVolume, trades });
      continue;
    }
    last.high = max(last.high, minute.high);
    last.low = min(last.low, minute.low);
    last.close = minute.close;
    last.volume = add(last.volume, minute.volume);
    last.quoteVolume = add(last.quoteVolume, minute.quoteVolume);
    last.trades += minute.trades;
  }
  return rows;
}

export interface KlineWindow {
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly limit: number;
}

/** How many minutes one answer may be made of; more are thinned out, for the venue has other things to do meanwhile. */
const mostMinutes = 20_000;
const strides = [1, 2, 3, 5, 10, 15, 30, 60, 120, 240, 480, 1440];

/** Every how many minutes one is looked at: a divisor of the interval, so that each candle's first minute is among them. */
function strideOf(interval: string, minutes: number): number {
  const length = intervals.get(interval) ?? 1440;
  const fitting = strides.filter((stride) => length % stride === 0);
  return fitting.find((stride) => minutes / stride <= mostMinutes) ?? fitting.at(-1) ?? 1;
}

/** Every so many minutes, each standing for those that were left out. @param to excluded */
function thinned(market: Market, symbol: string, from: number, to: number, stride: number): readonly Candle[] {
  const count = ratio(String(stride));
  const rows: Candle[] = [];
  for (let minute = from; minute < to; minute += stride) {
    const [candle] = market.past('binance', symbol, minute, minute + 1);
    if (candle === undefined) continue;
    rows.push({ ...candle, volume: scale(candle.volume, count), quoteVolume: scale(candle.quoteVolume, count), trades: candle.trades * stride });
  }
  return rows;
}

/** Lets each candle close where the next one opens, as whole ones do. */
function joined(rows: readonly Kline[]): readonly Kline[] {
  for (const [index, row] of rows.entries()) {
    const close = rows[index + 1]?.open ?? row.close;
    row.close = close;
    row.high = max(row.high, close);
    row.low = min(row.low, close);
  }
  return rows;
}

/** The candles of a window: from its start on where it has one, else the newest before its end. @param now ms since 1970 */
export function klinesIn(market: Market, symbol: string, interval: string, window: KlineWindow, now: number): readonly Kline[] {
  const end = Math.min(window.end ?? now, now);
  let start = startOf(interval, window.start ?? end);
  if (window.start === undefined) for (let left = window.limit - 1; left > 0; left -= 1) start = startOf(interval, start - 1);
  else if (start < window.start) start = nextOf(interval, start);
  let after = start;
  for (let left = window.limit; left > 0 && after <= end; left -= 1) after = nextOf(interval, after);
  const from = Math.floor(start / minuteMs);
  const to = Math.min(Math.floor(after / minuteMs), Math.floor(now / minuteMs) + 1);
  const stride = strideOf(interval, to - Math.max(from, to - yearMinutes));
  if (stride === 1) return klinesOf(interval, market.past('binance', symbol, from, to));
  const earliest = Math.floor(startOf(interval, Math.max(from, to - yearMinutes) * minuteMs) / minuteMs);
  return joined(klinesOf(interval, thinned(market, symbol, earliest, to, stride)));
}

/** The market's past is a year long. */
const yearMinutes = 525_600;

/** What the takers bought of it is not known: half of it. */
const half = ratio('0.5');

/** A candle as REST writes it. @param withVolume candles of marks and indexes have none */
export function klineRow(row: Kline, rules: SymbolRules, withVolume: boolean): readonly (string | number)[] {
  const prices = [row.open, row.high, row.low, row.close].map((at) => fixed(at, rules.pricePlaces));
  if (!withVolume) return [row.start, ...prices, '0', row.end, '0', row.trades, '0', '0', '0'];
  const amount = (part: Quantity) => fixed(part, rules.quantityPlaces);
  const quote = (part: Notional) => fixed(part, rules.pricePlaces + rules.quantityPlaces);
  const bought = [fixed(scale(row.volume, half), rules.quantityPlaces), quote(scale(row.quoteVolume, half))];
  return [row.start, ...prices, amount(row.volume), row.end, quote(row.quoteVolume), row.trades, ...bought, '0'];
}
