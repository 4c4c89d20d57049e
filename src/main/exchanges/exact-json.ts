/**
 * JSON without floats: every number comes out as the plain decimal text it was written in.
 * Upbit sends prices and volumes as JSON numbers, and a double keeps about 16 digits of them.
 */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
// The library's types do not know the third argument of a reviver yet; Node has had it since 21.
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

const exponential = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/;

/** "1.5e-8" as "0.000000015". Text of any other form is returned as it is. */
export function withoutExponent(source: string): string {
  const parts = exponential.exec(source);
  if (parts === null) return source;
  const [, minus = '', whole = '', fraction = '', exponent = '0'] = parts;
  const point = whole.length + Number(exponent);
  const digits = (whole + fraction).padEnd(point, '0').padStart(whole.length + fraction.length + Math.max(0, -point), '0');
  const split = Math.max(point, 0);
  const before = digits.slice(0, split).replace(/^0+(?=\d)/, '') || '0';
  const after = digits.slice(split);
  return after === '' ? `${minus}${before}` : `${minus}${before}.${after}`;
}

/** @returns the parsed value, its numbers as text; undefined when the text is not JSON */
export function parseExact(text: string): unknown {
  try {
    return parseWithSource(text, (_key, value, context) => (typeof value === 'number' ? withoutExponent(context.source ?? String(value)) : value));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
