/** The facts that stand beside a code (shared/domain/codes.ts), each as a person reads it. */
import type { TFunction } from 'i18next';
import type { Values } from '../../shared/domain/codes.ts';
import type { Formats } from '../ui/format.ts';
import koCodes from './ko/codes.json' with { type: 'json' };

/** `quantity`: any exact number, its thousands grouped. */
type Form = 'ratio' | 'krw' | 'usdt' | 'quantity' | 'ms' | 'plain';
/** What `limit` and `was` are, by code; what is not named here is a plain number. */
const compared: Readonly<Record<string, Form>> = {
  POSITION_LIMIT: 'ratio',
  COIN_POSITION_LIMIT: 'ratio',
  HEDGE_SIZE_LIMIT: 'krw',
  DAILY_LOSS: 'ratio',
  STOP_LOSS: 'ratio',
  IMPLAUSIBLE_PREMIUM: 'ratio',
  LIQUIDATION_DISTANCE: 'ratio',
  FREE_MARGIN: 'ratio',
  MARGIN_RATIO: 'ratio',
  RUNWAY_LOW: 'ratio',
  RUNWAY_CRITICAL: 'ratio',
  PREMIUM_MOVED: 'ratio',
  INSUFFICIENT_KRW: 'krw',
  INSUFFICIENT_MARGIN: 'usdt',
  STALE_BOOK: 'ms',
  STALE_FX: 'ms',
  CLOCK_OFFSET: 'ms',
  CLOCK: 'ms',
  COOLDOWN: 'ms',
  BELOW_STEP: 'quantity',
  BELOW_MINIMUM: 'quantity',
  OUTSIDE_POSITION: 'quantity',
  OVERFILL: 'quantity',
  PRICE_COLLAR: 'quantity',
  MORE_THAN_HELD: 'quantity',
  OFF_STEP: 'quantity',
  OFF_TICK: 'quantity',
  ABOVE_MAXIMUM: 'quantity',
  WRONG_TRIGGER: 'quantity',
  CALLBACK_LIMIT: 'ratio',
  NOT_HELD: 'quantity',
  WOULD_UNHEDGE: 'quantity',
};
const numbers: ReadonlySet<string> = new Set(['quantity', 'held', 'needed', 'spot', 'perp', 'hedges', 'orders']);

function shown(format: Formats, form: Form, value: string): string {
  if (form === 'ratio') return format.percent(value);
  if (form === 'krw') return `${format.krw(value)} KRW`;
  if (form === 'usdt') return `${format.usdt(value)} USDT`;
  if (form === 'quantity') return format.quantity(value);
  return form === 'ms' ? `${format.quantity(value)} ms` : value;
}

/** Groups of words that a fact may be the code of. */
const coded = { venue: 'venue', side: 'side', source: 'stopSource', code: 'stopName' } as const;
const isCoded = (name: string): name is keyof typeof coded => Object.hasOwn(coded, name);

/** Facts by name, as text for a sentence. */
export function factsOf(t: TFunction<'codes'>, format: Formats): (code: string, values: Values) => Values {
  const word = (group: 'failureName' | (typeof coded)[keyof typeof coded], value: string): string => {
    const known: Readonly<Record<string, string>> = koCodes[group];
    // The key was looked up in the dictionary that gives the keys their types.
    return Object.hasOwn(known, value) ? t(`${group}.${value}` as 'venue.upbit') : value;
  };
  /** Our code and, behind a space, the venue's. */
  const failure = (value: string): string => {
    const [code = '', ...venueCode] = value.split(' ');
    return [word('failureName', code), ...venueCode].join(' ');
  };
  const fact = (code: string, name: string, value: string): string => {
    if (name === 'limit' || name === 'was') return shown(format, compared[code] ?? 'plain', value);
    if (name === 'residual') return format.quantitySigned(value);
    if (name === 'price') return format.price(value);
    if (numbers.has(name)) return format.quantity(value);
    if (name === 'failure') return failure(value);
    return isCoded(name) ? word(coded[name], value) : value;
  };
  return (code, values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fact(code, name, value)]));
}
