/** Denied: our own check said no, and nothing left the building. (The venue's no is a rejection.) */
import type { DenialCode, Values } from '../../shared/domain/codes.ts';
import type { Compared } from './facts.ts';

export type { DenialCode };

export interface Denial {
  readonly denied: DenialCode;
  readonly reason: string;
  readonly compared: Compared | null;
  /** The facts that `denialValues` names for the code. */
  readonly values: Values;
}

export const denied = (code: DenialCode, reason: string, compared: Compared | null = null, values: Values = {}): Denial => ({
  denied: code,
  reason,
  compared,
  values,
});
export const isDenial = (value: object): value is Denial => Object.hasOwn(value, 'denied');
