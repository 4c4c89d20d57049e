// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { refused } from '../../../../shared/contract/reply.ts';
import type { HedgeRow } from '../../../../shared/contract/rows.ts';
import { emptySnapshot, fixtureSnapshot } from '../../../testing/fixture.ts';
import { draw } from '../../../testing/render.tsx';
import { HedgesPanel } from './hedges-panel.tsx';

afterEach(cleanup);

const { hedges } = fixtureSnapshot().tables;
const hedged = Object.values(hedges).find(({ phase }) => phase === 'hedged');
if (hedged === undefined) throw new Error('The fixture has a hedged hedge');

const withHedges = (rows: readonly HedgeRow[]) => {
  const snapshot = fixtureSnapshot();
  return { ...snapshot, tables: { ...snapshot.tables, hedges: Object.fromEntries(rows.map((row) => [row.id, row])) } };
};
const rowIds = () => screen.getAllByTestId(/^hedge-/).map((row) => row.getAttribute('data-testid'));

describe('the hedges', () => {
  it('stand with what needs a person first, then open ones, then closed ones, each newest first', () => {
    const row = (id: string, phase: HedgeRow['phase'], openedAt: number, settledAt: number | null = null) => ({
      ...hedged,
      id,
      phase,
      openedAt,
      settledAt,
    });
    draw(<HedgesPanel />, {
      snapshot: withHedges([
        row('a', 'flat', 1, 9),
        row('b', 'hedged', 5),
        row('c', 'needsOperator', 2),
        row('d', 'opening', 6),
        row('e', 'flat', 3, 4),
      ]),
    });
    expect(rowIds()).toEqual(['hedge-c', 'hedge-d', 'hedge-b', 'hedge-a', 'hedge-e']);
    expect(screen.getByTestId('hedge-c').dataset['state']).toBe('needsOperator');
  });

  it('close with one press, and say a refusal in words', async () => {
    const { fake } = draw(<HedgesPanel />, { snapshot: withHedges([hedged]) });
    fake.answer('hedge.close', () => refused('NOTHING_TO_CLOSE', 'Hedge is not open'));
    fireEvent.click(screen.getByTestId(`close-${hedged.id}`));
    expect((await screen.findByRole('alert')).textContent).toMatch(/close/i);
    expect(fake.sent).toEqual([{ name: 'hedge.close', input: { hedge: hedged.id, quantity: null } }]);
  });

  it('cannot be closed twice, while books are reconciled, or when they are flat', () => {
    const { fake } = draw(<HedgesPanel />, {
      snapshot: withHedges([
        hedged,
        { ...hedged, id: 'going', phase: 'closing', closing: 'person' },
        { ...hedged, id: 'gone', phase: 'flat', settledAt: 1 },
      ]),
    });
    fireEvent.click(screen.getByTestId('close-going'));
    expect(screen.queryByTestId('close-gone')).toBeNull();
    const { standing } = fixtureSnapshot().parts;
    act(() => fake.push({ parts: { standing: { ...standing, trading: 'reconciling' } } }));
    expect(screen.getByTestId(`close-${hedged.id}`)).toHaveProperty('disabled', true);
    act(() => fake.push({ parts: { standing: { ...standing, trading: 'stopped' } } }));
    expect(screen.getByTestId(`close-${hedged.id}`)).toHaveProperty('disabled', false);
    expect(fake.sent).toEqual([]);
  });

  it('a hedge that waits for a person can be closed again', () => {
    draw(<HedgesPanel />, { snapshot: withHedges([{ ...hedged, phase: 'needsOperator', closing: 'closeAll' }]) });
    expect(screen.getByTestId(`close-${hedged.id}`).getAttribute('aria-busy')).toBeNull();
  });

  it('show a residual only where there is one', () => {
    draw(<HedgesPanel />, { snapshot: withHedges([hedged, { ...hedged, id: 'naked', residual: '-0.002' }]) });
    expect(within(screen.getByTestId('hedge-naked')).getByText(/-0\.002/)).toBeTruthy();
    expect(within(screen.getByTestId(`hedge-${hedged.id}`)).queryByText(/off/)).toBeNull();
  });

  it('close a part on both legs, never more than is held', async () => {
    const { fake } = draw(<HedgesPanel />, { snapshot: withHedges([hedged]) });
    fireEvent.click(within(screen.getByTestId(`hedge-${hedged.id}`)).getByRole('button', { expanded: false }));
    const input = screen.getByTestId(`close-quantity-${hedged.id}`);
    const button = screen.getByRole('button', { name: 'Close part' });
    fireEvent.change(input, { target: { value: '9' } });
    expect(button).toHaveProperty('disabled', true);
    fireEvent.change(input, { target: { value: '0.02' } });
    fireEvent.click(button);
    await waitFor(() => expect(fake.sent).toEqual([{ name: 'hedge.close', input: { hedge: hedged.id, quantity: '0.02' } }]));
  });

  it('say what to do where there are none', () => {
    draw(<HedgesPanel />, { snapshot: emptySnapshot() });
    expect(screen.getByText(/Try a hedge/)).toBeTruthy();
  });
});
