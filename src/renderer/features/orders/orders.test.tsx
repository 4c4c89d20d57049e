// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OrderRow } from '../../../shared/contract/rows.ts';
import { fixtureSnapshot } from '../../testing/fixture.ts';
import { draw } from '../../testing/render.tsx';
import { everything, fits } from './filter.ts';
import { span } from './timeline.tsx';
import { OrdersView } from './view.tsx';

const now = 1_795_237_407_000;
const order = (id: string, more: Partial<OrderRow> = {}): OrderRow => ({
  id,
  hedge: 'h-1',
  venue: 'upbit',
  leg: 'spot',
  coin: 'BTC',
  side: 'buy',
  purpose: 'entry',
  type: 'limit',
  timeInForce: 'IOC',
  quantity: '0.05',
  cost: null,
  price: '145231000',
  reduceOnly: false,
  state: 'filled',
  filled: '0.05',
  averagePrice: '144012311.2',
  fills: [{ tradeId: `${id}-t1`, price: '144012000', quantity: '0.05', fee: '3600.5', feeCurrency: 'KRW', at: now }],
  venueOrderId: 'v-1',
  failure: null,
  stamps: { decided: now - 100, durable: now - 98.7, wire: now - 98, acknowledged: now - 70, filled: now - 60 },
  unknownSince: null,
  misses: 0,
  evidence: null,
  amendable: false,
  cancelable: false,
  settleable: false,
  ...more,
});
const show = (...rows: readonly OrderRow[]) => {
  const snapshot = fixtureSnapshot(now);
  return draw(<OrdersView />, {
    snapshot: { ...snapshot, at: now, tables: { ...snapshot.tables, orders: Object.fromEntries(rows.map((row) => [row.id, row])) } },
  });
};
const open = (id: string) => fireEvent.click(within(screen.getByTestId(`order-${id}`)).getByRole('button'));

beforeEach(() => {
  vi.useFakeTimers({ now });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  location.hash = '';
});

describe('the orders', () => {
  it('an unknown outcome is said above the table and in the row: since when, and how often it was looked for', () => {
    show(order('a', { state: 'unknown', unknownSince: now - 42_000, misses: 7, filled: '0', fills: [] }), order('b'));
    expect(screen.getByRole('alert').textContent).toContain('never sent twice');
    expect(screen.getByTestId('order-a').textContent).toContain('0:42 · 7');
    fireEvent.click(within(screen.getByRole('alert')).getByRole('button'));
    expect(screen.queryByTestId('order-b')).toBeNull();
  });

  it('a venue’s no is shown with the venue’s own code and words', () => {
    const failure = {
      code: 'INSUFFICIENT_FUNDS',
      venueCode: 'insufficient_funds_bid',
      said: '주문가능한 금액이 부족합니다.',
      compared: null,
      values: {},
    };
    show(order('a', { state: 'rejected', failure }));
    expect(screen.getByTestId('order-a').textContent).toContain('insufficient_funds_bid');
    open('a');
    expect(screen.getByText('Not enough funds.')).toBeDefined();
    expect(screen.getByText(failure.said)).toBeDefined();
  });

  it('what a check of ours held back is said as every denial is', () => {
    const failure = { code: 'PRICE_COLLAR', venueCode: '', said: 'Too far', compared: { limit: '100', was: '101' }, values: { venue: 'upbit' } };
    show(order('a', { state: 'rejected', failure }));
    expect(screen.getByTestId('order-a').textContent).toContain('Held back');
    open('a');
    expect(screen.getByText('Too far from the book of Upbit. (limit 100, was 101)')).toBeDefined();
  });

  it('opens to fills and to the time between the steps', () => {
    show(order('a'));
    open('a');
    expect(screen.getByText('a-t1')).toBeDefined();
    const steps = within(screen.getByRole('list', { name: 'Steps' })).getAllByRole('listitem');
    expect(steps.map((step) => step.textContent)).toEqual([
      expect.stringContaining('Decided'),
      expect.stringContaining('+1.3 ms'),
      expect.stringContaining('+0.7 ms'),
      expect.stringContaining('+28 ms'),
      expect.stringContaining('+10 ms'),
    ]);
  });

  it('a link to a hedge shows its orders alone', () => {
    location.hash = '#orders/h-2';
    show(order('a'), order('b', { hedge: 'h-2' }));
    act(() => void dispatchEvent(new Event('hashchange')));
    expect(screen.queryByTestId('order-a')).toBeNull();
    expect(screen.getByTestId('order-b')).toBeDefined();
  });

  it('fills of all orders have a table of their own', () => {
    show(
      order('a'),
      order('b', {
        venue: 'binance',
        leg: 'perp',
        fills: [{ tradeId: 'b-t1', price: '101234.5', quantity: '0.02', fee: '1.01', feeCurrency: 'USDT', at: now }],
      }),
    );
    fireEvent.click(screen.getByRole('radio', { name: 'Fills' }));
    const text = screen.getByTestId('fills').textContent;
    expect(text).toContain('7,200,600 KRW');
    expect(text).toContain('2,024.69 USDT');
  });
});

