/**
 * A market's minutes: those that it lived through, and a year before its start, made from the seed when somebody asks.
 *
 * 1. A minute opens where the one before it closed, across the start too.
 * 2. The same seed and start give the same minutes.
 * 3. A minute without a price (a gap in a recording) has no candle.
 */
import { fromNumber, type Notional, type Price, type Quantity, toNumber } from '../../shared/domain/units.ts';
import type { Ruler } from './depth.ts';
import type { ListedMarket } from './listing.ts';
import { type Random, seededRandom } from './random.ts';

export interface Candle {
  /** ms since 1970: when the minute began. */
  readonly at: number;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
  readonly quoteVolume: Notional;
  readonly trades: number;
}

export interface Candles {
  /** Notes the center at a step. @param center undefined: there is none */
  note(center: number | undefined, now: number): void;
  /** Oldest first, the running minute included. @param from, to minutes since 1970, `to` excluded */
  between(from: number, to: number): readonly Candle[];
}

interface Minute {
  readonly minute: number;
  readonly open: number;
  high: number;
  low: number;
  close: number;
}

export const minuteMs = 60_000;
const yearMinutes = 365 * 1440;
/** Minutes that were lived through and stay in memory. */
const keptMinutes = 1440;

interface Parts {
  readonly listed: ListedMarket;
  readonly ruler: Ruler;
  readonly seed: number;
  readonly startAt: number;
  readonly start: number | undefined;
  /** The center so many minutes before the start. */
  before(minutes: number): number | undefined;
}

export function createCandles({ listed, ruler, seed, startAt, start, before }: Parts): Candles {
  const startMinute = Math.floor(startAt / minuteMs);
  let lived: Minute[] = start === undefined ? [] : [{ minute: startMinute, open: start, high: start, low: start, close: start }];
  /** How far a minute's extremes lie beyond its ends, in parts of the price. */
  const reach = (listed.yearlyVolatility / Math.sqrt(yearMinutes)) * 0.6;

  const past = (minute: number): Minute | undefined => {
    const open = before(startMinute - minute);
    const close = before(startMinute - minute - 1);
    if (open === undefined || close === undefined) return undefined;
    return { minute, open, high: Math.max(open, close), low: Math.min(open, close), close };
  };
  let notedAt = startAt;
  /** How much of a minute is over. */
  const elapsed = (minute: number): number => Math.min(1, Math.max(0, notedAt / minuteMs - minute));

  const finish = ({ minute, open, high, low, close }: Minute): Candle => {
    const draw: Random = seededRandom(seed, 'minute', listed.symbol, minute);
    const isPast = minute < startMinute;
    const volume = volumeOf(listed, draw) * elapsed(minute);
    return {
      at: minute * minuteMs,
      open: ruler.nearest(open),
      high: ruler.nearest(isPast ? high * (1 + reach * draw()) : high),
      low: ruler.nearest(isPast ? low * (1 - reach * draw()) : low),
      close: ruler.nearest(close),
      volume: fromNumber(volume, listed.quantityPlaces),
      quoteVolume: fromNumber(volume * ((high + low + close) / 3), 8),
      trades: Math.round((5 + 60 * draw()) * elapsed(minute)),
    };
  };

  return {
    note: (center, now) => {
      notedAt = now;
      if (center === undefined) return;
      const minute = Math.floor(now / minuteMs);
      const last = lived.at(-1);
      if (last?.minute === minute) {
        if (center > last.high) last.high = center;
        if (center < last.low) last.low = center;
        last.close = center;
        return;
      }
      const open = last?.minute === minute - 1 ? last.close : center;
      lived.push({ minute, open, high: Math.max(open, center), low: Math.min(open, center), close: center });
      if (lived.length > 2 * keptMinutes) lived = lived.slice(-keptMinutes);
    },
    between: (from, to) => {
      const candles: Candle[] = [];
      for (let minute = Math.max(from, startMinute - yearMinutes); minute < Math.min(to, startMinute); minute += 1) {
        const made = past(minute);
        if (made !== undefined) candles.push(finish(made));
      }
      for (const minute of lived) if (minute.minute >= from && minute.minute < to) candles.push(finish(minute));
      return candles;
    },
  };
}

/** In the venue's units; most minutes are quiet and a few are not. */
function volumeOf(listed: ListedMarket, draw: Random): number {
  const usdt = listed.depthUsdt * (0.02 + 0.5 * draw() ** 4);
  return usdt / listed.startUsdt / toNumber(listed.coinsPerUnit);
}
