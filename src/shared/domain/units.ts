/**
 * Exact decimals with a unit: the only form in which money and quantity exist here.
 *
 * 1. A value is canonical decimal text at run time (no exponent, no trailing zeros, never "-0"), so it can be
 *    journaled, hashed, cloned and compared with `===` as it is.
 * 2. To the compiler it is a branded symbol. That is on purpose: TypeScript refuses `<`, `+`, unary `-` and template
 *    strings on symbols, so the only way to calculate is through the functions below.
 * 3. All arithmetic is big.js in strict mode: a JS number that gets in throws.
 */
import Big from 'big.js';

declare const unit: unique symbol;

/** An exact decimal. `U` names its unit; values of different units do not mix. */
export type Decimal<U extends string> = symbol & { readonly [unit]: U };
/** An amount of coins, never negative. */
export type Quantity = Decimal<'quantity'>;
/** A difference of coin amounts: residuals, positions (short is negative). */
export type SignedQuantity = Decimal<'signedQuantity'>;
/** Price of one coin in the venue's quote currency. */
export type Price = Decimal<'price'>;
/** Price times quantity in the venue's quote currency: KRW at a spot venue, USDT at a perpetual venue. */
export type Notional = Decimal<'notional'>;
/** South Korean won. May be negative: results, fees. */
export type Krw = Decimal<'krw'>;
/** Tether. May be negative: results, fees. */
export type Usdt = Decimal<'usdt'>;
/** KRW for one USDT. */
export type FxRate = Decimal<'krwPerUsdt'>;
/** A pure number: 0.031 is 3.1 %. */
export type Ratio = Decimal<'ratio'>;

export type Rounding = 'down' | 'up' | 'halfEven';

const Exact = Big();
Exact.strict = true;
Exact.NE = -1000;
Exact.PE = 1000;

const roundingModes = { down: 0, halfEven: 2, up: 3 } as const;
const plainDecimal = /^-?\d{1,40}(\.\d{1,40})?$/;

type Any = Decimal<string>;
// The two casts that the whole scheme rests on; nothing else in the project may write them.
const raw = (value: Any): Big => new Exact(value as unknown as string);
const canonical = <U extends string>(source: string): Decimal<U> => (source === '-0' ? '0' : source) as unknown as Decimal<U>;
const as = <U extends string>(value: Big): Decimal<U> => canonical(value.toFixed());

/**
 * Reads decimal text such as "0.05" or "-12".
 * @returns undefined when the text is not a plain decimal (exponents, blanks, NaN and Infinity are not)
 */
export function parseDecimal<U extends string>(source: string): Decimal<U> | undefined {
  return plainDecimal.test(source) ? as<U>(new Exact(source)) : undefined;
}

/** Reads decimal text that is known to be well formed. @throws RangeError when it is not: that is a bug, not input. */
export function decimal<U extends string>(source: string): Decimal<U> {
  const value = parseDecimal<U>(source);
  if (value === undefined) throw new RangeError(`Invariant: decimals are plain text, was ${JSON.stringify(source)}`);
  return value;
}

/**
 * The decimal nearest to a number that is not money yet: a drawn price, a measured rate. Never calculate money with
 * numbers and bring it back through here.
 * @param places digits kept after the point, 0 to 20 @throws RangeError unless the number is finite and below 1e21
 */
export function fromNumber<U extends string>(value: number, places: number): Decimal<U> {
  const source = value.toFixed(places);
  const trimmed = places === 0 ? source : source.replace(/\.?0+$/, '');
  if (!plainDecimal.test(trimmed)) throw new RangeError(`Invariant: a number becomes a plain decimal, was ${value}`);
  // big.js has nothing to do: books are made of thousands of these.
  return canonical(trimmed);
}

/** An amount of coins from text. @throws RangeError on malformed or negative text */
export function quantity(source: string): Quantity {
  const value = decimal<'quantity'>(source);
  if (sign(value) < 0) throw new RangeError(`Invariant: a quantity is never negative, was ${source}`);
  return value;
}
export const signedQuantity = (source: string): SignedQuantity => decimal(source);
export const price = (source: string): Price => decimal(source);
export const notionalOf = (source: string): Notional => decimal(source);
export const krw = (source: string): Krw => decimal(source);
export const usdt = (source: string): Usdt => decimal(source);
export const fxRate = (source: string): FxRate => decimal(source);
export const ratio = (source: string): Ratio => decimal(source);

