/**
 * ticker, orderbook and trade: a snapshot of every code first, then what changes. Changes of a book within one turn of
 * the event loop are one message, as every message is the whole book.
 */
import type { WebSocket } from 'ws';
import type { Market, PublicTrade } from '../../model/market.ts';
import { shownLevels } from '../../model/upbit/filters.ts';
import type { VenueClock } from '../../venue.ts';
import { type Connection, openConnection } from './connection.ts';
import { orderbookFields, tickerFrame, tradeFrame } from './quotes.ts';
import type { Topic } from './subscription.ts';
import type { StreamTiming } from './timing.ts';

export interface PublicStreams {
  accept(socket: WebSocket): void;
  close(): void;
}

type StreamType = 'SNAPSHOT' | 'REALTIME';

export function createPublicStreams(market: Market, clock: VenueClock, timing: StreamTiming): PublicStreams {
  const connections = new Set<Connection>();
  const changedBooks = new Set<string>();
  let flushing: NodeJS.Immediate | undefined;

  const orderbook = (code: string, stream: StreamType) => {
    const [symbol = '', levels] = code.split('.');
    const count = levels === undefined ? shownLevels : Math.min(shownLevels, Math.max(1, Number(levels) || shownLevels));
    return { type: 'orderbook', code, ...orderbookFields(market, symbol, count, clock.now()), stream_type: stream };
  };
  const ticker = (symbol: string, stream: StreamType) => {
    const listed = market.find('upbit', symbol);
    return listed === undefined ? undefined : { ...tickerFrame(listed, market.ticker('upbit', symbol), clock.now()), stream_type: stream };
  };
  const trade = (made: PublicTrade, stream: StreamType) => ({ ...tradeFrame(market, made, clock.now()), stream_type: stream });
  const frameOf = (topic: Topic, code: string, stream: StreamType): unknown => {
    const symbol = symbolOf(code);
    if (market.find('upbit', symbol) === undefined) return undefined;
    if (topic.type === 'orderbook') return orderbook(code, stream);
    return topic.type === 'ticker' ? ticker(symbol, stream) : trade(market.ticker('upbit', symbol).lastTrade, stream);
  };
  /** To everybody who asked for this type of this market. */
  const broadcast = (type: Topic['type'], symbol: string, frame: (topic: Topic, code: string) => unknown) => {
    for (const connection of connections) {
      for (const topic of connection.topics()) {
        if (topic.type !== type || !topic.realtime) continue;
        for (const code of topic.codes) if (symbolOf(code) === symbol) give(connection, frame(topic, code));
      }
    }
  };
  const flush = () => {
    flushing = undefined;
    const symbols = [...changedBooks];
    changedBooks.clear();
    for (const symbol of symbols) broadcast('orderbook', symbol, (topic, code) => frameOf(topic, code, 'REALTIME'));
  };

  const stopBooks = market.onBook((venue, symbol) => {
    if (venue !== 'upbit' || connections.size === 0) return;
    changedBooks.add(symbol);
    flushing ??= setImmediate(flush);
  });
  // A trade is told inside the call that made it, so what is printed waits for the end of that call.
  const stopTrades = market.onTrade((made) => {
    if (made.venue !== 'upbit' || connections.size === 0) return;
    queueMicrotask(() => {
      broadcast('trade', made.symbol, () => trade(made, 'REALTIME'));
      broadcast('ticker', made.symbol, () => ticker(made.symbol, 'REALTIME'));
    });
  });

  return {
    accept: (socket) => {
      const subscribed = (connection: Connection) => {
        for (const topic of connection.topics()) {
          for (const code of topic.snapshot ? topic.codes : []) {
            give(connection, frameOf(topic, code, 'SNAPSHOT'));
          }
        }
      };
      const closed = (connection: Connection) => connections.delete(connection);
      connections.add(openConnection(socket, { side: 'public', timing, subscribed, closed }));
    },
    close: () => {
      stopBooks();
      stopTrades();
      clearImmediate(flushing);
      for (const connection of connections) connection.close();
    },
  };
}

/** Codes that are not listed have no frame. */
const give = (connection: Connection, frame: unknown): void => {
  if (frame !== undefined) connection.send(frame);
};
/** "KRW-BTC" of "KRW-BTC.5". */
const symbolOf = (code: string): string => code.split('.')[0] ?? code;
