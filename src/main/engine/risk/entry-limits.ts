/**
 * Every limit an entry must pass, each a pure check of one number against one setting (spec S7.1). A check gets only
 * inputs that are there; what is missing was denied before (entry-inputs.ts). The first denial is the verdict.
 */
import { own } from '../../../shared/domain/record.ts';
import type { EnterSignal } from '../../../shared/domain/signal.ts';
import {
  absolute,
  add,
  divide,
  gt,
  type Krw,
  krw,
  lt,
  max,
  minus,
  negate,
  notional,
  plus,
  price,
  quantity,
  type Ratio,
  ratio,
  relabel,
  scale,
  subtract,
  sum,
  text,
  type Usdt,
  usdt,
  ZERO,
} from '../../../shared/domain/units.ts';
import { type Denial, type DenialCode, denied } from '../denial.ts';
import { exposure, hasInFlight, holding, openHedges } from '../legs.ts';
import { hedgeResult } from '../pnl.ts';
import type { Sized } from '../sizing.ts';
import type { State } from '../state.ts';
import type { EntryInputs } from './entry-inputs.ts';

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

/** KRW + coins of our hedges at the bid + perpetual margin balance × USDT/KRW. Outside coins do not count. */
export function capital({ state, inputs }: { readonly state: State; readonly inputs: Pick<EntryInputs, 'krw' | 'margin' | 'fx'> }): Krw {
  const coins = sum(openHedges(state).map((hedge) => relabel<'krw'>(notional(hedge.marks.spotBid, holding(state, hedge).spot))));
  const margin = scale(inputs.margin.balance, relabel<'ratio'>(inputs.fx));
  return sum([inputs.krw.total, coins, relabel<'krw'>(margin)]);
}

/** Σ over hedges of the larger leg with all in flight, with this entry, at the spot ask. */
function position(context: EntryContext, coinOnly: boolean): Krw {
  const { state, signal, inputs, sized } = context;
  const others = openHedges(state).filter((hedge) => !coinOnly || hedge.coin === signal.coin);
  // Another coin's hedge is valued at its own last mark: its book is not part of this quote.
  const held = others.map((hedge) =>
    relabel<'krw'>(notional(hedge.coin === signal.coin ? inputs.spotAsk : hedge.marks.spotBid, exposure(state, hedge))),
  );
  return add(sum(held), relabel<'krw'>(notional(inputs.spotAsk, sized.quantity)));
}

const positionLimit =
  (coinOnly: boolean): Check =>
  (context) => {
    const { settings } = context.state;
    const whole = capital(context);
    if (!gt(whole, krw('0'))) return denied('POSITION_LIMIT', 'There is no capital', { limit: '0', was: text(whole) });
    const part = divide<'ratio'>(position(context, coinOnly), whole, 6, 'up');
    return coinOnly
      ? above('COIN_POSITION_LIMIT', `Position in ${context.signal.coin} of capital`, part, settings.maxCoinPositionRatio)
      : above('POSITION_LIMIT', 'Position of capital', part, settings.maxPositionRatio);
  };

const hedgeSize: Check = ({ state, inputs, sized }) => {
  const cost = relabel<'krw'>(notional(inputs.spotAsk, sized.quantity));
  const limit = state.settings.maxHedgeKrw;
  return gt(cost, limit)
    ? denied('HEDGE_SIZE_LIMIT', `The spot leg would cost ${text(cost)} KRW, the limit is ${text(limit)}`, { limit: text(limit), was: text(cost) })
    : null;
};

const leverage: Check = ({ state }) => most('LEVERAGE_LIMIT', 'Leverage', state.settings.leverage, 2);

const signalRisk: Check = ({ state, signal }) =>
  signal.risk === undefined ? null : above('SIGNAL_RISK', "The signal's own risk", signal.risk, state.settings.maxSignalRisk);

