/**
 * What a console knows of each setting to show it and let it be changed: its unit on screen, default, range, what happens
 * at the limit. The engine decides with its own schema (src/shared/domain/settings.ts), which this page may not load;
 * setting-catalog.test.ts keeps the two the same. Which way is looser both read from src/shared/domain/loosening.ts.
 */
import type { SettingName } from '../../shared/domain/settings.ts';

/** As it is shown and typed; the engine's text is a ratio for `percent` and ms for `seconds`. */
export type SettingUnit = 'percent' | 'krw' | 'times' | 'bps' | 'seconds' | 'ms' | 'requests' | 'entries' | 'choice';
/** What the console does at the limit. */
export type AtLimit = 'denies' | 'closes' | 'stops';

export interface SettingInfo {
  readonly unit: SettingUnit;
  /** The engine's text, as the bounds are. */
  readonly default: string;
  readonly least: string;
  /** Null: no bound, or a choice. */
  readonly most: string | null;
  readonly at: AtLimit | null;
  readonly choices?: readonly string[];
}

const ratio = (value: string, at: AtLimit): SettingInfo => ({
  unit: 'percent',
  default: value,
  least: '0',
  most: '1',
  at,
});
const whole = (unit: SettingUnit, value: string, least: string, most: string, at: AtLimit | null): SettingInfo => ({
  unit,
  default: value,
  least,
  most,
  at,
});
const choice = (value: string, choices: readonly string[]): SettingInfo => ({
  unit: 'choice',
  default: value,
  least: '',
  most: null,
  at: null,
  choices,
});

export const settingCatalog: Readonly<Record<SettingName, SettingInfo>> = {
  maxHedgeKrw: { unit: 'krw', default: '100000000', least: '0', most: null, at: 'denies' },
  maxPositionRatio: ratio('0.5', 'denies'),
  maxCoinPositionRatio: ratio('0.5', 'denies'),
  leverage: whole('times', '1', '1', '2', 'denies'),
  hedgeStopLossRatio: ratio('0.05', 'closes'),
  maxDailyLossRatio: ratio('0.03', 'stops'),
  minLiquidationDistanceRatio: ratio('0.3', 'denies'),
  minFreeMarginRatio: ratio('0.1', 'denies'),
  maxMarginRatio: ratio('0.5', 'stops'),
  maxSignalRisk: ratio('0.5', 'denies'),
  maxEntriesPerMinute: whole('entries', '20', '1', '1000', 'denies'),
  maxEntriesPerDay: whole('entries', '500', '1', '100000', 'denies'),
  cooldownMs: whole('seconds', '1000', '0', '86400000', 'denies'),
  priceCollarBps: whole('bps', '50', '1', '1000', null),
  maxPremiumRatio: ratio('0.15', 'denies'),
  maxBookAgeMs: whole('seconds', '3000', '100', '60000', 'denies'),
  maxFxAgeMs: whole('seconds', '10000', '100', '600000', 'denies'),
  maxConsecutiveApiErrors: whole('requests', '10', '1', '1000', 'stops'),
  maxFailedEntriesInARow: whole('entries', '10', '1', '1000', 'stops'),
  maxClockOffsetEntryMs: whole('ms', '750', '1', '60000', 'denies'),
  maxClockOffsetStopMs: whole('ms', '1000', '1', '60000', 'stops'),
  spotEntryOrder: choice('limitIoc', ['limitIoc', 'market']),
  perpEntryOrder: choice('market', ['market', 'limitIoc']),
};

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(settingCatalog, name);

/** In the order in which a person goes through them. */
export const settingGroups = {
  size: ['maxHedgeKrw', 'maxPositionRatio', 'maxCoinPositionRatio', 'leverage'],
  loss: ['hedgeStopLossRatio', 'maxDailyLossRatio'],
  margin: ['minLiquidationDistanceRatio', 'minFreeMarginRatio', 'maxMarginRatio'],
  signals: ['maxSignalRisk', 'maxEntriesPerMinute', 'maxEntriesPerDay', 'cooldownMs'],
  prices: ['priceCollarBps', 'maxPremiumRatio', 'maxBookAgeMs', 'maxFxAgeMs'],
  faults: ['maxConsecutiveApiErrors', 'maxFailedEntriesInARow', 'maxClockOffsetEntryMs', 'maxClockOffsetStopMs'],
  orders: ['spotEntryOrder', 'perpEntryOrder'],
} as const satisfies Record<string, readonly SettingName[]>;
export type SettingGroup = keyof typeof settingGroups;

/** How far the decimal point moves from the engine's text to the one on screen. */
const placesOf = (unit: SettingUnit): number => (unit === 'percent' ? 2 : unit === 'seconds' ? -3 : 0);

const plain = /^(-?)(\d*)(?:\.(\d*))?$/;

/**
 * Decimal text with its point moved, exactly, in canonical form: `("0.05", 2)` is `"5"`, `(".5", -2)` is `"0.005"`.
 * What is no decimal comes back as it is: the engine says what is wrong with it.
 */
export function shiftPoint(text: string, places: number): string {
  const [matched, sign = '', whole = '', fraction = ''] = plain.exec(text) ?? [];
  if (matched === undefined || whole + fraction === '') return text;
  const digits = places >= 0 ? whole + fraction.padEnd(places, '0') : whole.padStart(-places + 1, '0') + fraction;
  const point = places >= 0 ? whole.length + places : Math.max(whole.length, -places + 1) + places;
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const rest = digits.slice(point).replace(/0+$/, '');
  return `${/[1-9]/.test(digits) ? sign : ''}${integer}${rest === '' ? '' : `.${rest}`}`;
}

/** The engine's text as it is typed, and back. */
export const shown = (name: SettingName, text: string): string => shiftPoint(text, placesOf(settingCatalog[name].unit));
export const typed = (name: SettingName, text: string): string => shiftPoint(text.trim(), -placesOf(settingCatalog[name].unit));

/** Whether a decimal lies beyond what the setting takes; the bounds themselves are the engine's matter. */
export function isBeyond(name: SettingName, next: string): boolean {
  const { least, most } = settingCatalog[name];
  return Number(next) < Number(least) || (most !== null && Number(next) > Number(most));
}
