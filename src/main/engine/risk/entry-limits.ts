/**
 * Every limit an entry must pass, each a pure check of one number against one setting (spec S7.1). A check gets only
 * inputs that are there; what is missing was denied before (entry-inputs.ts). The first denial is the verdict.
 */
import { own } from '../../../shared/domain/record.ts';
import type { EnterSignal } from '../../../shared/domain/signal.ts';
import {
  absolute,
  add,
  gt,
  isZero,
  type Krw,
  krw,
  lt,
  negate,
  notional,
  plus,
  type Ratio,
  relabel,
  scale,
  sum,
  text,
  ZERO,
} from '../../../shared/domain/units.ts';
import type { Leg } from '../../../shared/domain/venue.ts';
import { handAt, handMoves } from '../by-hand.ts';
import { type Denial, denied, type PlainCode } from '../denial.ts';
import { hasInFlight, holding, openHedges } from '../legs.ts';
import type { Sized } from '../sizing.ts';
import { externalChange } from '../outside.ts';
import { legVenue, type State } from '../state.ts';
import { isWithin } from './bounds.ts';
import type { EntryInputs } from './entry-inputs.ts';
import {
  capital,
  costAtAsk,
  dayLoss,
  entriesInMinute,
  entriesToday,
  freeMarginPart,
  liquidationDistance,
  marginNeeded,
  marginRatioOf,
  partOfCapital,
  positionsOf,
} from './measures.ts';

export interface EntryContext {
  readonly at: number;
  readonly state: State;
  /** What a signal says of itself; an order by hand has a coin only. */
  readonly signal: Pick<EnterSignal, 'coin' | 'risk' | 'premium'>;
  readonly inputs: EntryInputs;
  readonly sized: Sized;
}
/** With what more than one limit is measured by. */
interface Measurable extends EntryContext {
  readonly whole: Krw;
}
type Check = (context: Measurable) => Denial | null;

const above = (code: PlainCode, what: string, was: Ratio, limit: Ratio): Denial | null =>
  gt(was, limit) ? denied(code, `${what} would be ${text(was)}, the limit is ${text(limit)}`, { limit: text(limit), was: text(was) }) : null;
const below = (code: PlainCode, what: string, was: Ratio, limit: Ratio): Denial | null =>
  lt(was, limit) ? denied(code, `${what} would be ${text(was)}, the least is ${text(limit)}`, { limit: text(limit), was: text(was) }) : null;
/** A count from 1 on; one that is no number is above every limit. */
const most = (code: PlainCode, what: string, was: number, limit: number): Denial | null =>
  isWithin(was, 1, limit) ? null : denied(code, `${what}: ${was}, the limit is ${limit}`, { limit: String(limit), was: String(was) });

/** The positions in all coins and in the entry's own, with this entry, at the spot ask. */
export function positionsAfter({ state, signal: { coin }, inputs, sized }: EntryContext): { readonly all: Krw; readonly own: Krw } {
  const positions = positionsOf(state, { [coin]: inputs.spotAsk });
  const cost = costAtAsk(inputs.spotAsk, sized.quantity);
  return { all: sum([...positions.values(), cost]), own: add(positions.get(coin) ?? krw('0'), cost) };
}

/** Of all coins together, then of the entry's own. */
const positionLimits: Check = (context) => {
  const { state, signal, whole } = context;
  const { maxPositionRatio, maxCoinPositionRatio: limit } = state.settings;
  const positions = positionsAfter(context);
  const all = partOfCapital(positions.all, whole);
  const part = partOfCapital(positions.own, whole);
  if (all === undefined || part === undefined) return denied('POSITION_LIMIT', 'There is no capital', { limit: '0', was: text(whole) });
  const { coin } = signal;
  const reason = `Position in ${coin} of capital would be ${text(part)}, the limit is ${text(limit)}`;
  return (
    above('POSITION_LIMIT', 'Position of capital', all, maxPositionRatio) ??
    (gt(part, limit) ? denied('COIN_POSITION_LIMIT', reason, { limit: text(limit), was: text(part) }, { coin }) : null)
  );
};

const hedgeSize: Check = ({ state, inputs, sized }) => {
  const cost = costAtAsk(inputs.spotAsk, sized.quantity);
  const limit = state.settings.maxHedgeKrw;
  return gt(cost, limit)
    ? denied('HEDGE_SIZE_LIMIT', `The spot leg would cost ${text(cost)} KRW, the limit is ${text(limit)}`, { limit: text(limit), was: text(cost) })
    : null;
};

