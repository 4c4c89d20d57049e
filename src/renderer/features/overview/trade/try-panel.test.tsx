// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Standing } from '../../../../shared/contract/parts.ts';
import { done, refused } from '../../../../shared/contract/reply.ts';
import type { HedgeRow } from '../../../../shared/contract/rows.ts';
import type { Snapshot } from '../../../../shared/contract/updates.ts';
import { emptySnapshot, fixtureSnapshot } from '../../../testing/fixture.ts';
import { draw } from '../../../testing/render.tsx';
import { TryPanel } from './try-panel.tsx';

afterEach(cleanup);

const standingAs = (change: Partial<Standing>, base = emptySnapshot()): Snapshot => ({
  ...base,
  parts: { ...base.parts, standing: { ...base.parts.standing, trading: 'armed', stop: null, ...change } },
});
const hedge = (change: Partial<HedgeRow>): HedgeRow => {
  const [first] = Object.values(fixtureSnapshot().tables.hedges);
  if (first === undefined) throw new Error('The fixture has hedges');
  return { ...first, phase: 'hedged', closing: null, source: { kind: 'person' }, ...change };
};
const table = (rows: readonly HedgeRow[]) => Object.fromEntries(rows.map((row) => [row.id, row]));

describe('try a hedge', () => {
  it('opens 0.01 BTC with one press, and shows what became of it', async () => {
    const { fake } = draw(<TryPanel />, { snapshot: standingAs({ approval: 'auto' }) });
    fake.answer('hedge.open', () => done({ signal: 'hand-1' }));
    fireEvent.click(screen.getByTestId('demo-open'));
    await waitFor(() => expect(fake.sent).toEqual([{ name: 'hedge.open', input: { coin: 'BTC', quantity: '0.01' } }]));
    const [signal] = Object.values(fixtureSnapshot().tables.signals);
    if (signal === undefined) throw new Error('The fixture has signals');
    act(() =>
      fake.push({
        tables: {
          signals: {
            'hand-1': {
              ...signal,
              key: 'hand-1',
              id: 'hand-1',
              state: 'rejected',
              code: 'HEDGE_SIZE_LIMIT',
              reason: 'Too large',
              compared: { limit: '1000000', was: '1625000' },
              values: {},
            },
          },
        },
      }),
    );
    expect(await screen.findByText(/1,625,000 KRW/)).toBeTruthy();
  });

  it.each(['disarmed', 'stopped', 'reconciling', 'diskFailed'] as const)('cannot be pressed while %s, and says why', (trading) => {
    draw(<TryPanel />, { snapshot: standingAs({ trading }) });
    const button = screen.getByTestId('demo-open');
    expect(button).toHaveProperty('disabled', true);
    const reason = document.getElementById(button.getAttribute('aria-describedby') ?? '');
    expect(reason?.textContent).toMatch({ disarmed: /off/, stopped: /Stopped/, reconciling: /compared/, diskFailed: /disk/ }[trading]);
  });

  it('cannot be pressed while the engine is lost', () => {
    const { fake } = draw(<TryPanel />, { snapshot: standingAs({}) });
    act(() => fake.state('lost'));
    expect(screen.getByTestId('demo-open')).toHaveProperty('disabled', true);
  });

  it('says what a press will do under the approval of now, and that live is real money', () => {
    const { fake } = draw(<TryPanel />, { snapshot: standingAs({ approval: 'manual', mode: 'paper' }) });
    expect(screen.getByText(/approve the ticket below.*no real money/)).toBeTruthy();
    act(() => fake.push({ parts: standingAs({ approval: 'auto', mode: 'live' }).parts }));
    expect(screen.getByText(/at once.*real money/)).toBeTruthy();
  });

  it('closes the newest hedge that a person opened, and nothing that a signal opened', async () => {
    const rows = [
      hedge({ id: 'mine-1', openedAt: 1 }),
      hedge({ id: 'mine-2', openedAt: 2 }),
      hedge({ id: 'mine-3', openedAt: 3, phase: 'flat' }),
      hedge({ id: 'signal-4', openedAt: 4, source: { kind: 'socket', connection: 1 } }),
    ];
    const { fake } = draw(<TryPanel />, { snapshot: { ...standingAs({}), tables: { ...emptySnapshot().tables, hedges: table(rows) } } });
    fireEvent.click(screen.getByTestId('demo-close'));
    await waitFor(() => expect(fake.sent).toEqual([{ name: 'hedge.close', input: { hedge: 'mine-2', quantity: null } }]));
  });

  it('waits for the one that is being closed: a press more never closes the one before it', () => {
    const rows = [hedge({ id: 'mine-1', openedAt: 1 }), hedge({ id: 'mine-2', openedAt: 2, closing: 'person', phase: 'closing' })];
    const { fake } = draw(<TryPanel />, { snapshot: { ...standingAs({}), tables: { ...emptySnapshot().tables, hedges: table(rows) } } });
    fireEvent.click(screen.getByTestId('demo-close'));
    expect(screen.getByTestId('demo-close').getAttribute('aria-busy')).toBe('true');
    expect(fake.sent).toEqual([]);
  });

  it('opens one hedge for a double click and for a key that is held', async () => {
    const { fake } = draw(<TryPanel />, { snapshot: standingAs({ approval: 'auto' }) });
    fake.answer('hedge.open', () => done({ signal: 'hand-1' }));
    const button = screen.getByTestId('demo-open');
    fireEvent.click(button, { detail: 1 });
    await waitFor(() => expect(button.getAttribute('aria-busy')).toBeNull());
    fireEvent.click(button, { detail: 2 });
    expect(fireEvent.keyDown(button, { key: 'Enter', repeat: true })).toBe(false);
    expect(fake.sent).toHaveLength(1);
  });

  it('has nothing to close without one', () => {
    const rows = [hedge({ id: 'signal-4', source: { kind: 'socket', connection: 1 } })];
    draw(<TryPanel />, { snapshot: { ...standingAs({}), tables: { ...emptySnapshot().tables, hedges: table(rows) } } });
    expect(screen.getByTestId('demo-close')).toHaveProperty('disabled', true);
  });
});

