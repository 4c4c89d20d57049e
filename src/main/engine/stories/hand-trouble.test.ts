/** Orders by hand of which a venue says nothing, too much or something late, and what others do to what they traded. */
import { describe, expect, it } from 'vitest';
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import { quantity } from '../../../shared/domain/units.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { forcedClose, tradeByHand } from '../testing/by-hand.ts';
import { atMarket, byCost, handOrder, hands, limit, place, stopAt, tradeWith } from '../testing/hands.ts';
import { BTC } from '../testing/market.ts';
import { enter } from '../testing/signals.ts';
import { fills, replyLost, reportOf, requestLost } from '../testing/venue-truth.ts';
import { refold, World } from '../testing/world.ts';
import { orderRow } from '../view/order-row.ts';

const settle = (world: World, order: string): string => {
  const reply = world.command({ kind: 'settleOrder', order: order as ClientOrderId });
  return reply.ok ? 'done' : reply.code;
};
const stopCode = (world: World) => world.state.stop?.code;

describe('an order by hand that nobody answers for', () => {
  it('is found by its id, and was sent once', () => {
    const world = new World();
    world.script('spot', 'byHand', replyLost());
    const id = place(world, 'upbit', 'buy', byCost('1610000'));
    world.run(3000);
    expect(handOrder(world, id).state).toBe('filled');
    expect(world.orders()).toEqual(['byHand spot buy for 1610000']);
    expect(hands(world)).toEqual(['0.01', '0']);
    expectAtRest(world);
  });

  it('freezes entries and other orders that add risk, and not what reduces', () => {
    const world = new World();
    place(world, 'upbit', 'buy', byCost('1610000'));
    world.script('perp', 'byHand', replyLost('1', { visibleAfterMs: 30_000 }));
    place(world, 'binance', 'sell', atMarket('0.01'));
    world.run(6000);
    expect(world.alarms()).toEqual(['UNKNOWN_OUTCOME']);
    world.run(5000);
    world.signal(enter('a1'));
    world.run(500);
    expect(world.said('a1')).toBe('rejected UNKNOWN_OUTCOME');
    expect(place(world, 'upbit', 'buy', byCost('1610000'))).toBe('UNKNOWN_OUTCOME');
    expect(place(world, 'upbit', 'sell', atMarket('0.005'))).toMatch(/^kc/);
    world.run(20_000);
    expect(hands(world)).toEqual(['0.005', '-0.01']);
    expect(world.alarms()).toEqual([]);
    expectAtRest(world);
  });

  it('is proven absent where it could not rest', () => {
    const world = new World();
    world.script('spot', 'byHand', requestLost);
    const id = place(world, 'upbit', 'buy', byCost('1610000'));
    world.run(64_000);
    expect(handOrder(world, id)).toMatchObject({ state: 'rejected', failure: { code: 'ORDER_NOT_FOUND' } });
    expect(world.state.stop).toBeNull();
    expectAtRest(world);
  });

  it('may rest: it is canceled by its id, stops everything, and a person sets it aside', () => {
    const world = new World();
    world.script('spot', 'byHand', requestLost);
    const id = place(world, 'upbit', 'buy', limit('0.02', '160000000'));
    world.run(11_000);
    expect(world.canceled.length).toBeGreaterThan(1);
    expect(settle(world, id)).toBe('ORDER_STATE');
    expect(orderRow(handOrder(world, id))).toMatchObject({ settleable: false, cancelable: true, evidence: { provable: false } });
    world.run(80_000);
    expect(stopCode(world)).toBe('UNKNOWN_OUTCOME');
    expect(orderRow(handOrder(world, id)).settleable).toBe(true);
    expect(settle(world, id)).toBe('done');
    expect(handOrder(world, id)).toMatchObject({ state: 'rejected', failure: { said: 'A person set it aside' } });
    expect(world.alarms()).toEqual(['STOP']);
    world.command({ kind: 'resetStop' });
    world.run(90_000);
    expect(world.state.stop).toBeNull();
    expect(settle(world, id)).toBe('ORDER_STATE');
    expect(settle(world, `kc${'0'.repeat(26)}`)).toBe('UNKNOWN_ORDER');
    expect(world.command({ kind: 'cancelOrder', order: `kc${'0'.repeat(26)}` as ClientOrderId })).toMatchObject({ code: 'UNKNOWN_ORDER' });
    expectAtRest(world);
  });

  it('turns up after all, and is booked', () => {
    const world = new World();
    world.script('spot', 'byHand', requestLost);
    const id = place(world, 'upbit', 'buy', limit('0.02', '160000000'));
    world.run(100_000);
    settle(world, id);
    const late = world.truth.take(handOrder(world, id).request, fills('0'), world.market, world.now);
    if (late === null) throw new Error('It is taken');
    world.report(reportOf(late));
    expect(handOrder(world, id).state).toBe('open');
    world.command({ kind: 'resetStop' });
    tradeWith(world, id, '0.02');
    expect(hands(world)).toEqual(['0.02', '0']);
    expectAtRest(world);
  });

  it('is lost while it rests: what became of it is unknown from then on', () => {
    const world = new World();
    const id = place(world, 'binance', 'sell', limit('0.02', '116000'));
    world.truth.put({ ...world.truth.resting(id as ClientOrderId), visibleAt: Number.MAX_SAFE_INTEGER });
    world.run(40_000);
    expect(world.facts.some((fact) => fact.kind === 'orderChanged' && fact.id === id && fact.state === 'unknown')).toBe(true);
    // It was canceled by its id at once, and the venue said so.
    expect(handOrder(world, id).state).toBe('canceled');
    expectAtRest(world);
  });

  it('fills more than it asked for: everything stops', () => {
    const world = new World();
    const id = place(world, 'binance', 'sell', limit('0.02', '116000'));
    const { request, ...order } = world.truth.resting(id as ClientOrderId);
    world.truth.put({ ...order, request: { ...request, terms: { type: 'market', quantity: quantity('0.03') } } });
    tradeWith(world, id, '0.03');
    expect(stopCode(world)).toBe('OVERFILL');
  });
});

