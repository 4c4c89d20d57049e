/** docs/risk.md explains every code and says of each state what the permission table says. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alarmValues, denialValues } from '../../shared/domain/codes.ts';
import { type Leaving, mayLeave, type TradingState } from './risk/permission.ts';

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

const states = ['reconciling', 'disarmed', 'armed', 'stopped', 'diskFailed'] as const satisfies readonly TradingState[];
const columns = ['entry', 'complete', 'unwind', 'exitByHand', 'exitBySignal', 'cancel'] as const satisfies readonly Leaving[];

describe('docs/risk.md', () => {
  it('explains every denial', () => expect([...codes('Denials')].sort()).toEqual(Object.keys(denialValues).sort()));
  it('explains every alarm', () => expect([...codes('Alarms')].sort()).toEqual(Object.keys(alarmValues).sort()));
  it('says what may leave in which state', () =>
    expect(table('What may leave in which state')).toEqual(states.map((state) => [state, ...columns.map((what) => mayLeave(state, what))])));
});
