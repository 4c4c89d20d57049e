/** The last trades of each market as GET /v1/trades/ticks shows them. Memory is bounded; the tape begins with the simulator. */
import type { Market, PublicTrade } from '../../model/market.ts';

export interface Tape {
  /** Newest first. */
  of(symbol: string): readonly PublicTrade[];
  /** The market is another one now. */
  forget(): void;
  close(): void;
}

const keptTrades = 500;

export function createTape(market: Market): Tape {
  const rows = new Map<string, PublicTrade[]>();
  const stop = market.onTrade((trade) => {
    if (trade.venue !== 'upbit') return;
    const trades = rows.get(trade.symbol) ?? [];
    rows.set(trade.symbol, trades);
    trades.push(trade);
    // Dropped in blocks, so that a trade costs the same whether or not the tape is full.
    if (trades.length >= keptTrades * 2) trades.splice(0, trades.length - keptTrades);
  });
  return {
    of: (symbol) => {
      const trades = rows.get(symbol);
      return trades === undefined ? [market.ticker('upbit', symbol).lastTrade] : trades.slice(-keptTrades).toReversed();
    },
    forget: () => rows.clear(),
    close: stop,
  };
}
