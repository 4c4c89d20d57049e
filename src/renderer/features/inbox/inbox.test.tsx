// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { done, refused } from '../../../shared/contract/reply.ts';
import type { SignalRow } from '../../../shared/contract/rows.ts';
import type { Snapshot } from '../../../shared/contract/updates.ts';
import { fixtureSnapshot } from '../../testing/fixture.ts';
import { draw } from '../../testing/render.tsx';
import { InboxView } from './view.tsx';

const now = 1_795_237_407_000;
const content: NonNullable<SignalRow['content']> = {
  action: 'ENTER',
  coin: 'BTC',
  quantity: '0.05',
  amountKrw: null,
  createdAt: now - 5000,
  expiresAt: now + 25_000,
  risk: null,
  expectedPremium: null,
  maxSlippage: null,
  hedge: null,
  note: null,
};
const row = (id: string, more: Partial<SignalRow> = {}): SignalRow => ({
  key: id,
  id,
  seen: now - 5000,
  source: { kind: 'file', path: '/research/signals.jsonl', line: 7 },
  state: 'awaitingApproval',
  code: 'AWAITING_APPROVAL',
  reason: 'Waits',
  compared: null,
  values: {},
  hedge: null,
  content,
  excerpt: null,
  ticket: null,
  ...more,
});
const inbox = (...rows: readonly SignalRow[]): Snapshot => {
  const snapshot = fixtureSnapshot(now);
  return { ...snapshot, at: now, tables: { ...snapshot.tables, signals: Object.fromEntries(rows.map((one) => [one.key, one])) } };
};
const show = (...rows: readonly SignalRow[]) => draw(<InboxView />, { snapshot: inbox(...rows) });
const by = (id: string) => screen.getByTestId(id);
const pass = (ms: number): Promise<void> =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
const settle = (): Promise<void> => pass(0);

