/** The one seam to time. The simulation drives another one of these. */
export interface Clock {
  /** ms since 1970, whole. It never goes back. */
  now(): number;
  /** ms since some moment of this process, whole; no one sets it. A sleep of the machine may be left out. */
  elapsed(): number;
  /** Calls once after so many ms. @returns a function that calls it off */
  after(ms: number, call: () => void): () => void;
  /** Calls every so many ms until called off. */
  every(ms: number, call: () => void): () => void;
}

/** How fast our time goes while the machine's is behind it. */
const slowly = 0.9;

/**
 * Time of day that never goes back: what waits for 5 s to pass would otherwise wait as long as a clock was set back.
 * Set forward it is followed at once, as after a sleep; set back it is waited for, a little slower than time passes.
 * @param wall the machine's time of day @param elapsed ms that passed since some moment
 */
export function steady(wall: () => number, elapsed: () => number): () => number {
  let time = wall();
  let readAt = elapsed();
  return () => {
    const now = elapsed();
    time = Math.max(wall(), time + Math.max(0, now - readAt) * slowly);
    readAt = now;
    return Math.floor(time);
  };
}

export const systemClock: Clock = {
  now: steady(
    () => Date.now(),
    () => performance.now(),
  ),
  elapsed: () => Math.floor(performance.now()),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  every(ms, call) {
    const timer = setInterval(call, ms);
    return () => clearInterval(timer);
  },
};
