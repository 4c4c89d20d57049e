import { expect, it, vi } from 'vitest';
import type { OrderRow } from '../../shared/contract/rows.ts';
import { fixtureSnapshot } from '../testing/fixture.ts';
import { applySnapshot, applyUpdate, createReplica } from './replica.ts';
import { rowBusOf } from './row-bus.ts';

const snapshot = fixtureSnapshot();
const model = ((): OrderRow => {
  const [first] = Object.values(snapshot.tables.orders);
  if (first === undefined) throw new Error('The fixture has orders');
  return first;
})();
const ids = Array.from({ length: 100 }, (_, index) => `o${index}`);
const orders = Object.fromEntries(ids.map((id): [string, OrderRow] => [id, { ...model, id }]));

function begin() {
  const replica = createReplica();
  applySnapshot(replica, { ...snapshot, tables: { ...snapshot.tables, orders } }, 0);
  let { sequence } = snapshot;
  const change = (some: readonly string[], filled: string) => {
    sequence += 1;
    const rows = Object.fromEntries(some.map((id): [string, OrderRow] => [id, { ...model, id, filled }]));
    applyUpdate(replica, { sequence, at: 0, parts: {}, tables: { orders: rows } }, 0);
  };
  return { bus: rowBusOf(replica), replica, change };
}

it('tells a row of its own changes only, and at once', () => {
  const { bus, change } = begin();
  const heard: string[] = [];
  for (const id of ids) bus.listen('orders', id, () => heard.push(id));
  change(['o7', 'o3'], '1');
  expect(heard).toEqual(['o3', 'o7']);
});

it('tells hundreds in slices, each of them once, with what is newest', async () => {
  const { bus, replica, change } = begin();
  const heard = new Map<string, string[]>();
  for (const id of ids)
    bus.listen('orders', id, () => void heard.set(id, [...(heard.get(id) ?? []), replica.getState().tables.orders[id]?.filled ?? 'gone']));
  change(ids, '1');
  const first = heard.size;
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(ids.length / 2);
  // A second change before the rest has heard of the first.
  change(ids, '2');
  await vi.waitFor(() => expect([...heard.values()].filter((values) => values.at(-1) === '2')).toHaveLength(ids.length));
  expect(Math.max(...[...heard.values()].map((values) => values.length))).toBeLessThanOrEqual(2);
});

it('tells nobody who has left, also in the middle of the slices', async () => {
  const { bus, change } = begin();
  const heard: string[] = [];
  const ends = ids.map((id) => bus.listen('orders', id, () => heard.push(id)));
  change(ids, '1');
  const first = heard.length;
  for (const end of ends) end();
  await new Promise<void>((resolve) => {
    bus.listen('orders', 'o99', resolve);
    change(['o99'], '2');
  });
  expect(heard).toHaveLength(first);
});
