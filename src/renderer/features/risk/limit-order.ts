/**
 * The order of the limits: what would trip next comes first, and yet nothing jumps. A limit stands by the highest band
 * that its use reached within the last half minute, so one that comes and goes (the age of a book) keeps its place.
 */
import type { LimitUse } from '../../../shared/contract/parts.ts';

export const holdMs = 30_000;
/** Tenths of a limit; beyond it all are alike. */
const bands = 10;

interface Held {
  readonly band: number;
  /** Until when the band is held although the use fell. */
  readonly until: number;
}
export type Order = Readonly<Record<string, Held>>;

/** Not measured yet is below everything. */
const bandOf = (part: number | null): number => (part === null ? -1 : Math.floor(Math.min(part, 1) * bands));

/** The order after new uses were heard at `now`. The same object when nothing changed. */
export function follow(order: Order, limits: readonly LimitUse[], now: number): Order {
  const next: Record<string, Held> = {};
  let changed = Object.keys(order).length !== limits.length;
  for (const { setting, part } of limits) {
    const held = order[setting];
    const band = bandOf(part);
    const kept = held !== undefined && (held.band === band ? now + holdMs - held.until < 1000 : held.band > band && now < held.until);
    next[setting] = kept ? held : { band, until: now + holdMs };
    changed ||= !kept;
  }
  return changed ? next : order;
}

/** Limits in order; within a band they stay as the engine lists them. */
export const inOrder = (order: Order, limits: readonly LimitUse[]): readonly LimitUse[] =>
  limits.toSorted((a, b) => (order[b.setting]?.band ?? -1) - (order[a.setting]?.band ?? -1));