/** The canonical text of a value: what is journaled, sent and shown. */
export const text = (value: Any): string => value as unknown as string;
/** For charts, sorting on screen and logs only. Never calculate money with the result. */
export const toNumber = (value: Any): number => Number(text(value));
/** Says what a value is in another unit. Use it only where the meaning really changes hands (a spot notional is KRW). */
export const relabel = <U extends string>(value: Any): Decimal<U> => value as unknown as Decimal<U>;

// Text is canonical, so zero, equality and signs can be read off it: most sums here have such a part.
export const add = <U extends string>(a: Decimal<U>, b: Decimal<NoInfer<U>>): Decimal<U> =>
  text(a) === '0' ? b : text(b) === '0' ? a : as(raw(a).plus(raw(b)));
/** a − b in the same unit. For quantities use `gap` (signed) or `excess` (never below zero). */
export const subtract = <U extends Exclude<string, 'quantity'>>(a: Decimal<U>, b: Decimal<NoInfer<U>>): Decimal<U> => difference(a, b);
const difference = <U extends string>(a: Any, b: Any): Decimal<U> =>
  text(b) === '0' ? relabel(a) : text(a) === text(b) ? zero() : as(raw(a).minus(raw(b)));
export const negate = <U extends string>(a: Decimal<U>): Decimal<U> => canonical(text(a).startsWith('-') ? text(a).slice(1) : `-${text(a)}`);
export const absolute = <U extends string>(a: Decimal<U>): Decimal<U> => (sign(a) < 0 ? negate(a) : a);
/** Scales a value by a pure number. */
export const scale = <U extends string>(a: Decimal<U>, by: Ratio): Decimal<U> => as(raw(a).times(raw(by)));

/**
 * a / b as a decimal of the unit the caller names.
 * @param places digits kept after the point @param rounding what happens to the rest
 * @throws Error on division by zero: callers check first
 */
export function divide<U extends string>(a: Any, b: Any, places: number, rounding: Rounding): Decimal<U> {
  if (rounding === 'halfEven') return as(quotient(a, b, places + 20).round(places, roundingModes.halfEven));
  // One guard digit alone could round a quotient such as 0.9999…9 up, so the exact remainder decides.
  const truncated = quotient(a, b, places).round(places, roundingModes.down);
  const exact = truncated.times(raw(b)).eq(raw(a));
  if (exact || rounding === 'down') return as(truncated);
  const step = new Exact('1').div(new Exact('10').pow(places));
  const away = raw(a).s * raw(b).s < 0 ? truncated.minus(step) : truncated.plus(step);
  return as(away);
}

/** big.js keeps the digits of a quotient with its constructor: one for each number of digits. */
const precise = new Map<number, ReturnType<typeof Big>>();

function preciseTo(places: number) {
  const found = precise.get(places);
  if (found !== undefined) return found;
  const made = Big();
  made.strict = true;
  made.DP = places;
  made.RM = roundingModes.down;
  precise.set(places, made);
  return made;
}

function quotient(a: Any, b: Any, places: number): Big {
  const Precise = preciseTo(places);
  return new Precise(text(a)).div(new Precise(text(b)));
}

/** Price times quantity. */
export const notional = (p: Price, q: Quantity): Notional => as(raw(p).times(raw(q)));
/** USDT turned into KRW. */
export const toKrw = (amount: Usdt, rate: FxRate): Krw => as(raw(amount).times(raw(rate)));

/** −1, 0 or 1. */
export const compare = <U extends string>(a: Decimal<U>, b: Decimal<NoInfer<U>>): number =>
  a === b ? 0 : isZero(b) ? sign(a) : isZero(a) ? -sign(b) : raw(a).cmp(raw(b));
