/** Books, rules and quotes of a realistic BTC market, to be overridden where a test is about them. Ships nowhere. */
import type { Answer, Failure } from '../../../shared/domain/failure.ts';
import { type Coin, coin } from '../../../shared/domain/ids.ts';
import {
  add,
  decimal,
  type FxRate,
  fxRate,
  type Price,
  price,
  quantity,
  type Quantity,
  ratio,
  relabel,
  scale,
  subtract,
} from '../../../shared/domain/units.ts';
import type { Book, BookLevel, Holdings, MarketRules } from '../../../shared/domain/venue.ts';
import type { LegQuote, Quote } from '../quote.ts';

/** 2026-11-21 10:13:20 in Korea. */
export const start = 1_795_223_600_000;
export const BTC: Coin = coin('BTC');

export const ok = <T>(value: T): Answer<T> => ({ ok: true, value });
export const failed = (
  code: Failure['code'] = 'NETWORK',
  outcome: Failure['outcome'] = 'unknown',
): { readonly ok: false; readonly failure: Failure } => ({
  ok: false,
  failure: { outcome, code, venueCode: '', said: 'for the test' },
});

export const spotRules: MarketRules = {
  coin: BTC,
  step: quantity('0.00000001'),
  minQuantity: quantity('0.00000001'),
  minNotional: decimal('5000'),
  ticks: [{ from: price('0'), tick: price('1000') }],
  takerFee: ratio('0.0005'),
};
export const perpRules: MarketRules = {
  coin: BTC,
  step: quantity('0.001'),
  minQuantity: quantity('0.001'),
  maxMarketQuantity: quantity('120'),
  minNotional: decimal('100'),
  ticks: [{ from: price('0'), tick: price('0.1') }],
  takerFee: ratio('0.0005'),
};

/** The state of both books: best prices, and coins on each of five levels a tick apart. */
export interface Market {
  readonly spotBid: Price;
  readonly spotAsk: Price;
  readonly perpBid: Price;
  readonly perpAsk: Price;
  readonly depth: Quantity;
  readonly fx: FxRate;
}
export const market = (over: Partial<Market> = {}): Market => ({
  spotBid: price('160999000'),
  spotAsk: price('161000000'),
  perpBid: price('115000'),
  perpAsk: price('115000.1'),
  depth: quantity('2'),
  fx: fxRate('1400'),
  ...over,
});

export function book(bid: Price, ask: Price, tick: Price, depth: Quantity, at: number): Book {
  const levels = (best: Price, away: typeof add): readonly BookLevel[] =>
    ['0', '1', '2', '3', '4'].map((ticks) => ({ price: away(best, scale(tick, ratio(ticks))), quantity: depth }));
  return { bids: levels(bid, subtract), asks: levels(ask, add), at };
}

export const emptyHoldings = (at: number): Holdings => ({ balances: [], positions: [], at });
export const spotHoldings = (at: number, free = '1000000000'): Holdings => ({
  balances: [{ currency: 'KRW', free: decimal(free), locked: decimal('0') }],
  positions: [],
  at,
});
export const perpHoldings = (at: number, balance = '1000000', available = balance, maintenance = '0'): Holdings => ({
  balances: [],
  positions: [],
  margin: { balance: decimal(balance), available: decimal(available), maintenance: decimal(maintenance) },
  at,
});

/** Everything fresh and present at one instant. */
export function quote(
  at: number,
  now: Market = market(),
  over: { readonly spot?: Partial<LegQuote>; readonly perp?: Partial<LegQuote>; readonly fx?: Quote['fx'] } = {},
): Quote {
  const tick = (rules: MarketRules): Price => rules.ticks[0]?.tick ?? price('1');
  const common = { clockOffsetMs: ok(0), prepared: ok(undefined) };
  return {
    coin: BTC,
    at,
    leverage: 1,
    legs: {
      spot: {
        ...common,
        book: ok(book(now.spotBid, now.spotAsk, tick(spotRules), now.depth, at)),
        rules: ok(spotRules),
        holdings: ok(spotHoldings(at)),
        ...over.spot,
      },
      perp: {
        ...common,
        book: ok(book(now.perpBid, now.perpAsk, tick(perpRules), now.depth, at)),
        rules: ok(perpRules),
        holdings: ok(perpHoldings(at)),
        ...over.perp,
      },
    },
    fx: over.fx ?? ok(book(relabel(now.fx), relabel(now.fx), price('1'), quantity('1000'), at)),
  };
}