beforeEach(() => {
  vi.useFakeTimers({ now });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('a ticket', () => {
  it('puts approve and decline to the engine for its own signal', async () => {
    const { fake } = show(row('a'), row('b'));
    fireEvent.click(by('approve-b'));
    fireEvent.click(by('decline-a'));
    await settle();
    expect(fake.sent).toEqual([
      { name: 'signal.approve', input: { signal: 'b' } },
      { name: 'signal.decline', input: { signal: 'a' } },
    ]);
  });

  it('says a refusal in words and stays', async () => {
    const { fake } = show(row('a'));
    fake.answer('signal.approve', () => refused('EXPIRED', 'The signal has expired'));
    fireEvent.click(by('approve-a'));
    await settle();
    expect(within(by('signal-a')).getByRole('alert').textContent).toContain('Its time was over.');
    expect(by('approve-a')).toBeDefined();
  });

  it('says why it would be refused now with the numbers, and may be approved all the same', () => {
    const denial = { code: 'SIGNAL_RISK', reason: 'r', compared: { limit: '0.5', was: '0.9' }, values: {} };
    const ticket = { at: now, quantity: null, spotWorst: null, perpWorst: null, spotCostKrw: null, marginUsdt: null, feesKrw: null, premium: null };
    show(row('a', { ticket: { ...ticket, limits: [], denial } }));
    expect(by('signal-a').textContent).toMatch(/Would be refused now.*limit 0\.5, was 0\.9/);
    expect(by('approve-a').hasAttribute('disabled')).toBe(false);
  });

  it('has no buttons once it expired by the engine’s clock, whatever ours says', () => {
    const ahead = inbox(row('a'));
    draw(<InboxView />, { snapshot: { ...ahead, at: now + 26_000 } });
    expect(screen.queryByTestId('approve-a')).toBeNull();
    expect(screen.queryByTestId('decline-a')).toBeNull();
  });

  it('loses its buttons while it is looked at', async () => {
    show(row('a'));
    expect(by('approve-a')).toBeDefined();
    await pass(25_500);
    expect(screen.queryByTestId('approve-a')).toBeNull();
  });

  it('cannot be approved while the engine is not heard', () => {
    const { fake } = show(row('a'));
    act(() => fake.state('lost'));
    fireEvent.click(by('approve-a'));
    expect(by('approve-a').hasAttribute('disabled')).toBe(true);
    expect(fake.sent).toEqual([]);
  });
});

describe('the list of tickets', () => {
  const order = () => screen.getAllByRole('article').map((card) => card.getAttribute('aria-label')?.replace(/^.* /, ''));
  const answered = (id: string) => ({ tables: { signals: { [id]: row(id, { seen: now - 3000, state: 'declined' as const, code: 'DECLINED' }) } } });

  it('puts a new one behind those that wait', () => {
    const { fake } = show(row('b', { seen: now - 2000 }), row('a', { seen: now - 3000 }));
    act(() => fake.push({ tables: { signals: { 'c-first-by-name': row('c-first-by-name', { seen: now }) } } }));
    expect(order()).toEqual(['a', 'b', 'c-first-by-name']);
  });

  it('keeps the place of one that was answered while the pointer is there, so that no press lands on the next', async () => {
    const { fake } = show(row('a', { seen: now - 3000 }), row('b', { seen: now - 2000 }));
    fireEvent.pointerEnter(screen.getByRole('list', { name: 'Signals that await approval' }));
    act(() => fake.push(answered('a')));
    await pass(10_000);
    expect(order()).toEqual(['a', 'b']);
    fireEvent.pointerLeave(screen.getByRole('list', { name: 'Signals that await approval' }));
    await settle();
    expect(order()).toEqual(['b']);
  });

  it('shows for a moment what became of it', async () => {
    const { fake } = show(row('a'));
    act(() => fake.push(answered('a')));
    expect(screen.getByRole('article').textContent).toContain('Declined.');
    await pass(3500);
    expect(screen.queryByRole('article')).toBeNull();
  });
});

describe('the table of signals', () => {
  it('has each id once in the page: on the ticket while it waits, on the row after', () => {
    const { fake } = show(row('a'));
    expect(by('signal-a').tagName).toBe('ARTICLE');
    act(() => fake.push({ tables: { signals: { a: row('a', { state: 'executed', code: 'HEDGED', hedge: 'a' }) } } }));
    expect(by('signal-a').tagName).toBe('TR');
    expect(by('signal-a').dataset['state']).toBe('executed');
  });

  it('says a refusal with the numbers compared', () => {
    show(row('a', { state: 'rejected', code: 'SIGNAL_RISK', compared: { limit: '0.5', was: '0.9' } }));
    expect(by('signal-a').textContent).toContain('0.9');
  });

  it('shows what could not be read, without the id that it may share', () => {
    const broken = row('fact 8', { id: 'a', state: 'malformed', code: 'NOT_JSON', content: null, excerpt: '{"id":"a"' });
    show(row('a', { state: 'executed', code: 'HEDGED' }), broken);
    expect(screen.getAllByTestId('signal-a')).toHaveLength(1);
    const line = document.querySelector('[data-state="malformed"]');
    expect(line?.textContent).toContain('{"id":"a"');
  });

  it('shows one state alone, and all again when none has it any more', () => {
    const { fake } = show(row('a', { state: 'declined', code: 'DECLINED' }), row('b', { state: 'executed', code: 'HEDGED' }));
    fireEvent.click(screen.getByRole('radio', { name: /Declined/ }));
    expect(screen.queryByTestId('signal-b')).toBeNull();
    act(() => fake.push({ tables: { signals: { a: null } } }));
    expect(by('signal-b')).toBeDefined();
  });

  it('says where signals are read from while there are none', () => {
    show();
    expect(screen.getByText('/home/trader/research/signals.jsonl')).toBeDefined();
  });
});

it('answers of the engine to an approval are not taken for a refusal', async () => {
  const { fake } = show(row('a'));
  fake.answer('signal.approve', () => done({}));
  fireEvent.click(by('approve-a'));
  await settle();
  expect(screen.queryByRole('alert')).toBeNull();
});
