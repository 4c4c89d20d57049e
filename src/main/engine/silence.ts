/**
 * How long an order may be silent, and what proves it absent (spec S6.2a, S6.5). A timer alone never decides: it calls a
 * person.
 */
import { isZero } from '../../shared/domain/units.ts';
import { mayRest } from '../../shared/domain/venue.ts';
import { asStamped } from './legs.ts';
import type { Misses, Order, State } from './state.ts';

export const unknownAlarmMs = 5_000;
/** Absence takes 60 s of lookups to prove and they begin a moment after the silence: that long is not yet too long. */
const unknownStopMs = 65_000;
const longestUnknownMs = 90_000;

/** Lookups that must have found nothing, and over how long, before an order is proven absent. */
const absentAfterMisses = 5;
const absentAfterMs = 60_000;
/** What others traded this long before an order of ours may not be in the books yet. */
export const othersSlackMs = 60_000;
/** An order that was open and that the venue no longer knows: from then on its outcome is unknown. */
const lostAfterMisses = 5;
const lostAfterMs = 20_000;

/**
 * Whether somebody else traded the coin where the order was sent, around its time: what the account holds proves nothing
 * then, as theirs may have moved it back by as much.
 */
export const isBesideOthers = ({ alarms }: State, { request: { venue, coin }, stamps }: Order): boolean =>
  Object.values(alarms).some(
    ({ code, values, at }) =>
      code === 'OUTSIDE_ORDER' &&
      values?.['what'] === 'other' &&
      values['venue'] === venue &&
      values['coin'] === coin &&
      at >= stamps.decided - othersSlackMs,
  );

/** ms since a moment that a process stamped. */
export const passedSince = (state: Pick<State, 'readyAt'>, at: number, moment: number): number => at - asStamped(state, at, moment);

export const canRest = (order: Order): boolean => mayRest(order.request.terms);

/** One that may rest can turn up at any time; one that the venue has named, or that traded, was there. */
export const canBeAbsent = (order: Order): boolean => !canRest(order) && !wasThere(order);
const wasThere = (order: Order): boolean => order.venueOrderId !== undefined || !isZero(order.filled);

/**
 * What the account holds of the coin is what it would hold if the order had never been. Money is not asked: an order that
 * cannot rest and took or gave money moved the coin as well, while money also moves by transfers, fees and every other
 * coin, so a difference would prove nothing and an equality could be chance.
 */
const holdingsAgree = ({ evidence }: Order): boolean => {
  const holdings = evidence?.holdings;
  return holdings !== undefined && holdings !== null && holdings.expected === holdings.held;
};

/** How long lookups have missed it; not the difference of two times of day, which are set. */
export const missedOverMs = ({ overMs = 0 }: Misses): number => overMs;

/**
 * The misses with one more. `elapsed`: of this one; what passed between two processes does not count, and where no
 * timer was read the time of day stands in.
 * @param lastAt when the lookup before this one missed, whether or not the rest agreed
 */
export function missedAgain(misses: Misses, at: number, elapsed: number | undefined, lastAt: number, agrees: boolean): Misses {
  const passed = elapsed === undefined ? at - lastAt : elapsed - (misses.elapsed ?? elapsed);
  const overMs = misses.count === 0 ? 0 : missedOverMs(misses) + passed;
  const timer = elapsed === undefined ? {} : { elapsed };
  if (!agrees) return { ...misses, overMs, ...timer };
  return { count: misses.count + 1, firstAt: misses.count === 0 ? at : misses.firstAt, overMs, ...timer };
}

const hasMissed = ({ misses }: Order, count: number, ms: number): boolean => misses.count >= count && missedOverMs(misses) >= ms;

/** @param stands the order that it was to replace is still open, so that it cannot rest beside it */
export const isProvenAbsent = (order: Order, stands: boolean): boolean =>
  order.state === 'unknown' &&
  hasMissed(order, absentAfterMisses, absentAfterMs) &&
  (canBeAbsent(order) || (stands && !wasThere(order))) &&
  holdingsAgree(order);

export const isLost = (order: Order): boolean => order.state === 'open' && hasMissed(order, lostAfterMisses, lostAfterMs);

/**
 * A proof of absence that is under way is let finish: where the first agreeing lookup came late (a busy quota), it ends
 * late as well. Never longer than `longestUnknownMs` in all.
 */
export function patienceMs({ misses, unknownSince }: Order): number {
  if (unknownSince === undefined || misses.count === 0) return unknownStopMs;
  const late = Math.max(0, misses.firstAt - unknownSince);
  return Math.min(unknownStopMs + late, longestUnknownMs);
}
