import { expect, it } from 'vitest';
import { hedgePhase, orderState, signalState } from '../../shared/contract/rows.ts';
import { snapshot } from '../../shared/contract/updates.ts';
import { emptySnapshot, fixtureSnapshot } from './fixture.ts';

it('is what the contract allows, and holds one of everything', () => {
  const full = snapshot.parse(fixtureSnapshot());
  snapshot.parse(emptySnapshot());
  expect(new Set(Object.values(full.tables.hedges).map((row) => row.phase))).toEqual(new Set(hedgePhase.options));
  expect(new Set(Object.values(full.tables.orders).map((row) => row.state))).toEqual(new Set(orderState.options));
  expect(new Set(Object.values(full.tables.signals).map((row) => row.state))).toEqual(new Set(signalState.options));
});
