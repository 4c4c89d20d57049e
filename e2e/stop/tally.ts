/** Figures of many trials, in words. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The nearest-rank percentiles of some measurements. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: rank(0.5), p99: rank(0.99), p999: rank(0.999), max: sorted.at(-1) ?? 0 };
}

const figure = (ms: number): string => ms.toFixed(1);
export const inWords = ({ count, p50, p99, p999, max }: Spread): string =>
  `n ${count}  p50 ${figure(p50)}  p99 ${figure(p99)}  p99.9 ${figure(p999)}  max ${figure(max)} ms`;
