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
import type { HedgeId } from '../../../shared/domain/ids.ts';
import { own, there } from '../../../shared/domain/record.ts';
import { ceilToStep, excess, gt, isZero, lt, min, type Quantity, text, ZERO } from '../../../shared/domain/units.ts';
import { isDenial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { hasInFlight, heldValues, holding, ordersOf } from '../legs.ts';
import type { Quote } from '../quote.ts';
import { sidesOf } from '../risk/entry-inputs.ts';
import { coarserStep } from '../sizing.ts';
import type { Hedge } from '../state.ts';
import { raise } from './alarms.ts';
import { completeSmaller } from './complete.ts';
import { type Corrected, reduceTo } from './correct.ts';
import { isOnlyDust, wholeSides } from './dust.ts';
import { keepOpen, pursueExit, refusedClose } from './exit.ts';
import { goOnForPerson, isAdjusting, personOnQuote } from './operator.ts';
import { askToSettle, pauseBefore, quoteRetryMs, retryPausesMs } from './pace.ts';
import { callOperator, finish, freeSlots, neverOpened, rest } from './resting.ts';

/** Looks at a hedge after anything about its orders changed. */
export function settle(draft: Draft, id: HedgeId): void {
  const hedge = there(draft.state.hedges, id);
  // Whatever happens meanwhile is in the accounts that are read for the person.
  if (isAdjusting(hedge)) return askToSettle(draft, hedge, 0);
  // It is a person's now; what a person or a rule asked for meanwhile is done as soon as it can be.
  if (hedge.phase === 'needsOperator') return goOnForPerson(draft, hedge);
  if (hasInFlight(draft.state, hedge)) return;
  const { spot, perp } = holding(draft.state, hedge);
  if (hedge.phase === 'opening') {
    freeSlots(draft, hedge);
    const hasTraded = ordersOf(draft.state, hedge).some((order) => !isZero(order.filled));
    if (isZero(spot) && isZero(perp)) return hasTraded ? rest(draft, hedge, 'flat') : neverOpened(draft, hedge);
    if (spot === perp) return rest(draft, hedge, 'hedged');
    raiseNaked(draft, hedge);
    return askToSettle(draft, hedge, 0);
  }
  if (hedge.phase === 'hedged' || hedge.phase === 'flat') {
    const target = hedge.phase === 'flat' ? ZERO : min(spot, perp);
    if (isUnmoved(hedge, spot, perp) || (spot === perp && hedge.phase === 'hedged')) return pursueExit(draft, id);
    // Somebody settled it by hand and may have counted this fill already: it is not traded on.
    if (hedge.settlement?.how === 'closeKnown' || hedge.settlement?.how === 'settledAtVenue') return callOperator(draft, hedge);
    raiseNaked(draft, hedge);
    draft.add({ kind: 'hedgeMoved', id, phase: 'unwinding', target, attempts: 0, exit: null });
    return askToSettle(draft, hedge, 0);
  }
  const refused = refusedClose(draft.state, hedge);
  if (refused !== undefined) return keepOpen(draft, hedge, refused);
  if (!gt(spot, hedge.target) && !gt(perp, hedge.target) && spot === perp) return finish(draft, hedge);
  if (spot !== perp) raiseNaked(draft, hedge);
  askToSettle(draft, hedge, progressed(hedge, spot, perp) ? 0 : pauseBefore(hedge.attempts));
}

/** At rest a hedge may keep dust that no venue trades; only a fill that came later unsettles it. */
const isUnmoved = ({ heldAtMove }: Hedge, spot: Quantity, perp: Quantity): boolean => heldAtMove.spot === spot && heldAtMove.perp === perp;

const progressed = ({ heldAtMove }: Hedge, spot: Quantity, perp: Quantity): boolean => lt(spot, heldAtMove.spot) || lt(perp, heldAtMove.perp);

export const raiseNaked = (draft: Draft, hedge: Hedge): void => {
  const held = holding(draft.state, hedge);
  raise(draft, `naked:${hedge.id}`, {
    code: 'NAKED_LEG',
    values: heldValues(hedge.coin, held),
    severity: 'warning',
    hedge: hedge.id,
    detail: `${text(held.residual)} ${hedge.coin} are not hedged`,
  });
};

/** The quote came: complete, reduce, or find that what is left cannot be traded. */
export function settleOnQuote(draft: Draft, id: HedgeId, quote: Quote): void {
  const hedge = own(draft.state.hedges, id);
  if (hedge === undefined || draft.state.phase === 'reconciling' || personOnQuote(draft, hedge, quote)) return;
  if (hasInFlight(draft.state, hedge)) return;
  if (hedge.phase !== 'opening' && hedge.phase !== 'unwinding' && hedge.phase !== 'closing') return;
  if (hedge.phase === 'opening') {
    const { spot, perp } = holding(draft.state, hedge);
    if (isOnlyDust(hedge, { spot, perp }, quote)) return finish(draft, hedge);
    const completed = completeSmaller(draft, hedge, quote);
    if (completed === 'sent') return;
    const denial = completed === 'notTried' ? {} : { denial: completed };
    draft.add({ kind: 'hedgeMoved', id, phase: 'unwinding', target: min(spot, perp), attempts: 0, exit: null, ...denial });
  }
  correct(draft, id, quote);
}

function correct(draft: Draft, id: HedgeId, quote: Quote): void {
  const hedge = there(draft.state.hedges, id);
  const { spot, perp } = holding(draft.state, hedge);
  if (isOnlyDust(hedge, { spot, perp }, quote)) return finish(draft, hedge);
  const attempts = progressed(hedge, spot, perp) ? 0 : hedge.attempts;
  if (attempts >= retryPausesMs.length) return callOperator(draft, hedge);
  const target = commonTarget(hedge, { spot, perp }, quote);
  draft.add({ kind: 'hedgeMoved', id, phase: hedge.phase, target, attempts: attempts + 1, exit: hedge.exit ?? null });
  if (bringDown(draft, id, target, quote) === 'noData')
    draft.add({ kind: 'hedgeMoved', id, phase: hedge.phase, target, attempts, exit: hedge.exit ?? null });
}

/** Sends what brings both legs down to the target, and goes on where there is nothing to send or no book to send on. */
export function bringDown(draft: Draft, id: HedgeId, target: Quantity, quote: Quote): Corrected {
  const purpose = there(draft.state.hedges, id).phase === 'closing' ? 'exit' : 'unwind';
  const reduced = reduceTo(draft, id, target, quote, purpose);
  // Whether nothing of it can be traded is only known with both books and both steps at hand.
  const result = reduced === 'nothingTradable' && wholeSides(quote) === null ? 'noData' : reduced;
  const hedge = there(draft.state.hedges, id);
  if (result === 'nothingTradable') leaveRest(draft, hedge, quote);
  else if (result === 'noData') askToSettle(draft, hedge, quoteRetryMs);
  return result;
}

/** Nothing more of it can be traded. What is left of one leg is told with its size where it is more than dust: a step may have grown. */
function leaveRest(draft: Draft, hedge: Hedge, quote: Quote): void {
  finish(draft, hedge);
  const left = there(draft.state.hedges, hedge.id);
  if (!isOnlyDust(left, holding(draft.state, left), quote)) raiseNaked(draft, left);
}

/**
 * Both legs come down to what both can hold: a leg below the target pulls the target with it, by whole steps of the
 * coarser venue from what its leg holds, or that leg would keep up to a step that the other does not have. A step that
 * grew since the entry leaves a holding between two of them: it is counted down from there.
 */
export function commonTarget({ target }: Pick<Hedge, 'target'>, held: { readonly spot: Quantity; readonly perp: Quantity }, quote: Quote): Quantity {
  const lower = min(target, min(held.spot, held.perp));
  const sides = sidesOf(quote);
  if (isDenial(sides)) return lower;
  const coarse = held[lt(sides.perp.rules.step, sides.spot.rules.step) ? 'spot' : 'perp'];
  const less = ceilToStep(excess(coarse, lower), coarserStep(sides));
  return gt(less, coarse) ? lower : excess(coarse, less);
}
