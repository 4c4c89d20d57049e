/**
 * From the body of POST /v1/orders to the terms of an order: form only. Prices, minima and balances are for
 * filters.ts. Numbers come as plain decimal text, whatever they were in JSON; absent, null and "" are the same.
 */
import { type Krw, type Price, parseDecimal, type Quantity, relabel, round } from '../../../shared/domain/units.ts';
import { volumePlaces } from './filters.ts';
import { type OrderTerms, type SmpType, smpTypes } from './order.ts';
import { invalidValue, isRefusal, type Refusal, refusal } from './refusal.ts';

export type Body = Readonly<Record<string, unknown>>;

/** Docs: at most 64 characters. */
const longestIdentifier = 64;

/** What the venue makes of an order that names no smp_type: `cancel_maker` since 2026-11-09, before that nothing. */
export type SmpDefault = 'cancel_maker' | 'absent';

export interface TermsOptions {
  readonly smpDefault: SmpDefault;
  /** A ninth digit of a volume: left for filters.ts to refuse, or cut off. */
  readonly extraDigits: 'refuse' | 'truncate';
}

/** @returns the terms, or Upbit's refusal. Which name answers which malformed mix is [?] beyond the documented rows. */
export function readTerms(body: Body, isListed: (market: string) => boolean, { smpDefault, extraDigits }: TermsOptions): OrderTerms | Refusal {
  const words = readWords(body, isListed, smpDefault);
  if (isRefusal(words)) return words;
  const { side, ordType, timeInForce } = words;
  const price = readDecimal(body['price']);
  const volume = readDecimal(body['volume']);
  if (price === 'malformed') return invalidValue('price');
  if (volume === 'malformed') return invalidValue('volume');

  const error = refusal(side === 'bid' ? 'create_bid_error' : 'create_ask_error');
  const base = { ...words, limit: null, budget: null, volume: null };
  const coins = volume === null ? null : relabel<'quantity'>(extraDigits === 'truncate' ? round(volume, volumePlaces, 'down') : volume);
  switch (ordType) {
    case 'limit':
      if (price === null) return invalidValue('price');
      if (coins === null) return invalidValue('volume');
      return { ...base, limit: relabel<'price'>(price), volume: coins };
    case 'price':
      if (price === null) return invalidValue('price');
      return side === 'ask' || volume !== null || timeInForce !== null ? error : { ...base, budget: relabel<'krw'>(price) };
    case 'market':
      if (coins === null) return invalidValue('volume');
      return side === 'bid' || price !== null || timeInForce !== null ? error : { ...base, volume: coins };
    case 'best':
      if (timeInForce === null || timeInForce === 'post_only') return invalidValue('time_in_force');
      return best(side, price === null ? null : relabel<'krw'>(price), coins, error, base);
  }
}

function best(side: 'bid' | 'ask', budget: Krw | null, volume: Quantity | null, error: Refusal, base: OrderTerms): OrderTerms | Refusal {
  if (side === 'bid') {
    if (budget === null) return invalidValue('price');
    return volume === null ? { ...base, budget } : error;
  }
  if (volume === null) return invalidValue('volume');
  return budget === null ? { ...base, volume } : error;
}

function readWords(
  body: Body,
  isListed: (market: string) => boolean,
  smpDefault: SmpDefault,
): Pick<OrderTerms, 'market' | 'side' | 'ordType' | 'timeInForce' | 'identifier' | 'smpType'> | Refusal {
  const market = body['market'];
  if (typeof market !== 'string' || !isListed(market)) return invalidValue('market');
  const side = body['side'];
  if (side !== 'bid' && side !== 'ask') return invalidValue('side');
  const ordType = body['ord_type'];
  if (ordType !== 'limit' && ordType !== 'price' && ordType !== 'market' && ordType !== 'best') return invalidValue('ord_type');
  const timeInForce = absent(body['time_in_force']) ? null : body['time_in_force'];
  if (timeInForce !== null && timeInForce !== 'ioc' && timeInForce !== 'fok' && timeInForce !== 'post_only') return invalidValue('time_in_force');
  const identifier = absent(body['identifier']) ? null : body['identifier'];
  if (identifier !== null && (typeof identifier !== 'string' || identifier.length > longestIdentifier)) return invalidValue('identifier');
  const smpType = readSmp(body['smp_type'], timeInForce, smpDefault);
  if (smpType === undefined) return invalidValue('smp_type');
  return { market, side, ordType, timeInForce, identifier, smpType };
}

/** post_only goes with `none` alone, and means it where nothing is said. */
function readSmp(value: unknown, timeInForce: OrderTerms['timeInForce'], usual: SmpDefault): SmpType | null | undefined {
  const isPostOnly = timeInForce === 'post_only';
  if (absent(value)) return usual === 'absent' ? null : isPostOnly ? 'none' : usual;
  const wanted = smpTypes.find((type) => type === value);
  return isPostOnly && wanted !== 'none' ? undefined : wanted;
}

const absent = (value: unknown): boolean => value === undefined || value === null || value === '';

function readDecimal(value: unknown): Price | null | 'malformed' {
  if (absent(value)) return null;
  return typeof value === 'string' ? (parseDecimal<'price'>(value) ?? 'malformed') : 'malformed';
}
