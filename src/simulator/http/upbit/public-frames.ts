/** What the public streams show of a market, type by type. Codes that are not listed have no frame. */
import type { Market, PublicTrade } from '../../model/market.ts';
import { shownLevels } from '../../model/upbit/filters.ts';
import type { VenueClock } from '../../venue.ts';
import { type CandleCalls, isCandleType } from './candles.ts';
import { orderbookFields, tickerFrame, tradeFrame } from './quotes.ts';
import type { PublicType } from './subscription.ts';

export type StreamType = 'SNAPSHOT' | 'REALTIME';
export type Frame = Readonly<Record<string, unknown>>;

export interface PublicFrames {
  /** @param code for an order book perhaps with a count of levels: "KRW-BTC.5" @param at candles: a time that they hold, ms since 1970 */
  of(type: PublicType, code: string, kind: StreamType, at?: number): Frame | undefined;
  trade(made: PublicTrade): Frame;
}

/** Counts of levels that may be asked for; any other gives all. */
const shownCounts = [1, 5, 15, 30] as const;

export function createPublicFrames(market: Market, clock: VenueClock, candles: CandleCalls): PublicFrames {
  const orderbook = (code: string) => {
    const [symbol = '', levels] = code.split('.');
    const count = shownCounts.find((known) => String(known) === levels) ?? shownLevels;
    return { type: 'orderbook', code, ...orderbookFields(market, symbol, count, clock.now()) };
  };
  const fields = (type: PublicType, code: string, at: number): Frame | undefined => {
    const symbol = symbolOf(code);
    const listed = market.find('upbit', symbol);
    if (listed === undefined) return undefined;
    if (isCandleType(type)) return candles.running(type, symbol, at);
    switch (type) {
      case 'orderbook':
        return orderbook(code);
      case 'ticker':
        return tickerFrame(listed, market.ticker('upbit', symbol), clock.now());
      case 'trade':
        return tradeFrame(market, market.ticker('upbit', symbol).lastTrade, clock.now());
    }
  };
  return {
    of: (type, code, kind, at = market.now) => {
      const frame = fields(type, code, at);
      return frame === undefined ? undefined : { ...frame, stream_type: kind };
    },
    trade: (made) => ({ ...tradeFrame(market, made, clock.now()), stream_type: 'REALTIME' }),
  };
}

/** "KRW-BTC" of "KRW-BTC.5". */
export const symbolOf = (code: string): string => code.split('.')[0] ?? code;
