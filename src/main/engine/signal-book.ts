/**
 * Every signal id ever taken, with the verdict: what makes a replayed file harmless.
 * Kept in buckets, so that learning one more costs the same after a hundred signals and after a hundred thousand.
 */
import type { HedgeId, SignalId } from '../../shared/domain/ids.ts';

export type SignalState =
  | 'accepted'
  | 'awaitingApproval'
  | 'executed'
  | 'duplicate'
  | 'conflict'
  | 'rejected'
  | 'expired'
  | 'declined'
  | 'failed'
  | 'malformed';

export interface KnownSignal {
  readonly digest: string;
  readonly state: SignalState;
  readonly code: string;
  readonly hedge: HedgeId | null;
}
type Bucket = Readonly<Record<SignalId, KnownSignal>>;
export type SignalBook = Readonly<Record<string, Bucket>>;

const bucketCount = 509;

function bucketOf(id: SignalId): string {
  let hash = 0;
  for (let index = 0; index < id.length; index += 1) hash = (hash * 31 + id.charCodeAt(index)) % 1_000_003;
  return String(hash % bucketCount);
}

export function knownSignal(book: SignalBook, id: SignalId): KnownSignal | undefined {
  const bucket = book[bucketOf(id)];
  return bucket !== undefined && Object.hasOwn(bucket, id) ? bucket[id] : undefined;
}

export function withSignal(book: SignalBook, id: SignalId, known: KnownSignal): SignalBook {
  const key = bucketOf(id);
  return { ...book, [key]: { ...book[key], [id]: known } };
}

export const isFinal = (state: SignalState): boolean => state !== 'accepted' && state !== 'awaitingApproval';
