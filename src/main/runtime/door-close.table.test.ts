/** What changes between the decision to close and the wire, and what the door makes of it. */
import { describe, expect, it } from 'vitest';
import type { HedgeId } from '../../shared/domain/ids.ts';
import { there, withKey } from '../../shared/domain/record.ts';
import { krw, price, quantity } from '../../shared/domain/units.ts';
import { closing } from '../engine/testing/decided.ts';
import { exit } from '../engine/testing/signals.ts';
import { Before, otherAccount, type Row, shortFilled } from './door-testing.ts';

describe('a close', () => {
  it.each<Row>([
    ['leaves where nothing changed', () => undefined, 'leaves'],
    [
      'leaves however late, whatever the limits',
      (before) => {
        before.world.now += 60_000;
        before.set({ maxHedgeKrw: krw('1'), maxBookAgeMs: 100 });
      },
      'leaves',
    ],
    ['leaves after a stop', ({ door }) => door.latch(), 'leaves'],
    ['leaves after a sleep', ({ world }) => void world.feed({ kind: 'resumed', awayMs: 60_000 }), 'leaves'],
    ['stays after the disk failed', ({ door }) => door.failDisk(), 'JOURNAL_FAILED'],
    ['stays while the venues are read', ({ world }) => void world.feed({ kind: 'started', armWhenReady: false, engine: 'test' }), 'RECONCILING'],
    ['stays on another account', (before) => (before.see = otherAccount), 'ACCOUNT_CHANGED'],
    ['stays where its leg holds less by now', (before) => (before.see = shortFilled(before, '0.049')), 'MORE_THAN_HELD 0.05 against 0.049'],
    ['leaves where its leg holds more', (before) => (before.see = shortFilled(before, '0.051')), 'leaves'],
    ['stays where the books do not know it', (before) => (before.see = (state) => ({ ...state, orders: {} })), 'NO_DATA'],
  ])('%s', async (_what, change, expected) => {
    const before = new Before(closing());
    change(before);
    expect(await before.says('perp', 'exit')).toBe(expected);
  });
});

describe('a close that its signal bounds', () => {
  /** Least premium to close at: what a close would get is 0.00 % at these prices, and less where the bid falls. */
  const bounded = (expected: string): Before => new Before(closing((world) => void world.signal(exit('x', { premium: [expected, '0'] }))));
  const fallen = { spotBid: price('160000000'), spotAsk: price('160001000') };

  it('leaves while the premium holds, and not once it is known to have moved: neither leg', async () => {
    const holds = bounded('-0.002');
    expect(await holds.says('spot', 'exit')).toBe('leaves');
    const moved = bounded('-0.002');
    moved.read('spot', fallen);
    expect(await moved.says('perp', 'exit')).toMatch(/^PREMIUM_MOVED -0\.\d+ against -0.002$/);
    moved.read('spot', {}, moved.world.now + 1);
    expect(await moved.says('spot', 'exit')).toMatch(/^PREMIUM_MOVED /);
  });

  it('leaves with a leg that has left, whatever the premium is by then', async () => {
    const before = bounded('-0.002');
    expect(await before.says('spot', 'exit')).toBe('leaves');
    before.read('spot', fallen);
    expect(await before.says('perp', 'exit')).toBe('leaves');
  });

  it('is carried through once something of it has traded', async () => {
    const before = bounded('-0.002');
    before.read('spot', fallen);
    const order = before.world.order('spot', 'exit');
    before.see = (state) => ({ ...state, orders: withKey(state.orders, order.id, { ...order, filled: quantity('0.001') }) });
    expect(await before.says('perp', 'exit')).toBe('leaves');
  });

  it('stays where the premium cannot be reckoned, and goes where a leg has no partner', async () => {
    const before = bounded('-0.002');
    before.read('spot', { bids: [], asks: [], at: 0 });
    expect([await before.says('spot', 'exit'), await before.says('perp', 'exit')]).toEqual(['NO_DATA', 'NO_DATA']);
    const alone = bounded('-0.002');
    alone.read('spot', fallen);
    const { id, hedge } = alone.world.order('perp', 'entry');
    alone.see = (state) => {
      const mine = there(state.hedges, hedge ?? ('' as HedgeId));
      const orders = withKey(state.orders, id, { ...there(state.orders, id), filled: quantity('0') });
      return { ...state, orders, hedges: withKey(state.hedges, mine.id, { ...mine, heldAtMove: { ...mine.heldAtMove, perp: quantity('0') } }) };
    };
    expect(await alone.says('spot', 'exit')).toBe('leaves');
  });

  it('is forgotten after a thousand others', async () => {
    const before = bounded('-0.002');
    before.read('spot', fallen);
    expect(await before.says('perp', 'exit')).toMatch(/^PREMIUM_MOVED /);
    before.read('spot', {}, before.world.now + 1);
    const { decided } = before.world.order('perp', 'exit').stamps;
    for (let nth = 1; nth <= 1000; nth += 1) {
      before.see = (state) => {
        const order = before.world.order('perp', 'exit');
        return { ...state, orders: withKey(state.orders, order.id, { ...order, stamps: { decided: decided - nth } }) };
      };
      expect(await before.says('perp', 'exit')).toBe('leaves');
    }
    before.see = (state) => state;
    expect(await before.says('spot', 'exit')).toBe('leaves');
  });
});
