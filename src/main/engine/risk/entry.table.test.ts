/**
 * Each limit one unit below, at and above it, and each input that is no number or not there: at the decision, and again
 * where the order leaves. Both must say the same, with the code and the numbers that were compared.
 */
import { describe, expect, it } from 'vitest';
import type { HedgeId } from '../../../shared/domain/ids.ts';
import type { Settings } from '../../../shared/domain/settings.ts';
import type { EnterSignal } from '../../../shared/domain/signal.ts';
import { absolute, krw, price, quantity, ratio, type Ratio, signedQuantity, subtract, add, text } from '../../../shared/domain/units.ts';
import type { Holdings, Position } from '../../../shared/domain/venue.ts';
import { judgeEntry } from '../entry-judgement.ts';
import type { Denial } from '../denial.ts';
import { silent } from '../testing/venue-truth.ts';
import type { LegQuote, Quote } from '../quote.ts';
import type { State } from '../state.ts';
import { BTC, failed, market, ok, perpHoldings, quote, spotHoldings, start } from '../testing/market.ts';
import { enter } from '../testing/signals.ts';
import { World } from '../testing/world.ts';
import { approveEntry } from './approval.ts';
import { lastHop } from './last-hop.ts';
import { kstDay } from './measures.ts';

interface Given {
  readonly settings?: Partial<Settings>;
  readonly state?: Partial<State>;
  readonly quote?: (given: Quote) => Quote;
  readonly signal?: Parameters<typeof enter>[1];
}
interface Verdict {
  readonly code: string;
  readonly limit?: string | undefined;
  readonly was?: string | undefined;
}
const passes: Verdict = { code: 'passes' };
const verdictOf = (denial: Denial | null): Verdict =>
  denial === null ? passes : { code: denial.denied, ...(denial.compared === null ? {} : denial.compared) };

/** What approving an ENTER says. */
function atDecision(given: Given): Verdict {
  const { state } = new World();
  const approval = approveEntry(changed(state, given), signalOf(given), quoteOf(given), start);
  return verdictOf(approval.isPassed ? null : approval.denial);
}

/** What the last hop says of the same entry, where all was well when it was decided. */
function whereItLeaves(given: Given): Verdict {
  const world = decided(given);
  const on = quoteOf(given);
  const { request } = world.order('spot', 'entry');
  return verdictOf(
    lastHop({
      state: changed(world.state, given),
      at: world.now,
      standing: 'armed',
      latchedAt: 0,
      order: request,
      purpose: 'entry',
      on,
      latest: {
        books: { spot: undefined, perp: undefined },
        fx: undefined,
        clockOffsetsMs: { spot: on.legs.spot.clockOffsetMs, perp: on.legs.perp.clockOffsetMs },
      },
      partnerLeft: false,
    }),
  );
}

const signalOf = ({ signal }: Given): EnterSignal => enter('t', signal);
const quoteOf = (given: Given): Quote => {
  const whole = { ...quote(start), leverage: given.settings?.leverage ?? 1 };
  return given.quote === undefined ? whole : given.quote(whole);
};

/** An entry of the signal that was decided and has not left. */
function decided(given: Given): World {
  const world = new World();
  world.script('spot', 'entry', silent);
  world.script('perp', 'entry', silent);
  // As large as it is to be, without what the test is about.
  const { risk: _risk, premium: _premium, ...size } = given.signal ?? {};
  world.signal(enter('t', size));
  world.feed({ kind: 'quoted', purpose: { kind: 'entry', signal: enter('t').id }, quote: quote(world.now) });
  expect(world.sent).toHaveLength(2);
  return world;
}

/** Counts of the state are what was there before this entry. */
function changed(state: State, given: Given): State {
  const { entryTimes = [], day, ...rest } = given.state ?? {};
  const begun = Object.keys(state.hedges).length;
  return {
    ...state,
    ...rest,
    settings: { ...state.settings, ...given.settings },
    entries: Object.fromEntries(Object.entries(state.entries).map(([id, entry]) => [id, { ...entry, signal: signalOf(given) }])),
    entryTimes: [...entryTimes, ...state.entryTimes],
    day:
      day === undefined
        ? state.day
        : { ...day, entries: day.entries + begun, bases: Object.fromEntries(Object.keys(state.hedges).map((id) => [id as HedgeId, krw('0')])) },
  };
}

