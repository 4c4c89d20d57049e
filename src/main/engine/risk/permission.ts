/** What may leave in which state: the table of spec S7.5, and nothing else. */
import { type Denial, denied, type PlainCode } from '../denial.ts';
import type { Purpose, State } from '../state.ts';

export type Leaving = 'entry' | 'complete' | 'unwind' | 'exitByHand' | 'exitBySignal' | 'cancel';
export type Permission = 'yes' | 'no' | 'waits' | 'inbox';
export type TradingState = 'reconciling' | 'disarmed' | 'armed' | 'stopped' | 'diskFailed';

const table: Readonly<Record<TradingState, Readonly<Record<Leaving, Permission>>>> = {
  reconciling: { entry: 'no', complete: 'no', unwind: 'no', exitByHand: 'no', exitBySignal: 'waits', cancel: 'no' },
  disarmed: { entry: 'no', complete: 'no', unwind: 'yes', exitByHand: 'yes', exitBySignal: 'inbox', cancel: 'yes' },
  armed: { entry: 'yes', complete: 'yes', unwind: 'yes', exitByHand: 'yes', exitBySignal: 'yes', cancel: 'yes' },
  stopped: { entry: 'no', complete: 'no', unwind: 'yes', exitByHand: 'yes', exitBySignal: 'inbox', cancel: 'yes' },
  diskFailed: { entry: 'no', complete: 'no', unwind: 'no', exitByHand: 'no', exitBySignal: 'no', cancel: 'yes' },
};

interface Standing {
  readonly phase: 'reconciling' | 'ready';
  readonly armed: boolean;
  readonly stop: object | null;
}

/** Disk failure outranks everything, reconciling outranks the stop, the stop outranks arming. */
export function tradingState(standing: Standing, diskFailed = false): TradingState {
  if (diskFailed) return 'diskFailed';
  if (standing.phase === 'reconciling') return 'reconciling';
  if (standing.stop !== null) return 'stopped';
  return standing.armed ? 'armed' : 'disarmed';
}

export const mayLeave = (state: TradingState, what: Leaving): Permission => table[state][what];

const whyNot: Readonly<Record<Exclude<TradingState, 'armed'>, readonly [code: PlainCode, reason: string]>> = {
  reconciling: ['RECONCILING', 'The books are being reconciled with the venues'],
  disarmed: ['DISARMED', 'The console is not armed'],
  stopped: ['STOPPED', 'Trading is stopped'],
  diskFailed: ['JOURNAL_FAILED', 'The journal cannot be written'],
};

/** Why something may not leave now; null where it may. */
export function refusal(state: TradingState, what: Leaving): Denial | null {
  return state === 'armed' || mayLeave(state, what) === 'yes' ? null : denied(...whyNot[state]);
}

/** The column an order's purpose is judged by where it leaves. */
export const leavingOf = (purpose: Purpose): Leaving => (purpose === 'entry' || purpose === 'complete' ? purpose : 'unwind');

/** A venue's key is of another account than the journal's: what our books hold is not there, so nothing is traded. */
export const isOtherAccount = (state: State): boolean => Object.values(state.alarms).some((alarm) => alarm.code === 'ACCOUNT_CHANGED');
export const otherAccount: Denial = denied('ACCOUNT_CHANGED', 'A key belongs to another account than this journal');
