import { describe, expect, it } from 'vitest';
import { type ClientOrderId, installationId } from '../../shared/domain/ids.ts';
import { quantity, ZERO } from '../../shared/domain/units.ts';
import type { OrderReport } from '../../shared/domain/venue.ts';
import { initialState, type Order, type State } from '../engine/state.ts';
import { enter } from '../engine/testing/signals.ts';
import { World } from '../engine/testing/world.ts';
import type { VenuePort } from '../exchanges/port.ts';
import type { Loop } from './loop.ts';
import { StreamWatch } from './stream-watch.ts';
import { StreamStates } from './streams.ts';
import { HandClock } from './testing.ts';

/** A watch over a state with one order at Binance, decided five seconds after the stream became live. */
async function watch(change: (order: Order) => Order) {
  const world = new World();
  world.signal(enter('a1'));
  while (world.sent.length < 2) world.run(10);
  const order = world.order('perp', 'entry');
  const clock = new HandClock();
  const renewed: string[] = [];
  const port = (venue: 'upbit' | 'binance'): VenuePort =>
    // A watch reads the name of a venue and renews its stream.
    ({ venue, renewStream: (reason) => void renewed.push(reason) }) as Partial<VenuePort> as VenuePort;
  const streams = new StreamStates();
  streams.set('binance', true);
  let state: State = { ...initialState(installationId('k1m2p3'), 'paper'), phase: 'ready' };
  const loop = {
    get state() {
      return state;
    },
  } as Loop;
  const end = new StreamWatch({ spot: port('upbit'), perp: port('binance') }, clock, streams, () => loop).start();
  await clock.pass(5000);
  const appears = (): void => {
    const made = change({ ...order, stamps: { decided: clock.now() } });
    state = { ...state, orders: { [order.id]: made } as Record<ClientOrderId, Order> };
  };
  const tell = (said: Partial<OrderReport>): void =>
    streams.tell('binance', { clientOrderId: order.id, venueOrderId: '1', state: 'open', filled: ZERO, fills: [], at: 0, ...said });
  return { clock, renewed, streams, appears, tell, end };
}
const whole = quantity('0.05');
const filled = (order: Order): Order => ({ ...order, state: 'filled', filled: whole });

describe('a stream that brings nothing', () => {
  it('is renewed once, within five seconds of our knowing better', async () => {
    const { clock, renewed, appears, end } = await watch(filled);
    appears();
    await clock.pass(2000);
    expect(renewed).toEqual([]);
    await clock.pass(3000);
    expect(renewed).toEqual([expect.stringContaining('does not tell')]);
    end();
    await clock.pass(60_000);
    expect(renewed).toHaveLength(1);
  });

  it('is held against nothing that happened before it was live', async () => {
    const { clock, renewed, appears, streams } = await watch(filled);
    appears();
    await clock.pass(2000);
    streams.set('binance', false);
    streams.set('binance', true);
    await clock.pass(60_000);
    expect(renewed).toEqual([]);
  });

  it('tells enough with one event of the end, in whatever order its events came', async () => {
    const { clock, renewed, appears, tell } = await watch(filled);
    appears();
    tell({ state: 'filled', filled: whole });
    tell({ state: 'open', filled: quantity('0.02') });
    await clock.pass(60_000);
    expect(renewed).toEqual([]);
  });

  it('has told too little when a fill is missing, and nothing is missing of what never was', async () => {
    const part = await watch((order) => ({ ...order, state: 'open', filled: quantity('0.02') }));
    part.appears();
    part.tell({});
    await part.clock.pass(5000);
    expect(part.renewed).toHaveLength(1);
    for (const state of ['rejected', 'unknown', 'open', 'sending'] as const) {
      const none = await watch((order) => ({ ...order, state }));
      none.appears();
      await none.clock.pass(60_000);
      expect([state, none.renewed]).toEqual([state, []]);
    }
  });
});
