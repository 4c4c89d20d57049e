// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { refused } from '../../../../shared/contract/reply.ts';
import type { HedgeRow } from '../../../../shared/contract/rows.ts';
import { fixtureSnapshot } from '../../../testing/fixture.ts';
import { draw } from '../../../testing/render.tsx';
import { HedgesPanel } from './hedges-panel.tsx';

afterEach(cleanup);

const base = fixtureSnapshot();
const found = base.tables.hedges['h-0005'];
if (found === undefined) throw new Error('The fixture has a hedge with a silent order');

const silent: HedgeRow = found;

/** The hedge alone, its details opened by the button that calls a person. */
function show(change: Partial<HedgeRow> = {}) {
  const drawn = draw(<HedgesPanel />, { snapshot: { ...base, tables: { ...base.tables, hedges: { h: { ...silent, id: 'h', ...change } } } } });
  fireEvent.click(screen.getByTestId('settle-open-h'));
  return drawn;
}
const buttons = () => screen.queryAllByTestId(/^settle-h-\w+$/).map((button) => button.getAttribute('data-testid')?.slice('settle-h-'.length));

describe('a hedge that waits for a person', () => {
  it.each(['closeKnown', 'keepWaiting', 'retry'] as const)('%s goes out by one press', async (how) => {
    const { fake } = show({ waysToSettle: [how, 'settledAtVenue'] });
    fireEvent.click(screen.getByTestId(`settle-h-${how}`));
    await waitFor(() => expect(fake.sent).toHaveLength(1));
    expect(fake.sent).toEqual([{ name: 'hedge.settle', input: { hedge: 'h', how } }]);
  });

  it('settledAtVenue cannot be taken back: it goes out by the second press, not by pressing the same button twice', async () => {
    const { fake } = show();
    const button = screen.getByTestId('settle-h-settledAtVenue');
    fireEvent.click(button);
    fireEvent.click(button);
    expect(screen.queryByTestId('settle-h-settledAtVenue-confirm')).toBeNull();
    fireEvent.click(button);
    expect(fake.sent).toEqual([]);
    fireEvent.click(screen.getByTestId('settle-h-settledAtVenue-confirm'));
    await waitFor(() => expect(fake.sent).toHaveLength(1));
    expect(fake.sent).toEqual([{ name: 'hedge.settle', input: { hedge: 'h', how: 'settledAtVenue' } }]);
  });

  it('has a button for what is possible now and for nothing else', () => {
    const { fake } = show();
    expect(buttons()).toEqual(['closeKnown', 'keepWaiting', 'settledAtVenue']);
    const { id: _id, ...row } = silent;
    act(() => fake.push({ tables: { hedges: { h: { ...row, id: 'h', waysToSettle: ['retry', 'settledAtVenue'] } } } }));
    expect(buttons()).toEqual(['retry', 'settledAtVenue']);
    act(() => fake.push({ tables: { hedges: { h: { ...row, id: 'h', waysToSettle: [] } } } }));
    expect(buttons()).toEqual([]);
    expect(screen.getByTestId('settle-h').textContent).toContain('under way');
  });

  it('says which leg is known, and what follows if the silent order turns up', () => {
    show();
    const text = screen.getByTestId('settle-h').textContent;
    expect(text).toContain('Upbit Spot 0.02 BTC');
    expect(text).toContain('turns up later');
    expect(screen.getByTestId('evidence-kck3f9x2ff11aa12cc13dd14ee15')).toBeDefined();
  });

  it('says that a change which was not taken in would count as the hedge’s', () => {
    const { fake } = show();
    fireEvent.click(screen.getByTestId('settle-h-settledAtVenue'));
    expect(screen.getByTestId('settle-h').textContent).toContain('was not taken in');
    const { venues } = base.parts;
    act(() => fake.push({ parts: { venues: { ...venues, upbit: { ...venues.upbit, outside: [] } } } }));
    expect(screen.getByTestId('settle-h').textContent).not.toContain('was not taken in');
  });

  it('shows a refusal in words where the press was', async () => {
    const { fake } = show();
    fake.answer('hedge.settle', () => refused('NOT_POSSIBLE', 'Hedge h can be settled by retry'));
    fireEvent.click(screen.getByTestId('settle-h-closeKnown'));
    expect(await screen.findByText(/cannot be settled that way/)).toBeDefined();
  });

  it('cannot be settled while balances are compared or the disk has failed', () => {
    const { fake } = show();
    const { standing } = base.parts;
    for (const trading of ['reconciling', 'diskFailed'] as const) {
      act(() => fake.push({ parts: { standing: { ...standing, trading } } }));
      expect(screen.getByTestId('settle-h-closeKnown')).toHaveProperty('disabled', true);
    }
    act(() => fake.push({ parts: { standing: { ...standing, trading: 'stopped' } } }));
    expect(screen.getByTestId('settle-h-closeKnown')).toHaveProperty('disabled', false);
  });

  it('says what was decided, and what the venues held', () => {
    show({ settlement: { how: 'settledAtVenue', at: base.at, read: null } });
    expect(screen.getByTestId('settle-h-settledAtVenue').getAttribute('aria-busy')).toBe('true');
    cleanup();
    show({ settlement: { how: 'settledAtVenue', at: base.at, read: { spot: '0.02', perp: '0.018' } } });
    expect(screen.getByTestId('settle-h').textContent).toContain('spot 0.02, perp 0.018 BTC');
  });
});

it('a hedge that settles itself asks nobody', () => {
  draw(<HedgesPanel />, {
    snapshot: { ...base, tables: { ...base.tables, hedges: { h: { ...silent, id: 'h', phase: 'unwinding', waysToSettle: [] } } } },
  });
  expect(screen.queryByTestId('settle-open-h')).toBeNull();
});
