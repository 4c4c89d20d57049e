// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refused } from '../../../../shared/contract/reply.ts';
import type { OrderRow } from '../../../../shared/contract/rows.ts';
import { useRow } from '../../../app/hooks.ts';
import { fixtureSnapshot } from '../../../testing/fixture.ts';
import { draw } from '../../../testing/render.tsx';
import { Evidence } from '../evidence.tsx';
import { type Asked, OrderActions, OrderDialog } from './order-actions.tsx';

const snapshot = fixtureSnapshot();
const byHand = Object.values(snapshot.tables.orders).filter((row) => row.hedge === null);
const find = (is: (row: OrderRow) => boolean): OrderRow => {
  const row = byHand.find(is);
  if (row === undefined) throw new Error('The fixture has such an order');
  return row;
};
const resting = find((row) => row.type === 'limit' && row.amendable);
const protective = find((row) => row.type === 'stopMarket');
const silent = find((row) => row.state === 'unknown');

const Actions = ({ id }: { readonly id: string }) => {
  const row = useRow('orders', id);
  const [asked, setAsked] = useState<Asked | null>(null);
  if (row === undefined) return null;
  return (
    <>
      <OrderActions row={row} onAsk={setAsked} />
      {asked !== null && <OrderDialog row={row} asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
};
const press = (name: string): Promise<unknown> => Promise.resolve(act(async () => void fireEvent.click(screen.getByTestId(name))));
const type = (name: string, value: string) => fireEvent.change(screen.getByTestId(name), { target: { value } });

beforeEach(() => {
  document.body.insertAdjacentHTML('beforeend', '<div id="layers"></div>');
});
afterEach(() => {
  cleanup();
  document.body.replaceChildren();
});

describe('amending', () => {
  it('sends both the quantity and the price, only when one of them is another, and then is over', async () => {
    const { fake } = draw(<Actions id={resting.id} />, { snapshot });
    await press(`amend-${resting.id}`);
    expect(screen.getByTestId('amend-send')).toHaveProperty('disabled', true);
    type('amend-price', '153500000');
    await press('amend-send');
    expect(fake.sent).toEqual([{ name: 'order.amend', input: { order: resting.id, quantity: resting.quantity, price: '153500000' } }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('says that the quantity counts what is filled already', async () => {
    draw(<Actions id={resting.id} />, { snapshot });
    await press(`amend-${resting.id}`);
    expect(screen.getByText(/0.002 BTC are filled already/)).toBeDefined();
  });

  it('keeps what was typed where it was refused, and says why', async () => {
    const { fake } = draw(<Actions id={resting.id} />, { snapshot });
    fake.answer('order.amend', () => ({ ...refused('PRICE_COLLAR', 'Too far'), values: { venue: 'upbit' } }));
    await press(`amend-${resting.id}`);
    type('amend-quantity', '0.03');
    await press('amend-send');
    expect((await screen.findByRole('alert')).textContent).toContain('Too far from the book of Upbit.');
    expect(screen.getByTestId('amend-quantity')).toHaveProperty('value', '0.03');
  });

  it('cannot be sent any more once the order is over', async () => {
    const { fake } = draw(<Actions id={resting.id} />, { snapshot });
    await press(`amend-${resting.id}`);
    type('amend-quantity', '0.03');
    act(() => fake.push({ tables: { orders: { [resting.id]: { ...resting, state: 'filled', amendable: false, cancelable: false } } } }));
    expect(screen.getByTestId('amend-send')).toHaveProperty('disabled', true);
    expect(screen.getByText(/no longer be amended/)).toBeDefined();
  });
});

describe('canceling', () => {
  it('is one press', async () => {
    const { fake } = draw(<Actions id={resting.id} />, { snapshot });
    await press(`cancel-${resting.id}`);
    expect(fake.sent).toEqual([{ name: 'order.cancel', input: { order: resting.id } }]);
  });

  it('is asked twice where the order protects a short', async () => {
    const { fake } = draw(<Actions id={protective.id} />, { snapshot });
    await press(`cancel-${protective.id}`);
    expect(fake.sent).toEqual([]);
    await press('cancel-send');
    expect(fake.sent).toEqual([{ name: 'order.cancel', input: { order: protective.id } }]);
  });

  it('is not offered for what is over', () => {
    const over = find((row) => row.state === 'filled');
    draw(<Actions id={over.id} />, { snapshot });
    expect(screen.queryAllByRole('button')).toEqual([]);
  });
});

it('an order that nobody answers for is set aside where its evidence is, after a second press', async () => {
  const { fake } = draw(<Evidence row={silent} />, { snapshot });
  expect(screen.queryByRole('link')).toBeNull();
  await press(`set-aside-${silent.id}`);
  expect(fake.sent).toEqual([]);
  await press('settle-send');
  expect(fake.sent).toEqual([{ name: 'order.settle', input: { order: silent.id } }]);
});
