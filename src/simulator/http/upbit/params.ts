/**
 * The parameters of a request, and the text over which its query_hash is made.
 *
 * 1. The text is the parameters as k=v joined by &, in the order sent and not percent-encoded: GET and DELETE take the
 *    query, POST the keys of its JSON body (docs.upbit.com, authentication).
 * 2. Numbers in a JSON body are taken by their source text, never through a float.
 */
import type { Body } from '../../model/upbit/terms.ts';

export interface Params {
  /** What query_hash is made over; empty when there are no parameters. */
  readonly hashed: string;
  /** One value; the last where it repeats. */
  get(name: string): string | undefined;
  /** All values of `name[]`. */
  all(name: string): readonly string[];
}

/** @param query undecoded @returns undefined when its percent signs make no sense */
export function readQuery(query: string): Params | undefined {
  try {
    const pairs = query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair): readonly [string, string] => {
        const equals = pair.indexOf('=');
        return equals === -1
          ? [decodeURIComponent(pair), '']
          : [decodeURIComponent(pair.slice(0, equals)), decodeURIComponent(pair.slice(equals + 1))];
      });
    return {
      hashed: decodeURIComponent(query),
      get: (name) => pairs.findLast(([key]) => key === name)?.[1],
      all: (name) => pairs.filter(([key]) => key === `${name}[]`).map(([, value]) => value),
    };
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

export interface BodyParams {
  readonly hashed: string;
  readonly body: Body;
}

/** @returns undefined when the body is not a JSON object */
export function readBody(bytes: Buffer): BodyParams | undefined {
  if (bytes.length === 0) return { hashed: '', body: {} };
  const parsed = parseJson(bytes.toString('utf8'));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const entries = Object.entries(parsed).map(([key, value]): readonly [string, unknown, string] =>
    value instanceof NumberSource ? [key, plainNumber(value.source), value.source] : [key, value, String(value)],
  );
  return {
    hashed: entries.map(([key, , source]) => `${key}=${source}`).join('&'),
    body: Object.fromEntries(entries.map(([key, value]) => [key, value])),
  };
}

class NumberSource {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** The third argument of a reviver holds the source of a primitive (ES2025); the compiler's library does not know it yet. */
type SourceReviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

export function parseJson(source: string): unknown {
  const revive: SourceReviver = (_key, value, context) =>
    typeof value === 'number' && context?.source !== undefined ? new NumberSource(context.source) : value;
  try {
    return JSON.parse(source, revive) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const numberForm = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,2}))?$/;

/** 1e-7 and 1.5E3 as plain decimals; anything else as it is. */
function plainNumber(source: string): string {
  const match = numberForm.exec(source);
  const [, minus = '', whole = '', fraction = '', power] = match ?? [];
  if (match === null || power === undefined) return source;
  const point = whole.length + Number(power);
  const digits = `${'0'.repeat(Math.max(0, 1 - point))}${whole}${fraction}`.padEnd(point, '0');
  const at = Math.max(point, 1);
  const rest = digits.slice(at);
  return `${minus}${digits.slice(0, at)}${rest === '' ? '' : `.${rest}`}`;
}
