/** Funds and margin with everything in flight: two orders never use what there is for one, though the accounts show neither yet. */
import { describe, expect, it } from 'vitest';
import { there } from '../../../shared/domain/record.ts';
import { decimal } from '../../../shared/domain/units.ts';
import type { OrderTerms, Side, Venue } from '../../../shared/domain/venue.ts';
import { ask, atMarket, byCost, limit } from '../testing/hands.ts';
import { ok, perpHoldings } from '../testing/market.ts';
import { enter } from '../testing/signals.ts';
import { fills, type Play, refused, silent } from '../testing/venue-truth.ts';
import { World } from '../testing/world.ts';

/** Accounts that were read `agoMs` ago and never change: 10,000,000 KRW free of a billion, and 100,000 USDT. */
function poor(agoMs = 0): World {
  const world = new World();
  world.distort = (gathered, { kind }) => {
    const { spot, perp } = gathered.legs;
    if (!spot.holdings.ok || !perp.holdings.ok || kind === 'settle') return gathered;
    const at = gathered.at - agoMs;
    const won = { currency: 'KRW', free: decimal<'balance'>('10000000'), locked: decimal<'balance'>('990000000') };
    const usdt = { balance: decimal<'usdt'>('100000'), available: decimal<'usdt'>('100000'), maintenance: decimal<'usdt'>('0') };
    return {
      ...gathered,
      legs: {
        spot: { ...spot, holdings: ok({ ...spot.holdings.value, balances: [won], at }) },
        perp: { ...perp, holdings: ok({ ...perp.holdings.value, margin: usdt, at }) },
      },
    };
  };
  return world;
}
function placed(world: World, venue: Venue, side: Side, terms: OrderTerms, play: Play): void {
  world.script(venue === 'upbit' ? 'spot' : 'perp', 'byHand', play);
  ask(world, venue, side, terms);
  world.run(100);
}
/** How an entry after it ended: its verdict, and the numbers compared. */
function entered(world: World, size: string): string {
  world.signal(enter('a', { quantity: size }));
  world.run(1000);
  const judged = world.facts.findLast((fact) => fact.kind === 'signalJudged');
  const compared = judged?.kind === 'signalJudged' ? judged.compared : null;
  return compared == null ? world.said('a') : `${world.said('a')} ${compared.was} of ${compared.limit}`;
}

describe('an entry', () => {
  it.each<[what: string, venue: Venue, side: Side, terms: OrderTerms, play: Play, agoMs: number, size: string, expected: string]>([
    ['a sale at market in flight', 'binance', 'sell', atMarket('0.6'), silent, 0, '0.05', 'executed HEDGED'],
    ['a purchase by cost in flight', 'upbit', 'buy', byCost('1000000'), silent, 0, '0.05', 'executed HEDGED'],
    ['one that leaves too little', 'upbit', 'buy', byCost('3000000'), silent, 0, '0.05', 'rejected INSUFFICIENT_KRW 8094295.125 of 6998500'],
    ['a limit in flight', 'upbit', 'buy', limit('0.02', '160000000'), silent, 0, '0.05', 'rejected INSUFFICIENT_KRW 8094295.125 of 6798400'],
    [
      'one that was taken since the account was read',
      'upbit',
      'buy',
      limit('0.02', '160000000'),
      fills('0'),
      2000,
      '0.05',
      'rejected INSUFFICIENT_KRW 8094295.125 of 6798400',
    ],
    ['one that the account shows', 'upbit', 'buy', limit('0.02', '160000000'), fills('0'), 0, '0.05', 'executed HEDGED'],
    ['one that has filled since', 'upbit', 'buy', byCost('3000000'), fills(), 2000, '0.05', 'rejected INSUFFICIENT_KRW 8094295.125 of 6998500.06003'],
    ['one that was refused since', 'upbit', 'buy', byCost('3000000'), refused(), 2000, '0.05', 'executed HEDGED'],
  ])('after %s on %s', (_what, venue, side, terms, play, agoMs, size, expected) => {
    const world = poor(agoMs);
    placed(world, venue, side, terms, play);
    expect(entered(world, size)).toBe(expected);
  });

  it.each([
    ['0.18', 'executed HEDGED'],
    // 69,000 USDT and the fee of 34.5 are bound, 21,850 and 10.925 are asked for.
    ['0.19', 'rejected FREE_MARGIN 0.091045 of 0.1'],
    ['0.27', 'rejected INSUFFICIENT_MARGIN'],
  ])('of %s beside a short of 0.6 that nobody has answered for', (size, expected) => {
    const world = poor();
    const poorer = world.distort;
    world.distort = (gathered, purpose) => ({
      ...poorer(gathered, purpose),
      legs: { ...poorer(gathered, purpose).legs, spot: gathered.legs.spot },
    });
    placed(world, 'binance', 'sell', atMarket('0.6'), silent);
    expect(entered(world, size)).toContain(expected);
  });
});