describe('what others do to what was traded by hand', () => {
  it('a liquidation is booked on the hedges first, then on what was sold short by hand', () => {
    const world = new World();
    world.holdingsEveryMs = 1000;
    place(world, 'binance', 'sell', atMarket('0.03'));
    const trades = tradeByHand(world, 'perp', 'buy', '0.02');
    forcedClose(world, trades, '77');
    forcedClose(world, trades, '77');
    expect(hands(world)).toEqual(['0', '-0.01']);
    const more = tradeByHand(world, 'perp', 'buy', '0.01');
    forcedClose(world, more, '78', 'autoclose-2');
    expect(hands(world)).toEqual(['0', '0']);
    world.run(20_000);
    expect(world.alarms()).toEqual([]);
    expect(world.state.forced).toEqual([]);
    expect(JSON.stringify(refold(world.facts))).toBe(JSON.stringify(world.state));
  });

  it('somebody sells what was bought by hand: a change from outside, and no mismatch', () => {
    const world = new World();
    world.holdingsEveryMs = 1000;
    place(world, 'upbit', 'buy', byCost('1610000'));
    tradeByHand(world, 'spot', 'sell', '0.004');
    world.run(20_000);
    expect(world.alarms()).toEqual(['EXTERNAL_CHANGE']);
    expect(world.state.stop).toBeNull();
    world.command({ kind: 'acceptOutside', venue: 'upbit', coin: BTC });
    expect(hands(world)).toEqual(['0.01', '0']);
    expect(place(world, 'upbit', 'sell', atMarket('0.007'))).toBe('NOT_HELD');
    expect(place(world, 'upbit', 'sell', atMarket('0.006'))).toMatch(/^kc/);
    world.run(20_000);
    expect(world.alarms()).toEqual([]);
  });

  it('a stop of which the trades come after its end covers the hedge once they are known', () => {
    const world = new World();
    world.holdingsEveryMs = 1000;
    world.signal(enter('a1'));
    world.run(1000);
    const id = place(world, 'binance', 'buy', stopAt('0.05', '120000'));
    const whole = reportOf(world.truth.trade(id as ClientOrderId, '0.05', world.market, world.now));
    world.chasing = false;
    world.report({ ...whole, fills: [] });
    world.run(1500);
    expect(world.alarms()).toEqual([]);
    expect(world.held('a1')).toEqual(['0.05', '0.05']);
    world.report(whole);
    world.report(whole);
    world.chasing = true;
    world.run(5000);
    expect(world.phase('a1')).toBe('flat');
    expect(handOrder(world, id).covered).toBe('0.05');
    expectAtRest(world);
  });

  it('a short from outside is closed by a stop before the hedges’', () => {
    const world = new World({ armed: false });
    world.holdingsEveryMs = 1000;
    tradeByHand(world, 'perp', 'sell', '0.02');
    world.run(3000);
    world.command({ kind: 'arm' });
    world.signal(enter('a1'));
    world.run(1000);
    // An outside position bars entries: the hedge is from before.
    expect(world.said('a1')).toBe('rejected OUTSIDE_POSITION');
    const id = place(world, 'binance', 'buy', stopAt('0.02', '120000'));
    tradeWith(world, id, '0.02');
    expect(hands(world)).toEqual(['0', '0.02']);
    expect(handOrder(world, id).covered).toBeUndefined();
    world.run(20_000);
    expect(world.alarms()).toEqual([]);
  });

  it('a purchase by cost under way counts with what it may buy', () => {
    const world = new World();
    world.script('spot', 'byHand', replyLost('1', { visibleAfterMs: 8000 }));
    place(world, 'upbit', 'buy', byCost('16100000'));
    world.command({ kind: 'disarm', reason: 'test' });
    world.command({ kind: 'set', name: 'maxPositionRatio', value: '0.01' });
    world.command({ kind: 'arm' });
    expect(place(world, 'upbit', 'buy', byCost('16100000'))).toBe('POSITION_LIMIT');
    expect(place(world, 'upbit', 'buy', byCost('1610000'))).toMatch(/^kc/);
  });

  it('a stop of more than the hedges had leaves the rest by hand', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(1000);
    const id = place(world, 'binance', 'buy', stopAt('0.05', '120000'));
    // Somebody else's short is closed with it.
    const trades = world.truth.trade(id as ClientOrderId, '0.05', world.market, world.now).fills;
    const [first] = trades;
    if (first === undefined) throw new Error('It traded');
    const fillsOf = [{ ...first, quantity: quantity('0.06') }];
    world.feed({
      kind: 'reported',
      report: {
        ...reportOf(world.truth.orders.get(id as ClientOrderId) ?? world.truth.resting(id as ClientOrderId)),
        filled: quantity('0.06'),
        fills: fillsOf,
      },
    });
    expect(stopCode(world)).toBe('OVERFILL');
    expect(handOrder(world, id).covered).toBe('0.05');
    expect(hands(world)[1]).toBe('0.01');
  });
});

describe('an ending console', () => {
  it('takes back what rests and would add risk, once, and leaves what reduces or protects', () => {
    const world = new World();
    place(world, 'binance', 'sell', atMarket('0.03'));
    const ids = [
      place(world, 'upbit', 'buy', limit('0.01', '160000000')),
      place(world, 'binance', 'sell', limit('0.01', '116000')),
      place(world, 'binance', 'buy', limit('0.01', '114000')),
      place(world, 'binance', 'buy', stopAt('0.01', '120000')),
    ];
    world.command({ kind: 'disarm', reason: 'ending' });
    world.command({ kind: 'cancelEntries' });
    world.command({ kind: 'cancelEntries' });
    expect(world.canceled).toEqual(ids.slice(0, 2));
    world.run(1000);
    expect(ids.map((id) => handOrder(world, id).state)).toEqual(['canceled', 'canceled', 'open', 'open']);
    world.script('perp', 'byHand', fills());
    expectAtRest(world);
  });
});
