/** Parameters of a request, from the query string and the form body together, as the venue reads them. */
import { type Decimal, parseDecimal } from '../../../shared/domain/units.ts';
import { accept, type Checked, refusals, refuse } from '../../model/binance/refusal.ts';

export interface Parameters {
  /** The text of a parameter; undefined where it was not sent or is empty. */
  get(name: string): string | undefined;
}

/** Whether a text is one of the words that a parameter may have. */
export const isOneOf = <T extends string>(words: readonly T[], value: string): value is T => (words as readonly string[]).includes(value);

const illegal = /[^\x20-\x7e]/;

/**
 * @param query the query string without `?` @param body the raw body
 * @returns the parameters, or the venue's refusal of a repeated one or of bytes it does not take
 */
export function readParameters(query: string, body: string): Checked<Parameters> {
  const values = new Map<string, string>();
  for (const source of [query, body]) {
    for (const [name, value] of new URLSearchParams(source)) {
      if (values.has(name)) return refuse(refusals.repeatedParameter);
      if (illegal.test(value)) return refuse(refusals.illegalCharacters(name, '^[\\x20-\\x7e]*$'));
      values.set(name, value);
    }
  }
  return accept({ get: (name) => values.get(name) || undefined });
}

export function required(parameters: Parameters, name: string): Checked<string> {
  const value = parameters.get(name);
  return value === undefined ? refuse(refusals.missing(name)) : accept(value);
}

const decimalForm = /^-?\d{1,20}(\.\d{1,20})?$/;

/** A decimal parameter; undefined where it was not sent. */
export function optionalDecimal<U extends string>(parameters: Parameters, name: string): Checked<Decimal<U> | undefined> {
  const source = parameters.get(name);
  if (source === undefined) return accept(undefined);
  const value = decimalForm.test(source) ? parseDecimal<U>(source) : undefined;
  return value === undefined ? refuse(refusals.illegalCharacters(name, '^([0-9]{1,20})(\\.[0-9]{1,20})?$')) : accept(value);
}

/** JSON text as a value; undefined where it is none. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const integerForm = /^\d{1,19}$/;

/** A whole number; undefined where it was not sent. Beyond 2^53 it only is some number that names nothing here. */
export function optionalInteger(parameters: Parameters, name: string): Checked<number | undefined> {
  const source = parameters.get(name);
  if (source === undefined) return accept(undefined);
  return integerForm.test(source) ? accept(Number(source)) : refuse(refusals.illegalCharacters(name, '^[0-9]{1,20}$'));
}

/** true or false in any case; undefined where it was not sent. */
export function optionalBoolean(parameters: Parameters, name: string): Checked<boolean | undefined> {
  const source = parameters.get(name)?.toLowerCase();
  if (source === undefined) return accept(undefined);
  if (source !== 'true' && source !== 'false') return refuse(refusals.illegalCharacters(name, '^(true|false)$'));
  return accept(source === 'true');
}
