/** Denied: our own check said no, and nothing left the building. (The venue's no is a rejection.) */
import type { DenialCode, denialValues, Values, ValuesOf } from '../../shared/domain/codes.ts';
import type { Compared } from './facts.ts';

export type { DenialCode };

export interface Denial {
  readonly denied: DenialCode;
  readonly reason: string;
  readonly compared: Compared | null;
  /** The facts that `denialValues` names for the code. */
  readonly values: Values;
}

/** Compared numbers, and exactly the facts that are promised for the code; nothing more where none are. */
type Told<C extends DenialCode> = (typeof denialValues)[C]['length'] extends 0
  ? readonly [compared?: Compared | null]
  : readonly [compared: Compared | null, values: ValuesOf<typeof denialValues, C>];
/** A code beside which no facts are promised. */
export type PlainCode = { [C in DenialCode]: (typeof denialValues)[C]['length'] extends 0 ? C : never }[DenialCode];

export function denied<C extends DenialCode>(code: C, reason: string, ...told: Told<C>): Denial {
  const [compared = null, values = {}]: readonly [compared?: Compared | null, values?: Values] = told;
  return { denied: code, reason, compared, values };
}
export const isDenial = (value: object): value is Denial => Object.hasOwn(value, 'denied');
