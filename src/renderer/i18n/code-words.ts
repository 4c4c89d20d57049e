/**
 * Codes of the engine in the reader's language, with the facts that stand beside them. Where there are no words, or the
 * facts are not there (an old journal), the engine's English sentence stands for them.
 */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Refusal } from '../../shared/contract/reply.ts';
import { denialValues, type Values, verdictValues } from '../../shared/domain/codes.ts';
import { useFormats } from '../ui/use-formats.ts';
import { factsOf } from './code-facts.ts';
import koCodes from './ko/codes.json' with { type: 'json' };

interface Compared {
  readonly limit: string;
  readonly was: string;
}
export interface CodedVerdict {
  readonly code: string;
  readonly reason: string;
  readonly compared: Compared | null;
  readonly values: Values;
}
export interface CodeWords {
  /** Why something was denied, or how a signal ended, with the numbers compared. */
  verdict(verdict: CodedVerdict): string;
  refusal(refusal: Refusal): string;
  /** What an alarm means, without its detail. */
  alarm(code: string): string;
  /** What happened, in one occurrence. */
  alarmDetail(alarm: { readonly code: string; readonly detail: string; readonly values: Values }): string;
  /** Why it was stopped. */
  stop(stop: { readonly code: string; readonly reason: string; readonly values: Values }): string;
}

const { verdict: verdicts, refusal: refusals, alarm: alarms } = koCodes;
const isIn = <T extends object>(words: T, key: string): key is Extract<keyof T, string> => Object.hasOwn(words, key);

/** Groups of sentences that are made of facts. */
export type FactGroup = 'stop' | 'alarmFacts' | 'verdictFacts';
/** Facts that choose between several sentences of one code. */
const choosing = ['what', 'when', 'why'] as const;
/** Facts that follow a sentence where they say something: others' own words, and the code of a failure. */
const following = ['said', 'failure'] as const;

/** The sentence that a code has for these facts, and its key below the group; null where there is none. */
export function sentenceOf(group: FactGroup, code: string, values: Values): { readonly key: string; readonly text: string } | null {
  const words: Readonly<Record<string, string | Readonly<Record<string, string>>>> = koCodes[group];
  const found = Object.hasOwn(words, code) ? words[code] : undefined;
  if (found === undefined) return null;
  if (typeof found === 'string') return { key: code, text: found };
  const which = values[choosing.find((name) => Object.hasOwn(values, name)) ?? ''] ?? '';
  const text = Object.hasOwn(found, which) ? found[which] : undefined;
  return text === undefined ? null : { key: `${code}.${which}`, text };
}
/** Names of the facts that a sentence is made of. */
export const namesIn = (text: string): readonly string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '');

/** What these say of themselves is ours, in English; their sentences have it. */
const ownWords: ReadonlySet<string> = new Set(['SIGNAL_SOURCE', 'STREAM_SILENT']);
/** @param names the facts that the words have already */
const followed = (words: string, shown: Values, names: readonly string[] = []): string => {
  const more = following.filter((name) => !names.includes(name) && (shown[name] ?? '') !== '');
  return [words, ...more.map((name) => `(${shown[name] ?? ''})`)].join(' ');
};

/** Whether a code is our own check's no, and not a venue's. */
export const isDenial = (code: string): boolean => isIn(denialValues, code);

const told: Readonly<Record<string, readonly string[]>> = { ...denialValues, ...verdictValues };
/** Whether the words of a verdict say all that its English sentence says: that one is not shown beside them. */
export const isTold = ({ code, values }: Pick<CodedVerdict, 'code' | 'values'>): boolean =>
  isIn(verdicts, code) && isIn(told, code) && (told[code] ?? []).every((name) => Object.hasOwn(values, name));

export function useCodeWords(): CodeWords {
  const { t } = useTranslation('codes');
  const format = useFormats();
  return useMemo(() => {
    const facts = factsOf(t, format);
    /** Null where there is no sentence, or a fact of it is missing. */
    const sentence = (group: FactGroup, code: string, values: Values): string | null => {
      const found = sentenceOf(group, code, values);
      if (found === null) return null;
      const shown = facts(code, values);
      const names = namesIn(found.text);
      if (names.some((name) => !Object.hasOwn(shown, name))) return null;
      // The key was found in the dictionary that gives the keys their types, and each of its variables is there.
      const words: string = t(`${group}.${found.key}` as 'compared', { ...shown } as { limit: string; was: string });
      return ownWords.has(code) ? words : followed(words, shown, names);
    };
    const verdict = ({ code, reason, compared, values }: CodedVerdict): string => {
      const plain = isIn(verdicts, code) ? followed(t(`verdict.${code}`), facts(code, values)) : reason;
      const words = sentence('verdictFacts', code, values) ?? plain;
      if (compared === null || !isIn(verdicts, code)) return words;
      const { limit = '', was = '' } = facts(code, { ...compared });
      return `${words} ${t('compared', { limit, was })}`;
    };
    return {
      verdict,
      refusal: ({ code, reason, compared = null, values = {} }) =>
        isIn(refusals, code) ? t(`refusal.${code}`) : verdict({ code, reason, compared, values }),
      alarm: (code) => (isIn(alarms, code) ? t(`alarm.${code}`) : code),
      alarmDetail: ({ code, detail, values }) => sentence('alarmFacts', code, values) ?? detail,
      stop: ({ code, reason, values }) => sentence('stop', code, values) ?? reason,
    };
  }, [t, format]);
}
