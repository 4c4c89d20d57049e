/** The fields of a signal, one by one, and the rules between them. The first rule that is broken is the verdict. */
import { type Coin, isCoin, isSignalId, type SignalId } from '../../shared/domain/ids.ts';
import type { MalformedCode } from '../../shared/domain/signal.ts';
import { type Decimal, decimal, type Krw, lte, type Quantity, type Ratio, ratio, sign } from '../../shared/domain/units.ts';
import type { Json, JsonObject } from './json.ts';
import { isWellFormed, quoted } from './malformed.ts';
import { readTime } from './timestamp.ts';

/** How much: an ENTER by exactly one of its two sizes, an EXIT by a quantity or by none for all. */
type Sized =
  | { readonly action: 'ENTER'; readonly size: { readonly quantity: Quantity } | { readonly amountKrw: Krw } }
  | { readonly action: 'EXIT'; readonly quantity: Quantity | undefined };

/** A signal's fields after checking. */
export type Content = Common & Sized;
interface Common {
  readonly id: SignalId;
  readonly coin: Coin;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly risk: Ratio | undefined;
  readonly premium: { readonly expected: Ratio; readonly maxSlippage: Ratio } | undefined;
  readonly hedge: SignalId | undefined;
  readonly note: string | undefined;
}
interface Refusal {
  readonly ok: false;
  readonly code: MalformedCode;
  readonly reason: string;
}
type Result<T> = { readonly ok: true; readonly value: T } | Refusal;

export const fieldNames = [
  'v',
  'id',
  'action',
  'symbol',
  'quantity',
  'amountKrw',
  'createdAt',
  'expiresAt',
  'risk',
  'expectedPremium',
  'maxSlippage',
  'venues',
  'hedge',
  'note',
] as const;
type FieldName = (typeof fieldNames)[number];

const requiredFields = ['id', 'action', 'symbol', 'createdAt'] as const satisfies readonly FieldName[];
const known: ReadonlySet<string> = new Set(fieldNames);
const decimalForm = /^-?(0|[1-9]\d{0,11})(\.\d{1,12})?$/;
const maxNoteCharacters = 500;
const one = ratio('1');

const yes = <T>(value: T): Result<T> => ({ ok: true, value });
const no = (code: MalformedCode, reason: string): Refusal => ({ ok: false, code, reason });
const bad = (field: FieldName, rule: string): Refusal => no('BAD_VALUE', `${field} ${rule}.`);

/** Checks the object as a whole. */
export function readContent(object: JsonObject): Result<Content> {
  const form = checkKeys(object);
  if (form !== undefined) return form;
  const names = readNames(object);
  if (!names.ok) return names;
  const times = readTimes(object);
  if (!times.ok) return times;
  const size = readSize(object, names.value.action);
  if (!size.ok) return size;
  const limits = readLimits(object);
  if (!limits.ok) return limits;
  const extras = readExtras(object, names.value.action);
  if (!extras.ok) return extras;
  return yes({ ...names.value, ...times.value, ...size.value, ...limits.value, ...extras.value });
}

const memberOf = (object: JsonObject, field: FieldName): Json | undefined => object.members.get(field)?.value;
const textOf = (object: JsonObject, field: FieldName): string | undefined => {
  const value = memberOf(object, field);
  return value?.kind === 'string' ? value.value : undefined;
};

function checkKeys(object: JsonObject): Refusal | undefined {
  if (object.repeated !== undefined) return no('REPEATED_KEY', `The key ${quoted(object.repeated)} comes more than once.`);
  for (const key of object.members.keys()) {
    if (!known.has(key)) return no('UNKNOWN_KEY', `There is no field ${quoted(key)}.`);
  }
  for (const key of requiredFields) {
    if (!object.members.has(key)) return no('MISSING_KEY', `${key} is missing.`);
  }
  return undefined;
}

function readNames(object: JsonObject): Result<Pick<Content, 'id' | 'action' | 'coin'>> {
  const version = memberOf(object, 'v');
  if (version !== undefined && !(version.kind === 'number' && version.source === '1')) return bad('v', 'is the number 1 or left out');
  const id = textOf(object, 'id');
  if (id === undefined || !isSignalId(id)) return bad('id', 'is text of 1 to 64 printable ASCII characters without spaces');
  const action = textOf(object, 'action');
  if (action !== 'ENTER' && action !== 'EXIT') return bad('action', 'is "ENTER" or "EXIT"');
  const symbol = textOf(object, 'symbol');
  if (symbol === undefined || !isCoin(symbol)) return bad('symbol', 'is a coin in capital Latin letters and digits, such as "BTC"');
  return yes({ id, action, coin: symbol });
}

function readTimes(object: JsonObject): Result<Pick<Content, 'createdAt' | 'expiresAt'>> {
  const createdAt = readTime(memberOf(object, 'createdAt'));
  if (!createdAt.ok) return bad('createdAt', createdAt.reason);
  const end = memberOf(object, 'expiresAt');
  if (end === undefined) return yes({ createdAt: createdAt.ms, expiresAt: undefined });
  const expiresAt = readTime(end);
  if (!expiresAt.ok) return bad('expiresAt', expiresAt.reason);
  if (expiresAt.ms <= createdAt.ms) return bad('expiresAt', 'lies after createdAt');
  return yes({ createdAt: createdAt.ms, expiresAt: expiresAt.ms });
}

