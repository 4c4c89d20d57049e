/**
 * How much of each limit is used: now (`limitUses`), and after an entry (`entryUses`). Pure, never throws; null where
 * there is nothing to measure yet. The measures are those that the checks and rules read (measures.ts).
 */
import type { Coin } from '../../../shared/domain/ids.ts';
import type { SettingName, Settings } from '../../../shared/domain/settings.ts';
import {
  absolute,
  compare,
  type Decimal,
  isZero,
  type Krw,
  krw,
  parseDecimal,
  type Price,
  type Ratio,
  ratio,
  sign,
  sum,
  text,
  toNumber,
  usdt,
} from '../../../shared/domain/units.ts';
import type { Position } from '../../../shared/domain/venue.ts';
import { handCoins, heldByHand } from '../by-hand.ts';
import { isDenial } from '../denial.ts';
import type { Measured } from '../entry-judgement.ts';
import type { HedgeResult } from '../pnl.ts';
import { premiumOf } from '../premium.ts';
import type { Quote } from '../quote.ts';
import { type Hedge, legVenue, type State } from '../state.ts';
import { entryInputs, sidesOf } from './entry-inputs.ts';
import { positionsAfter } from './entry-limits.ts';
import {
  type Accounts,
  capital,
  costAtAsk,
  dayLoss,
  dayResult,
  distanceAtEntry,
  distanceOf,
  entriesInMinute,
  entriesToday,
  freeMarginPart,
  kstDay,
  liquidationDistance,
  lossOf,
  marginNeeded,
  marginRatioOf,
  partOfCapital,
  openResults,
  positionsOf,
} from './measures.ts';

/** Values are written like the settings; `part` is 0 to 1 and beyond: use / limit, or limit / use where the limit is a least. */
export interface LimitShare {
  readonly setting: SettingName;
  readonly limit: string;
  readonly use: string;
  readonly part: number;
}
export interface LimitUse extends Omit<LimitShare, 'use' | 'part'> {
  readonly use: string | null;
  readonly part: number | null;
}

/** What the uses need besides the state; every part may be missing. `limitInputsOf` reads it off a quote. */
export interface LimitInputs {
  readonly accounts: Accounts | null;
  /** Best asks by coin: hedges of other coins are valued at their last marks. */
  readonly spotAsks: Readonly<Partial<Record<Coin, Price>>>;
  readonly positions: readonly Position[];
  /** Our clocks minus the venues', in ms. */
  readonly clockOffsetsMs: readonly number[];
  /** When the older of the newest books was read, and the newest USDT/KRW; ms since 1970. */
  readonly bookAt: number | null;
  readonly fxAt: number | null;
  readonly premium: Ratio | null;
}

/** @param quote the newest marks; its parts may have failed */
export function limitInputsOf(quote: Quote): LimitInputs {
  const { spot, perp } = quote.legs;
  const sides = sidesOf(quote);
  const inputs = isDenial(sides) ? sides : entryInputs(quote, sides);
  const known = isDenial(inputs) ? null : inputs;
  return {
    accounts: known,
    spotAsks: known === null ? {} : { [quote.coin]: known.spotAsk },
    positions: perp.holdings.ok ? perp.holdings.value.positions : [],
    clockOffsetsMs: [spot, perp].flatMap(({ clockOffsetMs }) => (clockOffsetMs.ok ? [clockOffsetMs.value] : [])),
    bookAt: spot.book.ok && perp.book.ok ? Math.min(spot.book.value.at, perp.book.value.at) : null,
    fxAt: quote.fx.ok ? quote.fx.value.at : null,
    premium: known === null || sign(known.perpBid) <= 0 ? null : premiumOf(known.spotAsk, known.perpBid, known.fx),
  };
}

/** What uses of limits are reckoned from and the console shows besides, each reckoned once. */
export interface RiskNow {
  /** Null while the accounts are not known. */
  readonly whole: Krw | null;
  readonly positions: ReadonlyMap<Coin, Krw>;
  readonly results: ReadonlyMap<Hedge, HedgeResult>;
  readonly dayResult: Krw;
}
export function riskNow(state: State, inputs: LimitInputs | null): RiskNow {
  const accounts = inputs?.accounts ?? null;
  const results = openResults(state);
  return {
    whole: accounts === null ? null : capital({ state, inputs: accounts }),
    positions: positionsOf(state, inputs?.spotAsks ?? {}),
    results,
    dayResult: dayResult(state, results),
  };
}

