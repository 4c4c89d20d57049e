/**
 * How a hedge comes to rest, or to a person: its phase, the verdict on its signal, the alarms that are over and those
 * that stand.
 */
import type { SignalId } from '../../../shared/domain/ids.ts';
import { isZero, text, ZERO } from '../../../shared/domain/units.ts';
import type { Denial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { heldValues, holding, ordersOf } from '../legs.ts';
import type { Hedge } from '../state.ts';
import { clear, raise } from './alarms.ts';
import { endEntry } from './end-entry.ts';
import { failWaitingSignals, partDone, pursueExit } from './exit.ts';
import type { Verdict } from './verdict.ts';

/** What is tradable of the hedge is where it should be. */
export function finish(draft: Draft, hedge: Hedge): void {
  const { matched } = holding(draft.state, hedge);
  rest(draft, hedge, isZero(matched) || isZero(hedge.target) ? 'flat' : 'hedged');
}

export function rest(draft: Draft, hedge: Hedge, phase: 'hedged' | 'flat'): void {
  const { matched, residual } = holding(draft.state, hedge);
  const wasOpening = hedge.phase === 'opening' || hedge.phase === 'unwinding';
  const cause = hedge.exit?.cause;
  draft.add({ kind: 'hedgeMoved', id: hedge.id, phase, target: matched, attempts: 0, exit: null });
  clear(draft, `naked:${hedge.id}`);
  clear(draft, `operator:${hedge.id}`);
  if (phase === 'flat') {
    clear(draft, `stopLoss:${hedge.id}`);
    for (const key of Object.keys(draft.state.alarms)) if (key.startsWith(`forced:${hedge.id}:`)) clear(draft, key);
  }
  if (wasOpening) openedVerdict(draft, hedge, phase, isZero(residual) ? null : text(residual));
  if (cause?.kind === 'signal') partDone(draft, cause.signal, hedge.id, 'closed');
  pursueExit(draft, hedge.id);
}

function openedVerdict(draft: Draft, hedge: Hedge, phase: 'hedged' | 'flat', residual: string | null): void {
  if (phase === 'hedged') {
    const left = residual === null ? '' : `; ${residual} ${hedge.coin} are below what a venue trades`;
    const reason = `${text(holding(draft.state, hedge).matched)} ${hedge.coin} are hedged${left}`;
    endEntry(draft, hedge, { state: 'executed', code: 'HEDGED', reason });
  } else {
    const said = failures(draft, hedge);
    const reason = `What had filled was undone. ${said}`.trim();
    endEntry(draft, hedge, { state: 'failed', code: 'UNWOUND', reason, values: { said } });
  }
}

export function neverOpened(draft: Draft, hedge: Hedge): void {
  draft.add({ kind: 'hedgeMoved', id: hedge.id, phase: 'flat', target: ZERO, attempts: 0, exit: null });
  const denial = heldBack(draft, hedge);
  const said = failures(draft, hedge);
  const reason = `Neither leg filled. ${said}`.trim();
  const verdict: Verdict =
    denial === undefined
      ? { state: 'failed', code: 'NOTHING_FILLED', reason, values: { said } }
      : { state: 'rejected', code: denial.denied, reason: denial.reason, compared: denial.compared, values: denial.values };
  endEntry(draft, hedge, verdict);
  pursueExit(draft, hedge.id);
}

/** Why nothing of it left the building, where that is so. */
function heldBack(draft: Draft, hedge: Hedge): Denial | undefined {
  const orders = ordersOf(draft.state, hedge);
  return orders.every((order) => order.denial !== undefined) ? orders[0]?.denial : undefined;
}

/** What the venues said, by code; for the verdict. Where our own check said no, its code. */
const failures = (draft: Draft, hedge: Hedge): string =>
  ordersOf(draft.state, hedge)
    .flatMap(({ failure, denial, request }) => {
      if (failure === undefined) return [];
      const code = denial?.denied ?? failure.code;
      return [`${request.venue}: ${code}${failure.venueCode === '' ? '' : ` (${failure.venueCode})`}`];
    })
    .join('; ');

export function callOperator(draft: Draft, hedge: Hedge): void {
  freeSlots(draft, hedge);
  draft.add({ kind: 'hedgeMoved', id: hedge.id, phase: 'needsOperator', target: hedge.target, attempts: hedge.attempts, exit: null });
  const detail = tellOperator(draft, hedge);
  const values = { hedge: hedge.id };
  if (hedge.exit?.cause.kind === 'signal') partDone(draft, hedge.exit.cause.signal, hedge.id, 'failed');
  failWaitingSignals(draft, hedge);
  endEntry(draft, hedge, { state: 'failed', code: 'NEEDS_OPERATOR', reason: detail, values });
  // A close that a person or a rule asked for meanwhile is still to be tried.
  pursueExit(draft, hedge.id);
}

/** Raises the alarm, or raises it anew where what the legs hold is another by now. @returns its sentence */
export function tellOperator(draft: Draft, hedge: Hedge): string {
  const held = holding(draft.state, hedge);
  const { residual, spot, perp } = held;
  const detail = `Hedge ${hedge.id} holds ${text(spot)} spot against ${text(perp)} perpetual ${hedge.coin}: ${text(residual)} are not hedged`;
  const key = `operator:${hedge.id}`;
  if (draft.state.alarms[key]?.detail !== detail) clear(draft, key);
  raise(draft, key, { code: 'NEEDS_OPERATOR', values: heldValues(hedge.coin, held), severity: 'critical', hedge: hedge.id, detail });
  return detail;
}

export function freeSlots(draft: Draft, hedge: Hedge): void {
  const signal = hedge.id as string as SignalId;
  if (Object.values(draft.state.slots).includes(signal)) draft.add({ kind: 'slotsFreed', signal });
}
