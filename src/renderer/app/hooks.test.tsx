// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { memo } from 'react';
import { afterEach, expect, it } from 'vitest';
import type { OrderRow } from '../../shared/contract/rows.ts';
import { fixtureSnapshot } from '../testing/fixture.ts';
import { draw } from '../testing/render.tsx';
import { useCommand, useRow, useRows } from './hooks.ts';

afterEach(cleanup);
const newest = { compare: (a: OrderRow, b: OrderRow) => b.stamps.decided - a.stamps.decided };

it('a change of one row draws that row, not the table and not its neighbors', () => {
  const drawn: string[] = [];
  const Row = memo(function Row({ id }: { readonly id: string }) {
    const row = useRow('orders', id);
    drawn.push(id);
    return <li>{row?.state}</li>;
  });
  const List = () => {
    drawn.push('list');
    return useRows('orders', newest).map((id) => <Row key={id} id={id} />);
  };
  const { fake } = draw(<List />);
  const [row] = Object.values(fixtureSnapshot().tables.orders);
  if (row === undefined) throw new Error('The fixture has orders');
  drawn.length = 0;
  act(() => fake.push({ tables: { orders: { [row.id]: { ...row, state: 'filled' } } } }));
  expect(drawn).toEqual([row.id]);
  act(() => fake.push({ tables: { orders: { [row.id]: null } } }));
  expect(drawn).toContain('list');
});

it('a command that is pending is not sent a second time', async () => {
  const Two = () => {
    const { run, pending } = useCommand('console.arm');
    return (
      <button type="button" onClick={() => void run({})}>
        {pending ? 'pending' : 'ready'}
      </button>
    );
  };
  const { fake } = draw(<Two />);
  fireEvent.click(screen.getByRole('button'));
  fireEvent.click(screen.getByText('pending'));
  await screen.findByText('ready');
  expect(fake.sent).toHaveLength(1);
});

it('another input is not lost while a command is pending: back to manual is never swallowed', async () => {
  const Toggle = () => {
    const { run, pending } = useCommand('approval.set');
    return (
      <>
        {(['auto', 'manual'] as const).map((approval) => (
          <button key={approval} type="button" onClick={() => void run({ approval })}>
            {approval}
          </button>
        ))}
        <output>{pending ? 'pending' : 'ready'}</output>
      </>
    );
  };
  const { fake } = draw(<Toggle />);
  fireEvent.click(screen.getByText('auto'));
  fireEvent.click(screen.getByText('manual'));
  await screen.findByText('ready');
  expect(fake.sent.map(({ input }) => input)).toEqual([{ approval: 'auto' }, { approval: 'manual' }]);
});
