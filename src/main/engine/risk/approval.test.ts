import { describe, expect, it } from 'vitest';
import { own } from '../../../shared/domain/record.ts';
import { price, quantity, ZERO } from '../../../shared/domain/units.ts';
import type { Leg } from '../../../shared/domain/venue.ts';
import { isDenial } from '../denial.ts';
import type { Quote } from '../quote.ts';
import type { Hedge, State } from '../state.ts';
import { failed, market, ok, perpRules, quote, spotRules } from '../testing/market.ts';
import { enter } from '../testing/signals.ts';
import { fills, requestLost } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';
import { approveCompletion, approveEntry, approveReduction } from './approval.ts';
import { sideOf } from './entry-inputs.ts';

function hedged(size = '0.05'): World {
  const world = new World();
  world.signal(enter('h1', { quantity: size }));
  return world.run(2000);
}
const signal = enter('new');
const codeOf = (result: object): string => (isDenial(result) ? result.denied : 'passes');
const entry = (state: State, at: number, given: Quote = quote(at)): string => {
  const approval = approveEntry(state, signal, given, at);
  return approval.isPassed ? 'passes' : approval.denial.denied;
};
const changed: State['alarms'] = {
  'account:upbit': { code: 'ACCOUNT_CHANGED', severity: 'critical', hedge: null, detail: '', at: 0 },
};

describe('what may not leave is not approved, whoever asks', () => {
  it.each<[string, (state: State) => State, entries: string, reductions: string]>([
    ['armed', (state) => state, 'passes', 'passes'],
    ['disarmed', (state) => ({ ...state, armed: false }), 'DISARMED', 'passes'],
    ['stopped', (state) => ({ ...state, stop: { at: 1, source: 'file', reason: '' } }), 'STOPPED', 'passes'],
    ['reconciling', (state) => ({ ...state, phase: 'reconciling' }), 'RECONCILING', 'RECONCILING'],
    ['after a sleep', (state) => ({ ...state, resumedAt: 1 }), 'RECONCILING', 'passes'],
    ['on another account', (state) => ({ ...state, alarms: changed }), 'ACCOUNT_CHANGED', 'ACCOUNT_CHANGED'],
  ])('%s', (_what, change, entries, reductions) => {
    const world = halfFilled();
    const state = change({ ...world.state, hedges: {}, orders: {}, closedAt: {} });
    expect(entry(state, world.now)).toBe(entries);
    const open = change(world.state);
    expect(codeOf(approveCompletion(open, world.hedge('h1'), world.quote({ kind: 'settle', hedge: world.hedge('h1').id }), world.now))).toBe(entries);
    const side = sideOf(quote(world.now).legs.spot, 'spot');
    if (isDenial(side)) throw new Error(side.reason);
    const reduction = { leg: 'spot', target: ZERO, side, purpose: 'unwind' } as const;
    expect(codeOf(approveReduction(open, world.hedge('h1'), reduction, world.now))).toBe(reductions);
  });
});

/** The spot leg filled whole, the short in part, and nobody has looked at it yet. */
function halfFilled(): World {
  const world = new World();
  world.script('perp', 'entry', fills('0.6'));
  world.signal(enter('h1'));
  world.run(75);
  expect([world.held('h1'), world.phase('h1')]).toEqual([['0.05', '0.03'], 'opening']);
  return world;
}

describe('a completion', () => {
  const complete = (world: World, given: (quote: Quote) => Quote = (same) => same) => {
    const asked = world.quote({ kind: 'settle', hedge: world.hedge('h1').id });
    return approveCompletion(world.state, world.hedge('h1'), given(asked), world.now);
  };

  it('asks for what is missing of the smaller leg, within the collar', () => {
    const shallow = (given: Quote): Quote => ({ ...quote(given.at, market({ depth: quantity('0.001') })), leverage: 1 });
    expect(complete(halfFilled(), shallow)).toMatchObject({ leg: 'perp', side: 'sell', terms: { type: 'limit', quantity: '0.02', price: '114425' } });
    expect(complete(halfFilled())).toMatchObject({ leg: 'perp', terms: { type: 'market', quantity: '0.02' } });
  });

  it.each<[string, (given: Quote) => Quote, string]>([
    ['on old books', (given) => ({ ...quote(given.at - 3001) }), 'STALE_BOOK'],
    ['without rules', (given) => lacking(given, 'perp', { rules: failed() }), 'NO_DATA'],
    ['without balances', (given) => lacking(given, 'spot', { holdings: failed() }), 'NO_DATA'],
    ['where nobody buys the short', (given) => lacking(given, 'perp', { book: ok({ bids: [], asks: [], at: given.at }) }), 'EMPTY_BOOK'],
    ['where the book holds nothing', (given) => quote(given.at, market({ depth: quantity('0') })), 'EMPTY_BOOK'],
    ['below a step', (given) => lacking(given, 'perp', { rules: ok({ ...perpRules, step: quantity('0.03') }) }), 'BELOW_STEP'],
    ['below the least quantity', (given) => lacking(given, 'perp', { rules: ok({ ...perpRules, minQuantity: quantity('0.021') }) }), 'BELOW_MINIMUM'],
    ['at an implausible premium', (given) => quote(given.at, market({ spotAsk: price('190000000') })), 'IMPLAUSIBLE_PREMIUM'],
  ])('is denied %s', (_what, change, code) => {
    expect(codeOf(complete(halfFilled(), change))).toBe(code);
  });

  it('is denied where the signal that let the hedge in is not known', () => {
    const world = halfFilled();
    world.state = { ...world.state, entries: {} };
    expect(complete(world)).toMatchObject({ denied: 'NO_DATA', values: { what: 'signal' } });
  });
});

