/** What becomes of an entry whose venues answer: whole, in part, or not at all. */
import { describe, expect, it } from 'vitest';
import { krw, lte, notional, plus, price, ratio, relabel, scale, sum } from '../../../shared/domain/units.ts';
import { failed, market } from '../testing/market.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, notSent, refused, replyLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

describe('a hedge opens and closes', () => {
  it('sends both legs in one step, both closes in one step, and ends flat', () => {
    const world = new World();
    const taken = world.signal(enter('a1'));
    expect(taken.effects.map((effect) => effect.kind)).toEqual(['quote']);
    expect(world.state.slots).toEqual({ upbit: 'a1', binance: 'a1' });
    world.run(20);
    expect(world.phase('a1')).toBe('opening');
    expect(world.orders()).toEqual(['entry spot buy 0.05', 'entry perp sell 0.05']);
    expect(world.sent.map(({ request }) => request.terms.type)).toEqual(['limit', 'market']);
    // The collar of 50 bps above 161,000,000, on the tick of 1,000.
    expect(world.sent[0]?.request.terms).toMatchObject({ price: '161805000', timeInForce: 'IOC' });
    world.run(100);
    expect(world.phase('a1')).toBe('hedged');
    expect(world.said('a1')).toBe('executed HEDGED');
    expect(world.state.slots).toEqual({});
    world.run(2000);
    world.signal(exit('a2'));
    world.run(20);
    expect(world.phase('a1')).toBe('closing');
    expect(world.orders(2)).toEqual(['exit spot sell 0.05', 'exit perp buy 0.05']);
    expect(world.sent[3]?.request.reduceOnly).toBe(true);
    world.run(100);
    expect(world.phase('a1')).toBe('flat');
    expect(world.said('a2')).toBe('executed CLOSED');
    expectAtRest(world.run(5000));
    expect(Object.keys(world.state.entries).concat(Object.keys(world.state.exits))).toEqual([]);
  });

  it.each(['10000000', '16181', '161885.5'])('never spends more than amountKrw %s, fee included, even at the worst price', (amountKrw) => {
    for (const spotEntryOrder of ['limitIoc', 'market']) {
      const world = new World({ armed: false });
      world.command({ kind: 'set', name: 'spotEntryOrder', value: spotEntryOrder, again: spotEntryOrder });
      world.command({ kind: 'arm' });
      world.signal(enter('a1', { amountKrw }));
      world.run(3000);
      const spot = world.sent.find(({ request }) => request.leg === 'spot');
      if (spot === undefined) {
        expect(world.said('a1')).toBe('rejected BELOW_STEP');
        continue;
      }
      const { terms } = spot.request;
      const most =
        terms.type === 'limit' ? notional(terms.price, terms.quantity) : 'cost' in terms ? terms.cost : notional(price('0'), terms.quantity);
      expect(lte(relabel<'krw'>(scale(most, plus(ratio('0.0005')))), krw(amountKrw))).toBe(true);
      expectAtRest(world.run(10_000));
    }
  });

  it('keeps a market order by cost within the collar and the amount where the book is thin', () => {
    const world = new World({ armed: false });
    world.market = market({ depth: '0.01' as never });
    world.command({ kind: 'set', name: 'spotEntryOrder', value: 'market', again: 'market' });
    world.command({ kind: 'set', name: 'priceCollarBps', value: '1', again: '1' });
    world.command({ kind: 'arm' });
    world.signal(enter('a1', { quantity: '0.2' }));
    world.run(50);
    expect(world.sent[0]?.request.terms.type).toBe('limit');
  });

  it('fills by the stream and by lookups alone give the same hedge', () => {
    for (const play of [fills('1', { says: 'stream' }), fills('1', { namesTrades: false }), replyLost()]) {
      const world = new World();
      world.script('spot', 'entry', play);
      world.script('perp', 'entry', play);
      world.signal(enter('a1'));
      world.run(6000);
      expect(world.held('a1')).toEqual(['0.05', '0.05']);
      expect(sum(world.order('spot', 'entry').fills.map((fill) => fill.quantity))).toBe('0.05');
      expectAtRest(world);
    }
  });
});