type Row = readonly [what: string, given: Given, expected: Verdict];
function table(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    it.each(rows)('%s', (_what, given, expected) => {
      expect(atDecision(given)).toEqual(expected);
      expect(whereItLeaves(given)).toEqual(expected);
    });
  });
}

const denies = (code: string, limit?: string, was?: string): Verdict => (limit === undefined ? { code } : { code, limit, was });
const leg =
  (name: 'spot' | 'perp', over: (leg: LegQuote, given: Quote) => Partial<LegQuote>) =>
  (given: Quote): Quote => ({
    ...given,
    legs: { ...given.legs, [name]: { ...given.legs[name], ...over(given.legs[name], given) } },
  });
const holding = (name: 'spot' | 'perp', holdings: Holdings) => leg(name, () => ({ holdings: ok(holdings) }));
const day = (entries: number, realized = '0', kst = kstDay(start)): State['day'] => ({
  kst,
  entries,
  realized: krw(realized),
  capital: krw('2000000000'),
  bases: {},
});
/** What is no number, as a program could hand it over. */
const noNumbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined as unknown as number] as const;

const size = (name: 'maxPositionRatio' | 'maxCoinPositionRatio', code: string): readonly Row[] =>
  // 0.5 BTC cost 80,500,000 of 2,400,000,000 KRW: 0.0335416…, reckoned up to six places.
  ['0.033543', '0.033542', '0.033541'].map((limit, index) => [
    ['a millionth below', 'at', 'a millionth above'][index] ?? '',
    { signal: { quantity: '0.5' }, settings: { [name]: ratio(limit) } },
    index < 2 ? passes : denies(code, limit, '0.033542'),
  ]);
table('maxPositionRatio', [
  ...size('maxPositionRatio', 'POSITION_LIMIT'),
  [
    'no capital by now',
    {
      state: { day: day(0) },
      settings: { maxMarginRatio: ratio('1') },
      quote: (given) => holding('spot', spotHoldings(start, '-1400000000'))(given),
    },
    denies('POSITION_LIMIT', '0', '0'),
  ],
]);
table('maxCoinPositionRatio', size('maxCoinPositionRatio', 'COIN_POSITION_LIMIT'));

table('maxHedgeKrw', [
  ['a won below', { signal: { quantity: '0.5' }, settings: { maxHedgeKrw: krw('80500001') } }, passes],
  ['at', { signal: { quantity: '0.5' }, settings: { maxHedgeKrw: krw('80500000') } }, passes],
  ['a won above', { signal: { quantity: '0.5' }, settings: { maxHedgeKrw: krw('80499999') } }, denies('HEDGE_SIZE_LIMIT', '80499999', '80500000')],
]);

table('leverage', [
  ['1', { settings: { leverage: 1 } }, passes],
  ['2', { settings: { leverage: 2 } }, passes],
  ['3', { settings: { leverage: 3 } }, denies('LEVERAGE_LIMIT', '2', '3')],
  ['0', { settings: { leverage: 0 } }, denies('LEVERAGE_LIMIT', '2', '0')],
  ['-0', { settings: { leverage: -0 } }, denies('LEVERAGE_LIMIT', '2', '0')],
  ['NaN', { settings: { leverage: Number.NaN } }, denies('NOT_PREPARED', 'NaN', 'NaN')],
  ['∞', { settings: { leverage: Number.POSITIVE_INFINITY } }, denies('LEVERAGE_LIMIT', '2', 'Infinity')],
  ['−∞', { settings: { leverage: Number.NEGATIVE_INFINITY } }, denies('LEVERAGE_LIMIT', '2', '-Infinity')],
  ['set and verified for another', { settings: { leverage: 2 }, quote: (given) => ({ ...given, leverage: 1 }) }, denies('NOT_PREPARED', '2', '1')],
  ['not set', { quote: leg('perp', () => ({ prepared: failed('BLOCKED', 'refused') })) }, denies('NOT_PREPARED')],
]);

table("maxSignalRisk, the signal's own risk", [
  ['a millionth below', { signal: { risk: '0.499999' } }, passes],
  ['at', { signal: { risk: '0.5' } }, passes],
  ['a millionth above', { signal: { risk: '0.500001' } }, denies('SIGNAL_RISK', '0.5', '0.500001')],
  ['minus zero', { signal: { risk: '-0' } }, passes],
  ['absent', {}, passes],
]);

