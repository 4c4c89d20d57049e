/**
 * Numbers and times as people read them. Decimals of the contract are formatted from their text, never through a
 * float: what is shown is the exact value, rounded at the last place shown. All formatters are made once a language.
 */
import type { Language } from '../stop/appearance.ts';

type Numeric = `${number}`;
const isNumeric = (text: string): text is Numeric => /^-?\d+(\.\d+)?$/.test(text);

const locales: Readonly<Record<Language, string>> = { ko: 'ko-KR', en: 'en-US' };

/** Shown where there is no value. */
export const none = '–';

export interface Formats {
  /** `₩` is not said: the column or label says KRW. No decimals. */
  krw(value: string | null): string;
  krwSigned(value: string | null): string;
  /** 억 and 만 or M and K, for tight places; never where exactness counts. */
  krwShort(value: string | null): string;
  usdt(value: string | null): string;
  usdtSigned(value: string | null): string;
  /** Coins, to the twelve places that a quantity can have, without trailing zeros. */
  quantity(value: string | null): string;
  quantitySigned(value: string | null): string;
  /** A price in its own precision: places follow its size. */
  price(value: string | null): string;
  /** Ratio as percent with two places and its sign: `"0.031"` is `+3.10%`. */
  premium(value: string | null): string;
  /** Ratio as percent without a sign, up to two places. */
  percent(value: string | null): string;
  count(value: number): string;
  /** A chart's number (they are for display only) as premium. */
  premiumOf(value: number): string;
  /** `14:03:27`, Korean time. */
  clock(at: number): string;
  /** `14:03:27.123`, Korean time. */
  clockMs(at: number): string;
  /** `11. 21. 14:03:27`, Korean time. */
  dateClock(at: number): string;
  /** `11월 21일 (토)`, Korean time. */
  day(at: number): string;
  /** Whole and exact, with milliseconds and zone, for titles. */
  exact(at: number): string;
  /** `3 seconds ago`. */
  ago(ms: number): string;
  /** `0:27`, `1:02:03`: what is left or has passed. */
  duration(ms: number): string;
}

const signed = 'exceptZero';
/** What rounds to zero has no sign either. */
const unsigned = 'negative';
const clockParts = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

/** Places of a price by its size: a coin in KRW has none, in USDT two, cheap ones as many as tell them apart. */
const placesOf = (text: string): number => {
  const whole = text.replace('-', '').split('.')[0] ?? '';
  return whole.length >= 7 ? 0 : whole.length >= 4 ? 2 : whole === '0' ? 8 : 4;
};

function make(language: Language): Formats {
  const locale = locales[language];
  const number = (options: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(locale, options);
    return (value: string | null): string => (value === null || !isNumeric(value) ? none : format.format(value));
  };
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: 'Asia/Seoul', ...options });
  const prices = new Map(
    [0, 2, 4, 8].map((places) => [places, number({ minimumFractionDigits: Math.min(places, 2), maximumFractionDigits: places })]),
  );
  const premiumNumber = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: signed });
  const clock = date(clockParts);
  const dateClock = date({ month: '2-digit', day: '2-digit', ...clockParts });
  const calendar = date({ month: 'short', day: 'numeric', weekday: 'short' });
  const exact = date({ dateStyle: 'medium' });
  const exactTime = date({ ...clockParts, fractionalSecondDigits: 3 });
  const count = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  return {
    krw: number({ maximumFractionDigits: 0, signDisplay: unsigned }),
    krwSigned: number({ maximumFractionDigits: 0, signDisplay: signed }),
    krwShort: number({ notation: 'compact', maximumFractionDigits: 1, signDisplay: unsigned }),
    usdt: number({ minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: unsigned }),
    usdtSigned: number({ minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: signed }),
    quantity: number({ maximumFractionDigits: 12, signDisplay: unsigned }),
    quantitySigned: number({ maximumFractionDigits: 12, signDisplay: signed }),
    price: (value) => (value === null ? none : (prices.get(placesOf(value))?.(value) ?? none)),
    premium: number({ style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: signed }),
    percent: number({ style: 'percent', maximumFractionDigits: 2, signDisplay: unsigned }),
    count: (value) => count.format(value),
    premiumOf: (value) => (Number.isFinite(value) ? premiumNumber.format(value) : none),
    clock: (at) => clock.format(at),
    clockMs: (at) => exactTime.format(at),
    dateClock: (at) => dateClock.format(at),
    day: (at) => calendar.format(at),
    exact: (at) => `${exact.format(at)} ${exactTime.format(at)} KST`,
    ago: (ms) => agoText(relative, ms),
    duration: durationText,
  };
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function agoText(relative: Intl.RelativeTimeFormat, ms: number): string {
  const past = Math.max(0, ms);
  if (past < minute) return relative.format(-Math.floor(past / 1000), 'second');
  if (past < hour) return relative.format(-Math.floor(past / minute), 'minute');
  if (past < day) return relative.format(-Math.floor(past / hour), 'hour');
  return relative.format(-Math.floor(past / day), 'day');
}

const two = (value: number): string => String(value).padStart(2, '0');
function durationText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const made = new Map<Language, Formats>();

export function formatsOf(language: Language): Formats {
  let formats = made.get(language);
  if (formats === undefined) {
    formats = make(language);
    made.set(language, formats);
  }
  return formats;
}

/** Below zero, zero, above: read off the text. */
export function signOf(value: string | null): -1 | 0 | 1 {
  if (value === null || !/[1-9]/.test(value)) return 0;
  return value.startsWith('-') ? -1 : 1;
}
