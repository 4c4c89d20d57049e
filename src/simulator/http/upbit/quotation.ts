/** The quotation side of REST: everybody may ask, nothing is signed. */
import type { Market } from '../../model/market.ts';
import { codeNotFound, missingParameter } from '../../model/upbit/refusal.ts';
import type { ListedMarket } from '../../model/listing.ts';
import { shownLevels } from '../../model/upbit/filters.ts';
import type { VenueClock } from '../../venue.ts';
import type { Params } from './params.ts';
import { instrumentRow, marketRow, orderbookFields, tickerRow } from './quotes.ts';

export interface Quotation {
  markets(params: Params): unknown;
  ticker(params: Params): unknown;
  tickers(params: Params): unknown;
  orderbook(params: Params): unknown;
  instruments(params: Params): unknown;
}

/** Each answers a JSON value or a `Refusal`. */
export function createQuotation(market: Market, clock: VenueClock): Quotation {
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
    instruments: (params) => each(params, (listed) => instrumentRow(listed, market.center('upbit', listed.symbol))),
  };
}

const isTrue = (value: string | undefined): boolean => value === 'true';
const list = (value: string | undefined): readonly string[] | undefined =>
  value === undefined || value === '' ? undefined : value.split(',').map((code) => code.trim());

/** What is not a count of levels from 1 to 30 gives all of them [?]. */
function readCount(value: string | undefined): number {
  const count = Number(value);
  return Number.isInteger(count) && count >= 1 && count <= shownLevels ? count : shownLevels;
}
