/** Comparisons that a number which is none does not pass: NaN, an infinity and what is missing are never within bounds. */

/** A limit that is none lets nothing through either. */
export const isWithin = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && value >= least && value <= most && least > -Infinity && most < Infinity;
