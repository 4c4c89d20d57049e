/** What may leave in which state, for people to read. The engine has its own table; permissions.test.ts compares them. */
import type { Standing } from '../../../shared/contract/parts.ts';

export const leavings = ['entry', 'complete', 'unwind', 'exitByHand', 'exitBySignal', 'cancel'] as const;
export type Leaving = (typeof leavings)[number];
type Permission = 'yes' | 'no' | 'waits' | 'inbox';

export const permissions: Readonly<Record<Standing['trading'], Readonly<Record<Leaving, Permission>>>> = {
  armed: { entry: 'yes', complete: 'yes', unwind: 'yes', exitByHand: 'yes', exitBySignal: 'yes', cancel: 'yes' },
  disarmed: { entry: 'no', complete: 'no', unwind: 'yes', exitByHand: 'yes', exitBySignal: 'inbox', cancel: 'yes' },
  stopped: { entry: 'no', complete: 'no', unwind: 'yes', exitByHand: 'yes', exitBySignal: 'inbox', cancel: 'yes' },
  reconciling: { entry: 'no', complete: 'no', unwind: 'no', exitByHand: 'no', exitBySignal: 'waits', cancel: 'no' },
  diskFailed: { entry: 'no', complete: 'no', unwind: 'no', exitByHand: 'no', exitBySignal: 'no', cancel: 'yes' },
};
