import { describe, expect, it } from 'vitest';
import { signalId } from '../../../shared/domain/ids.ts';
import { price, quantity } from '../../../shared/domain/units.ts';
import type { OrderTerms } from '../../../shared/domain/venue.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { market, perpHoldings, start } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused, replyLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

const stop = (world: World, closeAll = false) => world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll });
const addsRisk = (world: World, from: number) => world.sent.slice(from).filter(({ purpose }) => purpose === 'entry' || purpose === 'complete');

describe('the emergency stop', () => {
  const momentsMs = [0, 10, 21, 60, 75, 100, 500, 2010, 2025, 2060, 2080, 2500];
  it.each(momentsMs.flatMap((at) => [[at, false] as const, [at, true] as const]))(
    '%i ms into a life: nothing that adds risk leaves any more (close all: %s)',
    (at, closeAll) => {
      const world = new World();
      world.script('spot', 'entry', fills('0.6'));
      world.script('perp', 'entry', fills('0.3'));
      world.script('spot', 'exit', fills('0.5'));
      world.signal(enter('a1', { quantity: '0.1' }));
      world.signal(enter('a2'));
      world.later(2000, () => world.signal(exit('x', { quantity: '0.02' })));
      world.run(at);
      const before = world.sent.length;
      stop(world, closeAll);
      expect(world.state).toMatchObject({ armed: false, stop: { source: 'button' } });
      world.run(30_000);
      expect(addsRisk(world, before)).toEqual([]);
      for (const entry of Object.values(world.state.hedges)) expect(entry.phase).toMatch(closeAll ? /^flat$/ : /^(flat|hedged)$/);
      expectAtRest(world);
      world.signal(enter('a3'));
      expect(world.said('a3')).toBe('rejected STOPPED');
      expect(world.command({ kind: 'arm' })).toMatchObject({ ok: false, code: 'STOPPED' });
    },
  );

  it('sends an EXIT by signal that has not begun to the inbox, and keeps hedges open', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(30);
    world.signal(exit('x'));
    stop(world);
    expectAtRest(world.run(5000));
    expect([world.phase('a1'), world.said('x')]).toEqual(['hedged', 'awaitingApproval AWAITING_APPROVAL']);
    world.command({ kind: 'approve', signal: signalId('x') });
    expectAtRest(world.run(2000));
    expect([world.phase('a1'), world.said('x')]).toEqual(['flat', 'executed CLOSED']);
  });

  it('closes all, also what closes in part, opens or waits for an outcome', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(2000);
    world.script('perp', 'entry', replyLost('1', { visibleAfterMs: 8000 }));
    world.signal(enter('a2'));
    world.run(500);
    world.signal(exit('x', { quantity: '0.02' }));
    world.run(30);
    stop(world, true);
    expectAtRest(world.run(20_000));
    expect([world.phase('a1'), world.phase('a2')]).toEqual(['flat', 'flat']);
  });

  it('closes all where it only kept them before, told once however often it is pressed; a reset forgets it', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(2000);
    stop(world);
    expectAtRest(world.run(2000));
    expect([world.phase('a1'), world.state.closeAll]).toEqual(['hedged', undefined]);
    stop(world, true);
    stop(world, true);
    expect(world.facts.filter((fact) => fact.kind === 'closeAllWanted')).toHaveLength(1);
    expectAtRest(world.run(2000));
    expect([world.phase('a1'), world.state.closeAll]).toEqual(['flat', true]);
    world.command({ kind: 'resetStop' });
    stop(world);
    expect(world.state.closeAll).toBe(false);
  });

  it('closes all also where an EXIT that its bounds refuse was asked for before, approved by a person', () => {
    const world = new World({ approval: 'manual' });
    const approved = (id: string): void => void world.command({ kind: 'approve', signal: signalId(id) });
    world.signal(enter('a1'));
    approved('a1');
    world.run(2000);
    world.signal(exit('x', { premium: ['0.5', '0'] }));
    approved('x');
    stop(world, true);
    expectAtRest(world.run(5000));
    expect([world.phase('a1'), world.said('x')]).toEqual(['flat', 'rejected PREMIUM_MOVED']);
  });

  it('closes what a person has to settle as soon as its outcome is known', () => {
    const world = new World();
    world.script('perp', 'entry', replyLost('1', { visibleAfterMs: 90_000 }));
    world.chasing = false;
    world.signal(enter('a1'));
    world.run(70_000);
    expect(world.phase('a1')).toBe('needsOperator');
    stop(world, true);
    world.chasing = true;
    expectAtRest(world.run(60_000));
    expect(world.phase('a1')).toBe('flat');
  });

  it('outlives restarts, is reset by a person only, and arming does not reset it', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(1000);
    stop(world);
    world.restart(true);
    expect(world.state.stop?.source).toBe('button');
    expect(world.state.armed).toBe(false);
    expect(world.command({ kind: 'arm' }).ok).toBe(false);
    expect(world.command({ kind: 'resetStop' }).ok).toBe(true);
    expect(world.state.armed).toBe(false);
    expect(world.command({ kind: 'resetStop' })).toMatchObject({ ok: false, code: 'NOT_STOPPED' });
    world.run(1500);
    expect(world.command({ kind: 'arm' }).ok).toBe(true);
    world.signal(enter('a2'));
    expectAtRest(world.run(2000));
    expect(world.phase('a2')).toBe('hedged');
  });

  it('cancels what rests at once, and what a venue says to be open only after the stop; again every 2 s until its end is known', () => {
    const world = new World();
    world.chasing = false;
    world.script('spot', 'entry', replyLost('0', { visibleAfterMs: -1 }));
    world.script('perp', 'entry', replyLost('0', { visibleAfterMs: -1 }));
    world.signal(enter('a1'));
    world.run(100);
    const [spot, perp] = [world.order('spot', 'entry').id, world.order('perp', 'entry').id];
    const opened = (id: typeof spot): void =>
      void world.report({ clientOrderId: id, venueOrderId: `v-${id}`, state: 'open', filled: quantity('0'), fills: [], at: world.now });
    opened(spot);
    stop(world);
    expect(world.canceled).toEqual([spot]);
    world.run(500);
    opened(perp);
    expect(world.canceled).toEqual([spot, perp]);
    world.run(1750);
    expect(world.canceled).toEqual([spot, perp, spot]);
    world.run(500);
    expect(world.canceled).toEqual([spot, perp, spot, perp]);
    for (const id of [spot, perp])
      world.report({ clientOrderId: id, venueOrderId: `v-${id}`, state: 'canceled', filled: quantity('0'), fills: [], at: world.now });
    expectAtRest(world.run(30_000));
    expect([world.phase('a1'), world.canceled.length]).toEqual(['flat', 4]);
  });

  it('cancels what may rest without an answer every 2 s, as what rests', () => {
    const world = new World();
    world.chasing = false;
    world.script('spot', 'entry', replyLost('0', { visibleAfterMs: -1 }));
    world.signal(enter('a1'));
    world.run(1000);
    const order = world.order('spot', 'entry');
    const terms: OrderTerms = { type: 'limit', quantity: quantity('0.05'), price: world.market.spotBid, timeInForce: 'GTC' };
    world.state = { ...world.state, orders: { ...world.state.orders, [order.id]: { ...order, request: { ...order.request, terms } } } };
    expect([order.state, world.canceled]).toEqual(['unknown', []]);
    stop(world);
    world.run(4500);
    expect(world.canceled).toEqual([order.id, order.id, order.id]);
  });

  it('cancels nothing before the venues were read, and everything as soon as they were', () => {
    const world = new World();
    world.chasing = false;
    world.script('spot', 'entry', replyLost('0', { visibleAfterMs: -1 }));
    world.signal(enter('a1'));
    world.run(100);
    const { id } = world.order('spot', 'entry');
    world.report({ clientOrderId: id, venueOrderId: 'v', state: 'open', filled: quantity('0'), fills: [], at: world.now });
    const { length } = world.canceled;
    world.feed({ kind: 'started', armWhenReady: true, engine: 'test' });
    stop(world);
    expect(world.canceled).toHaveLength(length);
    world.feed({ kind: 'reconciled' });
    expect(world.canceled.slice(length)).toEqual([id]);
  });

  it('says so once however often its limit is broken', () => {
    const world = new World();
    for (let error = 1; error <= 12; error += 1)
      world.feed({ kind: 'requestEnded', venue: 'upbit', failure: { outcome: 'unknown', code: 'TIMEOUT', venueCode: '', said: '' } });
    expect(world.facts.filter((fact) => fact.kind === 'stopped')).toHaveLength(1);
  });
});