function readSize(object: JsonObject, action: Content['action']): Result<Sized> {
  const quantity = readDecimal<'quantity'>(object, 'quantity', 'aboveZero');
  if (!quantity.ok) return quantity;
  const amountKrw = readDecimal<'krw'>(object, 'amountKrw', 'aboveZero');
  if (!amountKrw.ok) return amountKrw;
  if (action === 'EXIT') {
    if (amountKrw.value === undefined) return yes({ action, quantity: quantity.value });
    return bad('amountKrw', 'belongs to ENTER only; an EXIT gives a quantity in coins, or none for all');
  }
  if (quantity.value === undefined) {
    if (amountKrw.value !== undefined) return yes({ action, size: { amountKrw: amountKrw.value } });
    return no('MISSING_KEY', 'An ENTER has quantity or amountKrw; both are missing.');
  }
  if (amountKrw.value !== undefined) return bad('amountKrw', 'and quantity exclude each other; give exactly one');
  return yes({ action, size: { quantity: quantity.value } });
}

function readLimits(object: JsonObject): Result<Pick<Content, 'risk' | 'premium'>> {
  const risk = readDecimal<'ratio'>(object, 'risk', 'zeroOrMore');
  if (!risk.ok) return risk;
  if (risk.value !== undefined && !lte(risk.value, one)) return bad('risk', 'is from 0 to 1');
  const expected = readDecimal<'ratio'>(object, 'expectedPremium', 'any');
  if (!expected.ok) return expected;
  const maxSlippage = readDecimal<'ratio'>(object, 'maxSlippage', 'zeroOrMore');
  if (!maxSlippage.ok) return maxSlippage;
  if (expected.value !== undefined && maxSlippage.value !== undefined) {
    return yes({ risk: risk.value, premium: { expected: expected.value, maxSlippage: maxSlippage.value } });
  }
  if (expected.value === undefined && maxSlippage.value === undefined) return yes({ risk: risk.value, premium: undefined });
  return no('MISSING_KEY', 'expectedPremium and maxSlippage come together; one of them is missing.');
}

function readExtras(object: JsonObject, action: Content['action']): Result<Pick<Content, 'hedge' | 'note'>> {
  const venues = checkVenues(memberOf(object, 'venues'));
  if (venues !== undefined) return venues;
  const hedge = textOf(object, 'hedge');
  if (object.members.has('hedge')) {
    if (action === 'ENTER') return bad('hedge', 'belongs to EXIT only');
    if (hedge === undefined || !isSignalId(hedge)) return bad('hedge', 'is the id of an ENTER signal');
  }
  const note = textOf(object, 'note');
  if (object.members.has('note')) {
    if (note === undefined || !isShort(note)) return bad('note', `is text of at most ${maxNoteCharacters} characters`);
    if (!isWellFormed(note)) return bad('note', 'holds half of a surrogate pair, which is not text');
  }
  return yes({ hedge: hedge !== undefined && isSignalId(hedge) ? hedge : undefined, note });
}

const isShort = (note: string): boolean =>
  note.length <= maxNoteCharacters || (note.length <= maxNoteCharacters * 2 && [...note].length <= maxNoteCharacters);

function checkVenues(value: Json | undefined): Refusal | undefined {
  if (value === undefined) return undefined;
  if (value.kind !== 'object') return bad('venues', 'is {"spot":"upbit","perp":"binance"} or left out');
  if (value.repeated !== undefined) return no('REPEATED_KEY', `The key ${quoted(value.repeated)} comes more than once in venues.`);
  if (value.members.has('buy') || value.members.has('sell')) {
    return bad('venues', 'with "buy" and "sell" lists needs several venues, which this console does not have; use {"spot":"upbit","perp":"binance"}');
  }
  const is = (key: string, venue: string): boolean => {
    const named = value.members.get(key)?.value;
    return named?.kind === 'string' && named.value === venue;
  };
  if (value.members.size === 2 && is('spot', 'upbit') && is('perp', 'binance')) return undefined;
  return bad('venues', 'is {"spot":"upbit","perp":"binance"} or left out');
}

/** Reads a decimal from text or from the source text of a number; undefined when the field is absent. */
function readDecimal<U extends string>(
  object: JsonObject,
  field: FieldName,
  least: 'any' | 'zeroOrMore' | 'aboveZero',
): Result<Decimal<U> | undefined> {
  const value = memberOf(object, field);
  if (value === undefined) return yes(undefined);
  const source = value.kind === 'number' ? value.source : value.kind === 'string' ? value.value : '';
  if (!decimalForm.test(source) || (least !== 'any' && source.startsWith('-'))) {
    const signed = least === 'any' ? 'an optional minus, ' : '';
    return bad(field, `is a decimal such as "0.05": ${signed}at most 12 digits before and 12 after the point, no exponent`);
  }
  const parsed = decimal<U>(source);
  return least === 'aboveZero' && sign(parsed) === 0 ? bad(field, 'is above 0') : yes(parsed);
}