const lately = (count: number): readonly number[] => Array.from({ length: count }, () => start - 59_999);
table('maxEntriesPerMinute', [
  ['one below', { state: { entryTimes: lately(18) } }, passes],
  ['at', { state: { entryTimes: lately(19) } }, passes],
  ['one above', { state: { entryTimes: lately(20) } }, denies('ENTRIES_PER_MINUTE', '20', '21')],
  ['all of them a minute ago', { state: { entryTimes: lately(20).map(() => start - 60_000) } }, passes],
  ['times from the future', { state: { entryTimes: lately(20).map(() => start + 60_000) } }, denies('ENTRIES_PER_MINUTE', '20', '21')],
  ['times that are none', { state: { entryTimes: lately(20).map(() => Number.NaN) } }, denies('ENTRIES_PER_MINUTE', '20', '21')],
  ...noNumbers.map(
    (limit): Row => [`a limit of ${limit}`, { settings: { maxEntriesPerMinute: limit } }, denies('ENTRIES_PER_MINUTE', String(limit), '1')],
  ),
]);
table('maxEntriesPerDay', [
  ['one below', { state: { day: day(498) } }, passes],
  ['at', { state: { day: day(499) } }, passes],
  ['one above', { state: { day: day(500) } }, denies('ENTRIES_PER_DAY', '500', '501')],
  ['NaN', { state: { day: day(Number.NaN) } }, denies('ENTRIES_PER_DAY', '500', 'NaN')],
  ['∞', { state: { day: day(Number.POSITIVE_INFINITY) } }, denies('ENTRIES_PER_DAY', '500', 'Infinity')],
  ['−∞', { state: { day: day(Number.NEGATIVE_INFINITY) } }, denies('ENTRIES_PER_DAY', '500', '-Infinity')],
]);

const closed = (agoMs: number): Given => ({ state: { closedAt: { [BTC]: start - agoMs } } });
table('cooldownMs', [
  ['a ms before', closed(999), denies('COOLDOWN', '1000', '999')],
  ['at', closed(1000), passes],
  ['a ms after', closed(1001), passes],
  ['closed in the future', closed(-1), denies('COOLDOWN', '1000', '-1')],
  ['NaN', closed(Number.NaN), denies('COOLDOWN', '1000', 'NaN')],
  ['∞', closed(Number.POSITIVE_INFINITY), denies('COOLDOWN', '1000', 'Infinity')],
  ['−∞', closed(Number.NEGATIVE_INFINITY), denies('COOLDOWN', '1000', '-Infinity')],
  ['never closed', {}, passes],
  ['a limit of NaN', { ...closed(5000), settings: { cooldownMs: Number.NaN } }, denies('COOLDOWN', 'NaN', '5000')],
]);

// 3 % of 2,000,000,000 are 60,000,000.
table('maxDailyLossRatio', [
  ['a won below', { state: { day: day(0, '-59999999') } }, passes],
  ['at', { state: { day: day(0, '-60000000') } }, passes],
  ['a won above', { state: { day: day(0, '-60000001') } }, denies('DAILY_LOSS', '0.03', '0.030001')],
  ['a gain', { state: { day: day(0, '60000001') } }, passes],
  ["no capital that day, and some by now: today's counts", { state: { day: { ...day(0, '-72000000'), capital: krw('0') } } }, passes],
  ['a won more', { state: { day: { ...day(0, '-72000001'), capital: krw('0') } } }, denies('DAILY_LOSS', '0.03', '0.030001')],
]);

/** The premium that an entry would get, and limits a hundred-millionth round it. */
const unit = ratio('0.00000001');
function premiumAt(spotAsk: string): { readonly premium: Ratio; readonly quoteOf: (given: Quote) => Quote } {
  const priced = { ...quote(start, market({ spotAsk: price(spotAsk), spotBid: price('100000000') })) };
  const judged = judgeEntry(new World().state, enter('t'), priced, start);
  if (judged.context === null) throw new Error('There is no premium');
  return { premium: judged.context.inputs.premium, quoteOf: (given) => ({ ...given, legs: priced.legs }) };
}
const wide = { priceCollarBps: 1000 } as const;
const implausible = (spotAsk: string): readonly Row[] => {
  const { premium, quoteOf: priced } = premiumAt(spotAsk);
  const limit = absolute(premium);
  const row = (what: string, most: Ratio, expected: Verdict): Row => [
    what,
    { quote: priced, settings: { ...wide, maxPremiumRatio: most } },
    expected,
  ];
  return [
    row('a hundred-millionth below', add(limit, unit), passes),
    row('at', limit, passes),
    row('a hundred-millionth above', subtract(limit, unit), denies('IMPLAUSIBLE_PREMIUM', text(subtract(limit, unit)), text(limit))),
  ];
};
table('maxPremiumRatio, above zero', implausible('162000000'));
table('maxPremiumRatio, below zero', implausible('160000000'));

