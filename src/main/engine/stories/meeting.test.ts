/** Wishes that meet on one hedge: exits, stops, persons, and what was queued before them. */
import { describe, expect, it } from 'vitest';
import { hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { decimal, price, quantity, usdt, zero } from '../../../shared/domain/units.ts';
import type { Holdings } from '../../../shared/domain/venue.ts';
import { waysToSettle } from '../decide/operator.ts';
import { fold } from '../fold.ts';
import { outsideRows } from '../outside.ts';
import { hedgeResult } from '../pnl.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { forcedClose } from '../testing/by-hand.ts';
import { holding } from '../testing/holding.ts';
import { BTC, failed, spotHoldings } from '../testing/market.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused, requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

const stop = (world: World, closeAll = false) => world.command({ kind: 'stop', source: 'button', reason: 'enough', closeAll });
const h1 = hedgeOf(signalId('h1'));

/** A hedge whose spot order is silent for so long that a person was called. */
function silent(purpose: 'entry' | 'exit' = 'exit'): World {
  const world = purpose === 'exit' ? holding('0.05') : new World();
  world.script('spot', purpose, requestLost);
  world.signal(purpose === 'exit' ? exit('x') : enter('h1'));
  world.chasing = false;
  world.run(70_000);
  expect(world.phase('h1')).toBe('needsOperator');
  return world;
}

describe('an EXIT', () => {
  it('of a hedge by name says that it is being closed already', () => {
    const world = holding('0.05');
    world.script('spot', 'exit', fills('1', { afterMs: 500 }));
    world.signal(exit('x'));
    world.run(100);
    const { facts } = world.signal(exit('y', { hedge: 'h1' }));
    expect(facts.find((fact) => fact.kind === 'signalJudged')).toMatchObject({
      code: 'NOTHING_TO_CLOSE',
      reason: 'Hedge h1 is being closed already',
    });
    expectAtRest(world.run(3000));
  });

  it('of a person below a step is dropped, and nobody waits for its verdict', () => {
    const world = holding('0.05');
    world.command({ kind: 'closeHedge', hedge: h1, quantity: quantity('0.0004') });
    expectAtRest(world.run(2000));
    expect([world.phase('h1'), world.orders(2)]).toEqual(['hedged', []]);
  });

  it('that has closed something is refused what still waits when trading stops', () => {
    const world = holding('0.05', '0.03');
    world.script('spot', 'exit', fills('1', { afterMs: 3000 }));
    world.command({ kind: 'closeHedge', hedge: hedgeOf(signalId('h2')), quantity: quantity('0.01') });
    world.run(100);
    world.signal(exit('x'));
    world.run(1000);
    expect(['h1', 'h2'].map((id) => world.phase(id))).toEqual(['flat', 'closing']);
    stop(world);
    expectAtRest(world.run(8000));
    expect(world.said('x')).toBe('executed CLOSED');
    expect(['h1', 'h2'].map((id) => world.phase(id)).toSorted()).toEqual(['flat', 'hedged']);
  });

  it('of both legs in part, equal on both, goes on to the end', () => {
    const world = holding('0.1');
    world.script('spot', 'exit', fills('0.5'));
    world.script('perp', 'exit', fills('0.5'));
    world.signal(exit('x'));
    expectAtRest(world.run(5000));
    expect([world.phase('h1'), world.orders(4)]).toEqual(['flat', ['exit spot sell 0.05', 'exit perp buy 0.05']]);
  });
});

describe('a stop', () => {
  it('takes back an entry order that is open, and closes nothing that is closing', () => {
    const world = holding('0.05');
    world.script('spot', 'entry', fills('1', { says: 'stream', afterMs: 400 }));
    world.signal(enter('h2'));
    world.run(450);
    const entry = world.order('spot', 'entry', 1);
    expect(entry.state).toBe('open');
    stop(world, true);
    stop(world, true);
    expect(new Set(world.canceled)).toEqual(new Set([entry.id]));
    expectAtRest(world.run(8000));
    expect(['h1', 'h2'].map((id) => world.phase(id))).toEqual(['flat', 'flat']);
  });

  it('leaves an exit order that is open to its end', () => {
    const world = holding('0.05');
    world.script('spot', 'exit', fills('1', { says: 'stream', afterMs: 400 }));
    world.signal(exit('x'));
    world.run(450);
    expect(world.order('spot', 'exit').state).toBe('open');
    stop(world);
    expect(world.canceled).toEqual([]);
    expectAtRest(world.run(4000));
  });

  it('with close all has nothing left to close where the entry was undone', () => {
    const world = new World();
    world.script('spot', 'entry', refused());
    world.script('perp', 'entry', refused());
    world.signal(enter('h1'));
    world.run(25);
    stop(world, true);
    expect(world.hedge('h1').waitingExits).toEqual([{ cause: { kind: 'closeAll' } }]);
    expectAtRest(world.run(3000));
    expect([world.phase('h1'), world.said('h1'), world.hedge('h1').waitingExits]).toEqual(['flat', 'failed NOTHING_FILLED', []]);
  });

  it('with close all keeps that wish for a hedge that comes to need a person', () => {
    const world = holding('0.05');
    world.script('spot', 'exit', requestLost);
    world.chasing = false;
    world.signal(exit('x', { quantity: '0.02' }));
    world.run(100);
    world.signal(exit('y', { quantity: '0.01' }));
    stop(world, true);
    world.run(70_000);
    expect(world.phase('h1')).toBe('needsOperator');
    expect(world.hedge('h1').waitingExits).toEqual([{ cause: { kind: 'closeAll' } }]);
  });
});

describe('entries that queue', () => {
  it('go first come, first served, and are all refused when a hedge needs a person', () => {
    const world = new World();
    world.script('spot', 'entry', requestLost);
    world.signal(enter('h1'));
    world.chasing = false;
    world.run(69_000 - 2500);
    const queued = ['a', 'b', 'c'];
    for (const id of queued) {
      world.signal(enter(id));
      world.run(10);
    }
    world.run(5000);
    expect(world.phase('h1')).toBe('needsOperator');
    for (const id of queued) expect(world.said(id)).toMatch(/^rejected/);
    expect(world.orders()).toHaveLength(2);
  });
});

describe('entries behind one that opens', () => {
  it('have their turn in the order in which they were seen', () => {
    const world = new World();
    world.script('spot', 'entry', fills('1', { afterMs: 400 }));
    for (const id of ['h1', 'a', 'b']) {
      world.signal(enter(id, { quantity: '0.01' }));
      world.run(10);
    }
    world.run(3000);
    expect(Object.keys(world.state.hedges)).toEqual(['h1', 'a', 'b']);
    expectAtRest(world);
  });
});

describe('results', () => {
  it('list fees of other currencies, and take funding that comes at once in its own order', () => {
    const world = holding('0.05');
    const {
      id,
      fills: [first],
    } = world.order('spot', 'entry');
    if (first === undefined) throw new Error('The entry has traded');
    const dearer = fold(world.state, { kind: 'orderFilled', id, fill: { ...first, tradeId: 'x', feeCurrency: 'BTC' }, at: world.now });
    expect(hedgeResult(dearer, world.hedge('h1')).otherFees).toEqual([['BTC', first.fee]]);
    const payment = (at: number, amount: string) => ({ id: `${at}`, at, amount: usdt(amount) });
    world.feed({ kind: 'fundingRead', coin: BTC, payments: [payment(world.now, '-1'), payment(world.now - 100, '-2')] });
    expect(hedgeResult(world.state, world.hedge('h1')).funding).toBe('-3');
  });
});

describe('a hedge that waits for a person', () => {
  it('is not decided of while an order of it is open, nor tried on when its order has spoken', () => {
    const world = silent();
    const order = world.order('spot', 'exit');
    const open = { ...world.state, orders: { ...world.state.orders, [order.id]: { ...order, state: 'open' as const } } };
    expect(waysToSettle(open, world.hedge('h1'))).toEqual([]);
  });

  it('has its known leg closed as soon as there is a book, and once', () => {
    const world = silent('entry');
    world.distort = (given) => ({ ...given, legs: { ...given.legs, perp: { ...given.legs.perp, book: failed() } } });
    expect(world.command({ kind: 'settle', hedge: h1, how: 'closeKnown' })).toEqual({ ok: true });
    world.run(20_000);
    expect([world.phase('h1'), world.orders(2)]).toEqual(['needsOperator', []]);
    world.distort = (given) => given;
    world.run(3000);
    expect([world.orders(2), world.held('h1')]).toEqual([['unwind perp buy 0.05'], ['0', '0']]);
    // The silent order has spoken: a quote that was under way finds nothing more to do.
    const { id } = world.order('spot', 'entry');
    const failure = { outcome: 'refused', code: 'FILTER', venueCode: '', said: 'never was' } as const;
    world.feed({ kind: 'placed', id, outcome: failure as never, wireAt: null });
    const purpose = { kind: 'settle', hedge: h1 } as const;
    expect(world.feed({ kind: 'quoted', purpose, quote: world.quote(purpose) }).effects).toEqual([]);
  });

  it('has its known leg left alone once that was tried often enough, also by a quote that comes late', () => {
    const world = silent('entry');
    for (const _attempt of Array(20).keys()) world.script('perp', 'unwind', fills('0'));
    world.command({ kind: 'settle', hedge: h1, how: 'closeKnown' });
    world.run(120_000);
    const sent = world.orders().length;
    expect(sent).toBeGreaterThan(3);
    const purpose = { kind: 'settle', hedge: h1 } as const;
    expect(world.feed({ kind: 'quoted', purpose, quote: world.quote(purpose) }).effects).toEqual([]);
    expect([world.phase('h1'), world.orders().length]).toEqual(['needsOperator', sent]);
  });

  it('is settled at the venue on a journal from before outside holdings were noted', () => {
    const world = silent();
    world.state = { ...world.state, outside: {} };
    world.command({ kind: 'settle', hedge: h1, how: 'settledAtVenue' });
    world.run(3000);
    expect(world.facts.findLast((fact) => fact.kind === 'hedgeSettled')?.read).toEqual({ spot: '0.05', perp: '0' });
  });

  it('hears the same again without a second alarm', () => {
    const world = silent();
    const raised = () => world.facts.filter((fact) => fact.kind === 'alarmRaised' && fact.code === 'NEEDS_OPERATOR').length;
    const before = raised();
    world.boot();
    expect(raised()).toBe(before);
  });
});

describe('what was said of a failed entry', () => {
  it("has the venue's own code where it gave one", () => {
    const world = new World();
    world.script('spot', 'entry', refused());
    world.script('perp', 'entry', fills('1', { afterMs: 900_000 }));
    world.signal(enter('h1'));
    world.run(300);
    const outcome = { outcome: 'refused', code: 'FILTER', venueCode: '-4164', said: 'too small' } as const;
    world.feed({ kind: 'placed', id: world.order('perp', 'entry').id, outcome: outcome as never, wireAt: world.now });
    const judged = world.facts.findLast((fact) => fact.kind === 'signalJudged');
    expect(judged?.reason).toContain('binance: FILTER (-4164)');
    expect(judged?.reason).toContain('upbit: INSUFFICIENT_FUNDS;');
  });
});

describe('accounts', () => {
  const read = (world: World, coins: string): Holdings => {
    const base = spotHoldings(world.now);
    return { ...base, balances: [...base.balances, { currency: 'BTC', free: decimal(coins), locked: decimal('0') }] };
  };
  const see = (world: World, coins: string): void => {
    world.feed({ kind: 'holdingsRead', venue: 'upbit', holdings: read(world, coins) });
    world.run(6000);
  };

  it('a mismatch is over when no hedge of its coin is open any more', () => {
    const world = holding('0.05');
    world.feed({ kind: 'holdingsRead', venue: 'upbit', holdings: { ...read(world, '0.01'), at: world.now + 1 } });
    expect(world.alarms()).toEqual(['POSITION_MISMATCH']);
    world.signal(exit('x'));
    world.run(3000);
    world.feed({ kind: 'holdingsRead', venue: 'upbit', holdings: read(world, '0') });
    expect(world.alarms()).toEqual([]);
  });

  it('what came is told once, and what was taken in and went is taken in again', () => {
    const world = new World();
    for (const _again of [1, 2, 3, 4]) see(world, '1');
    expect(world.facts.filter((fact) => fact.kind === 'alarmRaised' && fact.code === 'EXTERNAL_CHANGE')).toHaveLength(1);
    world.command({ kind: 'acceptOutside', venue: 'upbit', coin: BTC });
    for (const _again of [1, 2, 3]) see(world, '0');
    expect(outsideRows(world.state, 'upbit')).toEqual([{ coin: 'BTC', taken: '1', seen: '0' }]);
    expect(world.command({ kind: 'acceptOutside', venue: 'upbit', coin: BTC })).toEqual({ ok: true });
    expect(outsideRows(world.state, 'upbit')).toEqual([]);
  });

  it('are listed by coin', () => {
    const { state } = new World();
    const one = decimal<'signedQuantity'>('1');
    const book = { taken: { ETH: one }, seen: { XRP: one, ADA: one }, doubted: {} } as never;
    expect(outsideRows({ ...state, outside: { upbit: book } }, 'upbit').map(({ coin }) => coin)).toEqual(['ADA', 'ETH', 'XRP']);
    expect(outsideRows({ ...state, outside: { upbit: { ...(book as object), taken: null } as never } }, 'upbit')).toEqual([
      { coin: 'ADA', taken: null, seen: '1' },
      { coin: 'XRP', taken: null, seen: '1' },
    ]);
  });
});

describe('a hedge that keeps dust', () => {
  it('stays as it is when the venue closes just that much of its short', () => {
    const world = new World();
    world.script('spot', 'entry', fills('0.9999'));
    world.signal(enter('h1', { quantity: '0.1' }));
    world.run(3000);
    expect([world.phase('h1'), world.held('h1')]).toEqual(['hedged', ['0.09999', '0.1']]);
    const trade = { tradeId: 'adl', price: price('115000'), quantity: quantity('0.00001'), fee: zero<'fee'>(), feeCurrency: 'USDT', at: world.now };
    forcedClose(world, [trade], 'v9', 'adl_autoclose');
    world.run(3000);
    expect([world.phase('h1'), world.held('h1'), world.orders(2)]).toEqual(['hedged', ['0.09999', '0.09999'], []]);
  });
});

describe('two forced closes', () => {
  it('are of two hedges: one that has lost its short already takes no part in the second', () => {
    const world = holding('0.05', '0.03');
    world.script('spot', 'unwind', fills('1', { afterMs: 3000 }));
    const close = (venueOrderId: string, size: string): void => {
      const trade = {
        tradeId: venueOrderId,
        price: price('115000'),
        quantity: quantity(size),
        fee: zero<'fee'>(),
        feeCurrency: 'USDT',
        at: world.now,
      };
      forcedClose(world, [trade], venueOrderId, 'adl_autoclose');
    };
    close('v1', '0.05');
    world.run(500);
    close('v2', '0.03');
    expect(['h1', 'h2'].map((id) => world.held(id)[1])).toEqual(['0', '0']);
    world.run(6000);
    expect(['h1', 'h2'].map((id) => world.phase(id))).toEqual(['flat', 'flat']);
    expect(world.orders(4)).toEqual(['unwind spot sell 0.05', 'unwind spot sell 0.03']);
  });

  it('of which only a part was ours: told again, only the rest of it is looked at', () => {
    const world = holding('0.03');
    const trade = { tradeId: 't', price: price('115000'), quantity: quantity('0.05'), fee: zero<'fee'>(), feeCurrency: 'USDT', at: world.now };
    const tell = () => forcedClose(world, [trade], 'v1', 'adl_autoclose').facts;
    tell();
    expect(world.held('h1')).toEqual(['0.03', '0']);
    expect(tell().find((fact) => fact.kind === 'forcedSeen')?.fills).toEqual([{ ...trade, quantity: '0.02' }]);
    world.run(3000);
    expect([world.phase('h1'), world.orders(2)]).toEqual(['flat', ['unwind spot sell 0.03']]);
  });
});

describe('alarms of expired EXITs', () => {
  it('are kept for the newest ones, and no other alarm goes for them', () => {
    const world = new World();
    world.feed({
      kind: 'alarm',
      key: 'source',
      code: 'SIGNAL_SOURCE',
      values: { source: 'f', what: 'UNREADABLE', said: 'gone' },
      severity: 'warning',
      detail: 'gone',
    });
    for (let n = 0; n < 25; n += 1) world.signal(exit(`x${n}`, { expiresAt: world.now - 1 }));
    expect(world.alarms().filter((code) => code === 'EXPIRED_EXIT')).toHaveLength(20);
    expect(world.alarms()).toContain('SIGNAL_SOURCE');
  });
});
