/**
 * How a request to a venue can fail. The one question that matters is `outcome`: may the venue have it?
 * Expected failures are values; a throw is a bug.
 */
export type Outcome =
  /** It provably never left, or was turned away at the gate. */
  | 'notSent'
  /** The venue read it and said no. */
  | 'refused'
  /** It may have been carried out. Ask; never send again. */
  | 'unknown';

/** Closed set; a code is added when someone branches on it. */
export type FailureCode =
  | 'TIMEOUT'
  | 'NETWORK'
  | 'VENUE_ERROR'
  | 'BAD_ANSWER'
  | 'MAINTENANCE'
  | 'RATE_LIMITED'
  | 'INSUFFICIENT_FUNDS'
  | 'INVALID_ORDER'
  | 'ORDER_NOT_FOUND'
  | 'DUPLICATE_ID'
  | 'AUTHENTICATION'
  | 'CLOCK'
  | 'BLOCKED';

export interface Failure {
  readonly outcome: Outcome;
  readonly code: FailureCode;
  /** The venue's own code or name, as text; empty where there was none. */
  readonly venueCode: string;
  /** What the venue or the transport said, for people; no secrets, at most 500 characters. */
  readonly said: string;
  /** How long the venue asks us to wait. */
  readonly retryAfterMs?: number;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };
