import { describe, expect, it } from 'vitest';
import { type HedgeId, installationId, signalId } from '../../../shared/domain/ids.ts';
import { defaultSettings, type Settings } from '../../../shared/domain/settings.ts';
import type { EnterSignal } from '../../../shared/domain/signal.ts';
import { fxRate, krw, price, quantity, ratio, signedQuantity, usdt } from '../../../shared/domain/units.ts';
import type { Position } from '../../../shared/domain/venue.ts';
import { isDenial } from '../denial.ts';
import { initialState, type State } from '../state.ts';
import { BTC, emptyHoldings, failed, ok, perpHoldings, quote, start } from '../testing/market.ts';
import { enter, fromFile } from '../testing/signals.ts';
import { World } from '../testing/world.ts';
import { type EntryInputs, entryInputs, freshness, sidesOf } from './entry-inputs.ts';
import { checkEntry } from './entry-limits.ts';
import { kstDay } from './measures.ts';

/** Two billion of capital: 600 million KRW and a million USDT at 1,400. A step of 0.001 BTC is 161,000 KRW. */
const inputs: EntryInputs = {
  fx: fxRate('1400'),
  spotAsk: price('161000000'),
  perpBid: price('115000'),
  spotFee: ratio('0.0005'),
  perpFee: ratio('0.0005'),
  krw: { free: krw('600000000'), total: krw('600000000') },
  margin: { balance: usdt('1000000'), available: usdt('1000000'), maintenance: usdt('0') },
  perpPosition: undefined,
  premium: ratio('0.02'),
};
const blank = initialState(installationId('k1m2p3'), 'paper');

interface Given {
  readonly inputs?: Partial<EntryInputs>;
  readonly settings?: Partial<Settings>;
  readonly state?: Partial<State>;
  readonly signal?: EnterSignal;
  readonly quantity?: string;
  readonly worst?: string;
}

/** The code of the denial, or "passes". */
function judge(given: Given): string {
  const size = quantity(given.quantity ?? '0.05');
  const terms = { type: 'limit', quantity: size, price: price(given.worst ?? '161000000'), timeInForce: 'IOC' } as const;
  const denial = checkEntry({
    at: start,
    state: { ...blank, ...given.state, settings: { ...defaultSettings, ...given.settings } },
    signal: given.signal ?? enter('a1'),
    inputs: { ...inputs, ...given.inputs },
    sized: { quantity: size, spot: { terms, worst: terms.price }, perp: { terms, worst: terms.price } },
  });
  if (denial !== null) expect(denial.compared).not.toBeNull();
  return denial === null ? 'passes' : denial.denied;
}

const day = (entries: number, realized = '0'): State['day'] => ({
  kst: kstDay(start),
  entries,
  realized: krw(realized),
  capital: krw('2000000000'),
  bases: {},
});
const wide = { maxHedgeKrw: krw('9000000000'), minFreeMarginRatio: ratio('0') };
const lot = (count: number): readonly number[] => Array.from({ length: count }, () => start - 59_999);
const position = (over: Partial<Position>): Position => ({
  coin: BTC,
  quantity: signedQuantity('0'),
  entryPrice: price('115000'),
  markPrice: price('100'),
  ...over,
});

