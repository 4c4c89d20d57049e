/** Orders by hand whose words cross: a change and its order's end, two sales and one read, a stop and a limit for the same short. */
import { describe, expect, it } from 'vitest';
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import type { Holdings } from '../../../shared/domain/venue.ts';
import { denied } from '../denial.ts';
import type { FactOf } from '../facts.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { forcedClose, tradeByHand } from '../testing/by-hand.ts';
import { ask, atMarket, byCost, change, handOrder, hands, limit, place, stopAt, tradeWith } from '../testing/hands.ts';
import { ok } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { refused, replyLost, reportOf, requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';
import { orderRow } from '../view/order-row.ts';

const verdictOn = (world: World, id: string) =>
  world.facts.find((fact): fact is FactOf<'handDenied'> => fact.kind === 'handDenied' && fact.id === id)?.denial;

describe('a change in place whose answer is lost', () => {
  it('is over with its order also where that ended before', () => {
    const world = new World();
    const id = place(world, 'binance', 'sell', limit('0.02', '116000'));
    world.script('perp', 'byHand', requestLost);
    const next = change(world, id, '0.01', '117000');
    world.run(25);
    expect(handOrder(world, next).state).toBe('sending');
    tradeWith(world, id, '0.02');
    expect(handOrder(world, id).state).toBe('filled');
    world.run(5000);
    expect(handOrder(world, next)).toMatchObject({ state: 'rejected', failure: { said: 'The order that it was to change is over' } });
    world.run(90_000);
    expect(world.state.stop).toBeNull();
    expectAtRest(world);
  });

  it('is over with its order after a restart too', () => {
    const world = new World();
    const id = place(world, 'binance', 'sell', limit('0.02', '116000'));
    world.script('perp', 'byHand', requestLost);
    const next = change(world, id, '0.01', '117000');
    world.run(25);
    tradeWith(world, id, '0.02');
    world.restart(true);
    world.run(90_000);
    expect(handOrder(world, next).state).toBe('rejected');
    expect(world.state.stop).toBeNull();
    expectAtRest(world);
  });
});

describe('a change in place to more', () => {
  it('that fills at the new terms before its answer is lost is no overfill', () => {
    const world = new World();
    const id = place(world, 'binance', 'sell', limit('0.02', '116000')) as ClientOrderId;
    world.script('perp', 'byHand', replyLost('0'));
    const next = change(world, id, '0.03', '117000');
    world.run(25);
    tradeWith(world, id, '0.03');
    world.run(90_000);
    expect(Object.keys(world.state.orders)).not.toContain(next);
    expect(handOrder(world, id)).toMatchObject({ state: 'filled', filled: '0.03', request: { terms: { quantity: '0.03' } } });
    expect(world.state.stop).toBeNull();
    expectAtRest(world);
  });
});

describe('a stop for the short of a hedge', () => {
  it('that is set off while the hedge is being closed closes it once', () => {
    const world = new World();
    world.holdingsEveryMs = 1000;
    world.signal(enter('a1'));
    world.run(1000);
    const stop = place(world, 'binance', 'buy', stopAt('0.05', '120000'));
    world.script('perp', 'exit', refused());
    world.signal(exit('x'));
    world.run(30);
    tradeWith(world, stop, '0.05');
    world.run(60_000);
    expect([world.phase('a1'), ...world.held('a1')]).toEqual(['flat', '0', '0']);
    expect(hands(world)).toEqual(['0', '0']);
    expect(world.state.stop).toBeNull();
    expectAtRest(world);
  });
});

describe('a change by a new order, of which the cancel was not answered', () => {
  it('is over: the old order is asked for, and nobody waits for one that was never sent', () => {
    const world = new World();
    const id = place(world, 'upbit', 'buy', limit('0.02', '160000000'));
    const next = change(world, id, '0.01', '159000000') as ClientOrderId;
    world.run(25);
    world.dropQueue();
    const outcome = { outcome: 'notSent', code: 'TIMEOUT', venueCode: '', said: 'no answer' } as const;
    world.truth.orders.delete(next);
    world.feed({ kind: 'amended', id: next, outcome, wireAt: world.now });
    expect(handOrder(world, next).state).toBe('rejected');
    world.restart(true);
    world.run(90_000);
    expect(handOrder(world, id).state).toBe('canceled');
    expect(world.state.stop).toBeNull();
    expectAtRest(world);
  });
});

describe('a change that our own last check held back', () => {
  it('says why, with the numbers', () => {
    const world = new World();
    const id = place(world, 'upbit', 'buy', limit('0.02', '160000000'));
    const next = change(world, id, '0.01', '159000000') as ClientOrderId;
    world.run(25);
    world.dropQueue();
    const outcome = { outcome: 'notSent', code: 'BLOCKED', venueCode: '', said: 'held back' } as const;
    const denial = denied('STALE_BOOK', 'It was decided 4000 ms ago', { limit: '3000', was: '4000' }, { venue: 'upbit' });
    world.feed({ kind: 'amended', id: next, outcome, denial, wireAt: null });
    expect(orderRow(handOrder(world, next)).failure).toMatchObject({ code: 'STALE_BOOK', compared: { limit: '3000', was: '4000' } });
  });
});

describe('two orders that reduce', () => {
  it('do not sell the same coins: what was read before the first had sold counts no more', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(1000);
    place(world, 'upbit', 'buy', byCost('1610000'));
    const before: Holdings = world.holdings('upbit');
    place(world, 'upbit', 'sell', atMarket('0.01'));
    expect(hands(world)).toEqual(['0', '0']);
    world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, spot: { ...quote.legs.spot, holdings: ok(before) } } });
    const second = ask(world, 'upbit', 'sell', atMarket('0.01'));
    world.run(500);
    expect(verdictOn(world, second)?.denied).toBe('WOULD_UNHEDGE');
    expectAtRest(world);
  });

  it('do not sell the same coins: of one that rests on, what it sold since counts no more', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(1000);
    place(world, 'upbit', 'buy', byCost('3220000'));
    const resting = place(world, 'upbit', 'sell', limit('0.01', '162000000'));
    world.run(1000);
    const before: Holdings = world.holdings('upbit');
    tradeWith(world, resting, '0.005');
    world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, spot: { ...quote.legs.spot, holdings: ok(before) } } });
    const second = ask(world, 'upbit', 'sell', atMarket('0.015'));
    world.run(500);
    expect(verdictOn(world, second)).toMatchObject({ denied: 'WOULD_UNHEDGE', compared: { limit: '0.01', was: '0.015' } });
    expect(place(world, 'upbit', 'sell', atMarket('0.01'))).toMatch(/^kc/);
    expectAtRest(world);
  });

  it('for one short, of which a stop took it: what the other buys beyond it is the hedges’, and their spot leg is brought level', () => {
    const world = new World();
    world.holdingsEveryMs = 1000;
    world.signal(enter('a1'));
    world.run(1000);
    place(world, 'binance', 'sell', atMarket('0.03'));
    const lower = place(world, 'binance', 'buy', limit('0.03', '114000'));
    const stop = place(world, 'binance', 'buy', stopAt('0.03', '120000'));
    tradeWith(world, stop, '0.03');
    expect(hands(world)).toEqual(['0', '0']);
    tradeWith(world, lower, '0.03');
    world.run(30_000);
    expect(world.state.stop).toBeNull();
    expect(world.held('a1')).toEqual(['0.02', '0.02']);
    expectAtRest(world);
  });
});

