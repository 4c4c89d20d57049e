/** What the second checker's words mean. */
import type { Wish } from './entry-rules.ts';
import type { Leg } from './scene.ts';

export type Verdict = 'accepted' | 'awaitingApproval' | 'executed' | 'rejected' | 'expired' | 'declined' | 'failed';

export interface MSignal extends Wish {
  readonly id: string;
  readonly action: 'ENTER' | 'EXIT';
  readonly digest: string;
  readonly expiresAt: number;
  readonly hedge?: string;
  readonly nth: number;
  verdict: Verdict;
  /** What the code of a rejection may be; empty: any. */
  codes: readonly string[];
  where: 'waiting' | 'queued' | 'inbox' | 'running' | 'done';
  by: 'auto' | 'person' | null;
  remaining: Set<string>;
  ended: ('closed' | 'denied' | 'failed')[];
}

export interface MOrder {
  readonly id: string;
  readonly hedge: string;
  readonly leg: Leg;
  readonly opens: boolean;
  readonly purpose: string;
  readonly quantity: bigint;
  state: 'flying' | 'unknown' | 'open' | 'over';
  /** Taken for never having been: a venue's word outranks it. */
  absent: boolean;
  /** The venue said no. */
  refused: boolean;
  filled: bigint;
  trades: Map<string, { readonly price: bigint; readonly quantity: bigint }>;
  unknownSince: number;
  misses: { count: number; since: number };
  readonly decided: number;
}

export interface Wanted {
  /** A signal's id, or who else wants it. */
  readonly by: string;
  readonly signal: boolean;
  readonly quantity: bigint | null;
}
export interface MHedge {
  readonly id: string;
  readonly nth: number;
  readonly planned: bigint;
  stage: 'opening' | 'hedged' | 'closing' | 'unwinding' | 'flat' | 'needsOperator';
  target: bigint;
  closing: Wanted | null;
  waits: Wanted[];
  rounds: number;
  heldBefore: Held;
  completed: boolean;
  lossSince: number | null;
  /** When its prices were last seen. */
  lossMark: number | null;
}
export interface Held {
  readonly spot: bigint;
  readonly perp: bigint;
}
export interface Expected {
  readonly hedge: string;
  readonly leg: Leg;
  readonly opens: boolean;
  readonly quantity: bigint;
}
