// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Parts, StopReport } from '../../shared/contract/parts.ts';
import type { Snapshot } from '../../shared/contract/updates.ts';
import { emptySnapshot, fixtureSnapshot } from '../testing/fixture.ts';
import { draw } from '../testing/render.tsx';
import { leftBy } from './stop-left.ts';
import { Stopped } from './stopped.tsx';

const at = fixtureSnapshot().at - 60_000;
const stop: NonNullable<Parts['standing']['stop']> = {
  at,
  source: 'limit',
  reason: 'The loss of the day',
  code: 'DAILY_LOSS',
  values: { was: '0.031', limit: '0.03' },
};
const report = (over: Partial<StopReport> = {}): StopReport => ({
  at,
  closeAll: false,
  done: true,
  openOrders: [],
  unknownOrders: [],
  hedges: [{ hedge: 'h-0009', coin: 'BTC', spot: '0.05', perp: '0.05', residual: '0', state: 'kept' }],
  byHand: [],
  settledAt: at + 4000,
  unconfirmed: [],
  ...over,
});
const stopped = (stopReport: StopReport | null, base = emptySnapshot(), stopFile = false): Snapshot => ({
  ...base,
  parts: { ...base.parts, stopReport, standing: { ...base.parts.standing, trading: 'stopped', stop, stopFile } },
});
const confirmed = () => screen.getByTestId('stop-confirmed');
const press = (id: string) => fireEvent.click(screen.getByTestId(id));

beforeEach(() => {
  const layers = document.createElement('div');
  layers.id = 'layers';
  document.body.append(layers);
});
afterEach(() => {
  cleanup();
  document.getElementById('layers')?.remove();
});

