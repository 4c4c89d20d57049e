/**
 * A venue's quotas, kept on our side so that the venue never has to refuse.
 *
 * 1. Orders and queries have buckets of their own: a query never delays an order.
 * 2. Each bucket is a sliding window: in any span of its length no more than its limit arrives, so it holds whatever
 *    the venue's windows are aligned to. A request under way counts until it is known when it arrived at the latest.
 * 3. A reserve of each bucket goes to what reduces risk. It is lent where it comes back within `lendMs`: the whole limit
 *    is used, and what reduces risk finds its place that soon. Waiting requests leave by lane first, then by age.
 * 4. What the venue's headers say was used by others on the account or address is counted as used.
 * 5. A refusal for quota pauses its buckets, a ban all of them; who cannot wait that long is told at once.
 * 6. A cancel waits for neither room nor pause, only for the end of a ban: what takes risk back is worth a refusal. Ten
 *    in a row may leave so.
 */
import type { Failure } from '../../shared/domain/failure.ts';
import {
  arrive,
  banUntil,
  type Bucket,
  type BucketRule,
  cancelWaitIn,
  countOthers,
  emptyBucket,
  type Entry,
  insert,
  leftIn,
  passCancel,
  pauseUntil,
  relimit,
  waitIn,
} from './quota-bucket.ts';

/** What takes precedence, first to last. `urgent`: entries and lookups of orders in doubt. */
const lanes = ['cancel', 'reducing', 'urgent', 'query'] as const;
export type Lane = (typeof lanes)[number];
export interface Charge {
  readonly bucket: string;
  readonly cost: number;
}

/** What one request has taken while it is under way. */
export interface Hold {
  entries: readonly Entry[];
}
export interface Quota {
  /**
   * Takes what a request costs, waiting at most `maxWaitMs`.
   * @param hold counts what is taken as under way until `arrived`; without it the request arrives as it leaves
   * @returns undefined when it may leave, else why it may not: nothing was sent
   */
  take(charges: readonly Charge[], lane: Lane, maxWaitMs: number, hold?: Hold): Promise<Failure | undefined>;
  /** The request is over: it arrived at least so long ago. */
  arrived(hold: Hold, agoMs: number): void;
  /** The venue says that this much of a bucket's current window is used. */
  observe(bucket: string, used: number): void;
  /** The venue itself says how much a bucket holds; the reserve keeps its part of it. */
  setLimit(bucket: string, limit: number): void;
  /** Nothing but cancels of these buckets leaves for a time. */
  pause(ms: number, buckets: readonly string[]): void;
  /** Nothing of these buckets, or of any, leaves for a time. */
  ban(ms: number, buckets?: readonly string[]): void;
  /** Units left in a bucket at this moment for the lowest lane. */
  left(bucket: string): number;
  /** Turns away who waits. Nothing can be taken afterwards. */
  close(): void;
}

interface Waiter {
  readonly charges: readonly Charge[];
  readonly lane: Lane;
  readonly hold: Hold | undefined;
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
  const buckets = new Map(Object.entries(rules).map(([name, rule]): [string, Bucket] => [name, emptyBucket(rule)]));
  let waiters: Waiter[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const bucketOf = (name: string): Bucket => named(buckets, name);
  const waitOf = (charges: readonly Charge[], lane: Lane, at: number): number =>
    charges.reduce((longest, { bucket, cost }) => Math.max(longest, waits[lane](bucketOf(bucket), cost, at)), 0);
  const spend = (charges: readonly Charge[], lane: Lane, at: number, hold: Hold | undefined) => {
    if (lane === 'cancel') for (const { bucket, cost } of charges) passCancel(bucketOf(bucket), cost, at);
    const entries = charges.filter(({ cost }) => cost > 0).map(({ bucket, cost }): Entry => ({ bucket, cost, at, isUnderWay: hold !== undefined }));
    for (const entry of entries) insert(bucketOf(entry.bucket), entry);
    if (hold !== undefined) hold.entries = entries;
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
        spend(waiter.charges, waiter.lane, at, waiter.hold);
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
    take: (charges, lane, maxWaitMs, hold) => {
      const at = now();
      if (closed) return Promise.resolve(turnedAway(1, 'the connection is closed'));
      const wait = waitOf(charges, lane, at);
      if (wait > maxWaitMs) return Promise.resolve(turnedAway(wait, 'our own quota is used up'));
      const ahead = waiters.some((waiter) => lanes.indexOf(waiter.lane) <= lanes.indexOf(lane) && overlaps(waiter.charges, charges));
      if (wait <= 0 && !ahead) {
        spend(charges, lane, at, hold);
        return Promise.resolve(undefined);
      }
      return new Promise((settle) => {
        waiters.push({ charges, lane, hold, expiresAt: at + maxWaitMs, settle });
        waiters.sort((a, b) => lanes.indexOf(a.lane) - lanes.indexOf(b.lane));
        drain();
      });
    },
    arrived: (hold, agoMs) => {
      for (const entry of hold.entries) arrive(bucketOf(entry.bucket), entry, now() - agoMs);
      hold.entries = [];
      if (waiters.length > 0) drain();
    },
    observe: (name, used) => {
      const bucket = buckets.get(name);
      if (bucket !== undefined) countOthers(bucket, name, used, now());
    },
    setLimit: (name, limit) => relimit(bucketOf(name), limit),
    pause: (ms, names) => {
      for (const name of names) pauseUntil(bucketOf(name), now() + ms);
      if (waiters.length > 0) drain();
    },
    ban: (ms, names = [...buckets.keys()]) => {
      for (const name of names) banUntil(bucketOf(name), now() + ms);
      if (waiters.length > 0) drain();
    },
    left: (name) => leftIn(bucketOf(name), now()),
    close: () => {
      closed = true;
      clearTimeout(timer);
      for (const waiter of waiters) waiter.settle(turnedAway(1, 'the connection is closed'));
      waiters = [];
    },
  };
}

const reducingWait = (bucket: Bucket, cost: number, at: number): number => waitIn(bucket, cost, true, at);
const usualWait = (bucket: Bucket, cost: number, at: number): number => waitIn(bucket, cost, false, at);
/** ms until a request of a lane fits. */
const waits: Readonly<Record<Lane, typeof cancelWaitIn>> = { cancel: cancelWaitIn, reducing: reducingWait, urgent: usualWait, query: usualWait };

function named(buckets: ReadonlyMap<string, Bucket>, name: string): Bucket {
  const bucket = buckets.get(name);
  if (bucket === undefined) throw new RangeError(`Invariant: a charge names a bucket, was ${name}`);
  return bucket;
}

const overlaps = (a: readonly Charge[], b: readonly Charge[]): boolean => a.some((one) => b.some((other) => one.bucket === other.bucket));
