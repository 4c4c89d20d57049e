/** Unwraps a quote for an entry: every number a limit needs, or the denial that names what is missing or stale. */
import type { Coin } from '../../../shared/domain/ids.ts';
import { type Decimal, type FxRate, gt, type Krw, type Price, price, type Ratio, relabel, sum, type Usdt } from '../../../shared/domain/units.ts';
import type { Answer } from '../../../shared/domain/failure.ts';
import { type Leg, legs, type Position } from '../../../shared/domain/venue.ts';
import type { Settings } from '../../../shared/domain/settings.ts';
import { type Denial, denied, isDenial } from '../denial.ts';
import { type Sides, tradingFx } from '../premium.ts';
import type { LegQuote, Quote } from '../quote.ts';
import { legVenue } from '../state.ts';
import { isWithin } from './bounds.ts';

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
  /** What a coin whose book is at hand would bring now. */
  readonly bids?: Readonly<Partial<Record<Coin, Price>>>;
}

/** What both accounts hold, and what a USDT is worth. */
export interface AccountsRead extends Pick<EntryInputs, 'fx' | 'krw' | 'margin' | 'perpPosition'> {
  /** When each began to be read: what ended before is in it, and what rests since before is bound in it. */
  readonly readAt: Readonly<Record<Leg, number>>;
}

/** Books and rules of both legs, as any decision about an order needs them. */
export function sidesOf(quote: Quote): Sides | Denial {
  const spot = sideOf(quote.legs.spot, 'spot');
  if ('denied' in spot) return spot;
  const perp = sideOf(quote.legs.perp, 'perp');
  return 'denied' in perp ? perp : { spot, perp };
}

export function sideOf(leg: LegQuote, name: Leg): Sides['spot'] | Denial {
  if (!leg.book.ok) return missing(name, 'book', leg.book);
  if (!leg.rules.ok) return missing(name, 'rules', leg.rules);
  if (leg.rules.value === undefined) return notListed(name);
  return { book: leg.book.value, rules: leg.rules.value };
}
const notListed = (name: Leg): Denial => denied('NOT_LISTED', `The ${name} venue does not list this coin`, null, { venue: legVenue[name] });

/**
 * Stale or absent data, clocks and accounts: each denies. What is from the future denies as well: our clock never goes
 * back, so such an age is no age.
 * @param prepared `before`: the market was prepared when the hedge was entered, and the quote need not be for it again
 */
export function freshness(quote: Quote, settings: Settings, at: number, prepared: 'now' | 'before' = 'now'): Denial | null {
  for (const name of legs) {
    const denial = legFreshness(quote.legs[name], name, settings, at) ?? (prepared === 'now' ? unprepared(quote, name, settings) : null);
    if (denial !== null) return denial;
  }
  return fxFreshness(quote, settings, at);
}

export function fxFreshness(quote: Quote, settings: Settings, at: number): Denial | null {
  if (!quote.fx.ok) return missing('spot', 'usdtKrw', quote.fx);
  const age = at - quote.fx.value.at;
  return isWithin(age, 0, settings.maxFxAgeMs)
    ? null
    : denied('STALE_FX', `USDT/KRW is ${age} ms old`, { limit: String(settings.maxFxAgeMs), was: String(age) });
}

/** Of one leg's book and clock. */
export function legFreshness(leg: LegQuote, name: Leg, settings: Settings, at: number): Denial | null {
  const venue = legVenue[name];
  // A coin that is not listed has no book either.
  if (leg.rules.ok && leg.rules.value === undefined) return notListed(name);
  if (!leg.book.ok) return missing(name, 'book', leg.book);
  const age = at - leg.book.value.at;
  if (!isWithin(age, 0, settings.maxBookAgeMs))
    return denied('STALE_BOOK', `The ${name} book is ${age} ms old`, { limit: String(settings.maxBookAgeMs), was: String(age) }, { venue });
  if (!leg.clockOffsetMs.ok) return missing(name, 'clock', leg.clockOffsetMs);
  const offset = Math.abs(leg.clockOffsetMs.value);
  if (isWithin(offset, 0, settings.maxClockOffsetEntryMs)) return null;
  return denied(
    'CLOCK_OFFSET',
    `The clock differs from ${venue}'s by ${offset} ms`,
    { limit: String(settings.maxClockOffsetEntryMs), was: String(offset) },
    { venue },
  );
}

