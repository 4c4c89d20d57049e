import { describe, expect, it } from 'vitest';
import { type Leaving, leavingOf, mayLeave, type TradingState, tradingState } from './permission.ts';

const columns: readonly Leaving[] = ['entry', 'complete', 'unwind', 'exitByHand', 'exitBySignal', 'cancel'];

describe('what may leave (spec S7.5)', () => {
  it.each<[TradingState, string]>([
    ['reconciling', 'no no no no waits no'],
    ['disarmed', 'no no yes yes inbox yes'],
    ['armed', 'yes yes yes yes yes yes'],
    ['stopped', 'no no yes yes inbox yes'],
    ['diskFailed', 'no no no no no yes'],
  ])('while %s: %s', (state, row) => {
    expect(columns.map((column) => mayLeave(state, column)).join(' ')).toBe(row);
  });

  it('ranks disk failure over reconciling over the stop over arming', () => {
    const all = { phase: 'reconciling', armed: true, stop: {} } as const;
    expect(tradingState(all, true)).toBe('diskFailed');
    expect(tradingState(all)).toBe('reconciling');
    expect(tradingState({ ...all, phase: 'ready' })).toBe('stopped');
    expect(tradingState({ phase: 'ready', armed: true, stop: null })).toBe('armed');
    expect(tradingState({ phase: 'ready', armed: false, stop: null })).toBe('disarmed');
  });

  it('judges an exit order where it leaves as a reduction, whoever wanted it', () => {
    expect((['entry', 'complete', 'unwind', 'exit'] as const).map(leavingOf)).toEqual(['entry', 'complete', 'unwind', 'unwind']);
  });
});