const leverage: Check = ({ state }) => most('LEVERAGE_LIMIT', 'Leverage', state.settings.leverage, 2);

const signalRisk: Check = ({ state, signal }) =>
  signal.risk === undefined ? null : above('SIGNAL_RISK', "The signal's own risk", signal.risk, state.settings.maxSignalRisk);

const perMinute: Check = ({ at, state }) =>
  most('ENTRIES_PER_MINUTE', 'Entries in the last minute with this one', entriesInMinute(state, at) + 1, state.settings.maxEntriesPerMinute);

const perDay: Check = ({ at, state }) =>
  most('ENTRIES_PER_DAY', 'Entries of the KST day with this one', entriesToday(state, at) + 1, state.settings.maxEntriesPerDay);

const cooldown: Check = ({ at, state, signal: { coin } }) => {
  const closed = own(state.closedAt, coin);
  if (closed === undefined) return null;
  const rest = at - closed;
  const limit = state.settings.cooldownMs;
  return isWithin(rest, limit, longAgoMs)
    ? null
    : denied('COOLDOWN', `${coin} was closed ${rest} ms ago, it rests ${limit} ms`, { limit: String(limit), was: String(rest) }, { coin });
};
/** No close lies further back: a rest beyond is no number. */
const longAgoMs = 1e15;

const plausible: Check = ({ state, inputs }) =>
  above('IMPLAUSIBLE_PREMIUM', 'The premium, either way,', absolute(inputs.premium), state.settings.maxPremiumRatio);

const liquidation: Check = ({ state, inputs }) => {
  const limit = state.settings.minLiquidationDistanceRatio;
  const distance = liquidationDistance(state.settings.leverage, inputs.perpPosition);
  return distance === undefined
    ? denied('LIQUIDATION_DISTANCE', 'The venue names no liquidation price of the position', { limit: text(limit), was: '' })
    : below('LIQUIDATION_DISTANCE', 'Distance to liquidation', distance, limit);
};

const freeMargin: Check = ({ state, inputs, sized }) =>
  below(
    'FREE_MARGIN',
    'Free margin of the margin balance',
    freeMarginPart(inputs, marginNeeded(sized, inputs, state)),
    state.settings.minFreeMarginRatio,
  );

const marginRatio: Check = ({ state, inputs }) => {
  const limit = state.settings.maxMarginRatio;
  const used = marginRatioOf(inputs);
  return used === undefined
    ? denied('MARGIN_RATIO', 'There is no margin balance', { limit: text(limit), was: '' })
    : above('MARGIN_RATIO', 'Maintenance margin of the margin balance', used, limit);
};

const wonFunds: Check = ({ inputs, sized }) => {
  const { terms } = sized.spot;
  const spent = 'cost' in terms ? terms.cost : notional(sized.spot.worst, sized.quantity);
  const needed = relabel<'krw'>(scale(spent, plus(inputs.spotFee)));
  return gt(needed, inputs.krw.free)
    ? denied('INSUFFICIENT_KRW', `The spot leg needs up to ${text(needed)} KRW, ${text(inputs.krw.free)} are free`, {
        limit: text(inputs.krw.free),
        was: text(needed),
      })
    : null;
};

const marginFunds: Check = ({ state, inputs, sized }) => {
  const needed = marginNeeded(sized, inputs, state);
  return gt(needed, inputs.margin.available)
    ? denied('INSUFFICIENT_MARGIN', `The short leg needs ${text(needed)} USDT of margin, ${text(inputs.margin.available)} are free`, {
        limit: text(inputs.margin.available),
        was: text(needed),
      })
    : null;
};

/** Capital, position and the day's loss are of all hedges: where one of another coin has had no prices for long, nobody knows them. */
const othersPriced: Check = ({ state, signal }) => {
  const coin = Object.values(state.alarms).find(({ code, values }) => code === 'STALE_MARKS' && values?.['coin'] !== signal.coin)?.values?.['coin'];
  return coin === undefined ? null : denied('STALE_MARKS', `The ${coin} hedges have had no fresh prices for 3 s`, null, { coin });
};

const dailyLoss: Check = ({ state, whole }) => {
  const limit = state.settings.maxDailyLossRatio;
  const loss = dayLoss(state, whole);
  return loss === undefined
    ? denied('DAILY_LOSS', "There is no capital to measure the day's loss by", { limit: text(limit), was: '' })
    : above('DAILY_LOSS', "The day's loss of capital", loss, limit);
};

