/**
 * The emergency stop: a latch that outlives the process. From here on nothing that adds risk is decided, and the door
 * lets nothing of the kind out; what waited is refused, own open orders are canceled. Only a person resets it.
 */
import type { StopCause } from '../../../shared/domain/codes.ts';
import type { Draft } from '../draft.ts';
import { denied } from '../denial.ts';
import { openHedges, opens } from '../legs.ts';
import { isWithin } from '../risk/bounds.ts';
import { mayLeave, tradingState } from '../risk/permission.ts';
import { canRest } from '../silence.ts';
import type { Hedge, Order, StopSource } from '../state.ts';
import { raise } from './alarms.ts';
import { hasBegun } from './begun.ts';
import { cancel } from './cancel.ts';
import { isClosingWhole, queueExit, takeBackExits } from './exit.ts';
import { reject } from './verdict.ts';

/** A stop with its cause and an English sentence. */
export type NewStop = StopCause & { readonly source: StopSource; readonly reason: string };

/** A limit's or a check's stop. */
export const halt = (draft: Draft, cause: StopCause, reason: string): void => stop(draft, { source: 'limit', reason, ...cause });

export function stop(draft: Draft, { source, reason, code, values }: NewStop): void {
  // A limit that goes on being broken says nothing new.
  if (draft.state.stop !== null && source === 'limit') return;
  if (draft.state.stop === null) {
    draft.add({ kind: 'stopped', source, reason, code, values });
    raise(draft, 'stop', { code: 'STOP', severity: 'critical', detail: `${source}: ${reason}`, values: { code, source } });
  }
  takeBackExits(draft, denied('STOPPED', `Trading is stopped: ${reason}`));
  for (const { signal } of Object.values(draft.state.entries))
    if (!hasBegun(draft.state, signal.id)) reject(draft, signal.id, denied('STOPPED', `Trading is stopped: ${reason}`));
}

/** How soon a cancel is asked for again while the order is still open. */
const cancelAgainMs = 2_000;

/** It rests, or may without anybody saying so. */
const mayRest = (order: Order): boolean => order.state === 'open' || (order.state === 'unknown' && canRest(order));

/**
 * Takes back what adds risk for as long as it may rest: at once, also where the venue's word that it is open comes after
 * the stop, and again until its end is known. Called with every step.
 */
export function keepStopped(draft: Draft): void {
  if (draft.state.stop === null || mayLeave(tradingState(draft.state), 'cancel') !== 'yes') return;
  for (const order of Object.values(draft.state.orders)) if (mayRest(order) && opens(order) && !wasAskedNow(draft, order)) cancel(draft, order);
}
/** Whether a cancel that a process before this one wanted has left is not known. */
const wasAskedNow = ({ state, at }: Draft, { cancelWantedAt: asked }: Order): boolean =>
  asked !== undefined && asked >= state.readyAt && isWithin(at - asked, 0, cancelAgainMs - 1);

/** Whole, and whatever comes: what a signal asked for may still be refused by its bounds. */
const willClose = (hedge: Hedge): boolean =>
  (isClosingWhole(hedge) && hedge.exit?.cause.kind !== 'signal') ||
  hedge.waitingExits.some(({ cause, quantity }) => quantity === undefined && cause.kind !== 'signal');

/** Stop and close all: every hedge is closed as soon as it is at rest. */
export function closeAll(draft: Draft): void {
  if (draft.state.closeAll !== true) draft.add({ kind: 'closeAllWanted' });
  for (const hedge of openHedges(draft.state)) {
    if (!willClose(hedge)) queueExit(draft, hedge.id, { kind: 'closeAll' }, null);
  }
}