describe('a hedge of another size', () => {
  it('is sent as coins or as an amount, never one taken for the other', async () => {
    const { fake } = draw(<TryPanel />, { snapshot: standingAs({}) });
    fake.answer('hedge.open', () => done({ signal: 'hand-2' }));
    fireEvent.change(screen.getByTestId('manual-coin'), { target: { value: 'eth' } });
    fireEvent.change(screen.getByTestId('manual-size'), { target: { value: '0.5' } });
    fireEvent.click(screen.getByRole('radio', { name: 'KRW' }));
    expect(screen.getByTestId('manual-size')).toHaveProperty('value', '');
    fireEvent.change(screen.getByTestId('manual-size'), { target: { value: '5,000,000' } });
    fireEvent.click(screen.getByTestId('manual-open'));
    await waitFor(() => expect(fake.sent).toEqual([{ name: 'hedge.open', input: { coin: 'ETH', amountKrw: '5000000' } }]));
  });

  it('is not sent while it is no amount, and a refusal is said in words', async () => {
    const { fake } = draw(<TryPanel />, { snapshot: standingAs({}) });
    fake.answer('hedge.open', () => refused('JOURNAL_FAILED', 'The journal cannot be written'));
    for (const wrong of ['0', '1e3', '-1', '.5']) {
      fireEvent.change(screen.getByTestId('manual-size'), { target: { value: wrong } });
      expect(screen.getByTestId('manual-open')).toHaveProperty('disabled', true);
    }
    expect(screen.getByText(/above zero/)).toBeTruthy();
    fireEvent.change(screen.getByTestId('manual-size'), { target: { value: '0.02' } });
    fireEvent.click(screen.getByTestId('manual-open'));
    expect((await screen.findByRole('alert')).textContent).not.toContain('JOURNAL_FAILED');
  });
});
