/**
 * Which way each setting lets more through, and whether a new value does: such a change takes a disarmed console and the
 * value typed twice (spec S7.6). The engine decides by this and the page asks by it, so it needs nothing but text.
 *
 * 1. Exact: a difference in the last digit is one.
 * 2. What is no plain decimal counts as looser: where it cannot be told, it is asked for again.
 */
import type { SettingName } from './settings.ts';

/** Looser when `higher` or `lower`; or the choices, tightest first. */
type Way = 'higher' | 'lower' | readonly string[];

// An order at the venue's market price knows no worst price: the collar holds for it only by what the book showed.
const orders = ['limitIoc', 'market'] as const;

export const looserWay: Readonly<Record<SettingName, Way>> = {
  maxPositionRatio: 'higher',
  maxCoinPositionRatio: 'higher',
  leverage: 'higher',
  hedgeStopLossRatio: 'higher',
  maxDailyLossRatio: 'higher',
  maxConsecutiveApiErrors: 'higher',
  maxFailedEntriesInARow: 'higher',
  maxSignalRisk: 'higher',
  maxHedgeKrw: 'higher',
  maxEntriesPerMinute: 'higher',
  maxEntriesPerDay: 'higher',
  cooldownMs: 'lower',
  priceCollarBps: 'higher',
  maxPremiumRatio: 'higher',
  minLiquidationDistanceRatio: 'lower',
  minFreeMarginRatio: 'lower',
  maxMarginRatio: 'higher',
  maxBookAgeMs: 'higher',
  maxFxAgeMs: 'higher',
  maxClockOffsetEntryMs: 'higher',
  maxClockOffsetStopMs: 'higher',
  spotEntryOrder: orders,
  perpEntryOrder: orders,
};

/** Whether the new value lets more through than the present one; both as the engine writes them, as text. */
export function isLooser(name: SettingName, next: string, present: string): boolean {
  const way = looserWay[name];
  if (next === present) return false;
  if (typeof way !== 'string') return way.indexOf(next) > way.indexOf(present);
  const order = compared(next, present);
  return order === null || (way === 'higher' ? order > 0 : order < 0);
}

const plain = /^0*(\d*)(?:\.(\d*?)0*)?$/;

/** Above 0 where the first is larger; null where one of them is no plain decimal. */
function compared(first: string, second: string): number | null {
  const [a, b] = [plain.exec(first), plain.exec(second)];
  if (a === null || b === null || !/\d/.test(first) || !/\d/.test(second)) return null;
  const [whole, otherWhole] = [a[1] ?? '', b[1] ?? ''];
  const [rest, otherRest] = [a[2] ?? '', b[2] ?? ''];
  const places = Math.max(rest.length, otherRest.length);
  return whole.length - otherWhole.length || byText(whole + rest.padEnd(places, '0'), otherWhole + otherRest.padEnd(places, '0'));
}

const byText = (first: string, second: string): number => (first < second ? -1 : first > second ? 1 : 0);
