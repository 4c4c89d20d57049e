/** Orders by hand: placed, tracked, amended, canceled, and what they leave of the books. */
import { describe, expect, it } from 'vitest';
import { expectAtRest } from '../testing/at-rest.ts';
import { amend, ask, atMarket, byCost, change, handOrder, hands, limit, place, tradeWith } from '../testing/hands.ts';
import { BTC } from '../testing/market.ts';
import { refused } from '../testing/venue-truth.ts';
import { refold, World } from '../testing/world.ts';
import { orderRow } from '../view/order-row.ts';
import { venuePart } from '../view/venue-part.ts';

const command = (world: World, kind: 'cancelOrder' | 'settleOrder', order: string) => {
  const reply = world.command({ kind, order: order as never });
  return reply.ok ? 'done' : reply.code;
};

describe('an order by hand', () => {
  it('buys and sells on the spot venue, and the books know it', () => {
    const world = new World();
    world.holdingsEveryMs = 1000;
    const bought = place(world, 'upbit', 'buy', byCost('1610000'));
    expect(handOrder(world, bought)).toMatchObject({ hedge: null, purpose: 'byHand', state: 'filled' });
    expect(hands(world)).toEqual(['0.01', '0']);
    world.run(20_000);
    place(world, 'upbit', 'sell', atMarket('0.004'));
    expect(hands(world)).toEqual(['0.006', '0']);
    world.run(20_000);
    expect(world.alarms()).toEqual([]);
    expect(venuePart(world.state, 'spot', { stream: 'live', clockOffsetMs: 0, holdings: null, deadMan: null })).toMatchObject({
      byHand: [{ coin: 'BTC', quantity: '0.006' }],
      outside: [],
    });
    expectAtRest(world);
  });

  it('sells a perpetual short and buys it back, which only reduces', () => {
    const world = new World();
    world.holdingsEveryMs = 1000;
    place(world, 'binance', 'sell', atMarket('0.1'));
    expect(hands(world)).toEqual(['0', '-0.1']);
    place(world, 'binance', 'buy', limit('0.04', '115000.1', 'IOC'));
    expect(world.sent.at(-1)?.request).toMatchObject({ side: 'buy', reduceOnly: true });
    expect(hands(world)).toEqual(['0', '-0.06']);
    world.run(20_000);
    expect(world.alarms()).toEqual([]);
    expectAtRest(world);
  });

  it('rests until somebody trades with it or takes it back, and no rule of hedges cancels it', () => {
    const world = new World();
    world.holdingsEveryMs = 1000;
    const id = place(world, 'upbit', 'buy', limit('0.02', '160000000'));
    world.run(120_000);
    expect(handOrder(world, id).state).toBe('open');
    expect(world.canceled).toEqual([]);
    expect(orderRow(handOrder(world, id))).toMatchObject({ hedge: null, purpose: 'byHand', amendable: true, cancelable: true, settleable: false });
    tradeWith(world, id, '0.005');
    expect(hands(world)).toEqual(['0.005', '0']);
    world.state = { ...world.state, phase: 'reconciling' };
    expect(command(world, 'cancelOrder', id)).toBe('RECONCILING');
    world.state = { ...world.state, phase: 'ready' };
    expect(command(world, 'cancelOrder', id)).toBe('done');
    expect(handOrder(world, id).cancelWantedAt).toBe(world.now);
    world.run(1000);
    expect(handOrder(world, id)).toMatchObject({ state: 'canceled', filled: '0.005' });
    expect(command(world, 'cancelOrder', id)).toBe('ORDER_STATE');
    expect(change(world, id, '0.01', '160000000')).toBe('ORDER_STATE');
    world.run(20_000);
    expect(world.alarms()).toEqual([]);
    expectAtRest(world);
  });

  it('has an id of its own each time, also over a restart and after a denial', () => {
    const world = new World();
    const ids = [place(world, 'upbit', 'buy', limit('0.02', '160000000')), ask(world, 'upbit', 'sell', atMarket('5'))];
    world.run(500);
    world.restart(true);
    ids.push(place(world, 'upbit', 'buy', limit('0.02', '160000000')), place(world, 'binance', 'sell', limit('0.02', '116000')));
    expect(new Set(ids).size).toBe(4);
  });

  it('is still tracked after a restart, in the middle of its life', () => {
    const world = new World();
    const id = place(world, 'binance', 'sell', limit('0.05', '116000'));
    tradeWith(world, id, '0.02');
    world.restart();
    expect(handOrder(world, id).state).toBe('open');
    tradeWith(world, id, '0.03');
    expect(handOrder(world, id)).toMatchObject({ state: 'filled', filled: '0.05' });
    expect(hands(world)).toEqual(['0', '-0.05']);
    expect(JSON.stringify(refold(world.facts))).toBe(JSON.stringify(world.state));
  });

  it('is not decided on prices that come too late, nor by the next process', () => {
    const world = new World();
    const id = ask(world, 'upbit', 'buy', byCost('1610000'));
    world.dropQueue();
    world.run(4750);
    expect(Object.keys(world.state.byHand.wanted)).toEqual([id]);
    world.run(500);
    expect(world.facts.at(-1)).toMatchObject({ kind: 'handDenied', id, denial: { denied: 'NO_DATA', values: { failure: 'TIMEOUT' } } });
    const second = ask(world, 'upbit', 'buy', byCost('1610000'));
    world.restart(true);
    expect(world.state.byHand.wanted).toEqual({});
    world.feed({
      kind: 'quoted',
      purpose: { kind: 'byHand', order: second as never, how: 'adds' },
      quote: world.quote({ kind: 'marks', coin: BTC }),
    });
    expect(world.orders()).toEqual([]);
  });

  it('that the venue refuses is rejected, and nothing follows', () => {
    const world = new World();
    world.script('spot', 'byHand', refused());
    const id = place(world, 'upbit', 'buy', byCost('1610000'));
    expect(handOrder(world, id)).toMatchObject({ state: 'rejected', failure: { code: 'INSUFFICIENT_FUNDS' } });
    expect(world.orders()).toHaveLength(1);
    expectAtRest(world);
  });

  it('comes back to nothing in the book, which then has no row for it', () => {
    const world = new World();
    world.command({ kind: 'disarm', reason: 'test' });
    world.command({ kind: 'set', name: 'maxEntriesPerMinute', value: '1000', again: '1000' });
    world.command({ kind: 'arm' });
    place(world, 'upbit', 'buy', byCost('1610000'));
    place(world, 'upbit', 'sell', atMarket('0.01'));
    for (let nth = 0; nth < 102; nth += 1) place(world, 'binance', 'sell', atMarket('0.001'));
    expect(world.state.byHand.book).toEqual({ upbit: {}, binance: { BTC: '-0.001' } });
    expect(hands(world)).toEqual(['0', '-0.102']);
  });

  it('leaves the state for the book when many came after it', () => {
    const world = new World();
    world.command({ kind: 'disarm', reason: 'test' });
    world.command({ kind: 'set', name: 'maxEntriesPerMinute', value: '1000', again: '1000' });
    world.command({ kind: 'arm' });
    for (let nth = 0; nth < 104; nth += 1)
      place(world, nth % 2 === 0 ? 'upbit' : 'binance', nth % 2 === 0 ? 'buy' : 'sell', nth % 2 === 0 ? byCost('161000') : atMarket('0.001'));
    expect(Object.values(world.state.orders)).toHaveLength(101);
    expect(hands(world)).toEqual(['0.052', '-0.052']);
    expect(world.state.byHand.book).toEqual({ upbit: { BTC: '0.002' }, binance: { BTC: '-0.001' } });
    expectAtRest(world);
  });
});