export const lt = <U extends string>(a: Decimal<U>, b: Decimal<NoInfer<U>>): boolean => compare(a, b) < 0;
export const lte = <U extends string>(a: Decimal<U>, b: Decimal<NoInfer<U>>): boolean => compare(a, b) <= 0;
export const gt = <U extends string>(a: Decimal<U>, b: Decimal<NoInfer<U>>): boolean => compare(a, b) > 0;
export const gte = <U extends string>(a: Decimal<U>, b: Decimal<NoInfer<U>>): boolean => compare(a, b) >= 0;
/** Canonical text tells it without a calculation. */
export const sign = (a: Any): number => (isZero(a) ? 0 : text(a).startsWith('-') ? -1 : 1);
export const isZero = (a: Any): boolean => text(a) === '0';
export const min = <U extends string>(a: Decimal<U>, b: Decimal<NoInfer<U>>): Decimal<U> => (lt(b, a) ? b : a);
export const max = <U extends string>(a: Decimal<U>, b: Decimal<NoInfer<U>>): Decimal<U> => (gt(b, a) ? b : a);
export const sum = <U extends string>(values: Iterable<Decimal<U>>): Decimal<U> => {
  const [first, second, ...others] = [...values].filter((value) => !isZero(value));
  if (first === undefined || second === undefined) return first ?? zero();
  return as(others.reduce((total, value) => total.plus(raw(value)), raw(first).plus(raw(second))));
};

/** a − b as a signed difference. */
export const gap = (a: Quantity, b: Quantity): SignedQuantity => difference(a, b);
/** a − b, or zero when b is the larger. */
export const excess = (a: Quantity, b: Quantity): Quantity => (gt(a, b) ? difference(a, b) : ZERO);
/** The size of a signed quantity. */
export const magnitude = (a: SignedQuantity): Quantity => relabel(absolute(a));

/** The largest multiple of `step` that is not above the quantity. @throws RangeError when the step is not positive */
export function floorToStep(value: Quantity, step: Quantity): Quantity {
  return toMultiple(value, step, 'down');
}
/** The smallest multiple of `step` that is not below the quantity. @throws RangeError when the step is not positive */
export function ceilToStep(value: Quantity, step: Quantity): Quantity {
  return toMultiple(value, step, 'up');
}
/** A price on the tick, at or below (`down`) or at or above (`up`) the given one. @throws RangeError when the tick is not positive */
export function toTick(value: Price, tick: Price, rounding: 'down' | 'up'): Price {
  return toMultiple(value, tick, rounding);
}

/** Whether a value lies on a step or a tick. @throws RangeError when the step is not positive */
export const isMultiple = <U extends string>(value: Decimal<U>, step: Decimal<NoInfer<U>>): boolean => toMultiple(value, step, 'down') === value;

function toMultiple<U extends string>(value: Decimal<U>, step: Decimal<NoInfer<U>>, rounding: 'down' | 'up'): Decimal<U> {
  if (sign(step) <= 0) throw new RangeError(`Invariant: a step is positive, was ${text(step)}`);
  const count = divide<'ratio'>(value, step, 0, rounding);
  return as(raw(count).times(raw(step)));
}

export const ZERO: Quantity = decimal('0');
/** Zero in the unit the context asks for. */
export const zero = <U extends string>(): Decimal<U> => relabel(ZERO);

/** Whole basis points as a ratio: 50 is 0.005. @throws RangeError when it is not a whole number */
export const basisPoints = (points: number): Ratio => {
  if (!Number.isSafeInteger(points)) throw new RangeError(`Invariant: basis points are whole, was ${points}`);
  return as(new Exact(String(points)).times(new Exact('0.0001')));
};
/** 1 + r and 1 − r: what a price or an amount is scaled by to add or take a part of itself. */
export const plus = (r: Ratio): Ratio => add(ONE, r);
export const minus = (r: Ratio): Ratio => subtract(ONE, r);
const ONE: Ratio = decimal('1');
/** A value with at most so many digits after the point. */
export const round = <U extends string>(value: Decimal<U>, places: number, rounding: Rounding): Decimal<U> =>
  as(raw(value).round(places, roundingModes[rounding]));
