import { describe, expect, it } from 'vitest';
import { price, quantity } from '../../../shared/domain/units.ts';
import { hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { holding } from '../testing/holding.ts';
import { failed, market } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused, replyLost, requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

const times = (count: number, play = fills()) => Array.from({ length: count }, () => play);

describe('which hedges an EXIT closes', () => {
  it('closes a part, on the step, and leaves the rest hedged', () => {
    const world = holding('0.05');
    world.signal(exit('x', { quantity: '0.0207' }));
    expectAtRest(world.run(2000));
    expect(world.orders(2)).toEqual(['exit spot sell 0.02', 'exit perp buy 0.02']);
    expect(world.held('h1')).toEqual(['0.03', '0.03']);
    expect(world.phase('h1')).toBe('hedged');
    expect(world.said('x')).toBe('executed CLOSED');
    expect(world.said('h1')).toBe('executed HEDGED');
  });

  it('takes the oldest first until the quantity is used up', () => {
    const world = holding('0.05', '0.03', '0.04');
    world.signal(exit('x', { quantity: '0.07' }));
    expectAtRest(world.run(2000));
    expect(['h1', 'h2', 'h3'].map((id) => world.held(id)[0])).toEqual(['0', '0.01', '0.04']);
    expect(world.said('x')).toBe('executed CLOSED');
  });

  it('closes the named one, or all of them', () => {
    const world = holding('0.05', '0.03');
    world.signal(exit('x', { hedge: 'h2' }));
    world.run(2000);
    expect([world.phase('h1'), world.phase('h2')]).toEqual(['hedged', 'flat']);
    world.signal(enter('h3'));
    world.run(2000);
    world.signal(exit('y'));
    expectAtRest(world.run(2000));
    expect([world.phase('h1'), world.phase('h3')]).toEqual(['flat', 'flat']);
    expect(world.said('y')).toBe('executed CLOSED');
  });

  it('says so when there is nothing to close', () => {
    const world = holding('0.05');
    world.signal(exit('x', { hedge: 'h9' }));
    expect(world.said('x')).toBe('rejected NOTHING_TO_CLOSE');
    world.signal(exit('y'));
    world.run(30);
    world.signal(exit('z'));
    expect(world.said('z')).toBe('rejected NOTHING_TO_CLOSE');
    expectAtRest(world.run(2000));
    world.signal(exit('w'));
    expect(world.said('w')).toBe('rejected NOTHING_TO_CLOSE');
    world.signal(exit('v', { quantity: '0.0004' }));
    expect(world.said('v')).toBe('rejected NOTHING_TO_CLOSE');
  });

  it('is executed when only some of its hedges had something to close', () => {
    const world = holding('0.05', '0.03');
    world.signal(exit('x', { quantity: '0.0505' }));
    expectAtRest(world.run(2000));
    expect(world.said('x')).toBe('executed CLOSED');
    expect([world.phase('h1'), world.held('h2')[0]]).toEqual(['flat', '0.03']);
    world.signal(exit('y', { quantity: '0.0005' }));
    expectAtRest(world.run(2000));
    expect(world.said('y')).toBe('rejected BELOW_STEP');
  });

  it('closes what is left of a hedge that another exit has closed in part', () => {
    const world = holding('0.05', '0.03');
    world.signal(exit('x', { quantity: '0.02' }));
    world.run(25);
    world.signal(exit('y', { quantity: '0.04' }));
    expectAtRest(world.run(3000));
    expect(['h1', 'h2'].map((id) => world.held(id)[0])).toEqual(['0', '0.02']);
    expect([world.said('x'), world.said('y')]).toEqual(['executed CLOSED', 'executed CLOSED']);
  });

  it('closes a remainder below a minimum with it', () => {
    const world = holding('0.05');
    world.distort = (quote, purpose) =>
      purpose.kind === 'exit'
        ? {
            ...quote,
            legs: { ...quote.legs, perp: { ...quote.legs.perp, rules: { ok: true, value: { ...rules(quote), minNotional: '300' as never } } } },
          }
        : quote;
    world.signal(exit('x', { quantity: '0.048' }));
    expectAtRest(world.run(2000));
    expect(world.phase('h1')).toBe('flat');
  });
  const rules = (quote: Parameters<World['distort']>[0]) => {
    const answer = quote.legs.perp.rules;
    if (!answer.ok || answer.value === undefined) throw new Error('rules');
    return answer.value;
  };
});

describe('an EXIT at a bad moment', () => {
  it('waits for an ENTER that came before it', () => {
    const world = new World();
    world.signal(enter('h1'));
    world.signal(exit('x'));
    world.run(21);
    world.signal(exit('y', { hedge: 'h1' }));
    expectAtRest(world.run(3000));
    expect(world.phase('h1')).toBe('flat');
    expect([world.said('h1'), world.said('x'), world.said('y')]).toEqual(['executed HEDGED', 'executed CLOSED', 'rejected NOTHING_TO_CLOSE']);
  });

  it('waits for entries in the queue where there is nothing else to close', () => {
    const world = new World();
    world.signal(enter('h1'));
    world.signal(enter('h2'));
    world.signal(exit('x', { hedge: 'h2' }));
    expectAtRest(world.run(6000));
    expect([world.phase('h1'), world.phase('h2')]).toEqual(['hedged', 'flat']);
    expect([world.said('h2'), world.said('x')]).toEqual(['executed HEDGED', 'executed CLOSED']);
  });

  it('of everything refuses what has not begun, queued or in the inbox, and closes what has', () => {
    const world = new World();
    world.signal(enter('h1'));
    world.signal(enter('h2'));
    world.signal(exit('x'));
    expect(world.said('h2')).toBe('rejected SUPERSEDED');
    world.signal(enter('h3'));
    expectAtRest(world.run(6000));
    expect(['h1', 'h2', 'h3'].map((id) => world.phase(id))).toEqual(['flat', 'none', 'hedged']);
    expect([world.said('h1'), world.said('x'), world.said('h3')]).toEqual(['executed HEDGED', 'executed CLOSED', 'executed HEDGED']);
    world.command({ kind: 'setApproval', approval: 'manual' });
    world.signal(enter('h4'));
    world.signal(exit('y'));
    expect(world.said('h4')).toBe('awaitingApproval AWAITING_APPROVAL');
    world.command({ kind: 'approve', signal: signalId('y') });
    expect(world.said('h4')).toBe('rejected SUPERSEDED');
    expectAtRest(world.run(3000));
    expect(world.phase('h3')).toBe('flat');
  });

  it('of a part leaves the queue alone', () => {
    const world = new World();
    world.signal(enter('h1'));
    world.signal(enter('h2'));
    world.signal(exit('x', { quantity: '0.02' }));
    expectAtRest(world.run(6000));
    expect(['h1', 'h2'].map((id) => world.held(id)[0])).toEqual(['0.03', '0.05']);
  });

  it('is kept while the hedge opens, unwinds or is unknown', () => {
    const world = new World();
    world.script('perp', 'entry', replyLost('1', { visibleAfterMs: 3000 }));
    world.signal(enter('h1'));
    world.run(100);
    world.signal(exit('x'));
    world.run(2500);
    expect(world.orders(2)).toEqual([]);
    expectAtRest(world.run(5000));
    expect(world.orders(2)).toEqual(['exit spot sell 0.05', 'exit perp buy 0.05']);
    expect([world.said('h1'), world.said('x')]).toEqual(['executed HEDGED', 'executed CLOSED']);
  });

  it('has nothing to close when the hedge that opened was undone', () => {
    const world = new World();
    world.script('perp', 'entry', refused());
    world.signal(enter('h1'));
    world.run(30);
    world.signal(exit('x'));
    expectAtRest(world.run(5000));
    expect([world.said('h1'), world.said('x')]).toEqual(['failed UNWOUND', 'rejected NOTHING_TO_CLOSE']);
  });

  it('raises an alarm when it has expired, on arrival or waiting', () => {
    const world = new World({ approval: 'manual' });
    world.signal(exit('x', { expiresAt: world.now - 1 }));
    expect(world.said('x')).toBe('expired EXPIRED');
    expect(world.alarms()).toEqual(['EXPIRED_EXIT']);
    world.signal(exit('y', { expiresAt: world.now + 1000 }));
    world.run(2000);
    expect(world.said('y')).toBe('expired EXPIRED');
    expect(world.alarms()).toHaveLength(2);
  });

  it('holds to its own bounds, one-sided', () => {
    const world = holding('0.05');
    world.signal(exit('x', { premium: ['0.01', '0.001'] }));
    world.run(1000);
    expect(world.said('x')).toBe('rejected PREMIUM_MOVED');
    world.signal(exit('y', { premium: ['-0.5', '0'] }));
    expectAtRest(world.run(2000));
    expect(world.said('y')).toBe('executed CLOSED');
  });

  it('tries again when the books cannot be had, a naked leg on its own venue', () => {
    const world = holding('0.05');
    world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, perp: { ...quote.legs.perp, book: failed() } } });
    world.signal(exit('x'));
    world.run(5000);
    expect(world.phase('h1')).toBe('hedged');
    world.distort = (quote) => quote;
    expectAtRest(world.run(2000));
    expect(world.said('x')).toBe('executed CLOSED');
  });
});

