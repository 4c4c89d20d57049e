import { describe, expect, it } from 'vitest';
import { stopReport as form } from '../../../shared/contract/parts.ts';
import { quantity } from '../../../shared/domain/units.ts';
import type { Holdings } from '../../../shared/domain/venue.ts';
import type { Order, State } from '../state.ts';
import { atMarket, byCost, place } from '../testing/hands.ts';
import { enter } from '../testing/signals.ts';
import { World } from '../testing/world.ts';
import { stopReport } from './stop-report.ts';

/** A hedge at rest, stopped; beside it an order by hand that rests. */
function stoppedWith(over: Partial<Order['request']>): { readonly world: World; readonly state: State; readonly id: Order['id'] } {
  const world = new World();
  world.signal(enter('h'));
  world.run(2000);
  const like = world.order('spot', 'entry');
  world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: false });
  const id = `${like.id.slice(0, -1)}z` as Order['id'];
  const rests: Order = {
    ...like,
    id,
    hedge: null,
    purpose: 'byHand',
    state: 'open',
    filled: quantity('0'),
    fills: [],
    request: { ...like.request, ...over },
  };
  return { world, id, state: { ...world.state, orders: { ...world.state.orders, [id]: rests } } };
}
const seen = (world: World, clientIds: readonly string[], begunAt = world.now, positions?: Holdings['positions']) => ({
  at: world.now,
  shown: {
    upbit: { begunAt, clientIds, holdings: world.holdings('upbit') },
    binance: { begunAt, clientIds: [], holdings: { ...world.holdings('binance'), ...(positions === undefined ? {} : { positions }) } },
  },
  settledAt: begunAt,
});

describe('what came of a stop', () => {
  it('is nothing while not stopped', () => {
    expect(stopReport(new World().state, { at: 0, shown: {}, settledAt: null })).toBeNull();
  });

  it('is not done while an order by hand that buys still rests', () => {
    const { world, state, id } = stoppedWith({ side: 'buy' });
    const report = stopReport(state, seen(world, [id]));
    expect(form.parse(report)).toMatchObject({ done: false, openOrders: [id], unconfirmed: ['upbit'], settledAt: null });
  });

  it('is done beside one that only sells: a stop leaves it', () => {
    const { world, state, id } = stoppedWith({ side: 'sell' });
    const report = stopReport(state, seen(world, [id, 'of-somebody-else']));
    expect(form.parse(report)).toMatchObject({ done: true, openOrders: [], unconfirmed: [], settledAt: world.now });
  });

  it('names what was traded by hand, which no stop closes', () => {
    const world = new World();
    world.signal(enter('h'));
    world.run(2000);
    place(world, 'binance', 'sell', atMarket('0.1'));
    place(world, 'upbit', 'buy', byCost('3220000'));
    world.run(2000);
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: true });
    world.run(30_000);
    const byHand = [
      { venue: 'upbit', coin: 'BTC', quantity: '0.02' },
      { venue: 'binance', coin: 'BTC', quantity: '-0.1' },
    ];
    const report = stopReport(world.state, seen(world, []));
    expect(form.parse(report)).toMatchObject({ done: true, closeAll: true, hedges: [{ state: 'closed' }], byHand });
  });

  it('is not done while a venue shows another position than orders by hand alone have made', () => {
    const world = new World();
    place(world, 'binance', 'sell', atMarket('0.1'));
    world.run(2000);
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: true });
    world.run(2000);
    const short = { hedges: [], byHand: [{ venue: 'binance', coin: 'BTC', quantity: '-0.1' }] };
    expect(stopReport(world.state, seen(world, []))).toMatchObject({ ...short, done: true, unconfirmed: [] });
    expect(stopReport(world.state, seen(world, [], world.now, []))).toMatchObject({ ...short, done: false, unconfirmed: ['binance'] });
  });

  it('does not name what was bought by hand and sold again', () => {
    const world = new World();
    place(world, 'upbit', 'buy', byCost('3220000'));
    place(world, 'upbit', 'sell', atMarket('0.02'));
    world.run(2000);
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: true });
    world.run(2000);
    expect(stopReport(world.state, seen(world, []))).toMatchObject({ done: true, byHand: [] });
  });

  it('goes by no read that began before the stop', () => {
    const { world, state } = stoppedWith({ side: 'sell' });
    expect(stopReport(state, seen(world, [], world.now - 1))).toMatchObject({ done: false, unconfirmed: ['upbit', 'binance'] });
  });

  it('goes by reads of now where a clock ahead stamped the stop and the orders', () => {
    const { world, state } = stoppedWith({ side: 'sell' });
    world.now -= 600_000;
    const restarted = { ...state, readyAt: world.now };
    expect(stopReport(restarted, seen(world, []))).toMatchObject({ done: true, unconfirmed: [] });
    expect(stopReport(restarted, seen(world, [], world.now - 1))).toMatchObject({ done: false, unconfirmed: ['upbit', 'binance'] });
  });
});
