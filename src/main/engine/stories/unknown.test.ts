/** What is known of an order that nobody answers for, and what it takes to call it absent. */
import { describe, expect, it } from 'vitest';
import { own } from '../../../shared/domain/record.ts';
import { decimal, quantity } from '../../../shared/domain/units.ts';
import type { Holdings, OrderTerms } from '../../../shared/domain/venue.ts';
import { orderRow as orderForm } from '../../../shared/contract/rows.ts';
import type { Order } from '../state.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { BTC } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { replyLost, requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';
import { orderRow } from '../view/order-row.ts';

/** A world in which one leg's order is silent, and nothing asks for it but the story. */
function silent(leg: 'spot' | 'perp' = 'perp', play = requestLost): readonly [World, Order] {
  const world = new World();
  world.chasing = false;
  world.script(leg, 'entry', play);
  world.signal(enter('a1'));
  world.run(1000);
  return [world, world.order(leg, 'entry')];
}
/** Lookups every 2 s that find nothing. */
function miss(world: World, { id }: Order, seconds: number, over: Parameters<World['missed']>[1] = {}): void {
  for (let passed = 0; passed < seconds; passed += 2) {
    world.missed(id, over);
    world.run(2000);
  }
}
const withCoins = (holdings: Holdings, more: string): Holdings => ({
  ...holdings,
  balances: [...holdings.balances, { currency: 'BTC', free: decimal('0'), locked: decimal(more) }],
});

describe('an order is proven absent', () => {
  it.each(['spot', 'perp'] as const)('when lookups, open orders, trades and what the account holds agree for 60 s (%s)', (leg) => {
    const [world, order] = silent(leg);
    miss(world, order, 60);
    expect(world.order(leg, 'entry').state).toBe('unknown');
    miss(world, order, 2);
    expect(world.order(leg, 'entry')).toMatchObject({ state: 'rejected', failure: { code: 'ORDER_NOT_FOUND' } });
    world.chasing = true;
    expectAtRest(world.run(3000));
  });

  it.each([
    ['open orders could not be read', { openOrders: null }],
    ['open orders show it', { openOrders: true }],
    ['trades could not be told', { trades: null }],
    ['trades show it', { trades: true }],
    ['the account could not be read', { holdings: null }],
  ])('not when %s', (_why, over) => {
    const [world, order] = silent();
    miss(world, order, 80, over);
    expect(world.order('perp', 'entry').state).toBe('unknown');
    expect(world.phase('a1')).toBe('needsOperator');
    expect(world.orders(2)).toEqual([]);
  });

  it('not by four lookups, however far apart: it takes the fifth', () => {
    const [world, { id }] = silent();
    for (const pause of [20_000, 20_000, 20_500, 500]) {
      world.missed(id);
      world.run(pause);
    }
    expect(world.order('perp', 'entry').state).toBe('unknown');
    world.missed(id);
    expect(world.order('perp', 'entry').state).toBe('rejected');
  });

  it('not when the position changed as if it had filled, though nothing else shows it', () => {
    const [world, order] = silent('perp', replyLost('1', { visibleAfterMs: -1 }));
    miss(world, order, 80);
    expect(world.order('perp', 'entry')).toMatchObject({
      state: 'unknown',
      evidence: { openOrders: false, trades: false, holdings: { expected: '0', held: '-0.05' } },
    });
    expect(world.phase('a1')).toBe('needsOperator');
    expect(world.state.stop?.source).toBe('limit');
  });

  it('not when the coins on the spot venue changed, but what always lay there changes nothing', () => {
    for (const [before, after, absent] of [
      ['0', '0.05', false],
      ['0.7', '0.7', true],
      ['0.7', '0.65', false],
    ] as const) {
      const world = new World({ armed: false });
      world.feed({ kind: 'holdingsRead', venue: 'upbit', holdings: withCoins(world.holdings('upbit'), before) });
      world.command({ kind: 'arm' });
      world.chasing = false;
      world.script('spot', 'entry', requestLost);
      world.signal(enter('a1'));
      world.run(1000);
      miss(world, world.order('spot', 'entry'), 62, { holdings: withCoins(world.holdings('upbit'), after) });
      expect([before, after, world.order('spot', 'entry').state]).toEqual([before, after, absent ? 'rejected' : 'unknown']);
    }
  });

  it.each([
    ['just before it', { what: 'other', venue: 'binance', coin: 'BTC', order: 'o' }, -30, 'unknown'],
    ['long before it', { what: 'other', venue: 'binance', coin: 'BTC', order: 'o' }, -90, 'rejected'],
    ['at the other venue', { what: 'other', venue: 'upbit', coin: 'BTC', order: 'o' }, -30, 'rejected'],
    ['in another coin', { what: 'other', venue: 'binance', coin: 'ETH', order: 'o' }, -30, 'rejected'],
    ['that is a forced close', { what: 'forced', venue: 'binance', coin: 'BTC', order: 'o' }, -30, 'rejected'],
    ['of which an old journal says no more', undefined, -30, 'rejected'],
  ] as const)('beside an order of somebody else %s: %#', (_what, values, seconds, state) => {
    const [world, order] = silent();
    const at = order.stamps.decided + seconds * 1000;
    const alarm = { code: 'OUTSIDE_ORDER', severity: 'warning', hedge: null, detail: 'of somebody else', at, ...(values && { values }) } as const;
    world.state = { ...world.state, alarms: { ...world.state.alarms, 'outside:binance:o': alarm } };
    miss(world, order, 80);
    expect(world.order('perp', 'entry').state).toBe(state);
  });

  it('never when it may rest: it is canceled by our id at once and every 10 s, and a person is called', () => {
    const [world, { id }] = silent();
    const order = world.order('perp', 'entry');
    const terms: OrderTerms = { type: 'limit', quantity: quantity('0.05'), price: world.market.perpBid, timeInForce: 'GTC' };
    world.state = { ...world.state, orders: { ...world.state.orders, [id]: { ...order, request: { ...order.request, terms } } } };
    miss(world, order, 80);
    expect(world.order('perp', 'entry').state).toBe('unknown');
    expect(world.canceled.length).toBeGreaterThanOrEqual(7);
    expect(new Set(world.canceled)).toEqual(new Set([id]));
    expect(world.phase('a1')).toBe('needsOperator');
    expect(orderRow(world.order('perp', 'entry')).evidence?.provable).toBe(false);
  });
});

