/**
 * The kinds of market streams by the name behind the `@` (or the whole name of those over all symbols): which group has
 * them, how often they speak and what they say. Source: websocket-market-streams.
 */
import type { SymbolRules } from '../../model/binance/order-check.ts';
import { nextFundingTime } from '../../model/binance/forced.ts';
import type { PublicTrade } from '../../model/market.ts';
import { fixed } from './digits.ts';
import { isInterval, klineRow, klinesIn } from './klines.ts';
import { dayTicker, levelRow, marks } from './market-routes.ts';
import type { Desk } from './router.ts';

/** Which streams a connection may have: by the path that it was opened on. */
export type StreamGroup = 'public' | 'market';

export interface StreamKind {
  readonly group: StreamGroup;
  /** ms; 0: as it happens. */
  readonly periodMs: number;
  /** What changed in the book: events of their own sequence. */
  readonly isDiff: boolean;
  message(desk: Desk, rules: readonly SymbolRules[]): unknown;
}

const nothing = (): undefined => undefined;
const asItHappens = (group: StreamGroup): StreamKind => ({ group, periodMs: 0, isDiff: false, message: nothing });
const diff = (periodMs: number): StreamKind => ({ group: 'public', periodMs, isDiff: true, message: nothing });
/** A message of one symbol. */
const each = (group: StreamGroup, periodMs: number, row: (desk: Desk, rules: SymbolRules) => unknown): StreamKind => ({
  group,
  periodMs,
  isDiff: false,
  message: (desk, [rules]) => (rules === undefined ? undefined : row(desk, rules)),
});
/** One message with a row of every symbol. */
const all = (group: StreamGroup, periodMs: number, row: (desk: Desk, rules: SymbolRules) => unknown): StreamKind => ({
  group,
  periodMs,
  isDiff: false,
  message: (desk, symbols) => symbols.map((rules) => row(desk, rules)),
});

const named = new Map<string, StreamKind>([
  ['bookTicker', asItHappens('public')],
  ['trade', asItHappens('public')],
  ['aggTrade', asItHappens('market')],
  ['depth', diff(250)],
  ['depth@100ms', diff(100)],
  ['depth@500ms', diff(500)],
  ['miniTicker', each('market', 500, miniTicker)],
  ['!miniTicker@arr', all('market', 1000, miniTicker)],
  ['ticker', each('market', 2000, fullTicker)],
  ['!ticker@arr', all('market', 1000, fullTicker)],
  ['markPrice', each('market', 3000, markPrice)],
  ['markPrice@1s', each('market', 1000, markPrice)],
  ['!markPrice@arr', all('market', 3000, markPrice)],
  ['!markPrice@arr@1s', all('market', 1000, markPrice)],
]);
const partialForm = /^depth(5|10|20)(?:@(100|500)ms)?$/;
const klineForm = /^kline_(\d{1,2}[mhdwM])$/;

/** @returns undefined where there is no such stream */
export function findKind(name: string): StreamKind | undefined {
  const found = named.get(name);
  if (found !== undefined) return found;
  const [, levels, speed = '250'] = partialForm.exec(name) ?? [];
  if (levels !== undefined) return each('public', Number(speed), (desk, rules) => partialDepth(desk, rules, Number(levels)));
  const interval = klineForm.exec(name)?.[1];
  if (interval === undefined || !isInterval(interval)) return undefined;
  return each('market', 250, (desk, rules) => kline(desk, rules, interval));
}

export const tradeEvent = (desk: Desk, trade: PublicTrade, rules: SymbolRules) => ({
  e: 'trade',
  E: desk.parts.now(),
  T: Math.floor(trade.at),
  s: trade.symbol,
  t: trade.id,
  p: fixed(trade.price, rules.pricePlaces),
  q: fixed(trade.quantity, rules.quantityPlaces),
  X: 'MARKET',
  m: trade.takerSide === 'sell',
});

export const aggregateEvent = (desk: Desk, trade: PublicTrade, rules: SymbolRules) => ({
  e: 'aggTrade',
  E: desk.parts.now(),
  s: trade.symbol,
  a: trade.id,
  p: fixed(trade.price, rules.pricePlaces),
  q: fixed(trade.quantity, rules.quantityPlaces),
  f: trade.id,
  l: trade.id,
  T: Math.floor(trade.at),
  m: trade.takerSide === 'sell',
});

function miniTicker(desk: Desk, rules: SymbolRules) {
  const { last, open, high, low, volume, quoteVolume } = desk.market.ticker('binance', rules.symbol);
  const [c, o, h, l] = [last, open, high, low].map((at) => fixed(at, rules.pricePlaces));
  const E = desk.parts.now();
  return { e: '24hrMiniTicker', E, s: rules.symbol, c, o, h, l, v: fixed(volume, rules.quantityPlaces), q: fixed(quoteVolume, 2) };
}

function fullTicker(desk: Desk, rules: SymbolRules) {
  const day = dayTicker(desk, rules);
  return {
    e: '24hrTicker',
    E: desk.parts.now(),
    s: rules.symbol,
    p: day.priceChange,
    P: day.priceChangePercent,
    w: day.weightedAvgPrice,
    c: day.lastPrice,
    Q: day.lastQty,
    o: day.openPrice,
    h: day.highPrice,
    l: day.lowPrice,
    v: day.volume,
    q: day.quoteVolume,
    O: day.openTime,
    C: day.closeTime,
    F: day.firstId,
    L: day.lastId,
    n: day.count,
  };
}

function markPrice(desk: Desk, rules: SymbolRules) {
  const now = desk.parts.now();
  const { mark, index, rate } = marks(desk, rules);
  return { e: 'markPriceUpdate', E: now, s: rules.symbol, p: mark, i: index, P: index, r: rate, T: nextFundingTime(now) };
}

/** The best levels as they are; u, U and pu join to nothing, for each message is whole. */
function partialDepth(desk: Desk, rules: SymbolRules, count: number) {
  const book = desk.parts.book(rules.symbol);
  const now = desk.parts.now();
  const id = desk.currentId(rules.symbol);
  const rows = (side: 'buy' | 'sell') => book.levels(side, count).map((level) => levelRow(level, rules));
  return { e: 'depthUpdate', E: now, T: now, s: rules.symbol, U: id, u: id, pu: id - 1, b: rows('buy'), a: rows('sell') };
}

function kline(desk: Desk, rules: SymbolRules, interval: string) {
  const now = desk.market.now;
  const row = klinesIn(desk.market, rules.symbol, interval, { start: undefined, end: undefined, limit: 1 }, now).at(-1);
  if (row === undefined) return undefined;
  const [t, o, h, l, c, v, T, q, n, V, Q, B] = klineRow(row, rules, true);
  const last = desk.tape.of(rules.symbol).at(-1)?.id ?? 0;
  const k = { t, T, s: rules.symbol, i: interval, f: last, L: last, o, c, h, l, v, n, x: false, q, V, Q, B };
  return { e: 'kline', E: desk.parts.now(), s: rules.symbol, k };
}
