/** The market's own trades as they happen: the newest thousand of each symbol, for those who ask what was traded. */
import type { Market, PublicTrade } from '../../model/market.ts';

const kept = 1000;

export interface Tape {
  /** Oldest first; before the first trade the one that the day's figures end with. */
  of(symbol: string): readonly PublicTrade[];
  close(): void;
}

export function createTape(market: Market): Tape {
  const rows = new Map<string, PublicTrade[]>();
  const stop = market.onTrade((trade) => {
    if (trade.venue !== 'binance') return;
    const list = rows.get(trade.symbol) ?? [];
    // Another seed's market begins its ids anew.
    if ((list.at(-1)?.id ?? 0) >= trade.id) list.length = 0;
    list.push(trade);
    if (list.length > 2 * kept) list.splice(0, kept);
    rows.set(trade.symbol, list);
  });
  return {
    of: (symbol) => rows.get(symbol)?.slice(-kept) ?? [market.ticker('binance', symbol).lastTrade],
    close: stop,
  };
}
