/**
 * Keeps the order instance's connections open, so that no order waits for a handshake.
 * Venues close what was idle for a minute or less; ccxt's transport keeps it 60 s.
 */
export interface Warmth {
  start(): void;
  /** For good: a start that was still under way when the venue was let go must not leave a timer behind. */
  stop(): void;
}

const everyMs = 25_000;

/** @param request never rejects; what it answers does not matter */
export function keepWarm(request: () => Promise<void>): Warmth {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  return {
    start: () => {
      if (isStopped || timer !== undefined) return;
      void request();
      timer = setInterval(() => void request(), everyMs);
    },
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
