/**
 * What a person decides of a hedge that could not be settled by itself (spec S6.2, S6.2a):
 *
 *   closeKnown      closes the leg whose orders are all known; the silent order goes on being asked for
 *   keepWaiting     keeps the known leg; when the outcome is known the hedge settles as if nobody had been called
 *   retry           corrects the legs anew; for a hedge without a silent order
 *   settledAtVenue  a person closed the difference at the venue: the books are made what the venues say
 *
 * An order that turns up later is booked whatever was decided. After closeKnown and settledAtVenue it calls the person
 * again, with what the legs hold then: nothing is traded on what somebody has settled by hand.
 */
import { own } from '../../../shared/domain/record.ts';
import { isZero, ZERO } from '../../../shared/domain/units.ts';
import { type Leg, legs } from '../../../shared/domain/venue.ts';
import type { Draft } from '../draft.ts';
import type { Command } from '../inputs.ts';
import { hasInFlight, holding, isInFlight, ordersOf } from '../legs.ts';
import type { Quote } from '../quote.ts';
import { isOtherAccount, mayLeave, tradingState } from '../risk/permission.ts';
import type { Hedge, SettleHow, State } from '../state.ts';
import { adjustToVenues } from './adjust.ts';
import { clear } from './alarms.ts';
import { reduceTo } from './correct.ts';
import { pursueExit } from './exit.ts';
import { askToSettle, pauseBefore, quoteRetryMs, retryPausesMs } from './pace.ts';
import { rest, tellOperator } from './resting.ts';

/** Legs of which every order's end is known. */
const knownLegs = (state: State, hedge: Hedge): readonly Leg[] =>
  legs.filter((leg) => !ordersOf(state, hedge).some((order) => order.request.leg === leg && isInFlight(order)));

const isSilent = (state: State, hedge: Hedge): boolean => ordersOf(state, hedge).some((order) => order.state === 'unknown');

const isMismatched = (state: State, { coin }: Hedge): boolean =>
  Object.entries(state.alarms).some(([key, alarm]) => alarm.code === 'POSITION_MISMATCH' && key.endsWith(`:${coin}`));

/** What a person may decide of a hedge now; nothing of one that settles itself. */
export function waysToSettle(state: State, hedge: Hedge): readonly SettleHow[] {
  const silent = isSilent(state, hedge);
  const isKept = hedge.settlement?.how === 'keepWaiting' && silent;
  if (hedge.phase !== 'needsOperator' && !isKept)
    return hedge.phase === 'hedged' && !hasInFlight(state, hedge) && isMismatched(state, hedge) ? ['settledAtVenue'] : [];
  if (ordersOf(state, hedge).some((order) => order.state === 'sending' || order.state === 'open')) return [];
  if (!silent) return ['retry', 'settledAtVenue'];
  const held = holding(state, hedge);
  const canClose = knownLegs(state, hedge).some((leg) => !isZero(held[leg]));
  return [...(canClose ? (['closeKnown'] as const) : []), ...(isKept ? [] : (['keepWaiting'] as const)), 'settledAtVenue'];
}

export function settleByPerson(draft: Draft, { hedge: id, how }: Extract<Command, { kind: 'settle' }>): void {
  const hedge = own(draft.state.hedges, id);
  const ways = hedge === undefined ? [] : waysToSettle(draft.state, hedge);
  if (hedge === undefined || ways.length === 0) return draft.refuse('NOTHING_TO_SETTLE', `Hedge ${id} waits for nobody`);
  if (!ways.includes(how)) return draft.refuse('NOT_POSSIBLE', `Hedge ${id} can be settled by ${ways.join(', ')}`);
  const standing = tradingState(draft.state);
  if (mayLeave(standing, 'unwind') !== 'yes' || isOtherAccount(draft.state)) return draft.refuse('NOT_ALLOWED', `Not while ${standing}`);
  draft.add({ kind: 'hedgeSettled', id, how, by: 'person', read: null });
  const moved = { kind: 'hedgeMoved', id, target: hedge.target, attempts: 0, exit: null } as const;
  if (how === 'closeKnown') draft.add({ ...moved, phase: 'needsOperator' });
  if (how === 'keepWaiting' || how === 'retry') {
    draft.add({ ...moved, phase: wasClosing(draft.state, hedge) ? 'closing' : 'unwinding' });
    clear(draft, `operator:${id}`);
  }
  if (how !== 'keepWaiting') askToSettle(draft, hedge, 0);
}

const wasClosing = (state: State, hedge: Hedge): boolean => ordersOf(state, hedge).some((order) => order.purpose === 'exit');

/** Something of a hedge that is a person's changed: go on with what was decided, or tell again what the legs hold. */
export function goOnForPerson(draft: Draft, hedge: Hedge): void {
  const held = holding(draft.state, hedge);
  const closesKnown = hedge.settlement?.how === 'closeKnown';
  if (closesKnown && isSilent(draft.state, hedge)) {
    const left = knownLegs(draft.state, hedge).filter((leg) => !isZero(held[leg]));
    if (left.length > 0 && hedge.attempts < retryPausesMs.length) askToSettle(draft, hedge, pauseBefore(hedge.attempts));
  }
  if (hasInFlight(draft.state, hedge)) return;
  if (closesKnown && isZero(held.spot) && isZero(held.perp)) return rest(draft, hedge, 'flat');
  tellOperator(draft, hedge);
  pursueExit(draft, hedge.id);
}

/** The person's word is written and both accounts are still to be read. */
export const isAdjusting = ({ settlement }: Hedge): boolean => settlement?.how === 'settledAtVenue' && settlement.read === undefined;

/** @returns whether the quote was for what a person decided */
export function personOnQuote(draft: Draft, hedge: Hedge, quote: Quote): boolean {
  const { settlement, phase } = hedge;
  if (settlement !== undefined && isAdjusting(hedge)) {
    adjustToVenues(draft, hedge, quote, settlement.at);
    return true;
  }
  if (phase === 'needsOperator' && settlement?.how === 'closeKnown') closeKnown(draft, hedge, quote);
  return phase === 'needsOperator';
}

function closeKnown(draft: Draft, hedge: Hedge, quote: Quote): void {
  const { id, target, attempts } = hedge;
  if (!isSilent(draft.state, hedge) || attempts >= retryPausesMs.length) return;
  const moved = { kind: 'hedgeMoved', id, phase: 'needsOperator', target, exit: null } as const;
  draft.add({ ...moved, attempts: attempts + 1 });
  if (reduceTo(draft, id, ZERO, quote, 'unwind', knownLegs(draft.state, hedge)) !== 'noData') return;
  draft.add({ ...moved, attempts });
  askToSettle(draft, hedge, quoteRetryMs);
}