describe('orders by hand', () => {
  const mine = { hedge: null, purpose: 'byHand', state: 'open', amendable: true, cancelable: true } as const;

  it('are found beside those of hedges, and have what may be done to them', () => {
    show(order('a'), order('mine', mine));
    expect(screen.queryByTestId('cancel-a')).toBeNull();
    fireEvent.click(screen.getByTestId('orders-by-hand'));
    expect(screen.queryByTestId('order-a')).toBeNull();
    expect(screen.getByTestId('order-mine').textContent).toContain('By hand');
    expect(screen.getByTestId('cancel-mine')).toBeDefined();
  });

  it('keep their places while the pointer is on their buttons', () => {
    const { fake } = show(order('mine', mine));
    const ids = () => screen.getAllByTestId(/^order-/).map((row) => row.dataset['testid']);
    const buttons = screen.getByTestId('cancel-mine').closest('td');
    if (buttons === null) throw new Error('The buttons are in a cell');
    fireEvent.pointerEnter(buttons);
    const stamps = { ...order('new').stamps, decided: now };
    act(() => fake.push({ tables: { orders: { new: order('new', { stamps }) } } }));
    expect(ids()).toEqual(['order-mine']);
    fireEvent.pointerLeave(buttons);
    expect(ids()).toEqual(['order-new', 'order-mine']);
  });

  it('are typed in a panel that the button opens and closes, with the focus back on it', () => {
    show(order('a'));
    fireEvent.click(screen.getByTestId('hand-open'));
    expect(screen.getByTestId('hand')).toBeDefined();
    fireEvent.click(screen.getByTestId('hand-close'));
    expect(screen.queryByTestId('hand')).toBeNull();
    expect(document.activeElement).toBe(screen.getByTestId('hand-open'));
  });
});

it.each([
  ['by a part of the hedge’s id', { search: 'H-1' }, true],
  ['by the venue’s order id', { search: 'v-1' }, true],
  ['by a trade id', { search: 'a-t1' }, true],
  ['not by what it has not', { search: 'h-2' }, false],
  ['by venue', { venue: 'binance' as const }, false],
  ['by state', { state: 'filled' as const }, true],
  ['as of a hedge', { made: 'hedges' as const }, true],
  ['not as by hand', { made: 'byHand' as const }, false],
])('an order is found %s', (_how, wanted, found) => {
  expect(fits({ ...everything, ...wanted }, order('a'))).toBe(found);
});

it.each([
  [0.31, '+0.31 ms'],
  [12, '+12 ms'],
  [33.44, '+33.4 ms'],
  [1234, '+1.23 s'],
  [-2, '−2 ms'],
])('%d ms is %s', (ms, text) => {
  expect(span(ms)).toBe(text);
});
