import { describe, expect, it } from 'vitest';
import type { HedgeRow } from '../../../shared/contract/rows.ts';
import { fixtureSnapshot } from '../../testing/fixture.ts';
import { exitPlan } from './exit-plan.ts';

const [any] = Object.values(fixtureSnapshot().tables.hedges);
if (any === undefined) throw new Error('The fixture has hedges');
const hedge = (id: string, held: string, openedAt: number, more: Partial<HedgeRow> = {}): HedgeRow => ({
  ...any,
  id,
  coin: 'BTC',
  phase: 'hedged',
  spot: { ...any.spot, quantity: held },
  perp: { ...any.perp, quantity: held },
  openedAt,
  ...more,
});
const hedges = [hedge('young', '0.05', 3), hedge('old', '0.03', 1), hedge('middle', '0.02', 2)];
const exit = (more: Partial<Parameters<typeof exitPlan>[0]> = {}) => exitPlan({ coin: 'BTC', hedge: null, quantity: null, ...more }, hedges);

describe('what an EXIT would close', () => {
  it('is every hedge of the coin, oldest first', () => {
    expect(exit().map((part) => part.hedge)).toEqual(['old', 'middle', 'young']);
  });
  it('is as much as it asks for, oldest first, without the noise of floats', () => {
    expect(exit({ quantity: '0.06' })).toEqual([
      { hedge: 'old', quantity: null },
      { hedge: 'middle', quantity: null },
      { hedge: 'young', quantity: '0.01' },
    ]);
  });
  it('is the hedge that it names and no other', () => {
    expect(exit({ hedge: 'middle' })).toEqual([{ hedge: 'middle', quantity: null }]);
  });
  it('leaves out other coins and what is flat, closing or a person’s', () => {
    const others = [
      hedge('eth', '1', 1, { coin: 'ETH' }),
      hedge('flat', '0', 1, { phase: 'flat' }),
      hedge('closing', '1', 1, { phase: 'closing' }),
      hedge('stuck', '1', 1, { phase: 'needsOperator' }),
    ];
    expect(exitPlan({ coin: 'BTC', hedge: null, quantity: null }, others)).toEqual([]);
  });
});