describe('what was found out', () => {
  it('is shown with the order, from the first silent moment, and stays when it has ended', () => {
    const [world, order] = silent();
    const shown = () => orderRow(world.order('perp', 'entry')).evidence;
    const { unknownSince = 0 } = world.order('perp', 'entry');
    expect(shown()).toMatchObject({ lookups: 0, firstAt: null, openOrders: null, holdings: null, provable: true, operatorAt: unknownSince + 65_000 });
    const first = world.now;
    miss(world, order, 4, { trades: null });
    miss(world, order, 2);
    expect(shown()).toMatchObject({
      lookups: 3,
      firstAt: first,
      lastAt: first + 4000,
      openOrders: false,
      trades: false,
      holdings: { expected: '0', held: '0' },
      stream: 'live',
    });
    expect(world.order('perp', 'entry').misses.count).toBe(1);
    expect(orderForm.safeParse(orderRow(world.order('perp', 'entry'))).error).toBeUndefined();
    world.restart();
    expect(shown()?.lookups).toBe(3);
    miss(world, order, 62);
    expect(world.order('perp', 'entry').state).toBe('rejected');
    expect(shown()).toMatchObject({ lookups: 33, operatorAt: null });
  });

  it('is read from older journals, which have misses without it', () => {
    const [world, { id }] = silent();
    const old = world.facts.length;
    for (let round = 0; round < 3; round += 1) world.missed(id);
    const facts = world.facts.slice(old).map((fact) => (fact.kind === 'orderMissed' ? { kind: fact.kind, at: fact.at, id: fact.id } : fact));
    world.facts.splice(old, 3, ...facts);
    world.restart();
    expect(world.order('perp', 'entry')).toMatchObject({ misses: { count: 3 }, evidence: { lookups: { count: 3 }, holdings: null } });
  });
});

describe('an order that the venue took and no longer knows', () => {
  const open = (world: World, { id }: Order, filled = '0') =>
    world.report({ clientOrderId: id, venueOrderId: 'v1', state: 'open', filled: quantity(filled), fills: [], at: world.now });

  it.each(['0', '0.02'])('is unknown after five lookups over 20 s, never absent, and a person is called (filled %s)', (filled) => {
    const [world, order] = silent();
    open(world, order, filled);
    miss(world, order, 20, { trades: filled !== '0' });
    expect(world.order('perp', 'entry').state).toBe('open');
    miss(world, order, 2, { trades: filled !== '0' });
    expect(world.order('perp', 'entry')).toMatchObject({ state: 'unknown', misses: { count: 0 } });
    miss(world, order, 90);
    expect(world.order('perp', 'entry').state).toBe('unknown');
    expect(world.phase('a1')).toBe('needsOperator');
    expect(world.state.stop?.source).toBe('limit');
  });

  it('is open again when a lookup finds it, and its misses begin anew', () => {
    const [world, order] = silent();
    open(world, order);
    miss(world, order, 18);
    open(world, order);
    expect(own(world.state.orders, order.id)?.misses.count).toBe(0);
    miss(world, order, 18);
    expect(world.order('perp', 'entry').state).toBe('open');
  });

  it('stays open while open orders show it', () => {
    const [world, order] = silent();
    open(world, order);
    miss(world, order, 60, { openOrders: true });
    expect(world.order('perp', 'entry').state).toBe('open');
    expect(world.state.stop).toBeNull();
  });
});

describe('two silent orders of a coin', () => {
  it('are both kept while the account shows that one of them filled, until that one is found', () => {
    const world = new World();
    for (const id of ['h1', 'h2']) {
      world.signal(enter(id));
      world.run(1500);
    }
    world.script('spot', 'exit', requestLost, replyLost('1', { visibleAfterMs: 65_000 }));
    world.signal(exit('x', { hedge: 'h1' }));
    world.signal(exit('y', { hedge: 'h2' }));
    world.run(64_000);
    expect(world.order('spot', 'exit', 0).state).toBe('unknown');
    expect(world.orders(8)).toEqual([]);
    expectAtRest(world.run(30_000));
    expect([world.phase('h1'), world.phase('h2')]).toEqual(['flat', 'flat']);
    expect(world.state.stop).toBeNull();
    expect(world.order('spot', 'exit').request.coin).toBe(BTC);
  });
});
