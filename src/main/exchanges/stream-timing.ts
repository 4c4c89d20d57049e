/** How long a stream may take and stay silent, in ms. */
export interface StreamTiming {
  readonly openWithinMs: number;
  readonly pingEveryMs: number;
  readonly silentAfterMs: number;
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
  /** How often the venue is asked whether the stream's key is still good, where there is one. Default a minute. */
  readonly keyCheckMs?: number;
}
export const defaultTiming: StreamTiming = {
  openWithinMs: 10_000,
  pingEveryMs: 2000,
  silentAfterMs: 5000,
  firstBackoffMs: 250,
  maxBackoffMs: 15_000,
};
