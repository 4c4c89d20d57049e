/**
 * ticker, orderbook and trade: a snapshot of every code first, then what changes, and silence where nothing does.
 * Changes of a book within one turn of the event loop are one message, as every message is the whole book.
 */
import type { WebSocket } from 'ws';
import type { Market, PublicTrade } from '../../model/market.ts';
import { shownLevels } from '../../model/upbit/filters.ts';
import type { VenueClock } from '../../venue.ts';
import type { StreamFaults } from '../stream-faults.ts';
import { type Connection, openConnection } from './connection.ts';
import { printFrame } from './formats.ts';
import { orderbookFields, tickerFrame, tradeFrame } from './quotes.ts';
import type { Topic } from './subscription.ts';
import type { StreamTiming } from './options.ts';

export interface PublicStreams {
  accept(socket: WebSocket): void;
  close(): void;
}

type StreamType = 'SNAPSHOT' | 'REALTIME';
type Frame = Readonly<Record<string, unknown>>;

const stream = 'upbit.public';
/** Counts of levels that may be asked for; any other gives all. */
const shownCounts = [1, 5, 15, 30] as const;

export function createPublicStreams(market: Market, clock: VenueClock, timing: StreamTiming, faults: StreamFaults): PublicStreams {
  const connections = new Set<Connection>();
  const changedBooks = new Set<string>();
  /** What each book looked like when it was last told of. */
  const toldBooks = new Map<string, string>();
  let flushing: NodeJS.Immediate | undefined;

  const orderbook = (code: string, kind: StreamType) => {
    const [symbol = '', levels] = code.split('.');
    const count = shownCounts.find((known) => String(known) === levels) ?? shownLevels;
    return { type: 'orderbook', code, ...orderbookFields(market, symbol, count, clock.now()), stream_type: kind };
  };
  const ticker = (symbol: string, kind: StreamType) => {
    const listed = market.find('upbit', symbol);
    return listed === undefined ? undefined : { ...tickerFrame(listed, market.ticker('upbit', symbol), clock.now()), stream_type: kind };
  };
  const trade = (made: PublicTrade, kind: StreamType) => ({ ...tradeFrame(market, made, clock.now()), stream_type: kind });
  const frameOf = (topic: Topic, code: string, kind: StreamType): Frame | undefined => {
    const symbol = symbolOf(code);
    if (market.find('upbit', symbol) === undefined) return undefined;
    if (topic.type === 'orderbook') return orderbook(code, kind);
    return topic.type === 'ticker' ? ticker(symbol, kind) : trade(market.ticker('upbit', symbol).lastTrade, kind);
  };
  /** To everybody who asked for this type of this market; each frame is made and printed once a code and format. */
  const broadcast = (type: Topic['type'], symbol: string, frame: (topic: Topic, code: string) => Frame | undefined) => {
    const made = new Map<string, Frame | undefined>();
    const printed = new Map<string, Buffer>();
    for (const connection of connections) {
      for (const topic of connection.topics()) {
        if (topic.type !== type || !topic.realtime) continue;
        for (const code of topic.codes) {
          if (symbolOf(code) !== symbol) continue;
          if (!made.has(code)) made.set(code, frame(topic, code));
          const wanted = made.get(code);
          if (wanted === undefined) continue;
          const key = `${code} ${connection.format()}`;
          const data = printed.get(key) ?? printFrame(wanted, connection.format());
          printed.set(key, data);
          connection.sendPrinted(stream, data);
        }
      }
    }
  };
  /** undefined: it looks as it did when it was last told of. */
  const changedBook = (topic: Topic, code: string): Frame | undefined => {
    const frame = frameOf(topic, code, 'REALTIME');
    const shown = JSON.stringify([frame?.['orderbook_units'], frame?.['total_ask_size'], frame?.['total_bid_size']]);
    if (toldBooks.get(code) === shown) return undefined;
    toldBooks.set(code, shown);
    return frame;
  };
  const flush = () => {
    flushing = undefined;
    const symbols = [...changedBooks];
    changedBooks.clear();
    for (const symbol of symbols) broadcast('orderbook', symbol, changedBook);
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
            // Codes that are not listed have no frame.
            const frame = frameOf(topic, code, 'SNAPSHOT');
            if (frame !== undefined) connection.send(stream, frame);
          }
        }
      };
      const closed = (connection: Connection) => connections.delete(connection);
      faults.open(stream, socket);
      connections.add(openConnection(socket, { side: 'public', timing, faults, subscribed, closed }));
    },
    close: () => {
      stopBooks();
      stopTrades();
      clearImmediate(flushing);
      for (const connection of connections) connection.close();
    },
  };
}

/** "KRW-BTC" of "KRW-BTC.5". */
const symbolOf = (code: string): string => code.split('.')[0] ?? code;
