// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { fixtureSnapshot } from '../../testing/fixture.ts';
import { draw } from '../../testing/render.tsx';
import { Evidence } from './evidence.tsx';

const now = 1_795_237_407_000;
const base = fixtureSnapshot(now);
const order = base.tables.orders['kck3f9x2cc11aa12cc13dd14ee15'];
const hedge = base.tables.hedges['h-0008'];
if (order === undefined || order.evidence === null || hedge === undefined) throw new Error('The fixture has an unknown order');
const known = order.evidence;
const show = (change: Partial<NonNullable<OrderRow['evidence']>> = {}, row: Partial<OrderRow> = {}) => {
  const drawn = draw(<Evidence row={{ ...order, evidence: { ...known, ...change }, ...row }} />, { snapshot: base });
  return { ...drawn, text: () => screen.getByTestId(/^evidence-/).textContent ?? '' };
};

beforeEach(() => {
  vi.useFakeTimers({ now });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('says what each thing that was looked at says of it', () => {
  const { text } = show();
  expect(text()).toContain('7 found nothing');
  expect(text()).toContain('books -0.16 = account -0.16 BTC: as if it had not traded');
  expect(text()).toContain('live');
});

it('says where something speaks against its absence, or nothing is known', () => {
  const { text } = show({ lookups: 0, firstAt: null, lastAt: null, openOrders: true, trades: null, holdings: { expected: '0.1', held: '0.15' } });
  expect(text()).toContain('no answer yet');
  expect(text()).toContain('this order is there');
  expect(text()).toContain('not known yet');
  expect(text()).toContain('it may have traded');
});

it('says whether lookups alone can prove it absent', () => {
  expect(show({ provable: true }).text()).toContain('it is proven absent');
  cleanup();
  expect(show({ provable: false }).text()).toContain('does not prove it absent');
});

it('counts down to when a person is called, and says so from then on', () => {
  const { text } = show({ operatorAt: now + 2_000 });
  expect(screen.getByRole('timer')).toBeDefined();
  act(() => void vi.advanceTimersByTime(2_500));
  expect(screen.queryByRole('timer')).toBeNull();
  expect(text()).toContain('you were called');
});

it('says what a person has decided of its hedge instead', () => {
  const { fake, text } = show();
  act(() => fake.push({ tables: { hedges: { 'h-0008': { ...hedge, settlement: { how: 'keepWaiting', at: now, read: null } } } } }));
  expect(screen.queryByRole('timer')).toBeNull();
  expect(text()).toContain('Keep it and wait');
});

it('stays as a record when the outcome is known, and asks for nothing any more', () => {
  const { text } = show({ operatorAt: null }, { state: 'filled' });
  expect(text()).toContain('while its outcome was unknown');
  expect(text()).not.toContain('asked again');
});
