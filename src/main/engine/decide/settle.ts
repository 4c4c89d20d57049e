/**
 * What follows once no order of a hedge is in flight. Exposure is the difference of the legs' fills:
 *
 *   opening ──equal──▶ hedged          opening ──nothing filled──▶ flat
 *   opening ──unequal─▶ opening (the smaller leg completed, once, while armed) or unwinding (the larger reduced)
 *   unwinding, closing ──at or below target──▶ hedged or flat
 *   unwinding, closing ──no progress after the last retry──▶ needsOperator
 *   hedged, flat ──a late fill──▶ unwinding
 *
 * While an order's outcome is unknown nothing is sent for its hedge at all.
 */
import type { HedgeId, SignalId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import { excess, floorToStep, gt, isZero, lt, min, type Quantity, text, ZERO } from '../../../shared/domain/units.ts';
import { isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { hasInFlight, holding, ordersOf } from '../legs.ts';
import type { Sides } from '../premium.ts';
import type { Quote } from '../quote.ts';
import { sidesOf } from '../risk/entry-inputs.ts';
import { coarserStep } from '../sizing.ts';
import type { Hedge } from '../state.ts';
import { clear, raise } from './alarms.ts';
import { completeSmaller } from './complete.ts';
import { type Corrected, reduceTo, tradable } from './correct.ts';
import { failWaitingSignals, partDone, pursueExit } from './exit.ts';
import { judge } from './verdict.ts';

/** Pause before each correction round that made no progress; after the last a person is called. */
const retryPausesMs = [0, 500, 1000, 2000, 4000, 8000] as const;
const quoteRetryMs = 1000;

/** Looks at a hedge after anything about its orders changed. */
export function settle(draft: Draft, id: HedgeId): void {
  const hedge = own(draft.state.hedges, id);
  if (hedge === undefined || hasInFlight(draft.state, hedge)) return;
  // It is a person's now; what a person or a rule asked for meanwhile is done as soon as it can be.
  if (hedge.phase === 'needsOperator') return pursueExit(draft, id);
  const { spot, perp } = holding(draft.state, hedge);
  if (hedge.phase === 'opening') {
    freeSlots(draft, hedge);
    if (isZero(spot) && isZero(perp)) return neverOpened(draft, hedge);
    if (spot === perp) return rest(draft, hedge, 'hedged');
    raiseNaked(draft, hedge);
    return askToSettle(draft, hedge, 0);
  }
  if (hedge.phase === 'hedged' || hedge.phase === 'flat') {
    const target = hedge.phase === 'flat' ? ZERO : min(spot, perp);
    if (isUnmoved(hedge, spot, perp) || (spot === perp && hedge.phase === 'hedged')) return pursueExit(draft, id);
    raiseNaked(draft, hedge);
    draft.add({ kind: 'hedgeMoved', id, phase: 'unwinding', target, attempts: 0, exit: null });
    return askToSettle(draft, hedge, 0);
  }
  if (!gt(spot, hedge.target) && !gt(perp, hedge.target) && spot === perp) return finish(draft, hedge);
  if (spot !== perp) raiseNaked(draft, hedge);
  askToSettle(draft, hedge, progressed(hedge, spot, perp) ? 0 : (retryPausesMs[hedge.attempts] ?? quoteRetryMs));
}

/** At rest a hedge may keep dust that no venue trades; only a fill that came later unsettles it. */
const isUnmoved = ({ heldAtMove }: Hedge, spot: Quantity, perp: Quantity): boolean => heldAtMove.spot === spot && heldAtMove.perp === perp;

const progressed = ({ heldAtMove }: Hedge, spot: Quantity, perp: Quantity): boolean => lt(spot, heldAtMove.spot) || lt(perp, heldAtMove.perp);

const askToSettle = (draft: Draft, hedge: Hedge, afterMs: number): void =>
  draft.want({ kind: 'quote', purpose: { kind: 'settle', hedge: hedge.id }, coin: hedge.coin, afterMs });

export const raiseNaked = (draft: Draft, hedge: Hedge): void => {
  const { residual } = holding(draft.state, hedge);
  raise(draft, `naked:${hedge.id}`, {
    code: 'NAKED_LEG',
    severity: 'warning',
    hedge: hedge.id,
    detail: `${text(residual)} ${hedge.coin} are not hedged`,
  });
};

/** The quote came: complete, reduce, or find that what is left cannot be traded. */
export function settleOnQuote(draft: Draft, id: HedgeId, quote: Quote): void {
  const hedge = own(draft.state.hedges, id);
  if (hedge === undefined || hasInFlight(draft.state, hedge)) return;
  if (hedge.phase !== 'opening' && hedge.phase !== 'unwinding' && hedge.phase !== 'closing') return;
  if (draft.state.phase === 'reconciling') return;
  if (hedge.phase === 'opening') {
    const { spot, perp } = holding(draft.state, hedge);
    if (isOnlyDust(hedge, { spot, perp }, quote)) return finish(draft, hedge);
    if (completeSmaller(draft, hedge, quote)) return;
    draft.add({ kind: 'hedgeMoved', id, phase: 'unwinding', target: min(spot, perp), attempts: 0, exit: null });
  }
  correct(draft, id, quote);
}

function correct(draft: Draft, id: HedgeId, quote: Quote): void {
  const hedge = own(draft.state.hedges, id);
  if (hedge === undefined) return;
  const { spot, perp } = holding(draft.state, hedge);
  if (isOnlyDust(hedge, { spot, perp }, quote)) return finish(draft, hedge);
  const attempts = progressed(hedge, spot, perp) ? 0 : hedge.attempts;
  if (attempts >= retryPausesMs.length) return callOperator(draft, hedge);
  const target = commonTarget(hedge, min(spot, perp), quote);
  draft.add({ kind: 'hedgeMoved', id, phase: hedge.phase, target, attempts: attempts + 1, exit: hedge.exit ?? null });
  if (bringDown(draft, id, target, quote) === 'noData')
    draft.add({ kind: 'hedgeMoved', id, phase: hedge.phase, target, attempts, exit: hedge.exit ?? null });
}

/** Sends what brings both legs down to the target, and goes on where there is nothing to send or no book to send on. */
export function bringDown(draft: Draft, id: HedgeId, target: Quantity, quote: Quote): Corrected {
  const purpose = own(draft.state.hedges, id)?.phase === 'closing' ? 'exit' : 'unwind';
  const reduced = reduceTo(draft, id, target, quote, purpose);
  // Whether nothing of it can be traded is only known with both books and both steps at hand.
  const result = reduced === 'nothingTradable' && wholeSides(quote) === null ? 'noData' : reduced;
  const hedge = own(draft.state.hedges, id);
  if (hedge === undefined) return result;
  if (result === 'nothingTradable') finish(draft, hedge);
  else if (result === 'noData') askToSettle(draft, hedge, quoteRetryMs);
  return result;
}

/**
 * Both legs come down to what both can hold: a leg below the target pulls the target with it, in whole steps of the
 * coarser venue, or the coarse leg would keep up to a step that the fine one does not have.
 */
function commonTarget(hedge: Hedge, matched: Quantity, quote: Quote): Quantity {
  const lower = min(hedge.target, matched);
  const sides = sidesOf(quote);
  return isDenial(sides) ? lower : floorToStep(lower, coarserStep(sides));
}

/** Books and rules of both legs, with a price on the side that a close takes. */
function wholeSides(quote: Quote): Sides | null {
  const sides = sidesOf(quote);
  return isDenial(sides) || sides.spot.book.bids.length === 0 || sides.perp.book.asks.length === 0 ? null : sides;
}

/** What either leg has above the target is less than a step of the coarse venue and than an order of the fine one. */
function isOnlyDust(hedge: Hedge, held: { readonly spot: Quantity; readonly perp: Quantity }, quote: Quote): boolean {
  const sides = wholeSides(quote);
  if (sides === null) return false;
  const target = min(hedge.target, min(held.spot, held.perp));
  return (['spot', 'perp'] as const).every((leg) => {
    const over = excess(held[leg], target);
    return tradable(sides.spot, over, 'spot') === null && tradable(sides.perp, over, 'perp') === null;
  });
}

/** What is tradable of the hedge is where it should be. */
function finish(draft: Draft, hedge: Hedge): void {
  const { matched } = holding(draft.state, hedge);
  rest(draft, hedge, isZero(matched) || isZero(hedge.target) ? 'flat' : 'hedged');
}

function rest(draft: Draft, hedge: Hedge, phase: 'hedged' | 'flat'): void {
  const { matched, residual } = holding(draft.state, hedge);
  const wasOpening = hedge.phase === 'opening' || hedge.phase === 'unwinding';
  const cause = hedge.exit?.cause;
  draft.add({ kind: 'hedgeMoved', id: hedge.id, phase, target: matched, attempts: 0, exit: null });
  clear(draft, `naked:${hedge.id}`);
  clear(draft, `operator:${hedge.id}`);
  if (phase === 'flat') clear(draft, `stopLoss:${hedge.id}`);
  if (wasOpening) openedVerdict(draft, hedge, phase, isZero(residual) ? null : text(residual));
  if (cause?.kind === 'signal') partDone(draft, cause.signal, hedge.id, 'closed');
  pursueExit(draft, hedge.id);
}

function openedVerdict(draft: Draft, hedge: Hedge, phase: 'hedged' | 'flat', residual: string | null): void {
  const signal = hedge.id as string as SignalId;
  if (phase === 'hedged') {
    const left = residual === null ? '' : `; ${residual} ${hedge.coin} are below what a venue trades`;
    judge(draft, signal, {
      state: 'executed',
      code: 'HEDGED',
      reason: `${text(holding(draft.state, hedge).matched)} ${hedge.coin} are hedged${left}`,
      hedge: hedge.id,
    });
  } else
    judge(draft, signal, {
      state: 'failed',
      code: 'UNWOUND',
      reason: `What had filled was undone. ${failures(draft, hedge)}`.trim(),
      hedge: hedge.id,
    });
}

function neverOpened(draft: Draft, hedge: Hedge): void {
  draft.add({ kind: 'hedgeMoved', id: hedge.id, phase: 'flat', target: ZERO, attempts: 0, exit: null });
  judge(draft, hedge.id as string as SignalId, {
    state: 'failed',
    code: 'NOTHING_FILLED',
    reason: `Neither leg filled. ${failures(draft, hedge)}`.trim(),
    hedge: hedge.id,
  });
  pursueExit(draft, hedge.id);
}

/** What the venues said, for the verdict's sentence. */
const failures = (draft: Draft, hedge: Hedge): string =>
  ordersOf(draft.state, hedge)
    .flatMap(({ failure, request }) =>
      failure === undefined ? [] : [`${request.venue}: ${failure.code}${failure.venueCode === '' ? '' : ` (${failure.venueCode})`}`],
    )
    .join('; ');

export function callOperator(draft: Draft, hedge: Hedge): void {
  const { residual, spot, perp } = holding(draft.state, hedge);
  freeSlots(draft, hedge);
  draft.add({ kind: 'hedgeMoved', id: hedge.id, phase: 'needsOperator', target: hedge.target, attempts: hedge.attempts, exit: null });
  const detail = `Hedge ${hedge.id} holds ${text(spot)} spot against ${text(perp)} perpetual ${hedge.coin}: ${text(residual)} are not hedged`;
  raise(draft, `operator:${hedge.id}`, { code: 'NEEDS_OPERATOR', severity: 'critical', hedge: hedge.id, detail });
  judge(draft, hedge.id as string as SignalId, { state: 'failed', code: 'NEEDS_OPERATOR', reason: detail, hedge: hedge.id });
  if (hedge.exit?.cause.kind === 'signal') partDone(draft, hedge.exit.cause.signal, hedge.id, 'failed');
  failWaitingSignals(draft, hedge);
}

function freeSlots(draft: Draft, hedge: Hedge): void {
  const signal = hedge.id as string as SignalId;
  if (Object.values(draft.state.slots).includes(signal)) draft.add({ kind: 'slotsFreed', signal });
}