describe('a close that does not go through', () => {
  it('is retried, at last at market, alarmed while uneven, and left to a person in the end', () => {
    const world = holding('0.05');
    world.script('perp', 'exit', ...times(7, refused('INVALID_ORDER')));
    world.signal(exit('x'));
    world.run(100);
    expect(world.alarms()).toEqual(['NAKED_LEG']);
    world.run(60_000);
    expect(world.phase('h1')).toBe('needsOperator');
    expect(world.said('x')).toBe('failed NEEDS_OPERATOR');
    expect(world.alarms()).toContain('NEEDS_OPERATOR');
    expect(world.orders(2).filter((order) => order.startsWith('exit spot'))).toEqual(['exit spot sell 0.05']);
    expect(world.sent.at(-1)?.request.terms.type).toBe('market');
    expect(world.sent.slice(2).every(({ purpose }) => purpose === 'exit')).toBe(true);
    world.signal(enter('h2'));
    expect(world.said('h2')).toBe('rejected NEEDS_OPERATOR');
    world.signal(exit('y'));
    expect(world.said('y')).toBe('rejected NEEDS_OPERATOR');
    // The person presses close; nothing stands in the way any more.
    expect(world.command({ kind: 'closeHedge', hedge: hedgeOf(signalId('h1')), quantity: null }).ok).toBe(true);
    expectAtRest(world.run(3000));
    expect(world.phase('h1')).toBe('flat');
    expect(world.alarms()).toEqual([]);
  });

  it('finishes the side that filled in parts without opening anything again', () => {
    const world = holding('0.1');
    world.script('spot', 'exit', fills('0.3'), fills('0.5'), fills('0'), fills('0.9'));
    world.script('perp', 'exit', fills('0'), fills('0.21'));
    world.signal(exit('x'));
    expectAtRest(world.run(60_000));
    expect(world.phase('h1')).toBe('flat');
    expect(world.sent.slice(2).every(({ purpose }) => purpose === 'exit')).toBe(true);
  });

  it('of a part ends equal though one side cannot keep up', () => {
    const world = holding('0.1');
    world.script('spot', 'exit', fills('0.123'));
    world.script('perp', 'exit', fills('0.77'));
    world.signal(exit('x', { quantity: '0.05' }));
    expectAtRest(world.run(60_000));
    expect(world.held('h1')).toEqual(['0.05', '0.05']);
  });

  it('waits for the outcome of a silent close before it sends another', () => {
    for (const play of [requestLost, replyLost('1', { visibleAfterMs: 9000 }), replyLost('0.4', { visibleAfterMs: 9000 })]) {
      const world = holding('0.05');
      world.script('spot', 'exit', play);
      world.signal(exit('x'));
      world.run(8000);
      expect(world.sent).toHaveLength(4);
      expectAtRest(world.run(70_000));
      expect(world.phase('h1')).toBe('flat');
    }
  });

  it('ends flat when what it holds is too little to sell', () => {
    const world = new World();
    world.script('spot', 'entry', fills('0.0006'));
    world.script('perp', 'entry', refused());
    world.signal(enter('h1'));
    expectAtRest(world.run(5000));
    expect([world.phase('h1'), world.held('h1')[0]]).toEqual(['flat', '0.00003']);
    const dusty = holding('0.05');
    dusty.market = market({ spotBid: price('90000'), spotAsk: price('91000') });
    dusty.signal(exit('x'));
    dusty.run(5000);
    expect(dusty.phase('h1')).toBe('flat');
    expect(dusty.said('x')).toBe('executed CLOSED');
  });
});

