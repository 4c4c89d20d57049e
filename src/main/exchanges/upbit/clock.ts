/**
 * Upbit's clock. It has no endpoint for its time, and what it stamps its data with may be old; its `Date` header is
 * always of this moment but has whole seconds only. So each answer bounds the offset from both sides, and a few
 * answers at different parts of a second narrow it. Requests carry no timestamp here: the offset serves the comparison
 * of times, and an offset is only claimed as far as it is proven.
 */
export interface ClockSample {
  /** ms since 1970 on our clock, around the request. */
  readonly sentAt: number;
  readonly receivedAt: number;
  /** The `Date` header: the venue's time, cut to the second. */
  readonly date: number;
  /** Time of the newest data in the answer: the venue's clock is not before it. */
  readonly dataAt?: number;
}

/** @returns our clock minus the venue's in ms: the value nearest zero that fits every sample */
export function offsetFrom(samples: readonly ClockSample[]): number {
  const least = Math.max(...samples.map(({ sentAt, date }) => sentAt - date - 1000));
  const most = Math.min(...samples.map(({ receivedAt, date, dataAt = date }) => receivedAt - Math.max(date, dataAt)));
  // Bounds that contradict each other: data from the future is the stronger witness.
  if (least > most) return most;
  return Math.min(Math.max(0, least), most);
}
