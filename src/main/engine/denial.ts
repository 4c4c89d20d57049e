/** Denied: our own check said no, and nothing left the building. (The venue's no is a rejection.) */
import type { Compared } from './facts.ts';

/** Closed set; docs/risk.md lists them. */
export type DenialCode =
  // state
  | 'RECONCILING'
  | 'DISARMED'
  | 'STOPPED'
  | 'NEEDS_OPERATOR'
  | 'UNKNOWN_OUTCOME'
  // inputs
  | 'NO_DATA'
  | 'STALE_BOOK'
  | 'STALE_FX'
  | 'EMPTY_BOOK'
  | 'NOT_LISTED'
  | 'CLOCK_OFFSET'
  | 'NOT_PREPARED'
  // size
  | 'BELOW_STEP'
  | 'BELOW_MINIMUM'
  | 'INSUFFICIENT_KRW'
  | 'INSUFFICIENT_MARGIN'
  // limits
  | 'POSITION_LIMIT'
  | 'COIN_POSITION_LIMIT'
  | 'LEVERAGE_LIMIT'
  | 'HEDGE_SIZE_LIMIT'
  | 'SIGNAL_RISK'
  | 'ENTRIES_PER_MINUTE'
  | 'ENTRIES_PER_DAY'
  | 'COOLDOWN'
  | 'IMPLAUSIBLE_PREMIUM'
  | 'LIQUIDATION_DISTANCE'
  | 'FREE_MARGIN'
  | 'MARGIN_RATIO'
  | 'DAILY_LOSS'
  | 'OUTSIDE_POSITION'
  | 'EXTERNAL_CHANGE'
  // the signal's own bounds
  | 'PREMIUM_MOVED'
  // exits
  | 'NOTHING_TO_CLOSE'
  /** An ENTER that had not begun when an EXIT of everything came. */
  | 'SUPERSEDED'
  | 'DECLINED';

export interface Denial {
  readonly denied: DenialCode;
  readonly reason: string;
  readonly compared: Compared | null;
}

export const denied = (code: DenialCode, reason: string, compared: Compared | null = null): Denial => ({ denied: code, reason, compared });
export const isDenial = (value: object): value is Denial => Object.hasOwn(value, 'denied');