/** Every limit of the settings that a use can be measured of, in the order of the settings. */
export function limitUses(state: State, inputs: LimitInputs | null, at: number, now = riskNow(state, inputs)): readonly LimitUse[] {
  const { settings } = state;
  const { whole, positions, results } = now;
  const accounts = inputs?.accounts ?? null;
  const ofCapital = (worth: Krw) => (whole === null ? null : (partOfCapital(worth, whole) ?? null));
  const all = ofCapital(sum([...positions.values()]));
  const byCoin = [...positions.values()].map(ofCapital);
  const byHand = handCoins(state, legVenue.perp).filter((coin) => !isZero(heldByHand(state, 'perp', coin)));
  const coins = [...new Set([...[...results.keys()].map((hedge) => hedge.coin), ...byHand])];
  const losses = [...results].filter(([hedge]) => hedge.phase === 'hedged').map(([, result]) => lossOf(result));
  const offset = largest((inputs?.clockOffsetsMs ?? []).map(Math.abs));
  const use = using(settings);
  return [
    use('maxPositionRatio', all),
    use('maxCoinPositionRatio', byCoin.length === 0 ? all : greatest(byCoin)),
    use('hedgeStopLossRatio', greatest([ratio('0'), ...losses])),
    use('maxDailyLossRatio', state.day.kst === kstDay(at) ? (dayLoss(state, whole ?? krw('0'), now.dayResult) ?? null) : null),
    use('maxConsecutiveApiErrors', largest(Object.values(state.apiErrors)) ?? 0),
    use('maxFailedEntriesInARow', state.failedEntries ?? 0),
    use('maxEntriesPerMinute', entriesInMinute(state, at)),
    use('maxEntriesPerDay', entriesToday(state, at)),
    use('maxPremiumRatio', inputs?.premium === null || inputs === null ? null : absolute(inputs.premium)),
    use('minLiquidationDistanceRatio', nearest(settings, inputs, coins)),
    use('minFreeMarginRatio', accounts === null ? null : freeMarginPart(accounts, usdt('0'))),
    use('maxMarginRatio', accounts === null ? null : (marginRatioOf(accounts) ?? null)),
    use('maxBookAgeMs', inputs === null || inputs.bookAt === null ? null : Math.max(0, at - inputs.bookAt)),
    use('maxFxAgeMs', inputs === null || inputs.fxAt === null ? null : Math.max(0, at - inputs.fxAt)),
    use('maxClockOffsetEntryMs', offset),
    use('maxClockOffsetStopMs', offset),
  ];
}

/** What an entry would leave of the limits that it uses. */
export function entryUses(context: Measured): readonly LimitShare[] {
  const { at, state, inputs, sized, signal } = context;
  const whole = capital(context);
  const positions = positionsAfter(context);
  const use = using(state.settings);
  return [
    use('maxPositionRatio', partOfCapital(positions.all, whole) ?? null),
    use('maxCoinPositionRatio', partOfCapital(positions.own, whole) ?? null),
    use('maxHedgeKrw', costAtAsk(inputs.spotAsk, sized.quantity)),
    use('maxSignalRisk', signal.risk ?? null),
    use('maxEntriesPerMinute', entriesInMinute(state, at) + 1),
    use('maxEntriesPerDay', entriesToday(state, at) + 1),
    use('maxPremiumRatio', absolute(inputs.premium)),
    use('minLiquidationDistanceRatio', liquidationDistance(state.settings.leverage, inputs.perpPosition) ?? null),
    use('minFreeMarginRatio', freeMarginPart(inputs, marginNeeded(sized, inputs, state))),
    use('maxMarginRatio', marginRatioOf(inputs) ?? null),
    use('maxDailyLossRatio', dayLoss(state, whole) ?? null),
  ].flatMap(({ setting, limit, use, part }) => (use === null || part === null ? [] : [{ setting, limit, use, part }]));
}

/** A short of ours, of a hedge or made by hand, that is nearest to its liquidation; what an entry would have while there is none. */
function nearest(settings: Settings, inputs: LimitInputs | null, coins: readonly Coin[]): Ratio | null {
  if (coins.length === 0) return distanceAtEntry(settings.leverage);
  const ours = (inputs?.positions ?? []).filter((position) => coins.includes(position.coin));
  const distances = ours.flatMap((position) => distanceOf(position) ?? []);
  return distances.reduce<Ratio | null>((least, distance) => (least === null || compare(distance, least) < 0 ? distance : least), null);
}

type NumericSetting = Exclude<SettingName, 'spotEntryOrder' | 'perpEntryOrder'>;

const using =
  (settings: Settings) =>
  (setting: NumericSetting, use: Decimal<string> | number | null): LimitUse => {
    const limit = written(settings[setting]);
    if (use === null) return { setting, limit, use: null, part: null };
    return { setting, limit, use: written(use), part: partOf(setting.startsWith('min'), numberOf(use), numberOf(settings[setting])) };
  };

/** For a bar on screen, so numbers are good enough; a limit of zero that is touched is full. */
function partOf(isLeast: boolean, use: number, limit: number): number {
  const [above, below] = isLeast ? [limit, use] : [use, limit];
  if (below > 0) return Math.max(0, above / below);
  return above > 0 || (isLeast && use < limit) ? fullyUsed : 0;
}
/** A part has to be a number that a host can write down: what is beyond all measure is far beyond. */
const fullyUsed = 1000;

const written = (value: Decimal<string> | number): string => {
  if (typeof value !== 'number') return text(value);
  const whole = String(Math.round(value));
  return parseDecimal(whole) === undefined ? '0' : whole;
};
const numberOf = (value: Decimal<string> | number): number => (typeof value === 'number' ? value : toNumber(value));
const largest = (values: readonly (number | undefined)[]): number | null =>
  values.reduce<number | null>((most, value) => (value === undefined || (most !== null && value <= most) ? most : value), null);
const greatest = (values: readonly (Ratio | null)[]): Ratio | null =>
  values.reduce<Ratio | null>((most, value) => (value === null || (most !== null && compare(value, most) <= 0) ? most : value), null);
