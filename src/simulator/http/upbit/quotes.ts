/**
 * How Upbit prints the market: REST answers and stream frames share their fields. Numbers are JSON numbers, as Upbit's.
 */
import { absolute, divide, type Price, scale, sign, subtract, sum, text, toNumber, type Quantity, ratio } from '../../../shared/domain/units.ts';
import { type ListedMarket, tickOf } from '../../model/listing.ts';
import type { Market, PublicTrade, Ticker } from '../../model/market.ts';
import { shownLevels } from '../../model/upbit/filters.ts';

const nineHoursMs = 9 * 3_600_000;
const half = ratio('0.5');
const ten = ratio('10');

/** Date and time without separators. @param at ms since 1970 */
const compact = (at: number): { readonly date: string; readonly time: string } => {
  const iso = new Date(at).toISOString();
  return { date: iso.slice(0, 10).replaceAll('-', ''), time: iso.slice(11, 19).replaceAll(':', '') };
};

/** The change since the day's opening, which is the last day's close. */
function changeOf({ open, last }: Ticker) {
  const signed = subtract(last, open);
  const size = absolute(signed);
  const rate = divide<'ratio'>(size, open, 10, 'halfEven');
  const direction = sign(signed);
  return {
    prev_closing_price: toNumber(open),
    change: direction > 0 ? 'RISE' : direction < 0 ? 'FALL' : 'EVEN',
    change_price: toNumber(size),
    signed_change_price: toNumber(signed),
    change_rate: toNumber(rate),
    signed_change_rate: direction < 0 ? -toNumber(rate) : toNumber(rate),
  };
}

/** What REST and stream have in common of a ticker. 52-week figures are the day's: the market begins with the simulator. */
function tickerFields(ticker: Ticker, now: number) {
  const { lastTrade } = ticker;
  const day = new Date(lastTrade.at).toISOString().slice(0, 10);
  return {
    opening_price: toNumber(ticker.open),
    high_price: toNumber(ticker.high),
    low_price: toNumber(ticker.low),
    trade_price: toNumber(ticker.last),
    ...changeOf(ticker),
    trade_volume: toNumber(lastTrade.quantity),
    acc_trade_price: toNumber(ticker.quoteVolume),
    acc_trade_price_24h: toNumber(ticker.quoteVolume),
    acc_trade_volume: toNumber(ticker.volume),
    acc_trade_volume_24h: toNumber(ticker.volume),
    highest_52_week_price: toNumber(ticker.high),
    highest_52_week_date: day,
    lowest_52_week_price: toNumber(ticker.low),
    lowest_52_week_date: day,
    trade_timestamp: Math.floor(lastTrade.at),
    timestamp: Math.floor(now),
  };
}

/** GET /v1/ticker. @param now the venue's clock */
export function tickerRow(market: ListedMarket, ticker: Ticker, now: number) {
  const utc = compact(ticker.lastTrade.at);
  const korean = compact(ticker.lastTrade.at + nineHoursMs);
  return {
    market: market.symbol,
    trade_date: utc.date,
    trade_time: utc.time,
    trade_date_kst: korean.date,
    trade_time_kst: korean.time,
    ...tickerFields(ticker, now),
  };
}

export function tickerFrame(market: ListedMarket, ticker: Ticker, now: number) {
  const { date, time } = compact(ticker.lastTrade.at);
  const halfVolume = toNumber(scale(ticker.volume, half));
  return {
    type: 'ticker',
    code: market.symbol,
    ...tickerFields(ticker, now),
    trade_date: date,
    trade_time: time,
    ask_bid: askBid(ticker.lastTrade),
    acc_ask_volume: halfVolume,
    acc_bid_volume: halfVolume,
    market_state: 'ACTIVE',
    is_trading_suspended: false,
    delisting_date: null,
    market_warning: market.warning ? 'CAUTION' : 'NONE',
  };
}

