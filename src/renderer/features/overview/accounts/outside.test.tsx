// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { VenueView } from '../../../../shared/contract/parts.ts';
import { refused } from '../../../../shared/contract/reply.ts';
import { fixtureSnapshot } from '../../../testing/fixture.ts';
import { draw } from '../../../testing/render.tsx';
import { AccountsPanel } from './accounts-panel.tsx';

afterEach(cleanup);

const base = fixtureSnapshot();
const show = (outside: VenueView['outside']) => {
  const { upbit } = base.parts.venues;
  return draw(<AccountsPanel />, { snapshot: { ...base, parts: { ...base.parts, venues: { ...base.parts.venues, upbit: { ...upbit, outside } } } } });
};
const row = (coin: string, taken: string | null, seen: string, external = '0') => ({ coin, taken, seen, external });

it('what came or went is taken in by a press, coin by coin', async () => {
  const { fake } = show([row('BTC', '0.5', '0.4', '-0.1'), row('ETH', '2', '3', '1'), row('XRP', '100', '100')]);
  expect(screen.getByTestId('outside-upbit-BTC').textContent).toContain('-0.1');
  expect(screen.getByTestId('outside-upbit-BTC').textContent).toContain('Entries in BTC are blocked');
  expect(screen.queryByTestId('outside-accept-upbit-XRP')).toBeNull();
  fireEvent.click(screen.getByTestId('outside-accept-upbit-ETH'));
  await waitFor(() => expect(fake.sent).toHaveLength(1));
  expect(fake.sent).toEqual([{ name: 'outside.accept', input: { venue: 'upbit', coin: 'ETH' } }]);
});

it('a refusal is said where the press was', async () => {
  const { fake } = show([row('BTC', '0', '0.1', '0.1')]);
  fake.answer('outside.accept', () => refused('NOTHING_TO_ACCEPT', 'Nothing came or went'));
  fireEvent.click(screen.getByTestId('outside-accept-upbit-BTC'));
  expect(await within(screen.getByTestId('outside-upbit-BTC')).findByRole('alert')).toBeDefined();
});

it('what changed stands first and is never hidden; the rest comes on a press', () => {
  const rows = ['A', 'B', 'C', 'D', 'E'].map((coin) => row(coin, '1', '1'));
  show([...rows, row('F', '1', '2', '1')]);
  const coins = () =>
    within(screen.getByRole('table', { name: 'Held outside' }))
      .getAllByRole('rowheader')
      .map((cell) => cell.textContent);
  expect(coins()).toEqual(['F', 'A', 'B', 'C']);
  fireEvent.click(screen.getByRole('button', { name: 'Show all (6)' }));
  expect(coins()).toHaveLength(6);
});

it('before the first arming it says that arming takes it in, and nothing is asked', () => {
  show([row('BTC', null, '0.4')]);
  expect(screen.getByText(/armed for the first time/)).toBeDefined();
  expect(screen.queryByTestId('outside-accept-upbit-BTC')).toBeNull();
});