describe('other terms for an order by hand', () => {
  it('change it where it lies, where the venue does that', () => {
    const world = new World();
    const id = place(world, 'binance', 'sell', limit('0.05', '116000'));
    tradeWith(world, id, '0.01');
    const next = amend(world, id, '0.04', '117000');
    expect(Object.keys(world.state.orders)).toEqual([id]);
    expect(next).not.toBe(id);
    expect(handOrder(world, id)).toMatchObject({ state: 'open', filled: '0.01', request: { terms: { quantity: '0.04', price: '117000' } } });
    expect(orderRow(handOrder(world, id)).amendable).toBe(true);
    tradeWith(world, id, '0.03');
    expect(hands(world)).toEqual(['0', '-0.04']);
    expectAtRest(world);
  });

  it('replace it by another one, once it is over, for what is left', () => {
    const world = new World();
    const id = place(world, 'upbit', 'buy', limit('0.05', '160000000'));
    tradeWith(world, id, '0.01');
    const next = amend(world, id, '0.03', '159000000');
    expect(handOrder(world, id)).toMatchObject({ state: 'canceled', filled: '0.01' });
    expect(handOrder(world, next)).toMatchObject({ state: 'open', replaces: id, request: { terms: { quantity: '0.02', price: '159000000' } } });
    tradeWith(world, next, '0.02');
    expect(hands(world)).toEqual(['0.03', '0']);
    expect(world.state.stop).toBeNull();
    expectAtRest(world);
  });
});