describe('exits wanted twice', () => {
  it('by a rule and a signal: both end, the legs are closed once', () => {
    const world = holding('0.05');
    world.marksEveryMs = 1000;
    world.market = market({ spotBid: price('150000000'), spotAsk: price('150001000') });
    world.run(1200);
    world.signal(exit('x'));
    world.run(1000);
    expectAtRest(world.run(5000));
    expect(world.phase('h1')).toBe('flat');
    expect(world.orders(2)).toEqual(['exit spot sell 0.05', 'exit perp buy 0.05']);
    expect(['executed CLOSED', 'rejected NOTHING_TO_CLOSE']).toContain(world.said('x'));
  });

  it('by a person, part by part', () => {
    const world = holding('0.05');
    const press = (size: string | null) =>
      world.command({ kind: 'closeHedge', hedge: hedgeOf(signalId('h1')), quantity: size === null ? null : quantity(size) });
    expect(press('0.01').ok && press('0.01').ok && press(null).ok).toBe(true);
    expectAtRest(world.run(5000));
    expect(world.phase('h1')).toBe('flat');
    expect(press(null)).toMatchObject({ ok: false, code: 'NOTHING_TO_CLOSE' });
  });
});

describe('the stop-loss', () => {
  it('needs two marks a second apart, and fires on no stale ones', () => {
    const world = holding('0.05');
    world.market = market({ spotBid: price('150000000'), spotAsk: price('150001000') });
    world.marks();
    expect(world.hedge('h1').lossSince).toBe(world.now);
    world.run(900);
    world.marks();
    expect(world.hedge('h1').waitingExits).toEqual([]);
    world.run(200);
    world.distort = (quote) => ({ ...quote, legs: { ...quote.legs, spot: { ...quote.legs.spot, book: stale(quote) } } });
    world.marks();
    expect(world.hedge('h1').waitingExits).toEqual([]);
    world.distort = (quote) => quote;
    world.marks();
    expect(world.hedge('h1').waitingExits).toHaveLength(1);
    expect(world.alarms()).toEqual(['STOP_LOSS']);
    expectAtRest(world.run(3000));
    expect(world.phase('h1')).toBe('flat');
    expect(world.alarms()).toEqual([]);
  });
  const stale = (quote: Parameters<World['distort']>[0]) => {
    const { book } = quote.legs.spot;
    return book.ok ? { ok: true as const, value: { ...book.value, at: book.value.at - 3001 } } : book;
  };

  it('takes a fill without a price for neither loss nor gain', () => {
    for (const [leg, purpose] of [
      ['spot', 'entry'],
      ['perp', 'entry'],
      ['spot', 'exit'],
      ['perp', 'exit'],
    ] as const) {
      const world = new World();
      world.chasing = false;
      world.marksEveryMs = 250;
      world.script(leg, purpose, fills('1', { namesTrades: false }));
      world.signal(enter('h1'));
      world.run(2500);
      if (purpose === 'exit') world.signal(exit('x'));
      world.run(3000);
      expect(world.state.stop).toBeNull();
      expect(world.phase('h1')).toBe(purpose === 'exit' ? 'flat' : 'hedged');
      expect(Math.abs(Number(world.state.day.realized))).toBeLessThan(30_000);
    }
  });
});