const lacking = (given: Quote, leg: Leg, over: Partial<Quote['legs']['spot']>): Quote => ({
  ...given,
  legs: { ...given.legs, [leg]: { ...given.legs[leg], ...over } },
});

describe('a reduction', () => {
  const reduce = (world: World, leg: Leg, target: string, given: Quote = quote(world.now), over: Partial<Hedge> = {}) => {
    const side = sideOf(given.legs[leg], leg);
    if (isDenial(side)) throw new Error(side.reason);
    const hedge = { ...world.hedge('h1'), ...over };
    return approveReduction(world.state, hedge, { leg, target: quantity(target), side, purpose: 'unwind' }, world.now);
  };

  it('sells spot and buys the short back reduce-only, down to the target', () => {
    expect(reduce(hedged(), 'spot', '0.02')).toMatchObject({
      side: 'sell',
      reduceOnly: false,
      terms: { type: 'limit', quantity: '0.03', price: '160195000' },
    });
    expect(reduce(hedged(), 'perp', '0')).toMatchObject({ side: 'buy', reduceOnly: true, terms: { type: 'market', quantity: '0.05' } });
  });

  it('is never for more than the leg holds less what is on its way to close it', () => {
    const world = hedged();
    world.script('spot', 'exit', requestLost);
    world.script('perp', 'exit', requestLost);
    world.command({ kind: 'closeHedge', hedge: world.hedge('h1').id, quantity: quantity('0.03') });
    world.run(30);
    expect(reduce(world, 'spot', '0')).toMatchObject({ terms: { quantity: '0.02' } });
    expect(reduce(world, 'perp', '0')).toMatchObject({ terms: { quantity: '0.02' } });
    expect(reduce(world, 'spot', '0.02')).toMatchObject({ denied: 'BELOW_MINIMUM', compared: { was: '0' } });
  });

  it('goes by limit on an old book, and at any price from the fourth round on', () => {
    const world = hedged();
    const terms = (at: number, attempts: number) => {
      const order = reduce(world, 'perp', '0', quote(at), { attempts });
      return isDenial(order) ? order.denied : order.terms.type;
    };
    expect([0, 3000, 3001].map((age) => terms(world.now - age, 0))).toEqual(['market', 'market', 'limit']);
    expect(terms(world.now + 1, 0)).toBe('limit');
    expect([terms(world.now - 3001, 2), terms(world.now - 3001, 3)]).toEqual(['limit', 'market']);
  });

  it('is denied where nobody is on the other side', () => {
    const empty = lacking(quote(hedged().now), 'perp', { book: ok({ bids: [], asks: [], at: hedged().now }) });
    expect(reduce(hedged(), 'perp', '0', empty)).toMatchObject({ denied: 'EMPTY_BOOK' });
  });
});

describe('an approved entry', () => {
  it('has both legs with ids of its own', () => {
    const world = new World();
    const approval = approveEntry(world.state, signal, quote(world.now), world.now);
    if (!approval.isPassed) throw new Error(approval.denial.reason);
    expect(approval.orders).toMatchObject([
      { leg: 'spot', side: 'buy', reduceOnly: false },
      { leg: 'perp', side: 'sell', reduceOnly: false },
    ]);
    expect(new Set(approval.orders.map((order) => order.clientOrderId)).size).toBe(2);
    expect(own(world.state.hedges, approval.hedge)).toBeUndefined();
    expect([spotRules.coin, approval.context.sized.quantity]).toEqual([signal.coin, '0.05']);
  });
});
