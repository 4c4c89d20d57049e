/**
 * GET /v1/candles/minutes/{unit} and /v1/candles/days, made of the market's minutes, newest first; and the running
 * candles of the streams.
 *
 * 1. A candle of several minutes is exactly what its minutes are together.
 * 2. A day is read off one minute in sixty, as reading all of them would hold up everybody else's orders: its ends are
 *    exact, its extremes and volumes approximate.
 */
import {
  add,
  divide,
  gt,
  lt,
  notional,
  type Notional,
  type Price,
  type Quantity,
  scale,
  ratio,
  subtract,
  toNumber,
  zero,
} from '../../../shared/domain/units.ts';
import type { Candle } from '../../model/candles.ts';
import type { Market } from '../../model/market.ts';
import { codeNotFound, invalidRequest, isRefusal, missingParameter, type Refusal } from '../../model/upbit/refusal.ts';
import type { VenueClock } from '../../venue.ts';
import type { Params } from './params.ts';
import type { Tape } from './tape.ts';

export const minuteUnits = [1, 3, 5, 10, 15, 30, 60, 240] as const;
type Unit = (typeof minuteUnits)[number];

/** The types under which streams tell running candles. */
export const candleTypes = ['candle.1s', ...minuteUnits.map((unit) => `candle.${unit}m` as const)] as const;
export type CandleType = (typeof candleTypes)[number];
export const isCandleType = (type: string): type is CandleType => (candleTypes as readonly string[]).includes(type);

export interface CandleCalls {
  /** @returns a JSON value or a `Refusal` */
  minutes(unit: Unit, params: Params): unknown;
  days(params: Params): unknown;
  /** The candle that holds this time, as a stream tells it; undefined: nobody traded in it. */
  running(type: CandleType, symbol: string, at: number): Readonly<Record<string, unknown>> | undefined;
  /** The market has another past now. */
  forget(): void;
}

type Bar = Pick<Candle, 'open' | 'high' | 'low' | 'close' | 'volume' | 'quoteVolume'>;
interface Wanted {
  readonly symbol: string;
  readonly count: number;
  /** ms since 1970: candles that began before. */
  readonly before: number;
}

const minuteMs = 60_000;
const dayMinutes = 1440;
const nineHoursMs = 9 * 3_600_000;
const mostCandles = 200;
/** Complete candles of more than a minute that stay in memory. */
const keptBars = 50_000;
const sampleEvery = 60;