describe('a reset', () => {
  it('is of the stop that was seen, and of no later one', () => {
    const world = new World();
    stop(world);
    const seen = world.state.stop?.at ?? 0;
    expect(world.command({ kind: 'resetStop', seen: seen - 1 })).toMatchObject({ ok: false, code: 'STOP_CHANGED' });
    expect(world.command({ kind: 'resetStop', seen })).toEqual({ ok: true });
    world.run(1000);
    stop(world);
    expect(world.command({ kind: 'resetStop', seen })).toMatchObject({ ok: false, code: 'STOP_CHANGED' });
    expect(world.state.stop).toMatchObject({ at: world.now, code: 'PERSON', values: {}, source: 'button' });
    expect(world.command({ kind: 'resetStop' })).toEqual({ ok: true });
    expect(world.command({ kind: 'resetStop' })).toMatchObject({ ok: false, code: 'NOT_STOPPED' });
  });
  it('comes from nothing but a person: no start, no arming, no limit that holds again', () => {
    const world = new World();
    stop(world);
    for (const arms of [false, true]) world.restart(arms);
    expect(world.command({ kind: 'arm' })).toMatchObject({ ok: false, code: 'STOPPED' });
    world.feed({ kind: 'requestEnded', venue: 'upbit', failure: null });
    world.marks();
    world.run(24 * 3_600_000);
    expect([world.state.stop?.source, world.state.armed]).toEqual(['button', false]);
  });
});

