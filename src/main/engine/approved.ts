/**
 * Proof that a value went through the risk checks. Only this file can make one, and only `engine/` may import the
 * maker: an order that nobody approved is a different type and does not reach the wire.
 */
declare const approval: unique symbol;

export type Approved<T> = T & { readonly [approval]: true };

/** For engine/risk only: gives the proof. */
export const approve = <T>(value: T): Approved<T> => value as Approved<T>;
