/** Arithmetic of the second checker: every amount is a whole number of 10⁻¹², and nothing of it is the engine's. */

const places = 12;
export const one = 10n ** 12n;

/** @throws RangeError on text that is no plain decimal or has more than twelve places */
export function whole(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) throw new RangeError(`Invariant: plain decimals of at most twelve places, was ${text}`);
  const [, minus = '', units = '0', part = ''] = match;
  const size = BigInt(units) * one + BigInt(part.padEnd(places, '0'));
  return minus === '-' ? -size : size;
}

export function textOf(value: bigint): string {
  const size = value < 0n ? -value : value;
  const part = String(size % one)
    .padStart(places, '0')
    .replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${size / one}${part === '' ? '' : `.${part}`}`;
}

export const times = (a: bigint, b: bigint): bigint => (a * b) / one;
export const over = (a: bigint, b: bigint): bigint => (a * one) / b;
export const down = (value: bigint, step: bigint): bigint => value - (value % step);
export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const total = (values: Iterable<bigint>): bigint => {
  let all = 0n;
  for (const value of values) all += value;
  return all;
};
