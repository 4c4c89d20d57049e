/**
 * The market streams that somebody listens to: each speaks in its own rhythm, or as it happens.
 * Timers run only while there is a feed.
 */
import type { SymbolRules } from '../../model/binance/order-check.ts';
import type { Market, PublicTrade } from '../../model/market.ts';
import type { Depth, DepthStream } from './depth-stream.ts';
import { fixed } from './digits.ts';
import { bookTicker, nextFundingTime } from './market-routes.ts';
import type { Desk } from './router.ts';

/** Which streams a connection may have: by the path that it was opened on. */
export type StreamGroup = 'public' | 'market';

interface Feed {
  readonly group: StreamGroup;
  readonly kind: string;
  readonly rules: SymbolRules;
  readonly periodMs: number;
  readonly depth: DepthStream | undefined;
  due: number;
  last: string;
}
export interface Feeds {
  /** Starts a stream, if there is one of this name and it is not on. */
  open(name: string): void;
  /** Ends all others. */
  keepOnly(names: ReadonlySet<string>): void;
  close(): void;
}
export type Publish = (name: string, group: StreamGroup, message: unknown) => void;

const tickMs = 100;

/** Streams by name after the `@`, with the group that has them and how often they speak; 0: as it happens. */
const kinds = new Map<string, { readonly group: StreamGroup; readonly periodMs: number }>([
  ['bookTicker', { group: 'public', periodMs: 0 }],
  ['trade', { group: 'public', periodMs: 0 }],
  ['depth', { group: 'public', periodMs: 250 }],
  ['depth@100ms', { group: 'public', periodMs: 100 }],
  ['depth@500ms', { group: 'public', periodMs: 500 }],
  ['miniTicker', { group: 'market', periodMs: 500 }],
  ['markPrice', { group: 'market', periodMs: 3000 }],
  ['markPrice@1s', { group: 'market', periodMs: 1000 }],
]);

export function createFeeds(desk: Desk, depthOf: (symbol: string) => Depth, publish: Publish): Feeds {
  const feeds = new Map<string, Feed>();
  let timer: NodeJS.Timeout | undefined;
  const best = createBestPrices(desk, depthOf, feeds, publish);
  const stopTrades = desk.market.onTrade((trade) => {
    const name = `${trade.symbol.toLowerCase()}@trade`;
    const feed = feeds.get(name);
    if (trade.venue === 'binance' && feed !== undefined) publish(name, 'public', tradeEvent(desk, trade, feed.rules));
  });
  const tick = (): void => {
    const now = desk.parts.now();
    for (const [name, feed] of feeds) {
      if (feed.periodMs === 0 || now < feed.due) continue;
      feed.due = (Math.floor(now / feed.periodMs) + 1) * feed.periodMs;
      const message = feed.depth === undefined ? periodic(desk, feed.kind, feed.rules) : feed.depth.event(now);
      if (message !== undefined) publish(name, feed.group, message);
    }
  };
  const keepOnly = (names: ReadonlySet<string>): void => {
    for (const [name, feed] of feeds) {
      if (names.has(name)) continue;
      feed.depth?.close();
      feeds.delete(name);
    }
    if (feeds.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    open(name) {
      if (feeds.has(name)) return;
      const [symbol = '', ...rest] = name.split('@');
      const kind = rest.join('@');
      const known = kinds.get(kind);
      const rules = desk.parts.rules(symbol.toUpperCase());
      if (known === undefined || rules === undefined) return;
      const depth = kind.startsWith('depth') ? depthOf(rules.symbol).open() : undefined;
      feeds.set(name, { group: known.group, kind, rules, periodMs: known.periodMs, depth, due: 0, last: '' });
      if (kind === 'bookTicker') best.touch(rules.symbol);
      timer ??= setInterval(tick, tickMs);
    },
    keepOnly,
    close() {
      stopTrades();
      best.close();
      keepOnly(new Set());
    },
  };
}

/** Sends best prices that changed since they were sent last, after the change that moved them is done. */
function createBestPrices(desk: Desk, depthOf: (symbol: string) => Depth, feeds: ReadonlyMap<string, Feed>, publish: Publish) {
  const dirty = new Set<string>();
  let flushing: NodeJS.Immediate | undefined;
  const flush = (): void => {
    flushing = undefined;
    const symbols = [...dirty];
    dirty.clear();
    for (const symbol of symbols) {
      const name = `${symbol.toLowerCase()}@bookTicker`;
      const feed = feeds.get(name);
      if (feed === undefined) continue;
      const best = bookTicker(desk, feed.rules);
      const source = JSON.stringify(best);
      if (source === feed.last) continue;
      feed.last = source;
      publish(name, 'public', tickerEvent(desk, symbol, depthOf(symbol).currentId(), best));
    }
  };
  const touch = (symbol: string): void => {
    if (feeds.size === 0) return;
    dirty.add(symbol);
    flushing ??= setImmediate(flush);
  };
  const stop = desk.market.onBook((venue, symbol) => {
    if (venue === 'binance') touch(symbol);
  });
  return {
    touch,
    close: () => {
      stop();
      clearImmediate(flushing);
    },
  };
}

function tickerEvent(desk: Desk, symbol: string, id: number, best: ReturnType<typeof bookTicker>) {
  const now = desk.parts.now();
  return { e: 'bookTicker', u: id, E: now, T: now, s: symbol, b: best.bidPrice, B: best.bidQty, a: best.askPrice, A: best.askQty };
}

const tradeEvent = (desk: Desk, trade: PublicTrade, rules: SymbolRules) => ({
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

function periodic(desk: Desk, kind: string, rules: SymbolRules): unknown {
  const now = desk.parts.now();
  if (kind === 'miniTicker') return miniTicker(desk.market, rules, now);
  const mark = fixed(desk.parts.markPrice(rules.symbol), 8);
  return { e: 'markPriceUpdate', E: now, s: rules.symbol, p: mark, i: mark, P: mark, r: '0.00010000', T: nextFundingTime(now) };
}

function miniTicker(market: Market, rules: SymbolRules, now: number) {
  const { last, open, high, low, volume, quoteVolume } = market.ticker('binance', rules.symbol);
  const [c, o, h, l] = [last, open, high, low].map((at) => fixed(at, rules.pricePlaces));
  return { e: '24hrMiniTicker', E: now, s: rules.symbol, c, o, h, l, v: fixed(volume, rules.quantityPlaces), q: fixed(quoteVolume, 2) };
}