/** @param count levels a side, at most 30; where a side has fewer its prices and sizes are 0 */
export function orderbookFields(market: Market, symbol: string, count: number, now: number) {
  const book = market.book('upbit', symbol);
  const asks = book.levels('sell', shownLevels);
  const bids = book.levels('buy', shownLevels);
  const length = Math.min(count, Math.max(asks.length, bids.length));
  const units = Array.from({ length }, (_, index) => {
    const [ask, bid] = [asks[index], bids[index]];
    return {
      ask_price: numberOr0(ask?.price),
      bid_price: numberOr0(bid?.price),
      ask_size: numberOr0(ask?.quantity),
      bid_size: numberOr0(bid?.quantity),
    };
  });
  return {
    timestamp: Math.floor(now),
    total_ask_size: toNumber(sum(asks.map((level) => level.quantity))),
    total_bid_size: toNumber(sum(bids.map((level) => level.quantity))),
    orderbook_units: units,
    level: 0,
  };
}

export function tradeFrame(market: Market, trade: PublicTrade, now: number) {
  const book = market.book('upbit', trade.symbol);
  const { date, time } = compact(trade.at);
  const { prev_closing_price, change, change_price } = changeOf(market.ticker('upbit', trade.symbol));
  return {
    type: 'trade',
    code: trade.symbol,
    timestamp: Math.floor(now),
    trade_date: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`,
    trade_time: `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`,
    trade_timestamp: Math.floor(trade.at),
    trade_price: toNumber(trade.price),
    trade_volume: toNumber(trade.quantity),
    ask_bid: askBid(trade),
    prev_closing_price,
    change,
    change_price,
    sequential_id: sequentialId(trade),
    best_ask_price: numberOr0(book.best('sell')),
    best_ask_size: numberOr0(book.levels('sell', 1)[0]?.quantity),
    best_bid_price: numberOr0(book.best('buy')),
    best_bid_size: numberOr0(book.levels('buy', 1)[0]?.quantity),
  };
}

/** Unique, and later trades have larger ones. Above 2^53 only every second number exists, so the running part goes in steps of two. */
export const sequentialId = (trade: PublicTrade): number => Math.floor(trade.at) * 10_000 + (trade.id % 5000) * 2;

/** GET /v1/trades/ticks. */
export function tradeRow(market: Market, trade: PublicTrade) {
  const iso = new Date(trade.at).toISOString();
  const { open } = market.ticker('upbit', trade.symbol);
  return {
    market: trade.symbol,
    trade_date_utc: iso.slice(0, 10),
    trade_time_utc: iso.slice(11, 19),
    timestamp: Math.floor(trade.at),
    trade_price: toNumber(trade.price),
    trade_volume: toNumber(trade.quantity),
    prev_closing_price: toNumber(open),
    change_price: toNumber(subtract(trade.price, open)),
    ask_bid: askBid(trade),
    sequential_id: sequentialId(trade),
  };
}

/** GET /v1/market/all. @param details with the warnings of is_details=true */
export const marketRow = (market: ListedMarket, details: boolean) => ({
  market: market.symbol,
  korean_name: market.koreanName,
  english_name: market.englishName,
  ...(details ? { market_event: { warning: market.warning, caution: cautionsOf(market) } } : {}),
});

/** All five by name, whether they hold or not. */
const cautionsOf = (market: ListedMarket) => Object.fromEntries(cautionNames.map((name) => [name, market.cautions.includes(name)]));
const cautionNames = [
  'PRICE_FLUCTUATIONS',
  'TRADING_VOLUME_SOARING',
  'DEPOSIT_AMOUNT_SOARING',
  'GLOBAL_PRICE_DIFFERENCES',
  'CONCENTRATION_OF_SMALL_ACCOUNTS',
] as const;

/** GET /v1/orderbook/instruments: the tick at the price that the market has. @param isChanged filterChange: ten times as coarse */
export const instrumentRow = (market: ListedMarket, at: Price, isChanged: boolean) => ({
  market: market.symbol,
  quote_currency: market.quote,
  tick_size: text(isChanged ? scale(tickOf(market, at), ten) : tickOf(market, at)),
  supported_levels: ['0'],
});

const askBid = (trade: PublicTrade): 'ASK' | 'BID' => (trade.takerSide === 'buy' ? 'BID' : 'ASK');
const numberOr0 = (value: Price | Quantity | null | undefined): number => (value === null || value === undefined ? 0 : toNumber(value));
