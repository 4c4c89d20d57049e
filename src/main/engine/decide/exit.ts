/**
 * EXIT and every other wish to close: which hedges are meant, how much of each, and who hears how it ended.
 * A hedge that is opening, unwinding or has an order without a known outcome keeps the wish and carries it out when
 * it has settled; close.ts begins the close itself.
 */
import type { HedgeId, SignalId } from '../../../shared/domain/ids.ts';
import { hedgeOf } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import type { ExitSignal } from '../../../shared/domain/signal.ts';
import { excess, gte, isZero, type Quantity } from '../../../shared/domain/units.ts';
import { denied, type Denial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import { hasInFlight, holding, openHedges, ordersOf } from '../legs.ts';
import { isOfBounds } from '../risk/exit-bounds.ts';
import type { ExitCause, ExitRequest, Hedge, PendingEntry, PendingExit, State } from '../state.ts';
import { clear } from './alarms.ts';
import { hasBegun } from './begun.ts';
import { askPerson, judge, reject } from './verdict.ts';

/** Turns queued EXIT signals into waiting exits of the hedges they mean. Called after every input. */
export function startExits(draft: Draft): void {
  for (const pending of Object.values(draft.state.exits)) {
    if (pending.state !== 'queued') continue;
    const { signal } = pending;
    supersedeEntries(draft, pending);
    const parts = partsOf(draft, signal);
    if (entryGoesFirst(draft, pending, parts.length === 0)) continue;
    if (parts.length === 0) {
      reject(draft, signal.id, nothingToClose(draft, signal));
      continue;
    }
    draft.add({ kind: 'exitStarted', signal: signal.id, hedges: parts.map((part) => part.hedge.id) });
    for (const { hedge, quantity } of parts) queueExit(draft, hedge.id, { kind: 'signal', signal: signal.id }, quantity);
  }
}

/**
 * An EXIT of everything means the ENTERs before it too: of those of its coin that have not begun none will
 * (docs/decisions/0017). One that has begun is waited for and closed.
 */
function supersedeEntries(draft: Draft, pending: PendingExit): void {
  const { signal } = pending;
  if (signal.hedge !== undefined || signal.quantity !== undefined) return;
  for (const entry of Object.values(draft.state.entries)) {
    if (entry.signal.coin !== signal.coin || !isBefore(entry, pending) || hasBegun(draft.state, entry.signal.id)) continue;
    reject(draft, entry.signal.id, denied('SUPERSEDED', `The EXIT signal ${signal.id} came after it`, null, { signal: signal.id }));
  }
}

const isBefore = (entry: PendingEntry, exit: PendingExit): boolean =>
  entry.nth === undefined || exit.nth === undefined ? entry.seen <= exit.seen : entry.nth < exit.nth;

const isMeant = (signal: ExitSignal, hedge: Pick<Hedge, 'id' | 'coin'>): boolean =>
  hedge.coin === signal.coin && (signal.hedge === undefined || hedge.id === signal.hedge);

/**
 * An ENTER that came before this EXIT is as good as opening: one that is under way is waited for, one that queues only
 * where there is nothing else to close.
 */
function entryGoesFirst(draft: Draft, pending: PendingExit, nothingElse: boolean): boolean {
  const { signal } = pending;
  const { entries, hedges, slots } = draft.state;
  const begun = Object.values(slots);
  return Object.values(entries).some((entry) => {
    const id = hedgeOf(entry.signal.id);
    if (entry.state !== 'queued' || !isBefore(entry, pending) || own(hedges, id) !== undefined || !isMeant(signal, { id, coin: entry.signal.coin }))
      return false;
    return nothingElse || begun.includes(entry.signal.id);
  });
}

interface Part {
  readonly hedge: Hedge;
  /** Null: all of it. */
  readonly quantity: Quantity | null;
}

/** The named hedge, or the coin's hedges oldest first until the quantity is used up. One that is closing whole has nothing left to give. */
function partsOf(draft: Draft, signal: ExitSignal): readonly Part[] {
  const hedges = openHedges(draft.state)
    .filter((hedge) => isMeant(signal, hedge) && hedge.phase !== 'needsOperator' && !isClosingWhole(hedge))
    .sort((a, b) => a.openedAt - b.openedAt);
  if (signal.quantity === undefined) return hedges.map((hedge) => ({ hedge, quantity: null }));
  const parts: Part[] = [];
  let rest = signal.quantity;
  for (const hedge of hedges) {
    if (isZero(rest)) break;
    const held = availableOf(draft, hedge);
    parts.push({ hedge, quantity: gte(rest, held) ? null : rest });
    rest = excess(rest, held);
  }
  return parts;
}

export const isClosingWhole = (hedge: Hedge): boolean => hedge.phase === 'closing' && isZero(hedge.target);

/** What a hedge will hold once what is under way has ended. */
function availableOf(draft: Draft, hedge: Hedge): Quantity {
  if (hedge.phase === 'opening') return hedge.planned;
  return hedge.phase === 'closing' ? hedge.target : holding(draft.state, hedge).matched;
}

function nothingToClose(draft: Draft, signal: ExitSignal): Denial {
  const meant = openHedges(draft.state).filter((hedge) => isMeant(signal, hedge));
  const named = signal.hedge === undefined ? `No ${signal.coin} hedge` : `Hedge ${signal.hedge}`;
  const values = { coin: signal.coin, hedge: signal.hedge ?? '' };
  const waiting = meant.find((hedge) => hedge.phase === 'needsOperator');
  if (waiting !== undefined) return denied('NEEDS_OPERATOR', 'The hedge waits for a person to settle it', null, { hedge: waiting.id });
  if (meant.length > 0) {
    const all = signal.hedge === undefined ? `Every ${signal.coin} hedge` : named;
    return denied('NOTHING_TO_CLOSE', `${all} is being closed already`, null, { ...values, why: 'closing' });
  }
  return denied('NOTHING_TO_CLOSE', `${named} is ${signal.hedge === undefined ? '' : 'not '}open`, null, { ...values, why: 'notOpen' });
}

export function queueExit(draft: Draft, id: HedgeId, cause: ExitCause, quantity: Quantity | null): void {
  draft.add({ kind: 'exitQueued', id, cause, quantity });
  pursueExit(draft, id);
}

/** Asks for the quote that the next waiting exit needs, once the hedge is at rest. */
export function pursueExit(draft: Draft, id: HedgeId): void {
  const hedge = own(draft.state.hedges, id);
  if (hedge === undefined || hedge.waitingExits.length === 0 || !isAtRest(draft, hedge)) return;
  if (hedge.phase === 'flat') return dropExits(draft, hedge);
  draft.want({ kind: 'quote', purpose: { kind: 'exit', hedge: id }, coin: hedge.coin, afterMs: 0 });
}

export const isAtRest = (draft: Draft, hedge: Hedge): boolean =>
  (hedge.phase === 'hedged' || hedge.phase === 'flat' || hedge.phase === 'needsOperator') && !hasInFlight(draft.state, hedge);

/** The first waiting exit will not be carried out. */
export function refuseExit(draft: Draft, hedge: Hedge, request: ExitRequest, denial: Denial): void {
  draft.add({ kind: 'exitDropped', id: hedge.id });
  if (request.cause.kind === 'signal') partDone(draft, request.cause.signal, hedge.id, denial);
  pursueExit(draft, hedge.id);
}

export interface RefusedClose {
  readonly signal: SignalId;
  readonly denial: Denial;
}

/** The signal whose bounds held no more when the first orders of its close were to leave: none of them has. */
export function refusedClose(state: State, hedge: Hedge): RefusedClose | undefined {
  if (hedge.exit?.cause.kind !== 'signal') return undefined;
  const orders = ordersOf(state, hedge);
  const newest = Math.max(...orders.map((order) => order.stamps.decided));
  const round = orders.filter((order) => order.stamps.decided === newest);
  const isRefused = round.every(({ purpose, denial }) => purpose === 'exit' && denial !== undefined && isOfBounds(denial));
  const denial = round[0]?.denial;
  return isRefused && denial !== undefined ? { signal: hedge.exit.cause.signal, denial } : undefined;
}

/** The hedge stays as it was. */
export function keepOpen(draft: Draft, hedge: Hedge, { signal, denial }: RefusedClose): void {
  const { id } = hedge;
  draft.add({ kind: 'hedgeMoved', id, phase: 'hedged', target: holding(draft.state, hedge).matched, attempts: 0, exit: null });
  clear(draft, `naked:${id}`);
  partDone(draft, signal, id, denial);
  pursueExit(draft, id);
}

/** A hedge that went flat has nothing left for the exits that waited for it. */
function dropExits(draft: Draft, hedge: Hedge): void {
  const flat = denied('NOTHING_TO_CLOSE', `Hedge ${hedge.id} is flat already`, null, { coin: hedge.coin, hedge: hedge.id, why: 'flat' });
  for (const { cause } of hedge.waitingExits) {
    draft.add({ kind: 'exitDropped', id: hedge.id });
    if (cause.kind === 'signal') partDone(draft, cause.signal, hedge.id, flat);
  }
}

/** One hedge of an EXIT is through: closed, refused, or left to a person. The last one gives the verdict. */
export function partDone(draft: Draft, signal: SignalId, hedge: HedgeId, ended: 'closed' | 'failed' | Denial): void {
  draft.add({ kind: 'exitPartDone', signal, hedge, how: typeof ended === 'string' ? ended : 'denied' });
  const exit = own(draft.state.exits, signal);
  if (exit === undefined || exit.remaining.length > 0) return;
  const failed = exit.ended.find((part) => part.how === 'failed')?.hedge;
  const closed = exit.ended.filter((part) => part.how === 'closed').map((part) => part.hedge);
  if (typeof ended !== 'string' && failed === undefined && closed.length === 0) reject(draft, signal, ended);
  else if (failed !== undefined)
    judge(draft, signal, {
      state: 'failed',
      code: 'NEEDS_OPERATOR',
      reason: `Hedge ${failed} could not be closed and waits for a person`,
      values: { hedge: failed },
      hedge: failed,
    });
  else {
    const last = closed.reduce((_before, each) => each, hedge);
    judge(draft, signal, { state: 'executed', code: 'CLOSED', reason: closedSentence(closed, exit.ended.length), hedge: last });
  }
}

const closedSentence = (closed: readonly HedgeId[], all: number): string =>
  all === closed.length
    ? 'What was asked for is closed on both legs'
    : `Closed ${closed.join(', ')}; ${all - closed.length} of ${all} hedges had nothing to close or refused`;

/** A person takes over: the signals that waited for this hedge hear of it, what persons and rules asked for goes on waiting. */
export function failWaitingSignals(draft: Draft, hedge: Hedge): void {
  for (const { cause } of hedge.waitingExits) {
    if (cause.kind !== 'signal') continue;
    draft.add({ kind: 'exitWithdrawn', id: hedge.id, signal: cause.signal });
    partDone(draft, cause.signal, hedge.id, 'failed');
  }
}

/**
 * Signals may not close anything any more: an EXIT that nobody approved and that has closed nothing goes back to the
 * inbox; of one that has begun, the parts that still wait are refused.
 */
export function takeBackExits(draft: Draft, why: Denial): void {
  for (const { signal, state, by, ended } of Object.values(draft.state.exits)) {
    if (by !== 'auto' || (state !== 'queued' && state !== 'running')) continue;
    const hedges = Object.values(draft.state.hedges);
    const isOfSignal = ({ cause }: ExitRequest): boolean => cause.kind === 'signal' && cause.signal === signal.id;
    const begun = ended.length > 0 || hedges.some((hedge) => hedge.exit !== undefined && isOfSignal(hedge.exit));
    for (const hedge of hedges) {
      if (!hedge.waitingExits.some(isOfSignal)) continue;
      draft.add({ kind: 'exitWithdrawn', id: hedge.id, signal: signal.id });
      if (begun) partDone(draft, signal.id, hedge.id, why);
    }
    if (!begun) askPerson(draft, signal.id);
  }
}
