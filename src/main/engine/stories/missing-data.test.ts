/** Quotes without a part, or with one that forbids: nothing is decided on what is not known, and nothing is given up for it. */
import { describe, expect, it } from 'vitest';
import { coin, hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import { fxRate, quantity } from '../../../shared/domain/units.ts';
import type { Leg } from '../../../shared/domain/venue.ts';
import { closingPrices, atLivePrices, livePrices } from '../live-marks.ts';
import type { LegQuote, Quote } from '../quote.ts';
import { book, failed, market, ok, perpHoldings, perpRules, quote, spotHoldings } from '../testing/market.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { enter, exit } from '../testing/signals.ts';
import { fills, refused } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

const withLeg = (given: Quote, leg: Leg, over: Partial<LegQuote>): Quote => ({
  ...given,
  legs: { ...given.legs, [leg]: { ...given.legs[leg], ...over } },
});
function withoutSide(given: Quote, leg: Leg, side: 'bids' | 'asks'): Quote {
  const { book: whole } = given.legs[leg];
  return whole.ok ? withLeg(given, leg, { book: ok({ ...whole.value, [side]: [] }) }) : given;
}
const noBook = (given: Quote, leg: Leg): Quote => withLeg(given, leg, { book: failed() });

/** An entry of 0.1 of which these parts fill; the quote it is settled on is changed, each time or the first time only. */
function uneven(
  spot: string,
  perp: string,
  change: (given: Quote) => Quote,
  times = Number.POSITIVE_INFINITY,
  signal = enter('h', { quantity: '0.1' }),
) {
  const world = new World();
  world.script('spot', 'entry', fills(spot));
  world.script('perp', 'entry', fills(perp));
  let left = times;
  world.distort = (given, { kind }) => {
    if (kind !== 'settle') return given;
    left -= 1;
    return left < 0 ? given : change(given);
  };
  world.signal(signal);
  world.run(10_000);
  expectAtRest(world);
  return world;
}

describe('a smaller leg is not completed', () => {
  it.each<[string, string, string, (given: Quote) => Quote]>([
    ['on a book that is old', '1', '0.5', (given) => quote(given.at - 60_000)],
    ['without rules', '1', '0.5', (given) => withLeg(given, 'perp', { rules: failed() })],
    ['without balances', '1', '0.5', (given) => withLeg(given, 'spot', { holdings: failed() })],
    ['without the margin', '1', '0.5', (given) => withLeg(given, 'perp', { holdings: ok(perpHoldings(given.at, '1000000', '1')) })],
    ['without the KRW', '0.5', '1', (given) => withLeg(given, 'spot', { holdings: ok(spotHoldings(given.at, '1000')) })],
    ['at a premium that cannot be', '1', '0.5', (given) => quote(given.at, market({ fx: fxRate('1000') }))],
    ['by less than a step', '0.995', '0.99', (given) => given],
    ['by less than the venue takes', '1', '0.5', (given) => withLeg(given, 'perp', { rules: ok({ ...perpRules, minQuantity: quantity('0.06') }) })],
  ])('%s', (_what, spot, perp, change) => {
    const world = uneven(spot, perp, change, 1);
    expect([world.phase('h'), world.orders().some((order) => order.startsWith('complete'))]).toEqual(['hedged', false]);
    expect(world.orders(2)).toHaveLength(1);
  });

  it('beyond what the signal allows, and is within it', () => {
    const bounded = (most: string) => enter('h', { quantity: '0.1', premium: [most, '0'] });
    const moved = uneven('1', '0.5', (given) => quote(given.at, market({ fx: fxRate('1390') })), 1, bounded('0.003'));
    expect(moved.orders(2)).toEqual(['unwind spot sell 0.05']);
    const held = uneven('1', '0.5', (given) => given, 1, bounded('0.003'));
    expect(held.orders(2)).toEqual(['complete perp sell 0.05']);
  });
});

describe('what has to be undone', () => {
  it('waits for a book, by the second, and counts no attempt', () => {
    const world = new World();
    world.script('perp', 'entry', refused());
    let asked = 0;
    world.distort = (given, { kind }) => {
      if (kind !== 'settle') return given;
      asked += 1;
      return asked <= 12 ? noBook(given, 'spot') : given;
    };
    world.signal(enter('h'));
    world.run(8000);
    expect([world.phase('h'), world.alarms(), world.orders(2)]).toEqual(['unwinding', ['NAKED_LEG'], []]);
    world.run(10_000);
    expect([world.phase('h'), world.orders(2)]).toEqual(['flat', ['unwind spot sell 0.05']]);
    expectAtRest(world);
  });

  it('waits for a price on the side it takes, in a close too', () => {
    const world = new World();
    world.signal(enter('h', { quantity: '0.1' }));
    world.run(2000);
    world.script('spot', 'exit', fills('0.5'));
    let asked = 0;
    world.distort = (given, { kind }) => {
      if (kind !== 'settle') return given;
      asked += 1;
      return asked <= 3 ? withoutSide(given, 'spot', 'bids') : given;
    };
    world.signal(exit('x'));
    world.run(12_000);
    expect(asked).toBeGreaterThan(3);
    expect([world.phase('h'), world.said('x')]).toEqual(['flat', 'executed CLOSED']);
    expectAtRest(world);
  });

  it('is not called untradable before both books were seen', () => {
    const world = new World();
    world.script('spot', 'entry', fills('0.0001'));
    world.script('perp', 'entry', refused());
    let asked = 0;
    world.distort = (given, { kind }) => {
      if (kind !== 'settle') return given;
      asked += 1;
      return asked <= 2 ? noBook(given, 'perp') : given;
    };
    world.signal(enter('h', { quantity: '0.1' }));
    world.run(200);
    expect(world.phase('h')).toBe('unwinding');
    world.run(8000);
    expect([world.phase('h'), world.held('h'), world.orders(2)]).toEqual(['flat', ['0.00001', '0'], []]);
  });

  it('goes out in pieces that the venue takes at market', () => {
    const small = (given: Quote): Quote => withLeg(given, 'perp', { rules: ok({ ...perpRules, maxMarketQuantity: quantity('0.02') }) });
    const world = new World();
    world.distort = (given, { kind }) => (kind === 'entry' ? given : small(given));
    world.script('perp', 'exit', fills('0'), fills('0'), fills('0'));
    world.signal(enter('h'));
    world.run(2000);
    world.signal(exit('x'));
    world.run(60_000);
    expect(world.phase('h')).toBe('flat');
    expect(
      world.sent.filter(({ request }) => request.terms.type === 'market' && request.leg === 'perp').map(({ request }) => request.terms),
    ).toContainEqual({
      type: 'market',
      quantity: '0.02',
    });
    expectAtRest(world);
  });
});

describe('an EXIT of a part', () => {
  function partly(change: (given: Quote) => Quote, over: Parameters<typeof exit>[1] = {}): World {
    const world = new World();
    world.signal(enter('h', { quantity: '0.1' }));
    world.run(2000);
    world.distort = (given, { kind }) => (kind === 'exit' ? change(given) : given);
    world.signal(exit('x', { quantity: '0.04', ...over }));
    world.run(10_000);
    expectAtRest(world);
    return world;
  }

  it.each(['spot', 'perp'] as const)('begins without a price on the %s side that a close takes, and ends when there is one', (leg) => {
    const world = partly((given) => withoutSide(given, leg, leg === 'spot' ? 'bids' : 'asks'));
    expect([world.phase('h'), world.held('h'), world.said('x')]).toEqual(['hedged', ['0.06', '0.06'], 'executed CLOSED']);
  });

  it('with bounds is refused while the premium is not known', () => {
    const world = partly((given) => ({ ...given, fx: failed() }), { premium: ['0', '0.1'] });
    expect([world.held('h'), world.said('x')]).toEqual([['0.1', '0.1'], 'rejected NO_DATA']);
  });
});

describe('an entry', () => {
  it('is marked at the prices that are there where the other side of a book is empty', () => {
    const world = new World();
    world.distort = (given, { kind }) => (kind === 'entry' ? withoutSide(withoutSide(given, 'spot', 'bids'), 'perp', 'asks') : given);
    world.signal(enter('h'));
    world.run(200);
    expect(world.hedge('h').marks).toMatchObject({ spotBid: '161000000', perpAsk: '115000' });
  });

  it('is refused on books of nothing', () => {
    const world = new World();
    world.market = market({ depth: quantity('0') });
    world.signal(enter('h'));
    world.run(200);
    expect(world.said('h')).toBe('rejected EMPTY_BOOK');
  });

  it('is refused without USDT/KRW, and names what the venue called its failure', () => {
    const world = new World();
    world.distort = (given) => ({ ...given, fx: ok({ ...book('1' as never, '2' as never, '1' as never, quantity('1'), given.at), bids: [] }) });
    world.signal(enter('a'));
    world.run(200);
    expect(world.said('a')).toBe('rejected NO_DATA');
    const { failure } = failed('TIMEOUT');
    world.distort = (given) => withLeg(given, 'spot', { book: { ok: false, failure: { ...failure, venueCode: '-1007' } } });
    world.signal(enter('b'));
    const judged = world.run(200).facts.findLast((fact) => fact.kind === 'signalJudged');
    expect(judged?.reason).toBe('upbit: no order book (TIMEOUT -1007)');
  });
});

describe('marks', () => {
  function hedged(): World {
    const world = new World();
    world.signal(enter('h'));
    return world.run(2000);
  }
  const purpose = { kind: 'marks', coin: coin('BTC') } as const;

  it('without a price to close at leave the hedge at its last ones, without balances they still mark it', () => {
    const world = hedged();
    world.run(15_000);
    const { marks } = world.hedge('h');
    world.feed({ kind: 'quoted', purpose, quote: withoutSide(world.quote(purpose), 'spot', 'bids') });
    expect(world.hedge('h').marks).toEqual(marks);
    world.feed({ kind: 'quoted', purpose, quote: withLeg(world.quote(purpose), 'perp', { holdings: failed() }) });
    expect(world.hedge('h').marks.at).toBe(world.now);
  });

  it('are none without USDT/KRW, or where it has no price', () => {
    const world = hedged();
    const { settings } = world.state;
    const whole = quote(world.now);
    expect(livePrices(whole, settings, world.now)).not.toBeNull();
    expect(livePrices({ ...whole, fx: failed() }, settings, world.now)).toBeNull();
    expect(livePrices(noBook(whole, 'perp'), settings, world.now)).toBeNull();
    const fx = whole.fx.ok ? ok({ ...whole.fx.value, asks: [] }) : failed();
    expect(livePrices({ ...whole, fx }, settings, world.now)).toBeNull();
  });

  it('are the best prices where a leg holds nothing, and newer ones than the journal has are shown', () => {
    const world = hedged();
    const prices = livePrices(quote(world.now), world.state.settings, world.now);
    if (prices === null) throw new Error('There are prices');
    const hedge = world.hedge('h');
    const nothing = closingPrices({ ...world.state, orders: {} }, hedge, prices);
    expect(nothing).toEqual({ fx: '1400', spotBid: '160999000', perpAsk: '115000.1' });
    const shown = (given: readonly Quote[]) => atLivePrices(world.state, given).hedges[hedgeOf(signalId('h'))]?.marks;
    world.now += 1000;
    const newer = quote(world.now, market({ perpAsk: market().perpAsk }));
    expect(shown([newer])?.at).toBe(world.now);
    for (const given of [
      [],
      [noBook(newer, 'spot')],
      [quote(hedge.marks.at)],
      [withoutSide(newer, 'spot', 'bids')],
      [{ ...newer, coin: coin('ETH') }],
    ])
      expect(shown(given)).toEqual(hedge.marks);
  });
});
