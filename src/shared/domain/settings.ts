/**
 * Every setting with its rule and default. `--set NAME=VALUE`, the settings file and the console all read this one
 * schema, and docs/settings.md lists it. Ratios and amounts are decimal text: 0.05 is 5 %.
 */
import { z } from 'zod';
import { type Decimal, decimal, lte, parseDecimal, ratio, sign, text } from './units.ts';

const decimalAbove = <U extends string>(least: 'zero' | 'aboveZero') =>
  z
    .string()
    .refine(
      (source) => {
        const value = parseDecimal(source);
        return value !== undefined && (least === 'zero' ? sign(value) >= 0 : sign(value) > 0);
      },
      least === 'zero' ? 'a decimal of 0 or more, as text' : 'a decimal above 0, as text',
    )
    .transform((source): Decimal<U> => decimal<U>(source));

/** A part of a whole: 0 to 1. */
const part = decimalAbove<'ratio'>('zero').refine((value) => lte(value, ratio('1')), 'a ratio from 0 to 1, as text');
const amountKrw = decimalAbove<'krw'>('aboveZero');
/** A whole number, or its digits: an empty text is none, and neither are blanks, signs, exponents and NaN. */
const count = (least: number, most: number) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d{1,9}$/)
          .transform(Number),
      ],
      'a whole number',
    )
    .pipe(z.int().min(least).max(most));

export const settingsSchema = z.strictObject({
  /** Position of capital over all coins above which an entry is denied. */
  maxPositionRatio: part,
  /** The same for one coin. */
  maxCoinPositionRatio: part,
  /** Leverage set at the perpetual venue; never over 2. */
  leverage: count(1, 2),
  /** Loss of a hedge, of its spot cost, at which it is closed. */
  hedgeStopLossRatio: part,
  /** Loss of a KST day, of that day's first capital, above which everything stops. */
  maxDailyLossRatio: part,
  /** Failed signed requests in a row, per venue, above which everything stops. */
  maxConsecutiveApiErrors: count(1, 1000),
  /** Entries in a row that a venue refused, or that had to be undone, at which everything stops. */
  maxFailedEntriesInARow: count(1, 1000),
  /** A signal's own risk above which it is denied. */
  maxSignalRisk: part,
  /** Most KRW that the spot leg of one hedge may cost. */
  maxHedgeKrw: amountKrw,
  maxEntriesPerMinute: count(1, 1000),
  maxEntriesPerDay: count(1, 100_000),
  /** Rest of a coin after a close before its next entry. */
  cooldownMs: count(0, 86_400_000),
  /** How far from the best price the worst acceptable price of a leg lies, in basis points. */
  priceCollarBps: count(1, 1000),
  /** Premium, either way, beyond which prices are taken for wrong. */
  maxPremiumRatio: part,
  /** Distance to liquidation after the trade, of the mark price, below which an entry is denied. */
  minLiquidationDistanceRatio: part,
  /** Free margin after the trade, of the margin balance, below which an entry is denied. */
  minFreeMarginRatio: part,
  /** Maintenance margin of the margin balance above which everything stops. */
  maxMarginRatio: part,
  maxBookAgeMs: count(100, 60_000),
  maxFxAgeMs: count(100, 600_000),
  /** Clock offset to a venue above which entries are denied. */
  maxClockOffsetEntryMs: count(1, 60_000),
  /** Clock offset to a venue above which everything stops, after one resync. */
  maxClockOffsetStopMs: count(1, 60_000),
  /** How the spot leg is bought: a limit at the worst price that never rests, or the venue's market order by KRW. */
  spotEntryOrder: z.enum(['limitIoc', 'market']),
  /** How the perpetual leg is sold: at market while the book holds the size within the collar, or always by limit. */
  perpEntryOrder: z.enum(['market', 'limitIoc']),
});

export type Settings = z.output<typeof settingsSchema>;
export type SettingName = keyof Settings;
/** Settings as they are written down: every value text or number. */
export type SettingsText = z.input<typeof settingsSchema>;

export const defaultSettingsText = {
  maxPositionRatio: '0.5',
  maxCoinPositionRatio: '0.5',
  leverage: 1,
  hedgeStopLossRatio: '0.05',
  maxDailyLossRatio: '0.03',
  maxConsecutiveApiErrors: 10,
  maxFailedEntriesInARow: 10,
  maxSignalRisk: '0.5',
  maxHedgeKrw: '100000000',
  maxEntriesPerMinute: 20,
  maxEntriesPerDay: 500,
  cooldownMs: 1000,
  priceCollarBps: 50,
  maxPremiumRatio: '0.15',
  minLiquidationDistanceRatio: '0.3',
  minFreeMarginRatio: '0.1',
  maxMarginRatio: '0.5',
  maxBookAgeMs: 3000,
  maxFxAgeMs: 10_000,
  maxClockOffsetEntryMs: 750,
  maxClockOffsetStopMs: 1000,
  spotEntryOrder: 'limitIoc',
  perpEntryOrder: 'market',
} as const satisfies SettingsText;

export const defaultSettings: Settings = settingsSchema.parse(defaultSettingsText);
export const settingNames = Object.keys(defaultSettingsText) as readonly SettingName[];

const isSettingName = (name: string): name is SettingName => Object.hasOwn(defaultSettingsText, name);

/** A setting as text: what `withSetting` takes. */
export function settingText(settings: Settings, name: SettingName): string {
  const value = settings[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : text(value);
}

/**
 * Puts one setting, given as text, into a set of settings.
 * @returns the new settings, or a sentence that says what is wrong
 */
export function withSetting(
  settings: Settings,
  name: string,
  value: string,
): { ok: true; name: SettingName; settings: Settings } | { ok: false; reason: string } {
  if (!isSettingName(name)) return { ok: false, reason: `There is no setting ${name}; there are ${settingNames.join(', ')}` };
  const parsed = settingsSchema.safeParse({ ...settings, [name]: value });
  if (parsed.success) return { ok: true, name, settings: parsed.data };
  return { ok: false, reason: `${name}: ${parsed.error.issues[0]?.message ?? 'not valid'}, was ${value}` };
}
