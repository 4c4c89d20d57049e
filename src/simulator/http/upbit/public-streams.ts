/**
 * ticker, orderbook, trade and candles: a snapshot of every code first, then what changes, and silence where nothing
 * does. Changes of a book within one turn of the event loop are one message, as every message is the whole book.
 */
import type { WebSocket } from 'ws';
import type { Market } from '../../model/market.ts';
import type { VenueClock } from '../../venue.ts';
import type { StreamFaults } from '../stream-faults.ts';
import { type CandleCalls, candleTypes, isCandleType } from './candles.ts';
import { type Connection, openConnection } from './connection.ts';
import { printFrame } from './formats.ts';
import type { StreamTiming } from './options.ts';
import { createPublicFrames, type Frame, symbolOf } from './public-frames.ts';
import { isPublic, type PublicType } from './subscription.ts';

export interface PublicStreams {
  accept(socket: WebSocket): void;
  close(): void;
}
export interface PublicParts {
  readonly market: Market;
  readonly clock: VenueClock;
  readonly timing: StreamTiming;
  readonly faults: StreamFaults;
  readonly candles: CandleCalls;
}

const stream = 'upbit.public';
/** Candles that a trade changed are told once a second. */
const candleEveryMs = 1000;

export function createPublicStreams({ market, clock, timing, faults, candles }: PublicParts): PublicStreams {
  const frames = createPublicFrames(market, clock, candles);
  const connections = new Set<Connection>();
  const changedBooks = new Set<string>();
  const isNews = createNews();
  /** Whose candles a trade has changed since they were last told of, and when it was. */
  const traded = new Map<string, number>();
  let flushing: NodeJS.Immediate | undefined;
  let candleTimer: NodeJS.Timeout | undefined;

  const flushBooks = () => {
    flushing = undefined;
    const symbols = [...changedBooks];
    changedBooks.clear();
    for (const symbol of symbols) {
      broadcast(connections, 'orderbook', symbol, (code) => {
        const frame = frames.of('orderbook', code, 'REALTIME');
        return frame !== undefined && isNews(code, frame) ? frame : undefined;
      });
    }
  };
  const flushCandles = () => {
    const trades = [...traded];
    traded.clear();
    for (const [symbol, at] of trades) {
      for (const type of candleTypes) broadcast(connections, type, symbol, (code) => frames.of(type, code, 'REALTIME', at));
    }
  };

  const stopBooks = market.onBook((venue, symbol) => {
    if (venue !== 'upbit' || connections.size === 0) return;
    changedBooks.add(symbol);
    flushing ??= setImmediate(flushBooks);
  });
  // A trade is told inside the call that made it, so what is printed waits for the end of that call.
  const stopTrades = market.onTrade((made) => {
    if (made.venue !== 'upbit' || connections.size === 0) return;
    if (candleTimer !== undefined) traded.set(made.symbol, made.at);
    queueMicrotask(() => {
      broadcast(connections, 'trade', made.symbol, () => frames.trade(made));
      broadcast(connections, 'ticker', made.symbol, (code) => frames.of('ticker', code, 'REALTIME'));
    });
  });

  const subscribed = (connection: Connection) => {
    if (connection.topics().some(({ type }) => isCandleType(type))) candleTimer ??= setInterval(flushCandles, candleEveryMs);
    for (const { type, codes, snapshot } of connection.topics()) {
      if (!snapshot || !isPublic(type)) continue;
      for (const code of codes) {
        const frame = frames.of(type, code, 'SNAPSHOT');
        if (frame !== undefined) connection.send(stream, frame);
      }
    }
  };
  return {
    accept: (socket) => {
      const closed = (connection: Connection) => connections.delete(connection);
      faults.open(stream, socket);
      connections.add(openConnection(socket, { side: 'public', timing, faults, subscribed, closed }));
    },
    close: () => {
      stopBooks();
      stopTrades();
      clearImmediate(flushing);
      clearInterval(candleTimer);
      for (const connection of connections) connection.close();
    },
  };
}

/** To everybody who asked for this type of this market; each frame is made once a code and printed once a code and format. */
function broadcast(connections: Iterable<Connection>, type: PublicType, symbol: string, make: (code: string) => Frame | undefined): void {
  const made = new Map<string, Frame | undefined>();
  const printed = new Map<string, Buffer>();
  for (const connection of connections) {
    for (const topic of connection.topics()) {
      if (topic.type !== type || !topic.realtime) continue;
      for (const code of topic.codes) {
        if (symbolOf(code) !== symbol) continue;
        if (!made.has(code)) made.set(code, make(code));
        const frame = made.get(code);
        if (frame === undefined) continue;
        const key = `${code} ${connection.format()}`;
        const data = printed.get(key) ?? printFrame(frame, connection.format());
        printed.set(key, data);
        connection.sendPrinted(stream, data);
      }
    }
  }
}

/** @returns whether a book looks otherwise than when this was last asked of it */
function createNews(): (code: string, frame: Frame) => boolean {
  const told = new Map<string, string>();
  return (code, frame) => {
    const shown = JSON.stringify([frame['orderbook_units'], frame['total_ask_size'], frame['total_bid_size']]);
    if (told.get(code) === shown) return false;
    told.set(code, shown);
    return true;
  };
}
