/**
 * The market streams that somebody listens to: each speaks in its own rhythm, or as it happens.
 * Timers run only while there is a feed.
 */
import type { SymbolRules } from '../../model/binance/order-check.ts';
import type { Depth, DepthStream } from './depth-stream.ts';
import { bookTicker } from './market-routes.ts';
import { aggregateEvent, findKind, type StreamGroup, type StreamKind, tradeEvent } from './stream-kinds.ts';
import type { Desk } from './router.ts';

export type { StreamGroup } from './stream-kinds.ts';

interface Feed {
  readonly kind: StreamKind;
  /** Of the stream's symbol, or of all where it is over all. */
  readonly rules: readonly SymbolRules[];
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

export function createFeeds(desk: Desk, depthOf: (symbol: string) => Depth, publish: Publish): Feeds {
  const feeds = new Map<string, Feed>();
  let timer: NodeJS.Timeout | undefined;
  const best = createBestPrices(desk, depthOf, feeds, publish);
  const stopTrades = desk.market.onTrade((trade) => {
    if (trade.venue !== 'binance' || feeds.size === 0) return;
    const rules = desk.parts.rules(trade.symbol);
    const symbol = trade.symbol.toLowerCase();
    if (rules === undefined) return;
    if (feeds.has(`${symbol}@trade`)) publish(`${symbol}@trade`, 'public', tradeEvent(desk, trade, rules));
    if (feeds.has(`${symbol}@aggTrade`)) publish(`${symbol}@aggTrade`, 'market', aggregateEvent(desk, trade, rules));
  });
  const tick = (): void => {
    const now = desk.parts.now();
    for (const [name, feed] of feeds) {
      const { periodMs, group } = feed.kind;
      if (periodMs === 0 || now < feed.due) continue;
      feed.due = (Math.floor(now / periodMs) + 1) * periodMs;
      const message = feed.depth === undefined ? feed.kind.message(desk, feed.rules) : feed.depth.event(now);
      if (message !== undefined) publish(name, group, message);
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
      const [symbol = '', ...rest] = name.startsWith('!') ? ['', name] : name.split('@');
      const kind = findKind(rest.join('@'));
      const named = desk.parts.rules(symbol.toUpperCase());
      if (kind === undefined || (symbol !== '' && named === undefined)) return;
      const all = () => desk.market.listed('binance').flatMap((listed) => desk.parts.rules(listed.symbol) ?? []);
      const depth = kind.isDiff && named !== undefined ? depthOf(named.symbol).open() : undefined;
      feeds.set(name, { kind, rules: named === undefined ? all() : [named], depth, due: 0, last: '' });
      if (rest[0] === 'bookTicker' && named !== undefined) best.touch(named.symbol);
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
      const [rules] = feed.rules;
      if (rules === undefined) continue;
      const best = bookTicker(desk, rules);
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
