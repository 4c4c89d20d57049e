/** The one seam to time. The simulation drives another one of these. */
export interface Clock {
  /** ms since 1970, whole. */
  now(): number;
  /** Calls once after so many ms. @returns a function that calls it off */
  after(ms: number, call: () => void): () => void;
  /** Calls every so many ms until called off. */
  every(ms: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  every(ms, call) {
    const timer = setInterval(call, ms);
    return () => clearInterval(timer);
  },
};
