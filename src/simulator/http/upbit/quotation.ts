/** The quotation side of REST: everybody may ask, nothing is signed. */
import type { Fault } from '../../faults.ts';
import type { Market } from '../../model/market.ts';
import { codeNotFound, invalidRequest, missingParameter } from '../../model/upbit/refusal.ts';
import type { ListedMarket } from '../../model/listing.ts';
import { shownLevels } from '../../model/upbit/filters.ts';
import type { VenueClock } from '../../venue.ts';
import type { Params } from './params.ts';
import { instrumentRow, marketRow, orderbookFields, sequentialId, tickerRow, tradeRow } from './quotes.ts';
import type { Tape } from './tape.ts';

export interface Quotation {
  markets(params: Params): unknown;
  ticker(params: Params): unknown;
  tickers(params: Params): unknown;
  orderbook(params: Params): unknown;
  instruments(params: Params, fault: Fault | null): unknown;
  trades(params: Params): unknown;
}

/** Each answers a JSON value or a `Refusal`. */
export function createQuotation(market: Market, clock: VenueClock, tape: Tape): Quotation {
  /** The markets of `markets=A,B`, then what is printed of each. */
  const each = (params: Params, print: (listed: ListedMarket) => unknown): unknown => {
    const codes = list(params.get('markets'));
    if (codes === undefined) return missingParameter;
    const found = codes.map((code) => market.find('upbit', code));
    const listed = found.filter((row) => row !== undefined);
    return listed.length < found.length ? codeNotFound : listed.map(print);
  };
  const ticker = (listed: ListedMarket) => tickerRow(listed, market.ticker('upbit', listed.symbol), clock.now());

  return {
    markets: (params) => market.listed('upbit').map((listed) => marketRow(listed, isTrue(params.get('is_details') ?? params.get('isDetails')))),
    ticker: (params) => each(params, ticker),
    tickers: (params) => {
      const quotes = list(params.get('quote_currencies'));
      if (quotes === undefined) return missingParameter;
      return market
        .listed('upbit')
        .filter((listed) => quotes.includes(listed.quote))
        .map(ticker);
    },
    orderbook: (params) => {
      const count = readCount(params.get('count'));
      return each(params, (listed) => ({ market: listed.symbol, ...orderbookFields(market, listed.symbol, count, clock.now()) }));
    },
    instruments: (params, fault) => each(params, (listed) => instrumentRow(listed, market.center('upbit', listed.symbol), fault !== null)),
    trades: (params) => {
      const code = params.get('market');
      if (code === undefined || code === '') return missingParameter;
      if (market.find('upbit', code) === undefined) return codeNotFound;
      const count = readTradeCount(params.get('count'));
      const before = lastMoment(params, clock.now());
      const cursor = params.get('cursor');
      if (count === undefined || before === undefined || (cursor !== undefined && !/^\d{1,20}$/.test(cursor))) return invalidRequest;
      const rows = tape.of(code).filter((trade) => trade.at < before && (cursor === undefined || sequentialId(trade) < Number(cursor)));
      return rows.slice(0, count).map((trade) => tradeRow(market, trade));
    },
  };
}

const isTrue = (value: string | undefined): boolean => value === 'true';
const list = (value: string | undefined): readonly string[] | undefined =>
  value === undefined || value === '' ? undefined : value.split(',').map((code) => code.trim());

const mostTrades = 500;
function readTradeCount(value: string | undefined): number | undefined {
  const count = value === undefined ? 1 : Number(value);
  return Number.isInteger(count) && count >= 1 && count <= mostTrades ? count : undefined;
}

const dayMs = 86_400_000;
const timeForm = /^(\d{2}):?(\d{2}):?(\d{2})$/;

/** `days_ago` (1 to 7) and `to` (HHmmss, UTC): trades before this moment. @returns undefined when they make no sense */
function lastMoment(params: Params, now: number): number | undefined {
  const to = params.get('to');
  const days = params.get('days_ago') === undefined ? 0 : Number(params.get('days_ago'));
  if (!Number.isInteger(days) || days < 0 || days > 7) return undefined;
  const midnight = Math.floor(now / dayMs) * dayMs - days * dayMs;
  if (to === undefined) return days === 0 ? Number.POSITIVE_INFINITY : midnight + dayMs;
  const [, hours = '', minutes = '', seconds = ''] = timeForm.exec(to) ?? [];
  return hours === '' ? undefined : midnight + (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** What is not a count of levels from 1 to 30 gives all of them [?]. */
function readCount(value: string | undefined): number {
  const count = Number(value);
  return Number.isInteger(count) && count >= 1 && count <= shownLevels ? count : shownLevels;
}