export function createCandleCalls(market: Market, clock: VenueClock, tape: Tape): CandleCalls {
  const kept = new Map<string, Bar | null>();
  /** One candle; null: nobody traded. Only what is complete is kept. */
  const bar = (symbol: string, from: number, unit: number, make: () => Bar | null): Bar | null => {
    const key = `${symbol} ${unit} ${from}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (unit > 1 && (from + unit) * minuteMs <= market.now) {
      if (kept.size >= keptBars) kept.clear();
      kept.set(key, made);
    }
    return made;
  };
  const read = (params: Params): Wanted | Refusal => {
    const symbol = params.get('market') ?? '';
    if (symbol === '') return missingParameter;
    if (market.find('upbit', symbol) === undefined) return codeNotFound;
    const count = params.get('count') === undefined ? 1 : Number(params.get('count'));
    const before = readTo(params.get('to'), market.now + 1);
    if (!Number.isInteger(count) || count < 1 || before === undefined) return invalidRequest;
    return { symbol, count: Math.min(count, mostCandles), before: Math.min(before, market.now + 1) };
  };
  /** The starts of the wanted candles, in minutes, newest first. */
  const starts = ({ count, before }: Wanted, unit: number): number[] => {
    const last = Math.ceil(before / minuteMs / unit) - 1;
    return Array.from({ length: count }, (_, index) => (last - index) * unit);
  };
  const shared = (symbol: string, from: number, unit: number, made: Bar) => ({
    market: symbol,
    ...startFields(from * minuteMs),
    ...priceFields(made),
    timestamp: Math.floor(Math.min((from + unit) * minuteMs - 1, clock.now())),
    candle_acc_trade_price: toNumber(made.quoteVolume),
    candle_acc_trade_volume: toNumber(made.volume),
  });
  const day = (symbol: string, from: number): Bar | null =>
    bar(symbol, from, dayMinutes, () => {
      // Its ends, every sixtieth minute, and where the market is now in a day that still runs.
      const running = Math.floor(market.now / minuteMs) - from;
      const sampled = Array.from({ length: dayMinutes / sampleEvery }, (_, index) => index * sampleEvery);
      const minutes = [...new Set([...sampled, Math.min(running, dayMinutes - 1)])].toSorted((one, other) => one - other);
      const rows = minutes.flatMap((minute) => market.past('upbit', symbol, from + minute, from + minute + 1));
      const whole = together(rows);
      const hours = ratio(String(sampleEvery));
      return whole === null ? null : { ...whole, volume: scale(whole.volume, hours), quoteVolume: scale(whole.quoteVolume, hours) };
    });

  return {
    minutes: (unit, params) => {
      const wanted = read(params);
      if (isRefusal(wanted)) return wanted;
      const { symbol } = wanted;
      return starts(wanted, unit).flatMap((from) => {
        const made = bar(symbol, from, unit, () => together(market.past('upbit', symbol, from, from + unit)));
        return made === null ? [] : [{ ...shared(symbol, from, unit, made), unit }];
      });
    },
    days: (params) => {
      const wanted = read(params);
      if (isRefusal(wanted)) return wanted;
      const { symbol } = wanted;
      const isConverted = params.get('converting_price_unit') === 'KRW';
      return starts(wanted, dayMinutes).flatMap((from) => {
        const made = day(symbol, from);
        if (made === null) return [];
        const previous = day(symbol, from - dayMinutes)?.close ?? made.open;
        const change = subtract(made.close, previous);
        return [
          {
            ...shared(symbol, from, dayMinutes, made),
            prev_closing_price: toNumber(previous),
            change_price: toNumber(change),
            change_rate: toNumber(divide<'ratio'>(change, previous, 10, 'halfEven')),
            ...(isConverted ? { converted_trade_price: toNumber(made.close) } : {}),
          },
        ];
      });
    },
    running: (type, symbol, at) => runningCandle(market, clock, tape, { type, symbol, at }),
    forget: () => kept.clear(),
  };
}

/** One candle of a stream: of the market's minutes, or of one second's trades on the tape. */
function runningCandle(market: Market, clock: VenueClock, tape: Tape, { type, symbol, at }: { type: CandleType; symbol: string; at: number }) {
  const unit = minuteUnits.find((minutes) => type === `candle.${minutes}m`);
  const ms = unit === undefined ? 1000 : unit * minuteMs;
  const from = Math.floor(at / ms) * ms;
  const made = together(unit === undefined ? ticksOf(tape, symbol, from) : market.past('upbit', symbol, from / minuteMs, from / minuteMs + unit));
  if (made === null) return undefined;
  return {
    type,
    code: symbol,
    ...startFields(from),
    ...priceFields(made),
    candle_acc_trade_volume: toNumber(made.volume),
    candle_acc_trade_price: toNumber(made.quoteVolume),
    timestamp: Math.floor(clock.now()),
  };
}

/** A second's trades as bars, oldest first. */
const ticksOf = (tape: Tape, symbol: string, from: number): Bar[] =>
  tape
    .of(symbol)
    .filter(({ at }) => at >= from && at < from + 1000)
    .toReversed()
    .map(({ price, quantity }) => ({ open: price, high: price, low: price, close: price, volume: quantity, quoteVolume: notional(price, quantity) }));

const startFields = (from: number) => ({
  candle_date_time_utc: new Date(from).toISOString().slice(0, 19),
  candle_date_time_kst: new Date(from + nineHoursMs).toISOString().slice(0, 19),
});
const priceFields = ({ open, high, low, close }: Bar) => ({
  opening_price: toNumber(open),
  high_price: toNumber(high),
  low_price: toNumber(low),
  trade_price: toNumber(close),
});

/** Candles that follow each other as one. */
function together(rows: readonly Bar[]): Bar | null {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return null;
  let [high, low]: [Price, Price] = [first.high, first.low];
  let volume: Quantity = zero();
  let quoteVolume: Notional = zero();
  for (const row of rows) {
    if (gt(row.high, high)) high = row.high;
    if (lt(row.low, low)) low = row.low;
    volume = add(volume, row.volume);
    quoteVolume = add(quoteVolume, row.quoteVolume);
  }
  return { open: first.open, high, low, close: last.close, volume, quoteVolume };
}

const toForm = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?$/;

/** "2025-06-24T04:56:53Z", "2025-06-24 04:56:53" (UTC) or with an offset; a plus in a query may have become a blank. */
function readTo(value: string | undefined, usual: number): number | undefined {
  if (value === undefined || value === '') return usual;
  const match = toForm.exec(value.replace(/ (\d{2}:\d{2})$/, '+$1'));
  if (match === null) return undefined;
  const [, date = '', time = '', zone = 'Z'] = match;
  const at = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(at) ? undefined : at;
}