describe('a completion', () => {
  /** An entry of 0.1 of which the short fills half; the perpetual account was read `agoMs` before prices came to settle it. */
  function completed(available: string, agoMs: number, beside: boolean): string {
    const world = new World();
    world.distort = (gathered, { kind }) => {
      const holdings = ok(perpHoldings(gathered.at - agoMs, available));
      return kind === 'settle' ? { ...gathered, legs: { ...gathered.legs, perp: { ...gathered.legs.perp, holdings } } } : gathered;
    };
    if (beside) placed(world, 'binance', 'sell', atMarket('0.6'), silent);
    world.script('perp', 'entry', fills('0.5'));
    world.signal(enter('a', { quantity: '0.1' }));
    world.run(2000);
    const denial = world.facts.flatMap((fact) => (fact.kind === 'hedgeMoved' && fact.denial !== undefined ? [fact.denial] : []))[0];
    const what = denial === undefined ? 'passed' : `${denial.denied} ${denial.compared?.was ?? ''}`;
    return `${what}, ${world.sent.at(-1)?.purpose ?? ''}`;
  }

  it.each([
    // 69,034.5 USDT are bound beside, 5,750 and a fee of 2.875 are asked for.
    ['90000', 0, true, 'passed, complete'],
    ['76000', 0, true, 'FREE_MARGIN 0.015955, unwind'],
    ['76000', 0, false, 'passed, complete'],
    // Its own short of 0.05 binds 5,752.88 that this account may not show yet.
    ['12500', 0, false, 'passed, complete'],
    ['12500', 2000, false, 'FREE_MARGIN 0.079539, unwind'],
  ])('with %s USDT read %i ms ago, a short in flight beside: %s', (available, agoMs, beside, expected) => {
    expect(completed(available, agoMs, beside)).toBe(expected);
  });
});

describe('an order by hand', () => {
  const denials = ({ facts }: World) => facts.flatMap((fact) => (fact.kind === 'handDenied' ? [fact.denial.denied] : []));

  it('counts the one before it, and the legs of an entry', () => {
    const twice = poor();
    placed(twice, 'binance', 'sell', atMarket('0.5'), silent);
    placed(twice, 'binance', 'sell', atMarket('0.5'), silent);
    expect([twice.sent.length, denials(twice)]).toEqual([1, ['INSUFFICIENT_MARGIN']]);
    const beside = poor();
    beside.script('spot', 'entry', silent);
    beside.script('perp', 'entry', silent);
    beside.signal(enter('a', { quantity: '0.06' }));
    beside.run(100);
    expect(there(beside.state.hedges, beside.hedge('a').id).phase).toBe('opening');
    placed(beside, 'binance', 'sell', atMarket('0.5'), silent);
    placed(beside, 'binance', 'sell', atMarket('0.25'), silent);
    placed(beside, 'upbit', 'buy', byCost('500000'), silent);
    expect([beside.sent.length, denials(beside)]).toEqual([3, ['FREE_MARGIN', 'INSUFFICIENT_KRW']]);
  });
});
