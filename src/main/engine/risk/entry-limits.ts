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
import { type Denial, type DenialCode, denied } from '../denial.ts';
import { hasInFlight, holding, openHedges } from '../legs.ts';
import type { Sized } from '../sizing.ts';
import { externalChange } from '../outside.ts';
import { legVenue, type State } from '../state.ts';
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
  positionOf,
} from './measures.ts';

export interface EntryContext {
  readonly at: number;
  readonly state: State;
  readonly signal: EnterSignal;
  readonly inputs: EntryInputs;
  readonly sized: Sized;
}
type Check = (context: EntryContext) => Denial | null;

const above = (code: DenialCode, what: string, was: Ratio, limit: Ratio): Denial | null =>
  gt(was, limit) ? denied(code, `${what} would be ${text(was)}, the limit is ${text(limit)}`, { limit: text(limit), was: text(was) }) : null;
const below = (code: DenialCode, what: string, was: Ratio, limit: Ratio): Denial | null =>
  lt(was, limit) ? denied(code, `${what} would be ${text(was)}, the least is ${text(limit)}`, { limit: text(limit), was: text(was) }) : null;
const most = (code: DenialCode, what: string, was: number, limit: number): Denial | null =>
  was > limit ? denied(code, `${what}: ${was}, the limit is ${limit}`, { limit: String(limit), was: String(was) }) : null;

/** Position over all coins, or of the entry's own, with this entry, at the spot ask. */
export function positionAfter({ state, signal, inputs, sized }: EntryContext, coinOnly: boolean): Krw {
  const others = openHedges(state).filter((hedge) => !coinOnly || hedge.coin === signal.coin);
  return add(positionOf(state, others, { [signal.coin]: inputs.spotAsk }), costAtAsk(inputs.spotAsk, sized.quantity));
}

const positionLimit =
  (coinOnly: boolean): Check =>
  (context) => {
    const { settings } = context.state;
    const whole = capital(context);
    const part = partOfCapital(positionAfter(context, coinOnly), whole);
    if (part === undefined) return denied('POSITION_LIMIT', 'There is no capital', { limit: '0', was: text(whole) });
    return coinOnly
      ? above('COIN_POSITION_LIMIT', `Position in ${context.signal.coin} of capital`, part, settings.maxCoinPositionRatio)
      : above('POSITION_LIMIT', 'Position of capital', part, settings.maxPositionRatio);
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

const cooldown: Check = ({ at, state, signal }) => {
  const closed = own(state.closedAt, signal.coin);
  const rest = closed === undefined ? undefined : at - closed;
  const limit = state.settings.cooldownMs;
  return rest !== undefined && rest < limit
    ? denied('COOLDOWN', `${signal.coin} was closed ${rest} ms ago, it rests ${limit} ms`, { limit: String(limit), was: String(rest) })
    : null;
};

const plausible: Check = ({ state, inputs }) =>
  above('IMPLAUSIBLE_PREMIUM', 'The premium, either way,', absolute(inputs.premium), state.settings.maxPremiumRatio);

const liquidation: Check = ({ state, inputs }) =>
  below(
    'LIQUIDATION_DISTANCE',
    'Distance to liquidation',
    liquidationDistance(state.settings.leverage, inputs.perpPosition),
    state.settings.minLiquidationDistanceRatio,
  );

const freeMargin: Check = ({ state, inputs, sized }) => {
  const limit = state.settings.minFreeMarginRatio;
  const left = freeMarginPart(inputs, marginNeeded(sized, inputs, state));
  return left === undefined
    ? denied('FREE_MARGIN', 'There is no margin balance', { limit: text(limit), was: '0' })
    : below('FREE_MARGIN', 'Free margin of the margin balance', left, limit);
};

const marginRatio: Check = ({ state, inputs }) => {
  const used = marginRatioOf(inputs);
  return used === undefined ? null : above('MARGIN_RATIO', 'Maintenance margin of the margin balance', used, state.settings.maxMarginRatio);
};

const funds: Check = ({ state, inputs, sized }) => {
  const { terms } = sized.spot;
  const spent = 'cost' in terms ? terms.cost : notional(sized.spot.worst, sized.quantity);
  const needed = relabel<'krw'>(scale(spent, plus(inputs.spotFee)));
  if (gt(needed, inputs.krw.free))
    return denied('INSUFFICIENT_KRW', `The spot leg needs up to ${text(needed)} KRW, ${text(inputs.krw.free)} are free`, {
      limit: text(inputs.krw.free),
      was: text(needed),
    });
  const margin = marginNeeded(sized, inputs, state);
  if (gt(margin, inputs.margin.available))
    return denied('INSUFFICIENT_MARGIN', `The short leg needs ${text(margin)} USDT of margin, ${text(inputs.margin.available)} are free`, {
      limit: text(inputs.margin.available),
      was: text(margin),
    });
  return null;
};

const dailyLoss: Check = (context) =>
  above('DAILY_LOSS', "The day's loss of capital", dayLoss(context.state, capital(context)), context.state.settings.maxDailyLossRatio);

/** The account's short must be the sum of our own: an outside position in the coin refuses entries in it. */
const outside: Check = ({ state, signal, inputs }) => {
  const hedges = openHedges(state).filter((hedge) => hedge.coin === signal.coin);
  // While one of ours is moving, the account and our books may honestly differ for a moment.
  if (hedges.some((hedge) => hasInFlight(state, hedge))) return null;
  const expected = negate(relabel<'signedQuantity'>(sum(hedges.map((hedge) => holding(state, hedge).perp))));
  const actual = inputs.perpPosition?.quantity ?? relabel<'signedQuantity'>(ZERO);
  return actual === expected
    ? null
    : denied('OUTSIDE_POSITION', `The account's ${signal.coin} position is ${text(actual)}, ours is ${text(expected)}`, {
        limit: text(expected),
        was: text(actual),
      });
};

/** What came or went beside our hedges and nobody has taken in yet. */
const external: Check = ({ state, signal }) => {
  for (const venue of Object.values(legVenue)) {
    const change = externalChange(state, venue, signal.coin);
    if (!isZero(change))
      return denied('EXTERNAL_CHANGE', `${text(change)} ${signal.coin} came or went on ${venue} beside our hedges`, {
        limit: '0',
        was: text(change),
      });
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
export const entryChecks: readonly Check[] = [
  signalRisk,
  leverage,
  cooldown,
  perMinute,
  perDay,
  dailyLoss,
  plausible,
  hedgeSize,
  positionLimit(false),
  positionLimit(true),
  outside,
  external,
  marginRatio,
  funds,
  freeMargin,
  liquidation,
  bounds,
];

/** Null when the entry passes every limit. */
export function checkEntry(context: EntryContext): Denial | null {
  for (const check of entryChecks) {
    const denial = check(context);
    if (denial !== null) return denial;
  }
  return null;
}