const perMinute: Check = ({ at, state }) =>
  most(
    'ENTRIES_PER_MINUTE',
    'Entries in the last minute with this one',
    state.entryTimes.filter((time) => time > at - 60_000).length + 1,
    state.settings.maxEntriesPerMinute,
  );

const perDay: Check = ({ at, state }) =>
  most(
    'ENTRIES_PER_DAY',
    'Entries of the KST day with this one',
    (state.day.kst === kstDay(at) ? state.day.entries : 0) + 1,
    state.settings.maxEntriesPerDay,
  );

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

/** The maintenance rate assumed for the position to be: above every bracket that a hedge within these limits reaches. */
const assumedMaintenance = ratio('0.05');

/** An isolated short at leverage L is liquidated where the price has risen by about (1 + 1/L) / (1 + maintenance) − 1. */
const liquidation: Check = ({ state, inputs }) => {
  const limit = state.settings.minLiquidationDistanceRatio;
  const margin = divide<'ratio'>(ratio('1'), ratio(String(state.settings.leverage)), 8, 'down');
  const estimated = minusOne(divide<'ratio'>(plus(margin), plus(assumedMaintenance), 8, 'down'));
  const position = inputs.perpPosition;
  const listed =
    position?.liquidationPrice === undefined || !gt(position.markPrice, price('0')) || !gt(position.liquidationPrice, price('0'))
      ? estimated
      : minusOne(divide<'ratio'>(position.liquidationPrice, position.markPrice, 8, 'down'));
  return below('LIQUIDATION_DISTANCE', 'Distance to liquidation', lt(listed, estimated) ? listed : estimated, limit);
};
const minusOne = (value: Ratio): Ratio => negate(minus(value));

const freeMargin: Check = ({ state, inputs, sized }) => {
  if (!gt(inputs.margin.balance, usdt('0')))
    return denied('FREE_MARGIN', 'There is no margin balance', { limit: text(state.settings.minFreeMarginRatio), was: '0' });
  const left = subtract(inputs.margin.available, marginNeeded(sized, inputs, state));
  return below(
    'FREE_MARGIN',
    'Free margin of the margin balance',
    divide<'ratio'>(left, inputs.margin.balance, 6, 'down'),
    state.settings.minFreeMarginRatio,
  );
};

/** Initial margin and taker fee of the short leg at the best bid, which is above any price it will get. */
export function marginNeeded(sized: Sized, inputs: EntryInputs, state: State): Usdt {
  const value = relabel<'usdt'>(notional(inputs.perpBid, sized.quantity));
  const margin = divide<'usdt'>(value, quantity(String(state.settings.leverage)), 8, 'up');
  return add(margin, scale(value, inputs.perpFee));
}

const marginRatio: Check = ({ state, inputs }) =>
  gt(inputs.margin.balance, usdt('0'))
    ? above(
        'MARGIN_RATIO',
        'Maintenance margin of the margin balance',
        divide<'ratio'>(inputs.margin.maintenance, inputs.margin.balance, 6, 'up'),
        state.settings.maxMarginRatio,
      )
    : null;

const funds: Check = ({ state, inputs, sized }) => {
  const { terms } = sized.spot;
  const spent = terms.type === 'marketByCost' ? terms.cost : notional(sized.spot.worst, sized.quantity);
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

/** Loss of the KST day, of the day's capital: realized and not. Zero or below is no loss. */
export function dayLoss(state: State, fallbackCapital: Krw): Ratio {
  const base = state.day.capital ?? fallbackCapital;
  if (!gt(base, krw('0'))) return ratio('0');
  const open = sum(openHedges(state).map((hedge) => subtract(hedgeResult(state, hedge).total, own(state.day.bases, hedge.id) ?? krw('0'))));
  const change = add(state.day.realized, open);
  return max(ratio('0'), divide<'ratio'>(negate(change), base, 6, 'up'));
}

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

export const kstDay = (at: number): number => Math.floor((at + 9 * 3_600_000) / 86_400_000);

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