/** Mode, margin and leverage were set and read back for this entry, at the leverage that is set by now. */
export function unprepared({ legs: quoted, leverage }: Quote, leg: Leg, settings: Settings): Denial | null {
  const { prepared } = quoted[leg];
  const venue = legVenue[leg];
  if (!prepared.ok) return denied('NOT_PREPARED', `${venue}: ${prepared.failure.said}`, null, { venue, said: prepared.failure.said });
  if (leverage === settings.leverage) return null;
  const said = `prepared for ${leverage}×, ${settings.leverage}× is set by now`;
  return denied('NOT_PREPARED', `${venue}: ${said}`, { limit: String(settings.leverage), was: String(leverage) }, { venue, said });
}

/** Everything of the inputs but the premium, which needs the size. */
export function entryInputs(quote: Quote, sides: Sides): (Omit<EntryInputs, 'premium'> & AccountsRead) | Denial {
  const spotAsk = sides.spot.book.asks[0]?.price;
  const perpBid = sides.perp.book.bids[0]?.price;
  if (spotAsk === undefined || perpBid === undefined) return denied('EMPTY_BOOK', 'A book has no price on the side to be taken');
  if (!gt(spotAsk, none)) return noData('spot', 'book', 'The spot book has no price above zero');
  if (!gt(perpBid, none)) return noData('perp', 'book', 'The perpetual book has no price above zero');
  const accounts = accountsOf(quote);
  if (isDenial(accounts)) return accounts;
  return {
    ...accounts,
    spotAsk,
    perpBid,
    spotFee: sides.spot.rules.takerFee,
    perpFee: sides.perp.rules.takerFee,
    bids: bidOf(quote.coin, sides.spot.book.bids[0]?.price),
  };
}

/** None where nobody bids. */
export const bidOf = (coin: Coin, bid: Price | undefined): NonNullable<EntryInputs['bids']> => (bid === undefined ? {} : { [coin]: bid });

/** The middle of USDT/KRW; undefined where there is none above zero. */
export function fxOf({ fx: book }: Quote): FxRate | undefined {
  const fx = book.ok ? tradingFx(book.value) : undefined;
  return fx !== undefined && gt(relabel<'price'>(fx), none) ? fx : undefined;
}

/** What both accounts hold, the position in the quote's coin among it, and what a USDT is worth. */
export function accountsOf(quote: Quote): AccountsRead | Denial {
  const fx = fxOf(quote);
  if (fx === undefined) return noData('spot', 'usdtKrw', 'USDT/KRW has no price');
  const { spot, perp } = quote.legs;
  if (!spot.holdings.ok) return missing('spot', 'balances', spot.holdings);
  if (!perp.holdings.ok) return missing('perp', 'balances', perp.holdings);
  const margin = perp.holdings.value.margin;
  if (margin === undefined) return noData('perp', 'margin', 'The perpetual venue gave no margin balance');
  const won = spot.holdings.value.balances.filter((balance) => balance.currency === 'KRW');
  const amount = (values: readonly Decimal<'balance'>[]): Krw => relabel<'krw'>(sum(values));
  return {
    fx,
    krw: { free: amount(won.map((balance) => balance.free)), total: amount(won.flatMap((balance) => [balance.free, balance.locked])) },
    margin,
    readAt: { spot: spot.holdings.value.at, perp: perp.holdings.value.at },
    perpPosition: perp.holdings.value.positions.find((position) => position.coin === quote.coin),
  };
}

const none = price('0');
const words = {
  book: 'order book',
  rules: 'market rules',
  clock: 'clock offset',
  balances: 'balances',
  usdtKrw: 'USDT/KRW',
  margin: 'margin',
} as const;
type What = keyof typeof words;

const noData = (leg: Leg, what: What, reason: string): Denial => denied('NO_DATA', reason, null, { venue: legVenue[leg], what, failure: '' });

export function missing(leg: Leg, what: What, { failure }: Extract<Answer<unknown>, { ok: false }>): Denial {
  const code = `${failure.code}${failure.venueCode === '' ? '' : ` ${failure.venueCode}`}`;
  return denied('NO_DATA', `${legVenue[leg]}: no ${words[what]} (${code})`, null, { venue: legVenue[leg], what, failure: code });
}
