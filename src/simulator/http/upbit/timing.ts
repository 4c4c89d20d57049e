/** Every delay and limit of the simulated Upbit's streams, in one place. */
export interface StreamTiming {
  /** How long after it happened an account event is sent: evenly drawn from 0 to this. */
  readonly eventDelayMs: number;
  /** How often, of all calls, the events leave before the REST answer does. 0 to 1. */
  readonly earlyEvents: number;
  /** A connection on which nothing went either way for this long is closed. */
  readonly idleMs: number;
  /** How often the status is repeated once a client wrote PING. */
  readonly statusMs: number;
  /** What a sixth data request in a second, or a hundred and first in a minute, gets: an error frame, or the end [?]. */
  readonly excessMessages: 'error' | 'close';
}

/** Idle and status as documented (docs.upbit.com, WebSocket guide); whether a repeated status counts as traffic is [?], here it does not. */
export const usualTiming: StreamTiming = {
  eventDelayMs: 20,
  earlyEvents: 0.25,
  idleMs: 120_000,
  statusMs: 10_000,
  excessMessages: 'error',
};