describe('an order that is being changed and taken back at the same time', () => {
  it('is gone, and so is the one that replaces it', () => {
    const world = new World();
    const id = place(world, 'upbit', 'buy', limit('0.02', '160000000'));
    const next = change(world, id, '0.02', '159000000');
    world.run(25);
    expect(world.command({ kind: 'cancelOrder', order: id as ClientOrderId })).toMatchObject({ ok: true });
    world.run(5000);
    expect(handOrder(world, id).state).toBe('canceled');
    expect(handOrder(world, next).state).toBe('canceled');
    expectAtRest(world);
  });

  it('an ending console leaves neither', () => {
    const world = new World();
    const id = place(world, 'upbit', 'buy', limit('0.02', '160000000'));
    const next = change(world, id, '0.02', '159000000');
    world.run(25);
    world.command({ kind: 'cancelEntries' });
    world.run(5000);
    expect(handOrder(world, next).state).toBe('canceled');
  });
});

describe('a liquidation of what was sold short by hand', () => {
  it('is told again a hundred orders later and counts once all the same', () => {
    const world = new World();
    world.command({ kind: 'disarm', reason: 'test' });
    world.command({ kind: 'set', name: 'maxEntriesPerMinute', value: '1000', again: '1000' });
    world.command({ kind: 'arm' });
    place(world, 'binance', 'sell', atMarket('0.03'));
    const trades = tradeByHand(world, 'perp', 'buy', '0.02');
    const tell = () => forcedClose(world, trades, '77');
    tell();
    for (let nth = 0; nth < 103; nth += 1) place(world, 'binance', 'sell', atMarket('0.001'));
    expect(hands(world)).toEqual(['0', '-0.113']);
    tell();
    expect(hands(world)).toEqual(['0', '-0.113']);
    expectAtRest(world);
  });
});

describe('an order that rested for long', () => {
  it('and was lost and set aside is ours again where it turns up: watched, and taken back', () => {
    const world = new World();
    const id = place(world, 'upbit', 'buy', limit('0.02', '160000000')) as ClientOrderId;
    const lost = world.truth.resting(id);
    world.truth.orders.delete(id);
    world.run(120_000);
    expect(world.command({ kind: 'settleOrder', order: id })).toMatchObject({ ok: true });
    expect(handOrder(world, id)).toMatchObject({ state: 'rejected', venueOrderId: `v-${id}` });
    world.truth.put(lost);
    world.report(reportOf(lost));
    expect(handOrder(world, id).state).toBe('open');
    // Everything is stopped, so it goes at once.
    world.run(3000);
    expect(handOrder(world, id).state).toBe('canceled');
    world.report(reportOf(lost));
    expect(handOrder(world, id).state).toBe('canceled');
    expectAtRest(world);
  });

  it('stays in the state after its end, for a late word', () => {
    const world = new World();
    world.command({ kind: 'disarm', reason: 'test' });
    world.command({ kind: 'set', name: 'maxEntriesPerMinute', value: '1000', again: '1000' });
    world.command({ kind: 'arm' });
    const id = place(world, 'upbit', 'buy', limit('0.02', '160000000'));
    for (let nth = 0; nth < 101; nth += 1) place(world, 'binance', 'sell', atMarket('0.001'));
    world.command({ kind: 'cancelOrder', order: id as ClientOrderId });
    world.run(1000);
    place(world, 'binance', 'sell', atMarket('0.001'));
    const end = world.truth.orders.get(id as ClientOrderId);
    if (end === undefined) throw new Error('It was there');
    expect(handOrder(world, id).state).toBe('canceled');
    world.truth.put({ ...end, state: 'open' });
    tradeWith(world, id, '0.005');
    world.truth.end(id as ClientOrderId);
    expect(hands(world)[0]).toBe('0.005');
    expect(reportOf(end).state).toBe('canceled');
  });
});
