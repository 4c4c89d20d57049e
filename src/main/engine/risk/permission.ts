/** What may leave in which state: the table of spec S7.5, and nothing else. */
import type { Purpose } from '../state.ts';

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

/** The column an order's purpose is judged by where it leaves. */
export const leavingOf = (purpose: Purpose): Leaving => (purpose === 'entry' || purpose === 'complete' ? purpose : 'unwind');
