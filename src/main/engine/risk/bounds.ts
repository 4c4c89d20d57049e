/** Comparisons that a number which is none does not pass: NaN, an infinity and what is missing are never within bounds. */

/** @param least @param most both finite, and within themselves */
export const isWithin = (value: number | undefined, least: number, most: number): boolean => value !== undefined && value >= least && value <= most;
