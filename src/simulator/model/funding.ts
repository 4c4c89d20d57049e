/** Funding of a perpetual: every eight hours, at a rate that follows how far it trades from its index. */
import { fromNumber, type Ratio } from '../../shared/domain/units.ts';

const fundingIntervalMs = 8 * 3_600_000;

export interface Funding {
  /** What longs pay shorts, of the position's value at the mark price; negative: shorts pay. */
  readonly rate: Ratio;
  /** ms since 1970: midnight, 8:00 or 16:00 UTC. */
  readonly nextAt: number;
}

const interest = 0.0001;
const dampener = 0.0005;

/**
 * F = P + clamp(I − P, ±0.05 %), with eight digits as the venue prints it.
 * @param premiumIndex P, in parts of the index @param now ms since 1970
 */
export function fundingAt(premiumIndex: number, now: number): Funding {
  const rate = premiumIndex + Math.min(dampener, Math.max(-dampener, interest - premiumIndex));
  return { rate: fromNumber(rate, 8), nextAt: (Math.floor(now / fundingIntervalMs) + 1) * fundingIntervalMs };
}
