/** Limits as a person changes them, and which way is looser: written down again, so that the engine's own table is held against it. */
import type { SettingName, Settings } from '../shared/domain/settings.ts';

type Limit = Exclude<SettingName, 'spotEntryOrder' | 'perpEntryOrder'>;

/** The larger the looser, or the smaller. */
const looserWhen = {
  maxPositionRatio: 'larger',
  maxCoinPositionRatio: 'larger',
  leverage: 'larger',
  hedgeStopLossRatio: 'larger',
  maxDailyLossRatio: 'larger',
  maxConsecutiveApiErrors: 'larger',
  maxFailedEntriesInARow: 'larger',
  maxSignalRisk: 'larger',
  maxHedgeKrw: 'larger',
  maxEntriesPerMinute: 'larger',
  maxEntriesPerDay: 'larger',
  cooldownMs: 'smaller',
  priceCollarBps: 'larger',
  maxPremiumRatio: 'larger',
  minLiquidationDistanceRatio: 'smaller',
  minFreeMarginRatio: 'smaller',
  maxMarginRatio: 'larger',
  maxBookAgeMs: 'larger',
  maxFxAgeMs: 'larger',
  maxClockOffsetEntryMs: 'larger',
  maxClockOffsetStopMs: 'larger',
} as const satisfies Readonly<Record<Limit, 'larger' | 'smaller'>>;

const number = (settings: Settings, name: Limit): number => Number(String(settings[name]));

/** Limits that a change made looser. */
export const loosened = (before: Settings, after: Settings): readonly Limit[] =>
  (Object.keys(looserWhen) as Limit[]).filter((name) => {
    const by = number(after, name) - number(before, name);
    return looserWhen[name] === 'larger' ? by > 0 : by < 0;
  });

export const tightened = (before: Settings, after: Settings): readonly Limit[] => loosened(after, before);

/** A limit with a value tighter than any that is drawn elsewhere, and one looser than its default. */
export const changes = [
  ['maxEntriesPerMinute', '2', '30'],
  ['maxEntriesPerDay', '3', '600'],
  ['maxHedgeKrw', '5000000', '150000000'],
  ['maxPositionRatio', '0.03', '0.6'],
  ['maxCoinPositionRatio', '0.03', '0.6'],
  ['maxDailyLossRatio', '0.000005', '0.05'],
  ['hedgeStopLossRatio', '0.01', '0.06'],
  ['maxConsecutiveApiErrors', '1', '12'],
  ['maxMarginRatio', '0.000001', '0.6'],
  ['priceCollarBps', '5', '60'],
  ['maxBookAgeMs', '500', '3500'],
  ['cooldownMs', '5000', '500'],
  ['leverage', '1', '2'],
  ['maxClockOffsetEntryMs', '300', '900'],
] as const satisfies readonly Change[];
type Change = readonly [Limit, tighter: string, looser: string];

/** Drawn by itself: lives that do not meet it stay what they are. */
export const failedEntries = ['maxFailedEntriesInARow', '1', '6'] as const satisfies Change;
