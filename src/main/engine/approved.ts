/**
 * Proof that an order went through the risk checks. `risk/approval.ts` alone can give it: an order that nobody approved,
 * and one that was changed after it was, are of another type and do not reach the wire.
 */

/** A protected member, so that a copy of an approved order with other terms is not approved. */
declare class Approval {
  protected readonly given: true;
}

export type Approved<T> = T & Approval;