describe('every limit one unit below, at and above it', () => {
  it.each<[what: string, given: (at: 'below' | 'at' | 'above') => Given, code: string]>([
    // 50 % of 2,000,000,000 at 161,000,000: 6.2111801… BTC; the ratio is kept to 6 places, so the unit is 1e-6.
    [
      'the position of capital',
      (at) => ({
        quantity: '5',
        settings: { ...wide, maxCoinPositionRatio: ratio('1'), maxPositionRatio: ratio({ below: '0.402501', at: '0.4025', above: '0.402499' }[at]) },
        inputs: { krw: { free: krw('900000000'), total: krw('600000000') } },
      }),
      'POSITION_LIMIT',
    ],
    [
      'the same of a coin',
      (at) => ({
        quantity: '5',
        settings: { ...wide, maxPositionRatio: ratio('1'), maxCoinPositionRatio: ratio({ below: '0.402501', at: '0.4025', above: '0.402499' }[at]) },
        inputs: { krw: { free: krw('900000000'), total: krw('600000000') } },
      }),
      'COIN_POSITION_LIMIT',
    ],
    [
      'KRW per hedge',
      (at) => ({ quantity: '0.5', settings: { maxHedgeKrw: krw({ below: '80500001', at: '80500000', above: '80499999' }[at]) } }),
      'HEDGE_SIZE_LIMIT',
    ],
    ['leverage', (at) => ({ settings: { leverage: { below: 1, at: 2, above: 3 }[at] } }), 'LEVERAGE_LIMIT'],
    ["the signal's risk", (at) => ({ signal: enter('a1', { risk: { below: '0.49', at: '0.5', above: '0.500000000001' }[at] }) }), 'SIGNAL_RISK'],
    ['entries a minute', (at) => ({ state: { entryTimes: lot({ below: 18, at: 19, above: 20 }[at]) } }), 'ENTRIES_PER_MINUTE'],
    ['entries a day', (at) => ({ state: { day: day({ below: 498, at: 499, above: 500 }[at]) } }), 'ENTRIES_PER_DAY'],
    ['the cool-down', (at) => ({ state: { closedAt: { [BTC]: start - { below: 1001, at: 1000, above: 999 }[at] } } }), 'COOLDOWN'],
    [
      'an implausible premium',
      (at) => ({ inputs: { premium: ratio({ below: '0.14999999', at: '0.15', above: '0.15000001' }[at]) } }),
      'IMPLAUSIBLE_PREMIUM',
    ],
    [
      'one below zero',
      (at) => ({ inputs: { premium: ratio({ below: '-0.14999999', at: '-0.15', above: '-0.15000001' }[at]) } }),
      'IMPLAUSIBLE_PREMIUM',
    ],
    [
      'the distance to liquidation',
      (at) => ({ inputs: { perpPosition: position({ liquidationPrice: price({ below: '130.000001', at: '130', above: '129.999999' }[at]) }) } }),
      'LIQUIDATION_DISTANCE',
    ],
    // 0.05 BTC at 115,000 and 1× need 5,750 and a fee of 2.875; 10 % of the million must be left.
    [
      'free margin',
      (at) => ({
        inputs: {
          margin: {
            balance: usdt('1000000'),
            available: usdt({ below: '105753.875', at: '105752.875', above: '105751.875' }[at]),
            maintenance: usdt('0'),
          },
        },
      }),
      'FREE_MARGIN',
    ],
    [
      'the margin ratio',
      (at) => ({
        inputs: {
          margin: { balance: usdt('1000000'), available: usdt('1000000'), maintenance: usdt({ below: '499999', at: '500000', above: '500001' }[at]) },
        },
      }),
      'MARGIN_RATIO',
    ],
    ["the day's loss", (at) => ({ state: { day: day(0, { below: '-59999999', at: '-60000000', above: '-60000001' }[at]) } }), 'DAILY_LOSS'],
    // 0.05 BTC at 161,000,000 with 0.05 %: 8,054,025.
    [
      'the KRW on the account',
      (at) => ({ inputs: { krw: { free: krw({ below: '8054026', at: '8054025', above: '8054024' }[at]), total: krw('600000000') } } }),
      'INSUFFICIENT_KRW',
    ],
    [
      'the margin on the account',
      (at) => ({
        settings: { minFreeMarginRatio: ratio('0') },
        inputs: {
          margin: { balance: usdt('1000000'), available: usdt({ below: '5753', at: '5752.875', above: '5752.874999' }[at]), maintenance: usdt('0') },
        },
      }),
      'INSUFFICIENT_MARGIN',
    ],
    [
      "the signal's own bounds",
      (at) => ({ signal: enter('a1', { premium: ['0.015', { below: '0.00500001', at: '0.005', above: '0.00499999' }[at]] }) }),
      'PREMIUM_MOVED',
    ],
  ])('%s', (_what, given, code) => {
    expect([judge(given('below')), judge(given('at')), judge(given('above'))]).toEqual(['passes', 'passes', code]);
  });

  it('an outside position, a step either way, and none while one of ours moves', () => {
    const held = (size: string) => judge({ inputs: { perpPosition: position({ quantity: signedQuantity(size) }) } });
    expect([held('0'), held('0.001'), held('-0.001')]).toEqual(['passes', 'OUTSIDE_POSITION', 'OUTSIDE_POSITION']);
  });

  it('denies without capital or margin, whatever the rest', () => {
    const nothing = { balance: usdt('0'), available: usdt('0'), maintenance: usdt('0') };
    const poor = { margin: nothing, krw: { free: krw('0'), total: krw('0') } };
    expect(judge({ inputs: poor })).toBe('DAILY_LOSS');
    expect(judge({ inputs: poor, state: { day: day(0) } })).toBe('POSITION_LIMIT');
    expect(judge({ inputs: { margin: nothing } })).toBe('MARGIN_RATIO');
  });

  it('counts entries of this minute and of this KST day only', () => {
    expect(judge({ state: { entryTimes: Array.from({ length: 50 }, () => start - 60_000) } })).toBe('passes');
    expect(judge({ state: { day: { ...day(500), kst: kstDay(start) - 1 } } })).toBe('passes');
  });
});