const bounded = ((): readonly Row[] => {
  const { premium } = premiumAt('161000000');
  const row = (what: string, most: Ratio, expected: Verdict): Row => [
    what,
    { signal: { premium: [text(subtract(most, ratio('0.001'))), '0.001'] } },
    expected,
  ];
  return [
    row('a hundred-millionth below', add(premium, unit), passes),
    row('at', premium, passes),
    row('a hundred-millionth above', subtract(premium, unit), denies('PREMIUM_MOVED', text(subtract(premium, unit)), text(premium))),
    ['without bounds', {}, passes],
  ];
})();
table("the signal's own bounds", bounded);

const position = (over: Partial<Position>) =>
  holding('perp', {
    ...perpHoldings(start),
    positions: [{ coin: BTC, quantity: signedQuantity('0'), entryPrice: price('115000'), markPrice: price('100'), ...over }],
  });
table('minLiquidationDistanceRatio', [
  ['a unit above', { quote: position({ liquidationPrice: price('130.000001') }) }, passes],
  ['at', { quote: position({ liquidationPrice: price('130') }) }, passes],
  ['a unit below', { quote: position({ liquidationPrice: price('129.999999') }) }, denies('LIQUIDATION_DISTANCE', '0.3', '0.29999999')],
  ['no position, at 2×', { settings: { leverage: 2 } }, passes],
  ['its estimate at', { settings: { leverage: 2, minLiquidationDistanceRatio: ratio('0.42857142') } }, passes],
  [
    'its estimate below',
    { settings: { leverage: 2, minLiquidationDistanceRatio: ratio('0.42857143') } },
    denies('LIQUIDATION_DISTANCE', '0.42857143', '0.42857142'),
  ],
]);

const margin = (balance: string, available: string, maintenance: string) => holding('perp', perpHoldings(start, balance, available, maintenance));
// 0.05 BTC at 115,000 and 1× need 5,750 and a fee of 2.875; 10 % of the million must be left.
table('minFreeMarginRatio', [
  ['a USDT above', { quote: margin('1000000', '105753.875', '0') }, passes],
  ['at', { quote: margin('1000000', '105752.875', '0') }, passes],
  ['a USDT below', { quote: margin('1000000', '105751.875', '0') }, denies('FREE_MARGIN', '0.1', '0.099999')],
]);
table('maxMarginRatio', [
  ['a USDT below', { quote: margin('1000000', '1000000', '499999') }, passes],
  ['at', { quote: margin('1000000', '1000000', '500000') }, passes],
  ['a USDT above', { quote: margin('1000000', '1000000', '500001') }, denies('MARGIN_RATIO', '0.5', '0.500001')],
  ['no balance', { quote: margin('0', '1000000', '0') }, denies('MARGIN_RATIO', '0.5', '')],
  ['a balance below zero', { quote: margin('-1', '1000000', '0') }, denies('MARGIN_RATIO', '0.5', '')],
]);
table('margin that is free', [
  ['more', { quote: margin('1000000', '5752.876', '0'), settings: { minFreeMarginRatio: ratio('0') } }, passes],
  ['just enough', { quote: margin('1000000', '5752.875', '0'), settings: { minFreeMarginRatio: ratio('0') } }, passes],
  [
    'less',
    { quote: margin('1000000', '5752.874', '0'), settings: { minFreeMarginRatio: ratio('0') } },
    denies('INSUFFICIENT_MARGIN', '5752.874', '5752.875'),
  ],
]);
// 0.05 BTC at the collar, 161,805,000, with a fee of 0.05 %.
table('KRW that are free', [
  ['more', { quote: holding('spot', spotHoldings(start, '8094296')) }, passes],
  ['just enough', { quote: holding('spot', spotHoldings(start, '8094295.125')) }, passes],
  ['less', { quote: holding('spot', spotHoldings(start, '8094295')) }, denies('INSUFFICIENT_KRW', '8094295', '8094295.125')],
]);

