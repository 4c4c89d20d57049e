import { describe, expect, it } from 'vitest';
import { installationId, type ClientOrderId } from '../../shared/domain/ids.ts';
import { own } from '../../shared/domain/record.ts';
import { decimal, price, quantity, ZERO } from '../../shared/domain/units.ts';
import { initialState, type Order, type State } from '../engine/state.ts';
import { BTC, emptyHoldings, start } from '../engine/testing/market.ts';
import { enter } from '../engine/testing/signals.ts';
import { World } from '../engine/testing/world.ts';
import type { VenuePort } from '../exchanges/port.ts';
import { Loop } from './loop.ts';
import { Pursuit } from './pursuit.ts';
import { StreamStates } from './streams.ts';
import { HandClock, quietLoopParts } from './testing.ts';

/** A pursuit over a state with one entry under way; the venues know no order and count how often they are asked. */
function chase(change: (order: Order) => Order, shows: Partial<VenuePort> = {}) {
  const world = new World();
  world.signal(enter('a1'));
  while (world.sent.length < 2) world.run(10);
  const { id } = world.order('perp', 'entry');
  const orders = { [id]: change(world.order('perp', 'entry')) } as Record<ClientOrderId, Order>;
  const state: State = { ...initialState(installationId('k1m2p3'), 'paper'), phase: 'ready', hedges: world.state.hedges, orders };
  const clock = new HandClock();
  const lookUps: number[] = [];
  const began = clock.now();
  const venue: Partial<VenuePort> = {
    lookUp: () => {
      lookUps.push(clock.now() - began);
      return Promise.resolve({ ok: true, value: null });
    },
    openOrders: () => Promise.resolve({ ok: true, value: [] }),
    trades: () => Promise.resolve({ ok: true, value: [] }),
    holdings: () => Promise.resolve({ ok: true, value: emptyHoldings(clock.now()) }),
    ...shows,
  };
  // A pursuit looks up and nothing else.
  const port = venue as VenuePort;
  const loop = new Loop(state, quietLoopParts(clock));
  const pursuit = new Pursuit({ spot: port, perp: port }, clock, new StreamStates(), () => loop);
  pursuit.follow(loop.state);
  return { clock, lookUps, pursuit, order: () => own(loop.state.orders, id) };
}

describe('a pursuit', () => {
  it('asks after a silent order at 0.2, 0.5, 1 and 2 s, then every 2 s', async () => {
    const { clock, lookUps, pursuit, order } = chase((silent) => ({ ...silent, state: 'unknown', unknownSince: silent.stamps.decided }));
    await clock.pass(8500);
    expect(lookUps).toEqual([200, 500, 1000, 2000, 4000, 6000, 8000]);
    expect(order()?.misses.count).toBe(7);
    pursuit.close();
    await clock.pass(10_000);
    expect(lookUps).toHaveLength(7);
  });

  it('asks more and more rarely for trades that a venue does not show', async () => {
    const { clock, lookUps } = chase((ended) => ({
      ...ended,
      state: 'filled',
      filled: 'cost' in ended.request.terms ? ZERO : ended.request.terms.quantity,
    }));
    await clock.pass(10_000);
    expect(lookUps).toEqual([500, 1500, 3500, 7500]);
    await clock.pass(600_000);
    expect(lookUps.length).toBeLessThan(20);
  });

  const silent = (order: Order): Order => ({ ...order, state: 'unknown', unknownSince: order.stamps.decided });
  const trade = (venueOrderId: string, over: object = {}) => ({
    venueOrderId,
    fill: { tradeId: 't1', price: price('115000'), quantity: quantity('0.05'), fee: decimal<'fee'>('0'), feeCurrency: 'USDT', at: start + 1000 },
    ...over,
  });

  it('takes an order that open orders name for open, and what trades name for filled, though no lookup finds it', async () => {
    for (const [shows, found] of [
      [{ openOrders: (id: ClientOrderId) => [{ coin: BTC, venueOrderId: 'v7', clientId: id }] }, { state: 'open', venueOrderId: 'v7', filled: '0' }],
      [{ trades: (id: ClientOrderId) => [trade('v8', { clientOrderId: id })] }, { state: 'filled', filled: '0.05' }],
    ] as const) {
      const answers = (id: ClientOrderId): Partial<VenuePort> => ({
        openOrders: () => Promise.resolve({ ok: true, value: 'openOrders' in shows ? shows.openOrders(id) : [] }),
        trades: () => Promise.resolve({ ok: true, value: 'trades' in shows ? shows.trades(id) : [] }),
      });
      const chased: { id?: ClientOrderId } = {};
      const { clock, order, pursuit } = chase(
        (before) => {
          chased.id = before.id;
          return silent(before);
        },
        {
          openOrders: () => answers(chased.id as ClientOrderId).openOrders?.() ?? Promise.reject(new Error('asked')),
          trades: () => answers(chased.id as ClientOrderId).trades?.(BTC, 0) ?? Promise.reject(new Error('asked')),
        },
      );
      await clock.pass(300);
      expect(order()).toMatchObject(found);
      pursuit.close();
    }
  });

  it('takes a trade of an order that is not ours for neither yes nor no, and one from long before the order for none', async () => {
    for (const [at, said] of [
      [start + 1000, null],
      [start - 30_000, null],
      [start - 90_000, false],
    ] as const) {
      const foreign = trade('v9');
      const { clock, order, pursuit } = chase(silent, {
        trades: () => Promise.resolve({ ok: true, value: [{ ...foreign, fill: { ...foreign.fill, at } }] }),
      });
      await clock.pass(300);
      expect(order()?.evidence).toMatchObject({ trades: said, openOrders: false, stream: 'silent' });
      pursuit.close();
    }
  });

  it('goes on asking for an order that is open and no longer found', async () => {
    const { clock, order } = chase((open) => ({ ...open, state: 'open', venueOrderId: 'v1' }));
    await clock.pass(30_000);
    expect(order()?.state).toBe('unknown');
  });
});
