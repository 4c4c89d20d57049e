/**
 * Hedges at the newest prices. The engine's rules and what is shown of results read the same ones; the journal records
 * them only now and then.
 */
import { withKey } from '../../shared/domain/record.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import type { FxRate } from '../../shared/domain/units.ts';
import { isDenial } from './denial.ts';
import { holding, openHedges } from './legs.ts';
import { type Sides, tradingFx } from './premium.ts';
import { averagePrice } from './prices.ts';
import type { Quote } from './quote.ts';
import { isWithin } from './risk/bounds.ts';
import { sidesOf } from './risk/entry-inputs.ts';
import type { Hedge, State } from './state.ts';

export interface LivePrices {
  readonly sides: Sides;
  readonly fx: FxRate;
}
export type ClosingPrices = Pick<Hedge['marks'], 'spotBid' | 'perpAsk'> & { readonly fx: FxRate };

/** Both books and USDT/KRW of a quote; null where one is missing or too old: stale marks are no marks. */
export function livePrices(quote: Quote, { maxBookAgeMs, maxFxAgeMs }: Settings, at: number): LivePrices | null {
  const sides = sidesOf(quote);
  if (isDenial(sides) || !quote.fx.ok) return null;
  // Books are read a moment after a quote began: against that their age is below zero.
  const isLive = (read: { readonly at: number }, most: number): boolean => isWithin(at - read.at, -most, most);
  if (!isLive(sides.spot.book, maxBookAgeMs) || !isLive(sides.perp.book, maxBookAgeMs) || !isLive(quote.fx.value, maxFxAgeMs)) return null;
  const fx = tradingFx(quote.fx.value);
  return fx === undefined ? null : { sides, fx };
}

/** What closing the hedge now would get, as far as the books go. */
export function closingPrices(state: State, hedge: Hedge, { sides, fx }: LivePrices): ClosingPrices | undefined {
  const held = holding(state, hedge);
  const spotBid = averagePrice(sides.spot.book, 'sell', held.spot) ?? sides.spot.book.bids[0]?.price;
  const perpAsk = averagePrice(sides.perp.book, 'buy', held.perp) ?? sides.perp.book.asks[0]?.price;
  return spotBid === undefined || perpAsk === undefined ? undefined : { fx, spotBid, perpAsk };
}

/** The state as if these marks were journaled: most are not, but every loss is measured on the newest. */
export const withMarks = (state: State, hedge: Hedge, { fx, spotBid, perpAsk }: ClosingPrices, at: number): State => ({
  ...state,
  hedges: withKey(state.hedges, hedge.id, { ...hedge, fx, marks: { spotBid, perpAsk, at } }),
});

/** The state with every open hedge at the newest marks of its coin, however long ago they came; `marks.at` says when. */
export function atLivePrices(state: State, quotes: Iterable<Quote>): State {
  const live = new Map([...quotes].map((quote) => [quote.coin, { quote, prices: livePrices(quote, state.settings, quote.at) }]));
  let marked = state;
  for (const hedge of openHedges(state)) {
    const { quote, prices } = live.get(hedge.coin) ?? {};
    // A mark that was journaled since is newer.
    if (quote === undefined || prices === undefined || prices === null || quote.at <= hedge.marks.at) continue;
    const closing = closingPrices(state, hedge, prices);
    if (closing !== undefined) marked = withMarks(marked, hedge, closing, quote.at);
  }
  return marked;
}
