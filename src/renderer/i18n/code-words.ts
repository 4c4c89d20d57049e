/** Codes of the engine in the reader's language. A code without words here shows the engine's English sentence. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Refusal } from '../../shared/contract/reply.ts';
import type { Formats } from '../ui/format.ts';
import { useFormats } from '../ui/use-formats.ts';
import koCodes from './ko/codes.json' with { type: 'json' };

interface Compared {
  readonly limit: string;
  readonly was: string;
}
export interface CodeWords {
  /** Why a signal was denied, or how it ended, with the numbers compared. */
  verdict(code: string, reason: string, compared: Compared | null): string;
  refusal(refusal: Refusal): string;
  /** What an alarm means, without its detail. */
  alarm(code: string): string;
}

type Form = 'ratio' | 'krw' | 'usdt' | 'quantity' | 'ms' | 'plain';
/** What the numbers of a denial are. */
const forms: Readonly<Record<string, Form>> = {
  POSITION_LIMIT: 'ratio',
  COIN_POSITION_LIMIT: 'ratio',
  HEDGE_SIZE_LIMIT: 'krw',
  DAILY_LOSS: 'ratio',
  IMPLAUSIBLE_PREMIUM: 'ratio',
  LIQUIDATION_DISTANCE: 'ratio',
  FREE_MARGIN: 'ratio',
  MARGIN_RATIO: 'ratio',
  PREMIUM_MOVED: 'ratio',
  INSUFFICIENT_KRW: 'krw',
  INSUFFICIENT_MARGIN: 'usdt',
  STALE_BOOK: 'ms',
  STALE_FX: 'ms',
  CLOCK_OFFSET: 'ms',
  COOLDOWN: 'ms',
  BELOW_STEP: 'quantity',
  BELOW_MINIMUM: 'quantity',
  OUTSIDE_POSITION: 'quantity',
};

function shown(format: Formats, form: Form, value: string): string {
  if (form === 'ratio') return format.percent(value);
  if (form === 'krw') return `${format.krw(value)} KRW`;
  if (form === 'usdt') return `${format.usdt(value)} USDT`;
  if (form === 'quantity') return format.quantity(value);
  return form === 'ms' ? `${format.quantity(value)} ms` : value;
}

const { verdict: verdicts, refusal: refusals, alarm: alarms } = koCodes;
const isIn = <T extends object>(words: T, key: string): key is Extract<keyof T, string> => Object.hasOwn(words, key);

export function useCodeWords(): CodeWords {
  const { t } = useTranslation('codes');
  const format = useFormats();
  return useMemo(() => {
    const verdict = (code: string, reason: string, compared: Compared | null): string => {
      if (!isIn(verdicts, code)) return reason;
      const words = t(`verdict.${code}`);
      if (compared === null) return words;
      const form = forms[code] ?? 'plain';
      return `${words} ${t('compared', { limit: shown(format, form, compared.limit), was: shown(format, form, compared.was) })}`;
    };
    return {
      verdict,
      refusal: ({ code, reason }) => (isIn(refusals, code) ? t(`refusal.${code}`) : verdict(code, reason, null)),
      alarm: (code) => (isIn(alarms, code) ? t(`alarm.${code}`) : code),
    };
  }, [t, format]);
}