const bookAge = (name: 'spot' | 'perp') => (ageMs: number) => leg(name, () => ({ book: quote(start - ageMs).legs[name].book }));
const clock = (name: 'spot' | 'perp') => (offsetMs: number) => leg(name, () => ({ clockOffsetMs: ok(offsetMs) }));
const ages = (code: string, limit: number, aged: (ageMs: number) => (given: Quote) => Quote): readonly Row[] => [
  ['a ms below', { quote: aged(limit - 1) }, passes],
  ['at', { quote: aged(limit) }, passes],
  ['a ms above', { quote: aged(limit + 1) }, denies(code, String(limit), String(limit + 1))],
  ['minus zero', { quote: aged(-0) }, passes],
  ['from the future', { quote: aged(-1) }, denies(code, String(limit), '-1')],
  ...noNumbers.map((age): Row => [String(age), { quote: aged(age) }, denies(code, String(limit), String(age === undefined ? Number.NaN : age))]),
];
const offsets = (aged: (ms: number) => (given: Quote) => Quote): readonly Row[] => [
  ...[749, 750, -750, 0, -0].map((ms): Row => [`${ms} ms`, { quote: aged(ms) }, passes]),
  ...[751, -751].map((ms): Row => [`${ms} ms`, { quote: aged(ms) }, denies('CLOCK_OFFSET', '750', '751')]),
  ...noNumbers.map((ms): Row => [String(ms), { quote: aged(ms) }, denies('CLOCK_OFFSET', '750', String(Math.abs(ms)))]),
];
for (const name of ['spot', 'perp'] as const) {
  table(`maxBookAgeMs, ${name}`, ages('STALE_BOOK', 3000, bookAge(name)));
  table(`maxClockOffsetEntryMs, ${name}`, offsets(clock(name)));
  table(`what is missing of ${name}`, [
    ['the book', { quote: leg(name, () => ({ book: failed() })) }, denies('NO_DATA')],
    ['the rules', { quote: leg(name, () => ({ rules: failed() })) }, denies('NO_DATA')],
    ['the market', { quote: leg(name, () => ({ rules: ok(undefined) })) }, denies('NOT_LISTED')],
    ['the balances', { quote: leg(name, () => ({ holdings: failed() })) }, denies('NO_DATA')],
    ['the clock', { quote: leg(name, () => ({ clockOffsetMs: failed() })) }, denies('NO_DATA')],
    ['the preparation', { quote: leg(name, () => ({ prepared: failed('NETWORK') })) }, denies('NOT_PREPARED')],
    ['anybody in the book', { quote: leg(name, () => ({ book: ok({ bids: [], asks: [], at: start }) })) }, denies('EMPTY_BOOK')],
    ['a price above zero', { quote: leg(name, () => ({ book: ok({ bids: [free], asks: [free], at: start }) })) }, denies('NO_DATA')],
    ['a price', { quote: leg(name, () => ({ book: ok({ bids: [owed], asks: [owed], at: start }) })) }, denies('NO_DATA')],
  ]);
}
const free = { price: price('0'), quantity: quantity('1') };
const owed = { price: price('-1'), quantity: quantity('1') };
const fxAge = (ageMs: number) => (given: Quote) => ({ ...given, fx: quote(start - ageMs).fx });
table('maxFxAgeMs', ages('STALE_FX', 10_000, fxAge));
const unpriced = (coin: string): Given => ({
  state: { alarms: { [`staleMarks:${coin}`]: { code: 'STALE_MARKS', severity: 'warning', hedge: null, detail: '', values: { coin }, at: start } } },
});
table('prices of open hedges', [
  ['of its own coin are those of its quote', unpriced('BTC'), passes],
  ['of another coin have been missing for long', unpriced('ETH'), denies('STALE_MARKS')],
]);

table('what is missing besides', [
  ['USDT/KRW', { quote: (given) => ({ ...given, fx: failed() }) }, denies('NO_DATA')],
  ['a price of it', { quote: (given) => ({ ...given, fx: ok({ bids: [], asks: [], at: start }) }) }, denies('NO_DATA')],
  ['one above zero', { quote: (given) => ({ ...given, fx: ok({ bids: [free], asks: [free], at: start }) }) }, denies('NO_DATA')],
  ['the margin', { quote: holding('perp', { balances: [], positions: [], at: start }) }, denies('NO_DATA')],
  ['all KRW', { quote: holding('spot', { balances: [], positions: [], at: start }) }, denies('INSUFFICIENT_KRW', '0', '8094295.125')],
]);