describe('a journal of before there were codes', () => {
  it('is read: its stop and its alarms say what they said', () => {
    const world = new World();
    stop(world);
    world.facts.forEach((fact, index) => {
      if (fact.kind === 'stopped') {
        const { code: _code, values: _values, ...before } = fact;
        world.facts[index] = before;
      }
      if (fact.kind === 'alarmRaised') {
        const { values: _values, ...before } = fact;
        world.facts[index] = before;
      }
    });
    world.restart();
    expect(world.state.stop).toMatchObject({ code: 'UNSAID', values: {}, reason: 'test' });
    expect(world.state.alarms['stop']).toMatchObject({ values: {}, detail: 'button: test' });
  });
});

describe('what fires the stop', () => {
  it('the 11th API error in a row, counted per venue, a success between starts anew', () => {
    const world = new World();
    const fail = (venue: 'upbit' | 'binance') =>
      world.feed({ kind: 'requestEnded', venue, failure: { outcome: 'unknown', code: 'NETWORK', venueCode: '', said: '' } });
    for (let error = 1; error <= 10; error += 1) fail('upbit');
    for (let error = 1; error <= 10; error += 1) fail('binance');
    expect(world.state.stop).toBeNull();
    world.feed({ kind: 'requestEnded', venue: 'upbit', failure: null });
    fail('upbit');
    expect(world.state.stop).toBeNull();
    fail('binance');
    expect(world.state.stop?.reason).toContain('binance: 11 API errors');
  });

  it.each(['MAINTENANCE', 'AUTHENTICATION'] as const)('a request that ends in %s', (code) => {
    const world = new World();
    world.feed({ kind: 'requestEnded', venue: 'upbit', failure: { outcome: 'refused', code, venueCode: '', said: '' } });
    expect(world.state.stop).not.toBeNull();
  });

  it.each([
    [750, true, false],
    [751, false, false],
    [1000, false, false],
    [-1001, false, true],
  ])('a clock off by %i ms: quiet %s, stops %s', (offsetMs, quiet, stops) => {
    const world = new World();
    world.feed({ kind: 'clockRead', venue: 'binance', offsetMs });
    expect(world.alarms().includes('CLOCK')).toBe(!quiet);
    expect(world.state.stop !== null).toBe(stops);
    world.feed({ kind: 'clockRead', venue: 'binance', offsetMs: 0 });
    expect(world.alarms()).not.toContain('CLOCK');
  });

  it('a day that lost more than the limit, on the newest marks', () => {
    const world = new World();
    world.signal(enter('a1', { quantity: '0.6' }));
    world.run(1000);
    world.marks();
    world.run(1000);
    // Capital is 1,000,000,000 KRW + 1,000,000 USDT = 2.4 billion; 3 % of it are 72 million, of 0.6 BTC 120 million a coin.
    world.market = market({ spotBid: price('60000000'), spotAsk: price('60001000') });
    expect(world.marks().state.stop).toBeNull();
    world.market = market({ spotBid: price('30000000'), spotAsk: price('30001000') });
    expect(world.marks().state.stop?.reason).toContain("day's loss");
  });

  it('a margin ratio above the limit', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(1000);
    const marksAt = (maintenance: string) => {
      world.distort = (quote) => ({
        ...quote,
        legs: {
          ...quote.legs,
          perp: { ...quote.legs.perp, holdings: { ok: true, value: perpHoldings(world.now, '1000000', '1000000', maintenance) } },
        },
      });
      return world.marks().state.stop;
    };
    expect(marksAt('500000')).toBeNull();
    expect(marksAt('500001')?.reason).toContain('Margin ratio 0.500001');
  });

  it('a position that two reads 5 s apart find too small, with nothing in flight', () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(1000);
    const read = (held: boolean) => {
      const holdings = world.holdings('upbit');
      world.feed({ kind: 'holdingsRead', venue: 'upbit', holdings: held ? holdings : { ...holdings, balances: [] } });
    };
    read(false);
    expect(world.alarms()).toEqual(['POSITION_MISMATCH']);
    world.run(1000);
    read(true);
    expect(world.alarms()).toEqual([]);
    read(false);
    world.run(4999);
    read(false);
    expect(world.state.stop).toBeNull();
    world.run(1);
    read(false);
    expect(world.state.stop?.reason).toContain('upbit BTC');
  });

  it('is not moved by a read that began before the order ended', () => {
    const world = new World();
    const before = { ...world.holdings('upbit'), at: world.now };
    world.signal(enter('a1'));
    world.run(1000);
    world.feed({ kind: 'holdingsRead', venue: 'upbit', holdings: before });
    expect(world.alarms()).toEqual([]);
  });

  it('an order filled beyond its quantity, or a leg closed beyond what it held', () => {
    const world = new World();
    world.script('perp', 'entry', refused());
    world.signal(enter('a1'));
    world.run(30);
    const { id } = world.order('spot', 'entry');
    world.report({ clientOrderId: id, venueOrderId: 'v', state: 'filled', filled: quantity('0.06'), fills: [], at: start });
    expect(world.alarms()).toContain('OVERFILL');
    expect(world.state.stop?.reason).toContain('filled 0.06 of 0.05');
  });
});
