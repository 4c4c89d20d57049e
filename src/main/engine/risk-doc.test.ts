/** docs/risk.md explains every code and says of each state what the permission table says. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DenialCode } from './denial.ts';
import { type Leaving, mayLeave, type TradingState } from './risk/permission.ts';
import type { AlarmCode } from './state.ts';

const page = readFileSync(new URL('../../../docs/risk.md', import.meta.url), 'utf8');

/** Cells of the rows of the first table below a heading, without the head. */
function table(heading: string): readonly (readonly string[])[] {
  const section = page.split('\n## ').find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const codes = (heading: string): readonly string[] => table(heading).map(([code = '']) => code.replaceAll('`', ''));

// Types leave nothing to read at run time: the compiler holds these lists to the unions.
const denials: Readonly<Record<DenialCode, true>> = {
  RECONCILING: true,
  DISARMED: true,
  STOPPED: true,
  NEEDS_OPERATOR: true,
  UNKNOWN_OUTCOME: true,
  NO_DATA: true,
  STALE_BOOK: true,
  STALE_FX: true,
  EMPTY_BOOK: true,
  NOT_LISTED: true,
  CLOCK_OFFSET: true,
  NOT_PREPARED: true,
  BELOW_STEP: true,
  BELOW_MINIMUM: true,
  INSUFFICIENT_KRW: true,
  INSUFFICIENT_MARGIN: true,
  POSITION_LIMIT: true,
  COIN_POSITION_LIMIT: true,
  LEVERAGE_LIMIT: true,
  HEDGE_SIZE_LIMIT: true,
  SIGNAL_RISK: true,
  ENTRIES_PER_MINUTE: true,
  ENTRIES_PER_DAY: true,
  COOLDOWN: true,
  IMPLAUSIBLE_PREMIUM: true,
  LIQUIDATION_DISTANCE: true,
  FREE_MARGIN: true,
  MARGIN_RATIO: true,
  DAILY_LOSS: true,
  OUTSIDE_POSITION: true,
  EXTERNAL_CHANGE: true,
  PREMIUM_MOVED: true,
  NOTHING_TO_CLOSE: true,
  SUPERSEDED: true,
  DECLINED: true,
};
const alarms: Readonly<Record<AlarmCode, true>> = {
  NAKED_LEG: true,
  UNKNOWN_OUTCOME: true,
  NEEDS_OPERATOR: true,
  OVERFILL: true,
  POSITION_MISMATCH: true,
  EXTERNAL_CHANGE: true,
  EXPIRED_EXIT: true,
  VENUE_UNREACHABLE: true,
  STREAM_SILENT: true,
  STALE_MARKS: true,
  STOP_LOSS: true,
  CLOCK: true,
  SIGNAL_SOURCE: true,
  OUTSIDE_ORDER: true,
  FORCED_CLOSE: true,
  FOREIGN_ORDERS: true,
  ACCOUNT_CHANGED: true,
  JOURNAL_FAILED: true,
  KEY_REFUSED: true,
  STOP: true,
};
const states = ['reconciling', 'disarmed', 'armed', 'stopped', 'diskFailed'] as const satisfies readonly TradingState[];
const columns = ['entry', 'complete', 'unwind', 'exitByHand', 'exitBySignal', 'cancel'] as const satisfies readonly Leaving[];

describe('docs/risk.md', () => {
  it('explains every denial', () => expect([...codes('Denials')].sort()).toEqual(Object.keys(denials).sort()));
  it('explains every alarm', () => expect([...codes('Alarms')].sort()).toEqual(Object.keys(alarms).sort()));
  it('says what may leave in which state', () =>
    expect(table('What may leave in which state')).toEqual(states.map((state) => [state, ...columns.map((what) => mayLeave(state, what))])));
});
