/**
 * A venue's quotas, kept on our side so that the venue never has to refuse.
 *
 * 1. Orders and queries have buckets of their own: a query never delays an order.
 * 2. Each bucket is a sliding window: in any span of its length no more than its limit leaves, so it holds whatever
 *    the venue's windows are aligned to.
 * 3. A reserve of each bucket goes to what reduces risk; waiting requests leave by lane first, then by age.
 * 4. What the venue's headers say was used by others on the account or address is counted as used.
 * 5. A refusal for quota pauses its buckets, a ban all of them; who cannot wait that long is told at once.
 */
import type { Failure } from '../../shared/domain/failure.ts';

export interface BucketRule {
  readonly limit: number;
  readonly windowMs: number;
  /** Of the limit, kept for the lane `reducing`. */
  readonly reserve: number;
}
/** What takes precedence, first to last. `urgent`: entries and lookups of orders in doubt. */
export const lanes = ['reducing', 'urgent', 'query'] as const;
export type Lane = (typeof lanes)[number];
export interface Charge {
  readonly bucket: string;
  readonly cost: number;
}

export interface Quota {
  /**
   * Takes what a request costs, waiting at most `maxWaitMs`.
   * @returns undefined when it may leave, else why it may not: nothing was sent
   */
  take(charges: readonly Charge[], lane: Lane, maxWaitMs: number): Promise<Failure | undefined>;
  /** The venue says that this much of a bucket's current window is used. */
  observe(bucket: string, used: number): void;
  /** Nothing of these buckets, or of any, leaves for a time. */
  pause(ms: number, buckets?: readonly string[]): void;
  /** Units left in a bucket at this moment for the lowest lane. */
  left(bucket: string): number;
  /** Turns away who waits. Nothing can be taken afterwards. */
  close(): void;
}

interface Bucket {
  readonly rule: BucketRule;
  spent: { readonly at: number; readonly cost: number }[];
  pausedUntil: number;
}
interface Waiter {
  readonly charges: readonly Charge[];
  readonly lane: Lane;
  readonly expiresAt: number;
  readonly settle: (failure: Failure | undefined) => void;
}

const turnedAway = (retryAfterMs: number, said: string): Failure => ({
  outcome: 'notSent',
  code: 'RATE_LIMITED',
  venueCode: '',
  said,
  retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)),
});

/** @param now monotonic or wall ms; only differences count */
export function createQuota(rules: Readonly<Record<string, BucketRule>>, now: () => number): Quota {
  const buckets = new Map(Object.entries(rules).map(([name, rule]): [string, Bucket] => [name, { rule, spent: [], pausedUntil: 0 }]));
  let waiters: Waiter[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const bucketOf = (name: string): Bucket => {
    const bucket = buckets.get(name);
    if (bucket === undefined) throw new RangeError(`Invariant: a charge names a bucket, was ${name}`);
    return bucket;
  };

  const waitOf = (charges: readonly Charge[], lane: Lane, at: number): number =>
    charges.reduce((longest, { bucket, cost }) => Math.max(longest, waitIn(bucketOf(bucket), cost, lane, at)), 0);
  const spend = (charges: readonly Charge[], at: number) => {
    for (const { bucket, cost } of charges) if (cost > 0) bucketOf(bucket).spent.push({ at, cost });
  };

  /** Lets go whoever may, by lane and age, and sets the timer for the next one. */
  const drain = () => {
    clearTimeout(timer);
    timer = undefined;
    const at = now();
    const held = new Set<string>();
    const still: Waiter[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const waiter of waiters) {
      const behind = waiter.charges.some(({ bucket }) => held.has(bucket));
      const wait = waitOf(waiter.charges, waiter.lane, at);
      if (!behind && wait <= 0) {
        spend(waiter.charges, at);
        waiter.settle(undefined);
        continue;
      }
      if (waiter.expiresAt <= at) {
        waiter.settle(turnedAway(wait, 'our own quota is used up'));
        continue;
      }
      // A dear request is not starved by cheap ones behind it.
      for (const { bucket } of waiter.charges) held.add(bucket);
      next = Math.min(next, waiter.expiresAt - at, behind ? Number.POSITIVE_INFINITY : Math.max(wait, 1));
      still.push(waiter);
    }
    waiters = still;
    if (still.length > 0) timer = setTimeout(drain, Math.ceil(next));
  };

  return {
    take: (charges, lane, maxWaitMs) => {
      const at = now();
      if (closed) return Promise.resolve(turnedAway(1, 'the connection is closed'));
      const wait = waitOf(charges, lane, at);
      if (wait > maxWaitMs) return Promise.resolve(turnedAway(wait, 'our own quota is used up'));
      const ahead = waiters.some((waiter) => lanes.indexOf(waiter.lane) <= lanes.indexOf(lane) && overlaps(waiter.charges, charges));
      if (wait <= 0 && !ahead) {
        spend(charges, at);
        return Promise.resolve(undefined);
      }
      return new Promise((settle) => {
        waiters.push({ charges, lane, expiresAt: at + maxWaitMs, settle });
        waiters.sort((a, b) => lanes.indexOf(a.lane) - lanes.indexOf(b.lane));
        drain();
      });
    },
    observe: (name, used) => {
      const bucket = buckets.get(name);
      if (bucket === undefined) return;
      const at = now();
      const others = used - usedIn(bucket, at);
      if (others > 0) bucket.spent.push({ at, cost: others });
    },
    pause: (ms, names = [...buckets.keys()]) => {
      const until = now() + ms;
      for (const name of names) bucketOf(name).pausedUntil = Math.max(bucketOf(name).pausedUntil, until);
      if (waiters.length > 0) drain();
    },
    left: (name) => {
      const bucket = bucketOf(name);
      return Math.max(0, bucket.rule.limit - bucket.rule.reserve - usedIn(bucket, now()));
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      for (const waiter of waiters) waiter.settle(turnedAway(1, 'the connection is closed'));
      waiters = [];
    },
  };
}

const overlaps = (a: readonly Charge[], b: readonly Charge[]): boolean => a.some((one) => b.some((other) => one.bucket === other.bucket));

function usedIn(bucket: Bucket, at: number): number {
  const from = at - bucket.rule.windowMs;
  if ((bucket.spent[0]?.at ?? at) <= from) bucket.spent = bucket.spent.filter((entry) => entry.at > from);
  return bucket.spent.reduce((sum, entry) => sum + entry.cost, 0);
}

/** ms until a request of this cost fits; 0 when it fits at once. */
function waitIn(bucket: Bucket, cost: number, lane: Lane, at: number): number {
  const paused = Math.max(0, bucket.pausedUntil - at);
  const { limit, reserve, windowMs } = bucket.rule;
  const room = lane === 'reducing' ? limit : limit - reserve;
  let over = usedIn(bucket, at) + Math.min(cost, room) - room;
  if (over <= 0) return paused;
  for (const entry of bucket.spent) {
    over -= entry.cost;
    if (over <= 0) return Math.max(paused, entry.at + windowMs - at);
  }
  return Math.max(paused, windowMs);
}
