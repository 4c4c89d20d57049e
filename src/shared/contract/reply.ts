/** How a command ends. Failures come back as values: an error that crosses a process loses its name and code. */
import type { Values } from '../domain/codes.ts';

export type Reply<T> = { readonly ok: true; readonly value: T } | Refusal;
export interface Refusal {
  readonly ok: false;
  /** Closed sets: the engine's denial and refusal codes, and those of the door: UNKNOWN_COMMAND, INVALID_INPUT, BUG. */
  readonly code: string;
  /** A sentence in English; the console words the codes it knows in the person's language. */
  readonly reason: string;
  /** Where a check of ours said no: what it compared, and the facts that shared/domain/codes.ts names for the code. */
  readonly compared?: { readonly limit: string; readonly was: string } | null;
  readonly values?: Values;
}

export const done = <T>(value: T): Reply<T> => ({ ok: true, value });
export const refused = (code: string, reason: string): Refusal => ({ ok: false, code, reason });