describe('the band of the stop', () => {
  it('says that something is closed only once the venues have said so', () => {
    const closing = report({
      closeAll: true,
      done: false,
      settledAt: null,
      unconfirmed: ['upbit', 'binance'],
      hedges: [{ hedge: 'h-0009', coin: 'BTC', spot: '0', perp: '0', residual: '0', state: 'closed' }],
    });
    const { fake } = draw(<Stopped />, { snapshot: stopped(closing) });
    expect(confirmed().textContent).toBe('Not confirmed yet: Upbit, Binance');
    expect(screen.getByTestId('stopped').textContent).not.toContain('everything is closed');
    act(() => fake.push({ parts: { stopReport: { ...closing, unconfirmed: [] } } }));
    expect(confirmed().textContent).toBe('Under way');
    act(() => fake.push({ parts: { stopReport: { ...closing, done: true, unconfirmed: [], settledAt: at + 4000 } } }));
    expect(confirmed().textContent).toMatch(/^Both venues confirmed at \d\d:\d\d:\d\d: everything is closed$/);
  });

  it('does not say that everything is closed while something traded by hand is open', () => {
    const left = report({
      closeAll: true,
      hedges: [{ hedge: 'h-0009', coin: 'BTC', spot: '0', perp: '0', residual: '0', state: 'closed' }],
      byHand: [{ venue: 'binance', coin: 'BTC', quantity: '-0.1' }],
    });
    const { fake } = draw(<Stopped />, { snapshot: stopped(left) });
    const band = screen.getByTestId('stopped').textContent;
    expect(band).not.toContain('everything is closed');
    expect(band).toContain('By hand on Binance: -0.1 BTC');
    expect(confirmed().textContent).toMatch(/: every hedge is closed, what was traded by hand is not$/);
    press('reset-stop');
    expect(fake.sent).toEqual([]);
    const dialog = within(screen.getByRole('dialog')).getByTestId('stop-left').textContent;
    expect(dialog).toContain('Binance · -0.1 BTC');
    expect(dialog).not.toContain('everything is closed');
  });

  it('says of kept hedges that no order of ours is open, and resets at one press', async () => {
    const { fake } = draw(<Stopped />, { snapshot: stopped(report()) });
    expect(confirmed().textContent).toMatch(/no own order is open$/);
    press('reset-stop');
    const sent = { name: 'stop.reset', input: { seen: stopped(report()).parts.standing.stop?.at } };
    await waitFor(() => expect(fake.sent).toEqual([sent]));
  });

  it.each([
    ['an order of unknown outcome', report({ done: false, unknownOrders: ['kck3f9x2ff11aa12cc13dd14ee15'] })],
    ['an open order', report({ done: false, openOrders: ['kck3f9x2ff11aa12cc13dd14ee15'] })],
    [
      'a hedge that is not equal',
      report({ hedges: [{ hedge: 'h-0007', coin: 'BTC', spot: '0.05', perp: '0.03', residual: '0.02', state: 'kept' }] }),
    ],
    [
      'a hedge that waits for a person',
      report({ hedges: [{ hedge: 'h-0007', coin: 'BTC', spot: '0', perp: '0', residual: '0', state: 'needsOperator' }] }),
    ],
  ])('shows %s before it is reset', async (_what, left) => {
    const { fake } = draw(<Stopped />, { snapshot: stopped(left, fixtureSnapshot()) });
    press('reset-stop');
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText(/day/)).toBeTruthy();
    const shown = dialog.getByTestId('stop-left').textContent;
    for (const id of [...left.unknownOrders, ...left.openOrders, ...left.hedges.map(({ hedge }) => hedge)]) expect(shown).toContain(id);
    fireEvent.click(dialog.getByText('Cancel'));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(fake.sent).toEqual([]);
    press('reset-stop');
    // Another stop that comes while it asks is not the one that was seen.
    act(() => fake.push({ parts: { standing: { ...emptySnapshot().parts.standing, trading: 'stopped', stop: { ...stop, at: at + 5000 } } } }));
    press('reset-stop-anyway');
    await waitFor(() => expect(fake.sent).toEqual([{ name: 'stop.reset', input: { seen: at } }]));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('lists no more than can be read, and says how many more there are', () => {
    const many = Array.from({ length: 23 }, (_, index) => String(index + 100));
    const hedges = many.map((hedge) => ({ hedge, coin: 'BTC', spot: '0.05', perp: '0.03', residual: '0.02', state: 'waiting' }) as const);
    const byHand = many.map((digits) => ({ venue: 'upbit', coin: `C${digits}`, quantity: '1' }) as const);
    draw(<Stopped />, { snapshot: stopped(report({ hedges, openOrders: many, byHand }), emptySnapshot()) });
    expect(screen.getAllByText('and 20 more')).toHaveLength(2);
    press('reset-stop');
    expect(screen.getAllByText('and 3 more')).toHaveLength(3);
  });

  it('lets the engine say why not while a STOP file lies there', async () => {
    const { fake } = draw(<Stopped />, { snapshot: stopped(report({ openOrders: ['o1'] }), emptySnapshot(), true) });
    fake.answer('stop.reset', () => ({ ok: false, code: 'STOP_FILE', reason: 'There is a STOP file' }));
    press('reset-stop');
    expect((await screen.findByText(/STOP file lies/)).textContent).toBeTruthy();
  });
});

describe('what a stop left', () => {
  it('is read off the tables while there is no report', () => {
    const { tables, parts } = fixtureSnapshot();
    const left = leftBy(null, tables, parts.venues);
    expect(left.open.length).toBe(Object.values(tables.hedges).filter(({ phase }) => phase !== 'flat').length);
    expect(left.unequal.map(({ hedge }) => hedge)).toContain('h-0007');
    expect(left.unknownOrders.length).toBeGreaterThan(0);
    expect(left.byHand).toEqual([{ venue: 'upbit', coin: 'BTC', quantity: '0.00521' }]);
    expect(left.isUnsettled).toBe(true);
    const nothing = { hedges: {}, orders: {} };
    expect(leftBy(null, nothing, null)).toMatchObject({ open: [], byHand: [], isUnsettled: false });
    expect(leftBy(null, nothing, parts.venues)).toMatchObject({ open: [], isUnsettled: true });
  });
});
