/**
 * One quota of a venue as a sliding window over what was sent. Everything here changes its bucket in place and answers
 * in ms; times are of one clock of the caller's.
 */
export interface BucketRule {
  readonly limit: number;
  readonly windowMs: number;
  /** Of the limit, kept for the lane `reducing`. */
  readonly reserve: number;
  /** How long that lane may be made to wait for its reserve; 0 when absent. */
  readonly lendMs?: number;
}
/** What one request took of one bucket. */
export interface Entry {
  readonly cost: number;
  readonly bucket: string;
  /** When it was taken; once it has arrived, when that was at the latest. */
  at: number;
  isUnderWay: boolean;
}

export interface Bucket {
  rule: BucketRule;
  /** By time. */
  readonly spent: Entry[];
  pausedUntil: number;
  /** The venue does not listen at all until then. */
  bannedUntil: number;
  /** Cancels that left in a row where there was no room for them. */
  beyond: number;
}
export const emptyBucket = (rule: BucketRule): Bucket => ({ rule, spent: [], pausedUntil: 0, bannedUntil: 0, beyond: 0 });
export function pauseUntil(bucket: Bucket, until: number): void {
  bucket.pausedUntil = Math.max(bucket.pausedUntil, until);
}
export function banUntil(bucket: Bucket, until: number): void {
  pauseUntil(bucket, until);
  bucket.bannedUntil = Math.max(bucket.bannedUntil, until);
}

/** Keeps the order of time. */
export function insert({ spent }: Bucket, entry: Entry): void {
  const index = spent.findLastIndex((other) => other.at <= entry.at);
  spent.splice(index + 1, 0, entry);
}

/** Units that count within a window up to now; forgets what no window holds any more. */
function usedIn(bucket: Bucket, at: number, windowMs = bucket.rule.windowMs): number {
  const oldest = at - bucket.rule.windowMs;
  const kept = bucket.spent.findIndex((entry) => entry.at > oldest || entry.isUnderWay);
  bucket.spent.splice(0, kept === -1 ? bucket.spent.length : kept);
  return bucket.spent.reduce((sum, entry) => (entry.at > at - windowMs || entry.isUnderWay ? sum + entry.cost : sum), 0);
}

/** The venue counts more than we sent: the rest was somebody else's. */
export function countOthers(bucket: Bucket, name: string, used: number, at: number): void {
  const cost = used - usedIn(bucket, at);
  if (cost > 0) insert(bucket, { bucket: name, at, cost, isUnderWay: false });
}

/** Another limit, with the same part of it in reserve. */
export function relimit(bucket: Bucket, limit: number): void {
  const { rule } = bucket;
  if (limit !== rule.limit) bucket.rule = { ...rule, limit, reserve: Math.ceil((rule.reserve * limit) / rule.limit) };
}

/** A request is over: from here on it counts from when it arrived at the latest. */
export function arrive(bucket: Bucket, entry: Entry, at: number): void {
  const index = bucket.spent.lastIndexOf(entry);
  if (index !== -1) bucket.spent.splice(index, 1);
  entry.at = Math.max(entry.at, at);
  entry.isUnderWay = false;
  insert(bucket, entry);
}

/** Units left for who does not reduce risk. */
export function leftIn(bucket: Bucket, at: number): number {
  const { limit, reserve, windowMs, lendMs = 0 } = bucket.rule;
  return Math.max(0, Math.min(limit - usedIn(bucket, at), limit - reserve - usedIn(bucket, at, windowMs - lendMs)));
}

/** How soon a request that is still under way is looked at again, where its answer does not say it first. */
const lookAgainMs = 20;

/** ms until a request of this cost fits; 0 when it fits at once. */
export function waitIn(bucket: Bucket, cost: number, isReducing: boolean, at: number): number {
  const { limit, reserve, windowMs, lendMs = 0 } = bucket.rule;
  const whole = Math.max(bucket.pausedUntil - at, roomIn(bucket, cost, limit, windowMs, at));
  return Math.max(0, isReducing ? whole : Math.max(whole, roomIn(bucket, cost, limit - reserve, windowMs - lendMs, at)));
}

/** How many cancels may leave in a row without room, before they wait like everything else. */
const mostBeyond = 10;

/**
 * The same for a cancel: what takes risk back is worth a refusal, but not a ban. @returns ms until it may leave
 */
export function cancelWaitIn(bucket: Bucket, cost: number, at: number): number {
  const wait = waitIn(bucket, cost, true, at);
  return wait > 0 && bucket.beyond < mostBeyond ? Math.max(0, bucket.bannedUntil - at) : wait;
}

/** Counts a cancel that leaves now. */
export function passCancel(bucket: Bucket, cost: number, at: number): void {
  bucket.beyond = waitIn(bucket, cost, true, at) > 0 ? bucket.beyond + 1 : 0;
}

function roomIn(bucket: Bucket, cost: number, room: number, windowMs: number, at: number): number {
  let over = usedIn(bucket, at, windowMs) + Math.min(cost, room) - room;
  if (over <= 0) return 0;
  for (const entry of bucket.spent) {
    if (entry.at <= at - windowMs && !entry.isUnderWay) continue;
    over -= entry.cost;
    if (over <= 0) return Math.max(entry.isUnderWay ? lookAgainMs : 0, entry.at + windowMs - at);
  }
  return windowMs;
}
