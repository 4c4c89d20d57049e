/** What becomes of a hedge when the last hop held its orders back: nothing of it is lost, and everything says why. */
import { describe, expect, it } from 'vitest';
import type { Leg } from '../../../shared/domain/venue.ts';
import { type Denial, denied } from '../denial.ts';
import type { Purpose } from '../state.ts';
import { krw } from '../../../shared/domain/units.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { closing, entering } from '../testing/decided.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, silent } from '../testing/venue-truth.ts';
import { refold, World } from '../testing/world.ts';
import { orderRow } from '../view/order-row.ts';

const tooLarge = denied('HEDGE_SIZE_LIMIT', 'The spot leg would cost 8050000 KRW, the limit is 8000000', { limit: '8000000', was: '8050000' });
const gone = denied(
  'MORE_THAN_HELD',
  'The perp leg holds 0.04, the order is for 0.05',
  { limit: '0.04', was: '0.05' },
  { venue: 'binance', coin: 'BTC' },
);

/** The door held an order back. */
function holdBack(world: World, leg: Leg, purpose: Purpose, denial: Denial, nth = 0): void {
  const { id } = world.order(leg, purpose, nth);
  world.feed({
    kind: 'placed',
    id,
    outcome: { outcome: 'notSent', code: 'BLOCKED', venueCode: '', said: 'held back' },
    durableAt: world.now,
    wireAt: null,
    denial,
  });
}

describe('an entry that was held back', () => {
  it('ends its signal as rejected, with the code and the numbers', () => {
    const world = entering();
    holdBack(world, 'spot', 'entry', tooLarge);
    holdBack(world, 'perp', 'entry', tooLarge);
    expectAtRest(world);
    expect(world.facts.findLast((fact) => fact.kind === 'signalJudged')).toMatchObject({
      state: 'rejected',
      code: 'HEDGE_SIZE_LIMIT',
      reason: tooLarge.reason,
      compared: { limit: '8000000', was: '8050000' },
      hedge: 'a',
    });
    expect(world.facts.findLast((fact) => fact.kind === 'orderChanged')).toMatchObject({ state: 'rejected', denial: tooLarge });
    expect(orderRow(world.order('spot', 'entry')).failure).toEqual({
      code: 'HEDGE_SIZE_LIMIT',
      venueCode: '',
      said: tooLarge.reason,
      compared: tooLarge.compared,
      values: tooLarge.values,
    });
    expect(refold(world.facts)).toEqual(world.state);
    expect(world.state.slots).toEqual({});
  });

  it('ends it as failed where a leg was held back by something else', () => {
    const world = entering();
    holdBack(world, 'spot', 'entry', tooLarge);
    const { id } = world.order('perp', 'entry');
    world.feed({ kind: 'placed', id, outcome: { outcome: 'notSent', code: 'NETWORK', venueCode: '', said: '' }, wireAt: null });
    expect(world.facts.findLast((fact) => fact.kind === 'signalJudged')).toMatchObject({
      state: 'failed',
      code: 'NOTHING_FILLED',
      reason: 'Neither leg filled. upbit: HEDGE_SIZE_LIMIT; binance: NETWORK',
    });
  });
});

describe('a close that was held back', () => {
  it('is decided anew on what the leg holds', () => {
    const world = closing();
    const before = world.sent.length;
    holdBack(world, 'spot', 'exit', gone);
    holdBack(world, 'perp', 'exit', gone);
    for (const leg of ['spot', 'perp'] as const) world.truth.orders.delete(world.order(leg, 'exit').id);
    expectAtRest(world.run(20_000));
    expect(world.orders(before)).toEqual(['exit spot sell 0.05', 'exit perp buy 0.05']);
    expect(world.phase('a')).toBe('flat');
  });
});

describe("a close that was held back for its signal's bounds", () => {
  const moved = denied('PREMIUM_MOVED', 'The executable premium is -0.01', { limit: '-0.002', was: '-0.01' });
  const bounded = (): World => closing((world) => void world.signal(exit('x', { premium: ['-0.002', '0'] })));

  it('leaves the hedge as it was, and the signal hears why', () => {
    const world = bounded();
    const before = world.sent.length;
    holdBack(world, 'spot', 'exit', moved);
    holdBack(world, 'perp', 'exit', moved);
    for (const leg of ['spot', 'perp'] as const) world.truth.orders.delete(world.order(leg, 'exit').id);
    expectAtRest(world.run(20_000));
    expect([world.phase('a'), world.held('a'), world.said('x'), world.orders(before)]).toEqual([
      'hedged',
      ['0.05', '0.05'],
      'rejected PREMIUM_MOVED',
      [],
    ]);
    expect(world.facts.findLast((fact) => fact.kind === 'signalJudged')).toMatchObject({ compared: { limit: '-0.002', was: '-0.01' } });
    expect(refold(world.facts)).toEqual(world.state);
  });

  it('closes whole all the same where everything is closed meanwhile', () => {
    const world = bounded();
    world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll: true });
    for (const leg of ['spot', 'perp'] as const) {
      holdBack(world, leg, 'exit', moved);
      world.truth.orders.delete(world.order(leg, 'exit').id);
    }
    expectAtRest(world.run(20_000));
    expect([world.phase('a'), world.said('x')]).toEqual(['flat', 'rejected PREMIUM_MOVED']);
  });

  it('goes on where one leg has left', () => {
    const world = bounded();
    holdBack(world, 'spot', 'exit', moved);
    const { id } = world.order('perp', 'exit');
    world.feed({ kind: 'placed', id, outcome: { outcome: 'refused', code: 'VENUE_ERROR', venueCode: '', said: '' }, wireAt: world.now });
    for (const leg of ['spot', 'perp'] as const) world.truth.orders.delete(world.order(leg, 'exit').id);
    expectAtRest(world.run(20_000));
    expect([world.phase('a'), world.said('x')]).toEqual(['flat', 'executed CLOSED']);
  });
});

describe('the order that fills up the smaller leg', () => {
  it('is not tried again where it was held back: the larger leg is reduced', () => {
    const world = new World();
    world.script('perp', 'entry', fills('0.6'));
    world.script('perp', 'complete', silent);
    world.signal(enter('a'));
    world.run(100);
    holdBack(world, 'perp', 'complete', tooLarge);
    expectAtRest(world.run(20_000));
    expect(world.orders(2)).toEqual(['complete perp sell 0.02', 'unwind spot sell 0.02']);
    expect([world.held('a'), world.said('a')]).toEqual([['0.03', '0.03'], 'executed HEDGED']);
  });

  it('says why where it was denied when it was decided', () => {
    const world = new World();
    world.script('perp', 'entry', fills('0.6'));
    world.signal(enter('a'));
    world.run(50);
    world.state = { ...world.state, settings: { ...world.state.settings, maxHedgeKrw: krw('3000000') } };
    world.run(20_000);
    expect(world.held('a')).toEqual(['0.03', '0.03']);
    expect(world.facts.find((fact) => fact.kind === 'hedgeMoved' && fact.phase === 'unwinding')).toMatchObject({
      denial: { denied: 'HEDGE_SIZE_LIMIT', compared: { limit: '3000000', was: '3220000' } },
    });
  });

  it('says nothing where it was not to be tried', () => {
    const world = new World();
    world.script('perp', 'entry', fills('0'));
    world.signal(enter('a', { quantity: '0.05' }));
    expectAtRest(world.run(20_000));
    const moved = world.facts.find((fact) => fact.kind === 'hedgeMoved' && fact.phase === 'unwinding');
    expect(moved).not.toHaveProperty('denial');
  });
});
