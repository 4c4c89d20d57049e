import { describe, expect, it } from 'vitest';
import { decimal, price, quantity, signedQuantity } from '../../shared/domain/units.ts';
import type { Input } from '../engine/inputs.ts';
import type { Alarm, State } from '../engine/state.ts';
import { BTC, start } from '../engine/testing/market.ts';
import { enter } from '../engine/testing/signals.ts';
import { World } from '../engine/testing/world.ts';
import type { AccountTrade, VenuePort } from '../exchanges/port.ts';
import { ForcedCloses } from './forced-closes.ts';
import { Loop } from './loop.ts';
import { HandClock, quietLoopParts } from './testing.ts';

const trade = (venueOrderId: string, tradeId: string): AccountTrade => ({
  venueOrderId,
  fill: { tradeId, price: price('120000'), quantity: quantity('0.02'), fee: decimal('1'), feeCurrency: 'USDT', at: start + 2000 },
});

/** A loop over a hedge of 0.05 and a venue with these trades. */
function watch(trades: () => readonly AccountTrade[], origins: Readonly<Record<string, string>> = {}) {
  const world = new World();
  world.signal(enter('h1'));
  world.run(1500);
  const clock = new HandClock();
  const asked: string[] = [];
  const got: Input[] = [];
  const venue: Partial<VenuePort> = {
    venue: 'binance',
    trades: () => Promise.resolve({ ok: true, value: trades() }),
    clientIdOf: (_coin, id) => {
      asked.push(id);
      return Promise.resolve({ ok: true, value: origins[id] ?? null });
    },
  };
  const loop = new Loop(world.state, { ...quietLoopParts(clock), onState: (_state, input) => void got.push(input) });
  // It reads trades and origins and nothing else.
  const forced = new ForcedCloses(venue as VenuePort, clock, () => loop);
  return { clock, forced, loop, asked, got };
}
const event = (clientId: string) => ({ kind: 'outsideOrder', coin: BTC, clientId, venueOrderId: 'v1' }) as const;

describe('forced closes', () => {
  it.each(['autoclose-1795000000', 'adl_autoclose'])(
    'are read as soon as the stream tells of %s, and again for trades that lag',
    async (clientId) => {
      let shown = 0;
      const all = [trade('v1', 't1'), trade('v9', 't2'), trade('v1', 't3')];
      const { clock, forced, loop } = watch(() => {
        shown += 1;
        return all.slice(0, shown);
      });
      forced.saw(event(clientId));
      forced.saw(event(clientId));
      await clock.pass(20_000);
      expect(shown).toBe(4);
      const booked = Object.values(loop.state.orders).filter((order) => order.purpose === 'forced');
      expect(booked.flatMap((order) => order.fills.map((fill) => fill.tradeId))).toEqual(['t1', 't3']);
    },
  );

  it('are not seen in other orders, and nothing is read after the end', async () => {
    const { clock, forced, got } = watch(() => [trade('v1', 't1')]);
    forced.saw(event('web_1'));
    forced.saw(event('autoclose-1'));
    forced.close();
    await clock.pass(20_000);
    expect(got).toEqual([]);
  });

  it('are looked for where the venue holds less than our hedges need, once each time', async () => {
    const { clock, forced, loop, asked } = watch(() => [trade('v2', 't2'), trade('v3', 't3')], { v2: 'web_1', v3: 'autoclose-7' });
    const alarm: Alarm = { code: 'POSITION_MISMATCH', severity: 'critical', hedge: null, detail: '', at: 1 };
    const state: State = { ...loop.state, alarms: { 'mismatch:binance:BTC': alarm, 'mismatch:upbit:BTC': { ...alarm } } };
    forced.follow(state);
    forced.follow(state);
    await clock.pass(100);
    expect(asked).toEqual(['v2', 'v3']);
    expect(Object.values(loop.state.orders).filter((order) => order.venueOrderId === 'v3')).toHaveLength(1);
    forced.follow({ ...state, alarms: { 'mismatch:binance:BTC': { ...alarm } } });
    await clock.pass(100);
    expect(asked).toEqual(['v2', 'v3']);
  });

  it('are looked for while an order is silent and the account is less short than it should be, not at every step', async () => {
    const { clock, forced, loop, asked } = watch(() => [trade('v4', 't4')], { v4: 'autoclose-8' });
    const order = Object.values(loop.state.orders).find(({ request }) => request.leg === 'perp');
    if (order === undefined) throw new Error('There is a short');
    const silent = (held: string): State => {
      const holdings = { expected: signedQuantity('-0.05'), held: signedQuantity(held) };
      const evidence = { openOrders: false, trades: false, stream: 'live', holdings, lookups: { count: 1, firstAt: 1, lastAt: 1 } } as const;
      return { ...loop.state, orders: { ...loop.state.orders, [order.id]: { ...order, state: 'unknown', unknownSince: 1, evidence } } };
    };
    forced.follow(silent('-0.05'));
    forced.follow(silent('-0.1'));
    await clock.pass(100);
    expect(asked).toEqual([]);
    forced.follow(silent('-0.03'));
    forced.follow(silent('-0.03'));
    await clock.pass(100);
    expect(asked).toEqual(['v4']);
    expect(Object.values(loop.state.orders).filter((entry) => entry.venueOrderId === 'v4')).toHaveLength(1);
  });
});
