/**
 * The premium of one coin as the newest marks say, for the screen, and its course over time.
 *
 * 1. Every price bears the time of its own read; a side that could not be read is null, and so is what needs it.
 * 2. One point a second goes into the series; after five seconds without one there is a gap.
 * 3. Nothing here is decided on: limits and orders read quotes of their own.
 */
import type { MarketView } from '../../shared/contract/parts.ts';
import type { Coin } from '../../shared/domain/ids.ts';
import { add, divide, type FxRate, gt, parseDecimal, type Price, price, quantity, type Ratio, sign, text } from '../../shared/domain/units.ts';
import type { Book } from '../../shared/domain/venue.ts';
import { isDenial } from '../engine/denial.ts';
import { executablePremium, premiumOf, tradingFx } from '../engine/premium.ts';
import type { Quote } from '../engine/quote.ts';
import { sidesOf } from '../engine/risk/entry-inputs.ts';
import type { BankRate, BankRatePort, PremiumSeriesPort } from '../market/port.ts';
import type { Clock } from './clock.ts';

/** What the executable premium is shown at. */
const shownSize = quantity('0.01');
const silenceMs = 5000;
const checkMs = 1000;
/** Rounds come every second; one that comes a little early still is a point. */
const pointMs = 900;

export interface PremiumWatchParts {
  readonly coin: Coin;
  readonly clock: Clock;
  readonly bankRate: BankRatePort | null;
  readonly series: PremiumSeriesPort;
  /** Told when `market` is another; it must not throw. */
  readonly onChange?: (market: MarketView) => void;
}

export class PremiumWatch {
  readonly #parts: PremiumWatchParts;
  #quote: Quote | null = null;
  #market: MarketView | null = null;
  #pointAt: number | null = null;
  #end: () => void = () => undefined;

  constructor(parts: PremiumWatchParts) {
    this.#parts = parts;
  }

  /** The newest marks of the coin; null before the first. */
  get quote(): Quote | null {
    return this.#quote;
  }
  get market(): MarketView | null {
    return this.#market;
  }

  start(): void {
    this.#end();
    this.#end = this.#parts.clock.every(checkMs, () => this.#noteSilence());
  }
  close(): void {
    this.#end();
    this.#end = () => undefined;
  }

  /** Takes marks; those of other coins are left alone. */
  take(quote: Quote): void {
    const { coin, clock, bankRate, onChange } = this.#parts;
    if (quote.coin !== coin) return;
    this.#quote = quote;
    this.#market = marketOf(quote, bankRate?.last ?? null, clock.now());
    this.#addPoint(this.#market);
    onChange?.(this.#market);
  }

  #addPoint({ at, tradingPremium, kimchiPremium }: MarketView): void {
    if (tradingPremium === null && kimchiPremium === null) return;
    if (this.#pointAt !== null && at - this.#pointAt < pointMs) return;
    this.#pointAt = at;
    this.#parts.series.append(at, numberOf(tradingPremium), numberOf(kimchiPremium));
  }

  /** The gap is there as soon as it is one, and not only when prices come back. */
  #noteSilence(): void {
    const now = this.#parts.clock.now();
    if (this.#pointAt === null || now - this.#pointAt < silenceMs) return;
    this.#pointAt = null;
    this.#parts.series.append(now, Number.NaN, Number.NaN);
  }
}

const numberOf = (premium: string | null): number => (premium === null ? Number.NaN : Number(premium));

function marketOf(quote: Quote, bank: BankRate | null, at: number): MarketView {
  const spotBook = quote.legs.spot.book;
  const perpBook = quote.legs.perp.book;
  const spot = spotBook.ok ? middleOf(spotBook.value) : null;
  const perp = perpBook.ok ? middleOf(perpBook.value) : null;
  const fx = quote.fx.ok ? positive(tradingFx(quote.fx.value)) : null;
  const usd = bank === null ? null : positive(parseDecimal<'krwPerUsdt'>(bank.rate));
  const premiumAt = (rate: FxRate | null): Ratio | null => (spot === null || perp === null || rate === null ? null : premiumOf(spot, perp, rate));
  return {
    coin: quote.coin,
    at,
    spot: spotBook.ok ? touchOf(spotBook.value) : null,
    perp: perpBook.ok ? touchOf(perpBook.value) : null,
    usdtKrw: quote.fx.ok && fx !== null ? { rate: text(fx), at: quote.fx.value.at, source: 'Upbit USDT/KRW' } : null,
    usdKrw: bank === null || usd === null ? null : { rate: text(usd), at: bank.at, source: bank.source },
    tradingPremium: textOf(premiumAt(fx)),
    kimchiPremium: textOf(premiumAt(usd)),
    executable: { size: text(shownSize), enter: textOf(executable(quote, fx, 'open')), exit: textOf(executable(quote, fx, 'close')) },
  };
}

function executable(quote: Quote, fx: FxRate | null, doing: 'open' | 'close'): Ratio | null {
  const sides = sidesOf(quote);
  if (isDenial(sides) || fx === null) return null;
  return executablePremium(sides, fx, shownSize, doing) ?? null;
}

function touchOf({ bids, asks, at }: Book): MarketView['spot'] {
  const bid = bids[0]?.price;
  const ask = asks[0]?.price;
  return bid === undefined || ask === undefined ? null : { bid: text(bid), ask: text(ask), at };
}

function middleOf({ bids, asks }: Book): Price | null {
  const bid = bids[0]?.price;
  const ask = asks[0]?.price;
  if (bid === undefined || ask === undefined) return null;
  const middle = divide<'price'>(add(bid, ask), price('2'), 12, 'halfEven');
  return gt(middle, price('0')) ? middle : null;
}

const positive = (rate: FxRate | undefined): FxRate | null => (rate !== undefined && sign(rate) > 0 ? rate : null);
const textOf = (premium: Ratio | null): string | null => (premium === null ? null : text(premium));
