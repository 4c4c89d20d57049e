/**
 * The contract as text, for hosts whose consoles are not in the same process: JSON, in which a Float64Array is
 * `{"float64":[…]}` with null for NaN. Electron's structured clone needs none of this.
 */
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export const toWire = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Float64Array ? { float64: [...inner] } : inner));

/** @throws SyntaxError on text that is not JSON */
export function fromWire(source: string): unknown {
  // Looking at every value costs several times the parsing; only the chart's answers have arrays.
  if (!source.includes('"float64"')) return JSON.parse(source);
  return JSON.parse(source, (_key, inner: unknown) => {
    if (!isObject(inner) || !Array.isArray(inner['float64']) || Object.keys(inner).length !== 1) return inner;
    return Float64Array.from(inner['float64'], (point: unknown) => (typeof point === 'number' ? point : Number.NaN));
  });
}