/** The account's short must be the sum of our own: an outside position in the coin refuses entries in it. */
const outside: Check = ({ state, signal, inputs }) => {
  const hedges = openHedges(state).filter((hedge) => hedge.coin === signal.coin);
  // While one of ours is moving, the account and our books may honestly differ for a moment.
  if (hedges.some((hedge) => hasInFlight(state, hedge)) || handMoves(state, legVenue.perp, signal.coin)) return null;
  const short = relabel<'signedQuantity'>(sum(hedges.map((hedge) => holding(state, hedge).perp)));
  const expected = add(negate(short), handAt(state, legVenue.perp, signal.coin));
  const actual = inputs.perpPosition?.quantity ?? relabel<'signedQuantity'>(ZERO);
  return actual === expected
    ? null
    : denied(
        'OUTSIDE_POSITION',
        `The account's ${signal.coin} position is ${text(actual)}, ours is ${text(expected)}`,
        {
          limit: text(expected),
          was: text(actual),
        },
        { coin: signal.coin },
      );
};

/** What came or went beside our hedges and nobody has taken in yet. */
const external: Check = ({ state, signal }) => {
  for (const venue of Object.values(legVenue)) {
    const change = externalChange(state, venue, signal.coin);
    if (!isZero(change))
      return denied(
        'EXTERNAL_CHANGE',
        `${text(change)} ${signal.coin} came or went on ${venue} beside our hedges`,
        {
          limit: '0',
          was: text(change),
        },
        { venue, coin: signal.coin, quantity: text(change) },
      );
  }
  return null;
};

/** A venue holds less than our hedges need: until that is settled nobody knows what an entry would add to. */
const shortage: Check = ({ state, signal: { coin } }) => {
  for (const venue of Object.values(legVenue)) {
    const alarm = own(state.alarms, `mismatch:${venue}:${coin}`);
    if (alarm !== undefined) return denied('POSITION_MISMATCH', alarm.detail, null, { venue, coin });
  }
  return null;
};

const bounds: Check = ({ signal, inputs }) => {
  if (signal.premium === undefined) return null;
  const limit = add(signal.premium.expected, signal.premium.maxSlippage);
  return gt(inputs.premium, limit)
    ? denied('PREMIUM_MOVED', `The executable premium is ${text(inputs.premium)}, the signal allows up to ${text(limit)}`, {
        limit: text(limit),
        was: text(inputs.premium),
      })
    : null;
};

/** In the order in which they speak. */
const entryChecks: readonly Check[] = [
  signalRisk,
  leverage,
  cooldown,
  perMinute,
  perDay,
  othersPriced,
  dailyLoss,
  plausible,
  hedgeSize,
  positionLimits,
  outside,
  external,
  shortage,
  marginRatio,
  wonFunds,
  marginFunds,
  freeMargin,
  liquidation,
  bounds,
];

/**
 * What the order that fills up the smaller leg has to pass again. It makes no new position, for the larger leg counts
 * already, and it is no entry: neither those limits nor counts and cool-down speak of it.
 */
const completionChecks: readonly Check[] = [
  signalRisk,
  leverage,
  dailyLoss,
  plausible,
  hedgeSize,
  external,
  shortage,
  marginRatio,
  liquidation,
  bounds,
];

/** What an order by hand that adds risk has to pass: what an entry has, but for the premium, which takes two legs. */
const handChecks: readonly Check[] = [cooldown, perMinute, perDay, othersPriced, dailyLoss, hedgeSize, positionLimits, outside, external, shortage];
const shortChecks: readonly Check[] = [leverage, marginRatio, marginFunds, freeMargin, liquidation];

const firstOf = (checks: readonly Check[], context: EntryContext): Denial | null => {
  const measurable = { ...context, whole: capital(context) };
  for (const check of checks) {
    const denial = check(measurable);
    if (denial !== null) return denial;
  }
  return null;
};

/** Null when the entry passes every limit. */
export const checkEntry = (context: EntryContext): Denial | null => firstOf(entryChecks, context);
/** @param context sized as what is missing of the smaller leg */
export const checkCompletion = (context: EntryContext, leg: Leg): Denial | null =>
  firstOf([...completionChecks, ...(leg === 'spot' ? [wonFunds] : [marginFunds, freeMargin])], context);
/** @param leg where the order is; its size is the context's */
export const checkHand = (context: EntryContext, leg: Leg): Denial | null =>
  firstOf([...handChecks, ...(leg === 'spot' ? [wonFunds] : shortChecks)], context);
