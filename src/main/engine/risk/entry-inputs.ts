/** Unwraps a quote for an entry: every number a limit needs, or the denial that names what is missing or stale. */
import { type Decimal, type FxRate, gt, type Krw, type Price, price, type Ratio, relabel, sum, type Usdt } from '../../../shared/domain/units.ts';
import type { Answer } from '../../../shared/domain/failure.ts';
import type { Position } from '../../../shared/domain/venue.ts';
import type { Settings } from '../../../shared/domain/settings.ts';
import { type Denial, denied } from '../denial.ts';
import { type Sides, tradingFx } from '../premium.ts';
import type { LegQuote, Quote } from '../quote.ts';
import { legVenue } from '../state.ts';

/** What the limits are checked on; `premium` is at the size being checked. */
export interface EntryInputs {
  readonly fx: FxRate;
  readonly spotAsk: Price;
  readonly perpBid: Price;
  readonly spotFee: Ratio;
  readonly perpFee: Ratio;
  readonly krw: { readonly free: Krw; readonly total: Krw };
  readonly margin: { readonly balance: Usdt; readonly available: Usdt; readonly maintenance: Usdt };
  readonly perpPosition: Position | undefined;
  readonly premium: Ratio;
}

/** Books and rules of both legs, as any decision about an order needs them. */
export function sidesOf(quote: Quote): Sides | Denial {
  const spot = sideOf(quote.legs.spot, 'spot');
  if ('denied' in spot) return spot;
  const perp = sideOf(quote.legs.perp, 'perp');
  return 'denied' in perp ? perp : { spot, perp };
}

export function sideOf(leg: LegQuote, name: 'spot' | 'perp'): Sides['spot'] | Denial {
  if (!leg.book.ok) return missing(name, 'order book', leg.book);
  if (!leg.rules.ok) return missing(name, 'market rules', leg.rules);
  if (leg.rules.value === undefined) return denied('NOT_LISTED', `The ${name} venue does not list this coin`);
  return { book: leg.book.value, rules: leg.rules.value };
}

/**
 * Stale or absent data, clocks and accounts: each denies.
 * @param prepared `before`: the market was prepared when the hedge was entered, and the quote need not be for it again
 */
export function freshness(quote: Quote, settings: Settings, at: number, prepared: 'now' | 'before' = 'now'): Denial | null {
  for (const name of ['spot', 'perp'] as const) {
    const leg = quote.legs[name];
    if (!leg.book.ok) return missing(name, 'order book', leg.book);
    const age = at - leg.book.value.at;
    if (!(age <= settings.maxBookAgeMs))
      return denied('STALE_BOOK', `The ${name} book is ${age} ms old`, { limit: String(settings.maxBookAgeMs), was: String(age) });
    if (!leg.clockOffsetMs.ok) return missing(name, 'clock offset', leg.clockOffsetMs);
    const offset = Math.abs(leg.clockOffsetMs.value);
    if (!(offset <= settings.maxClockOffsetEntryMs))
      return denied('CLOCK_OFFSET', `The clock differs from ${legVenue[name]}'s by ${offset} ms`, {
        limit: String(settings.maxClockOffsetEntryMs),
        was: String(offset),
      });
    if (prepared === 'now' && !leg.prepared.ok) return denied('NOT_PREPARED', `${legVenue[name]}: ${leg.prepared.failure.said}`, null);
  }
  if (!quote.fx.ok) return missing('spot', 'USDT/KRW', quote.fx);
  const age = at - quote.fx.value.at;
  return age <= settings.maxFxAgeMs
    ? null
    : denied('STALE_FX', `USDT/KRW is ${age} ms old`, { limit: String(settings.maxFxAgeMs), was: String(age) });
}

/** Everything of the inputs but the premium, which needs the size. */
export function entryInputs(quote: Quote, sides: Sides): Omit<EntryInputs, 'premium'> | Denial {
  const spotAsk = sides.spot.book.asks[0]?.price;
  const perpBid = sides.perp.book.bids[0]?.price;
  if (spotAsk === undefined || perpBid === undefined) return denied('EMPTY_BOOK', 'A book has no price on the side to be taken');
  const fx = quote.fx.ok ? tradingFx(quote.fx.value) : undefined;
  if (fx === undefined || !gt(relabel<'price'>(fx), price('0'))) return denied('NO_DATA', 'USDT/KRW has no price');
  const { spot, perp } = quote.legs;
  if (!spot.holdings.ok) return missing('spot', 'balances', spot.holdings);
  if (!perp.holdings.ok) return missing('perp', 'balances', perp.holdings);
  const margin = perp.holdings.value.margin;
  if (margin === undefined) return denied('NO_DATA', 'The perpetual venue gave no margin balance');
  const won = spot.holdings.value.balances.filter((balance) => balance.currency === 'KRW');
  const amount = (values: readonly Decimal<'balance'>[]): Krw => relabel<'krw'>(sum(values));
  return {
    fx,
    spotAsk,
    perpBid,
    spotFee: sides.spot.rules.takerFee,
    perpFee: sides.perp.rules.takerFee,
    krw: { free: amount(won.map((balance) => balance.free)), total: amount(won.flatMap((balance) => [balance.free, balance.locked])) },
    margin,
    perpPosition: perp.holdings.value.positions.find((position) => position.coin === quote.coin),
  };
}

function missing(leg: 'spot' | 'perp', what: string, answer: Extract<Answer<unknown>, { ok: false }>): Denial {
  return denied(
    'NO_DATA',
    `${legVenue[leg]}: no ${what} (${answer.failure.code}${answer.failure.venueCode === '' ? '' : ` ${answer.failure.venueCode}`})`,
  );
}
