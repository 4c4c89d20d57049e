/** Changes of an order by hand: refused, too late, by a new order or in place, answered late or not at all. */
import { describe, expect, it } from 'vitest';
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { amend, atMarket, change, handOrder, hands, limit, place, stopAt, tradeWith } from '../testing/hands.ts';
import { notSent, refused, replyLost, reportOf, requestLost } from '../testing/venue-truth.ts';
import { refold, World } from '../testing/world.ts';
import { orderRow } from '../view/order-row.ts';

describe('a change of an order by hand', () => {
  const resting = (leg: 'spot' | 'perp') => {
    const world = new World();
    const id = leg === 'spot' ? place(world, 'upbit', 'buy', limit('0.02', '160000000')) : place(world, 'binance', 'sell', limit('0.02', '116000'));
    return { world, id };
  };

  it.each([
    ['refused', refused(), 'rejected'],
    ['kept back', notSent, 'rejected'],
  ] as const)('that is %s leaves it as it was', (_how, play, state) => {
    const { world, id } = resting('spot');
    world.script('spot', 'byHand', play);
    const next = amend(world, id, '0.01', '159000000');
    expect(handOrder(world, next)).toMatchObject({ state, replaces: id });
    expect(handOrder(world, id)).toMatchObject({ state: 'open', request: { terms: { quantity: '0.02', price: '160000000' } } });
    expect(amend(world, id, '0.01', '159000000')).toMatch(/^kc/);
    expectAtRest(world);
  });

  it('is one at a time, of an order that rests, and for other terms than it has', () => {
    const { world, id } = resting('perp');
    expect(change(world, id, '0.02', '116000')).toBe('ORDER_STATE');
    change(world, id, '0.01', '117000');
    const twice = change(world, id, '0.01', '118000');
    world.run(20);
    expect(change(world, id, '0.01', '117000')).toBe('ORDER_STATE');
    world.run(500);
    expect(world.facts.find((fact) => fact.kind === 'handDenied' && fact.id === twice)).toMatchObject({ denial: { denied: 'ORDER_OVER' } });
    expect(change(world, `kc${'0'.repeat(26)}`, '0.01', '118000')).toBe('UNKNOWN_ORDER');
    const sold = place(world, 'binance', 'sell', atMarket('0.01'));
    expect(change(world, sold, '0.02', '116000')).toBe('ORDER_STATE');
    const stop = place(world, 'binance', 'buy', stopAt('0.01', '120000'));
    expect(amend(world, stop, '0.01', '121000')).toMatch(/^kc/);
    expect(handOrder(world, stop).state).toBe('canceled');
    world.command({ kind: 'disarm', reason: 'test' });
    expect(change(world, id, '0.01', '119000')).toBe('DISARMED');
  });

  it('is denied by the limits on its new terms, less what has filled', () => {
    const { world, id } = resting('spot');
    tradeWith(world, id, '0.01');
    expect(amend(world, id, '0.01', '160000000')).toBe('BELOW_MINIMUM');
    expect(amend(world, id, '0.7', '160000000')).toBe('HEDGE_SIZE_LIMIT');
    expect(amend(world, id, '0.02', '163000000')).toBe('PRICE_COLLAR');
    expect(handOrder(world, id)).toMatchObject({ state: 'open', filled: '0.01' });
  });

  it('comes too late: what ended is over, and nothing is placed', () => {
    const { world, id } = resting('spot');
    const next = change(world, id, '0.01', '159000000');
    // Its end is not told yet.
    world.truth.end(id as ClientOrderId);
    world.run(500);
    expect(handOrder(world, id).state).toBe('canceled');
    expect(handOrder(world, next)).toMatchObject({ state: 'rejected', failure: { code: 'BLOCKED' } });
    const { world: other, id: old } = resting('spot');
    const wanted = change(other, old, '0.01', '159000000');
    other.report(reportOf(other.truth.end(old as ClientOrderId)));
    other.run(500);
    expect(other.facts.find((fact) => fact.kind === 'handDenied' && fact.id === wanted)).toMatchObject({ denial: { denied: 'ORDER_OVER' } });
  });

  it('whose answer is lost is told by the order itself, where it is changed in place', () => {
    const { world, id } = resting('perp');
    world.script('perp', 'byHand', replyLost());
    const next = amend(world, id, '0.03', '117000');
    expect(handOrder(world, next).state).toBe('unknown');
    world.run(3000);
    expect(Object.keys(world.state.orders)).toEqual([id]);
    expect(handOrder(world, id)).toMatchObject({ state: 'open', request: { terms: { quantity: '0.03', price: '117000' } } });
    expect(world.alarms()).toEqual([]);
    expectAtRest(world);
  });

  it('whose answer is lost may fill at the new terms before anybody knows, and that is no overfill', () => {
    const { world, id } = resting('perp');
    world.script('perp', 'byHand', replyLost());
    const next = amend(world, id, '0.03', '117000');
    tradeWith(world, id, '0.03');
    expect(handOrder(world, id)).toMatchObject({ state: 'filled', filled: '0.03' });
    expect(Object.keys(world.state.orders)).not.toContain(next);
    expect(world.state.stop).toBeNull();
    expect(hands(world)).toEqual(['0', '-0.03']);
    expectAtRest(world);
  });

  it('whose request is lost is proven absent while the old order stands', () => {
    const { world, id } = resting('perp');
    world.script('perp', 'byHand', requestLost);
    const next = amend(world, id, '0.03', '117000');
    expect(orderRow(handOrder(world, next)).evidence).toMatchObject({ provable: true });
    world.run(64_000);
    expect(handOrder(world, next)).toMatchObject({ state: 'rejected', failure: { code: 'ORDER_NOT_FOUND' } });
    expect(handOrder(world, id).state).toBe('open');
    expect(world.state.stop).toBeNull();
    expect(amend(world, id, '0.03', '117000')).toMatch(/^kc/);
  });

  it('whose answer is lost is found under its own id, where it is a new order', () => {
    const { world, id } = resting('spot');
    world.script('spot', 'byHand', replyLost('0'));
    const next = amend(world, id, '0.01', '159000000');
    world.run(3000);
    expect(handOrder(world, id).state).toBe('canceled');
    // It may rest, so it was canceled as soon as nobody said what became of it.
    expect(handOrder(world, next)).toMatchObject({ state: 'canceled', replaces: id });
    expectAtRest(world);
  });

  it('whose answer is lost is over with the old order, where that is changed in place', () => {
    const { world, id } = resting('perp');
    world.script('perp', 'byHand', requestLost);
    const next = amend(world, id, '0.01', '117000');
    tradeWith(world, id, '0.02');
    expect(handOrder(world, id)).toMatchObject({ state: 'filled', filled: '0.02' });
    expect(handOrder(world, next)).toMatchObject({ state: 'rejected', failure: { said: 'The order that it was to change is over' } });
    expectAtRest(world);
  });

  it('goes on over a restart in its middle', () => {
    for (const leg of ['spot', 'perp'] as const) {
      const { world, id } = resting(leg);
      const next = change(world, id, '0.01', leg === 'spot' ? '159000000' : '117000');
      world.run(30);
      expect(handOrder(world, next).state).toBe('sending');
      world.restart(true);
      world.run(3000);
      if (leg === 'spot') expect(handOrder(world, next).state).toBe('open');
      else expect(handOrder(world, id)).toMatchObject({ state: 'open', request: { terms: { price: '117000' } } });
      expect(JSON.stringify(refold(world.facts))).toBe(JSON.stringify(world.state));
      expectAtRest(world);
    }
  });

  it('is a new order, of which the venue does not show yet how the old one ended', () => {
    const { world, id } = resting('spot');
    const next = change(world, id, '0.01', '159000000');
    world.run(20);
    world.dropQueue();
    const report = { ...reportOf(world.truth.orders.get(next as ClientOrderId) ?? world.truth.resting(id as ClientOrderId)) };
    world.feed({
      kind: 'amended',
      id: next as ClientOrderId,
      outcome: { outcome: 'replaced', ended: null, report },
      durableAt: world.now,
      wireAt: world.now,
    });
    expect(handOrder(world, id).state).toBe('open');
    expect(handOrder(world, next).stamps).toMatchObject({ durable: world.now, wire: world.now, acknowledged: world.now });
    world.restart();
    world.run(3000);
    expect(handOrder(world, id).state).toBe('canceled');
  });

  it('that is answered twice, or after it was settled, changes nothing more', () => {
    const { world, id } = resting('perp');
    const next = amend(world, id, '0.03', '117000') as ClientOrderId;
    const before = JSON.stringify(world.state.orders);
    const report = reportOf(world.truth.resting(id as ClientOrderId));
    const failure = { outcome: 'unknown', code: 'TIMEOUT', venueCode: '', said: '' } as const;
    world.feed({ kind: 'amended', id: next, outcome: { outcome: 'changed', report }, wireAt: world.now });
    world.feed({ kind: 'amended', id: next, outcome: failure, wireAt: world.now });
    world.feed({ kind: 'amended', id: next, outcome: { outcome: 'ended', ended: report, failure }, wireAt: world.now });
    expect(JSON.stringify(world.state.orders)).toBe(before);
    const { world: other, id: old } = resting('spot');
    const placed = amend(other, old, '0.01', '159000000') as ClientOrderId;
    other.feed({ kind: 'amended', id: placed, outcome: failure, wireAt: null });
    other.feed({
      kind: 'amended',
      id: placed,
      outcome: {
        outcome: 'ended',
        ended: reportOf(other.truth.orders.get(old as ClientOrderId) ?? other.truth.resting(old as ClientOrderId)),
        failure,
      },
      wireAt: null,
    });
    expect(handOrder(other, placed).state).toBe('rejected');
    const facts = other.facts.length;
    const over = reportOf(other.truth.orders.get(old as ClientOrderId) ?? other.truth.resting(old as ClientOrderId));
    other.feed({ kind: 'amended', id: placed, outcome: { outcome: 'ended', ended: over }, wireAt: null });
    expect(other.facts).toHaveLength(facts);
  });

  it('whose new half is denied leaves nothing: the row says why', () => {
    const { world, id } = resting('spot');
    const next = change(world, id, '0.01', '159000000') as ClientOrderId;
    world.run(20);
    world.dropQueue();
    const ended = reportOf(world.truth.orders.get(id as ClientOrderId) ?? world.truth.resting(id as ClientOrderId));
    const failure = { outcome: 'unknown', code: 'INSUFFICIENT_FUNDS', venueCode: '', said: 'too little' } as const;
    world.feed({ kind: 'amended', id: next, outcome: { outcome: 'ended', ended, failure }, wireAt: world.now });
    expect(handOrder(world, next)).toMatchObject({ state: 'rejected', failure: { code: 'INSUFFICIENT_FUNDS', outcome: 'notSent' } });
  });
});