describe('what is missing or stale denies', () => {
  const whole = quote(start);
  const { spot, perp } = whole.legs;
  const judgeQuote = (given: typeof whole): string => {
    const stale = freshness(given, defaultSettings, start);
    if (stale !== null) return stale.denied;
    const sides = sidesOf(given);
    if (isDenial(sides)) return sides.denied;
    const basics = entryInputs(given, sides);
    return isDenial(basics) ? basics.denied : 'passes';
  };
  const at = (age: number) => quote(start - age);

  it('passes when everything is there', () => expect(judgeQuote(whole)).toBe('passes'));

  it.each(['spot', 'perp'] as const)('on the %s side', (leg) => {
    const own = leg === 'spot' ? spot : perp;
    const having = (part: Partial<typeof spot>) => judgeQuote({ ...whole, legs: { ...whole.legs, [leg]: { ...own, ...part } } });
    const book = (age: number) => at(age).legs[leg].book;
    expect([having({ book: book(2999) }), having({ book: book(3000) }), having({ book: book(3001) }), having({ book: book(Number.NaN) })]).toEqual([
      'passes',
      'passes',
      'STALE_BOOK',
      'STALE_BOOK',
    ]);
    expect([749, 750, 751, -751, Number.NaN, Number.POSITIVE_INFINITY].map((offset) => having({ clockOffsetMs: ok(offset) }))).toEqual([
      'passes',
      'passes',
      'CLOCK_OFFSET',
      'CLOCK_OFFSET',
      'CLOCK_OFFSET',
      'CLOCK_OFFSET',
    ]);
    expect(having({ book: failed() })).toBe('NO_DATA');
    expect(having({ rules: failed() })).toBe('NO_DATA');
    expect(having({ rules: ok(undefined) })).toBe('NOT_LISTED');
    expect(having({ rules: ok(undefined), book: failed('INVALID_ORDER', 'refused') })).toBe('NOT_LISTED');
    expect(having({ holdings: failed() })).toBe('NO_DATA');
    expect(having({ clockOffsetMs: failed() })).toBe('NO_DATA');
    expect(having({ prepared: failed('INVALID_ORDER', 'refused') })).toBe('NOT_PREPARED');
    expect(having({ book: ok({ bids: [], asks: [], at: start }) })).toBe('EMPTY_BOOK');
  });

  it('of USDT/KRW and of the margin', () => {
    expect([9999, 10_000, 10_001, Number.NaN].map((age) => judgeQuote({ ...whole, fx: at(age).fx }))).toEqual([
      'passes',
      'passes',
      'STALE_FX',
      'STALE_FX',
    ]);
    expect(judgeQuote({ ...whole, fx: failed() })).toBe('NO_DATA');
    expect(judgeQuote({ ...whole, fx: ok({ bids: [], asks: [], at: start }) })).toBe('NO_DATA');
    expect(judgeQuote({ ...whole, legs: { ...whole.legs, perp: { ...perp, holdings: ok(emptyHoldings(start)) } } })).toBe('NO_DATA');
    expect(judgeQuote({ ...whole, legs: { ...whole.legs, perp: { ...perp, holdings: ok(perpHoldings(start)) } } })).toBe('passes');
  });
});

describe('hedges that are open or on their way count', () => {
  it('against the position limits with what is in flight, and towards the expected short', () => {
    const world = new World();
    world.signal(enter('h1', { quantity: '0.6' }));
    world.run(30);
    const half = { krw: { free: krw('600000000'), total: krw('600000000') } };
    const settings = { maxPositionRatio: ratio('0.05'), maxCoinPositionRatio: ratio('1') };
    // (0.6 + 0.05) × 161,000,000 of 2,000,000,000 is 5.23 %.
    expect(judge({ state: world.state, inputs: half, settings })).toBe('POSITION_LIMIT');
    expect(judge({ state: blank, inputs: half, settings })).toBe('passes');
    world.run(2000);
    expect(judge({ state: { ...world.state, entryTimes: [] }, inputs: half })).toBe('OUTSIDE_POSITION');
    expect(
      judge({
        state: { ...world.state, entryTimes: [] },
        inputs: {
          ...half,
          perpPosition: position({ quantity: signedQuantity('-0.6'), markPrice: price('115000'), liquidationPrice: price('218000') }),
        },
      }),
    ).toBe('passes');
    // A position of which nobody knows when it is liquidated.
    expect(
      judge({
        state: { ...world.state, entryTimes: [] },
        inputs: { ...half, perpPosition: position({ quantity: signedQuantity('-0.6'), markPrice: price('115000') }) },
      }),
    ).toBe('LIQUIDATION_DISTANCE');
  });

  it('shows the denial with its numbers as the verdict', () => {
    const world = new World();
    world.signal(enter('big', { quantity: '0.7' }));
    world.run(100);
    expect(world.facts.findLast((fact) => fact.kind === 'signalJudged')).toMatchObject({
      id: signalId('big'),
      state: 'rejected',
      code: 'HEDGE_SIZE_LIMIT',
      compared: { limit: '100000000', was: '112700000' },
    });
    expect(world.sent).toEqual([]);
    expect(world.state.hedges['big' as HedgeId]).toBeUndefined();
    expect(fromFile.kind).toBe('file');
  });
});