describe('half of an entry fails', () => {
  const ended = (spot = refused(), perp = refused()): World => {
    const world = new World();
    world.script('spot', 'entry', spot);
    world.script('perp', 'entry', perp);
    world.signal(enter('a1'));
    expectAtRest(world.run(20_000));
    return world;
  };

  it('A: spot filled, short refused: the spot is sold', () => {
    const world = ended(fills());
    expect(world.orders(2)).toEqual(['unwind spot sell 0.05']);
    expect(world.phase('a1')).toBe('flat');
    expect(world.said('a1')).toBe('failed UNWOUND');
  });
  it('B: spot refused, short filled: the short is bought back', () => {
    const world = ended(refused(), fills());
    expect(world.orders(2)).toEqual(['unwind perp buy 0.05']);
    expect(world.said('a1')).toBe('failed UNWOUND');
  });
  it('C: both refused: nothing to undo', () => {
    const world = ended();
    expect(world.orders(2)).toEqual([]);
    expect(world.said('a1')).toBe('failed NOTHING_FILLED');
  });
  it('takes what was kept back at the door for not sent', () => {
    expect(ended(notSent, notSent).said('a1')).toBe('failed NOTHING_FILLED');
    expect(ended(fills(), notSent).phase('a1')).toBe('flat');
  });

  it.each([
    ['0.1', '1'],
    ['0.5', '1'],
    ['0.9', '1'],
    ['1', '0.1'],
    ['1', '0.5'],
    ['1', '0.9'],
    ['0.3', '0.7'],
    ['0.7', '0.3'],
    ['0.123', '0.5'],
    ['0.5', '0.123'],
    ['0', '0.5'],
    ['0.5', '0'],
  ])('fills of %s spot and %s short end equal: completed while armed, reduced while not', (spot, perp) => {
    for (const disarm of [false, true]) {
      const world = new World();
      world.script('spot', 'entry', fills(spot));
      world.script('perp', 'entry', fills(perp));
      world.signal(enter('a1', { quantity: '0.1' }));
      world.run(21);
      if (disarm) world.command({ kind: 'disarm', reason: 'test' });
      expectAtRest(world.run(20_000));
      const purposes = new Set(world.sent.slice(2).map((entry) => entry.purpose));
      const completes = !disarm && spot !== '0' && perp !== '0';
      expect([...purposes][0]).toBe(completes ? 'complete' : 'unwind');
      const [heldSpot, heldPerp] = world.held('a1');
      expect(heldSpot).toBe(heldPerp);
    }
  });

  it('completes on a quote that prepared no market, as every quote but an entry is', () => {
    const world = new World();
    world.distort = (gathered, { kind }) => {
      if (kind === 'entry') return gathered;
      const { spot, perp } = gathered.legs;
      return {
        ...gathered,
        legs: { spot: { ...spot, prepared: failed('BLOCKED', 'notSent') }, perp: { ...perp, prepared: failed('BLOCKED', 'notSent') } },
      };
    };
    world.script('perp', 'entry', fills('0.5'));
    world.signal(enter('a1', { quantity: '0.1' }));
    world.run(1000);
    expect(world.orders(2)).toEqual(['complete perp sell 0.05']);
    expect(world.held('a1')).toEqual(['0.1', '0.1']);
  });

  it('reduces when the completing order fills nothing, and completes only once', () => {
    const world = new World();
    world.script('perp', 'entry', fills('0.5'));
    world.script('perp', 'complete', fills('0'));
    world.signal(enter('a1', { quantity: '0.1' }));
    expectAtRest(world.run(20_000));
    expect(world.orders(2)).toEqual(['complete perp sell 0.05', 'unwind spot sell 0.05']);
    expect(world.said('a1')).toBe('executed HEDGED');
  });

  it('trims what the coarse venue cannot trade on the fine one', () => {
    const world = new World();
    world.script('spot', 'entry', fills('0.557'));
    world.script('spot', 'complete', fills('0'));
    world.signal(enter('a1', { quantity: '0.1' }));
    expectAtRest(world.run(20_000));
    expect(world.held('a1')).toEqual(['0.055', '0.055']);
    expect(world.orders(3)).toEqual(['unwind spot sell 0.0007', 'unwind perp buy 0.045']);
  });

  it('leaves dust below the minimum where it is and names it', () => {
    const world = new World();
    world.script('spot', 'entry', fills('0.9999'));
    world.signal(enter('a1', { quantity: '0.1' }));
    expectAtRest(world.run(20_000));
    expect(world.orders(2)).toEqual([]);
    expect(world.held('a1')).toEqual(['0.09999', '0.1']);
    expect(world.facts.find((fact) => fact.kind === 'signalJudged' && fact.state === 'executed')).toMatchObject({
      reason: expect.stringContaining('-0.00001 BTC'),
    });
    expect(world.alarms()).toEqual([]);
  });

  it('sells at market what is worth an order at the bid but not at the collar', () => {
    const world = new World();
    world.script('spot', 'entry', fills('0.5003115'));
    world.script('perp', 'entry', fills('0.5'));
    world.signal(enter('a1', { quantity: '0.1' }));
    world.run(21).command({ kind: 'disarm', reason: 'test' });
    expectAtRest(world.run(20_000));
    expect(world.orders(2)).toEqual(['unwind spot sell 0.00003115']);
    expect(world.sent[2]?.request.terms.type).toBe('market');
  });
});
