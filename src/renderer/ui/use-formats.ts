import { useContext, useSyncExternalStore } from 'react';
import { I18nContext } from 'react-i18next';
import type { i18n } from 'i18next';
import type { Language } from '../stop/appearance.ts';
import { type Formats, formatsOf } from './format.ts';

/** One a dictionary, so that a component that is drawn again keeps its subscription. */
const subscriptions = new WeakMap<i18n, (changed: () => void) => () => void>();

function subscriptionTo(words: i18n): (changed: () => void) => () => void {
  let subscribe = subscriptions.get(words);
  if (subscribe === undefined) {
    subscribe = (changed) => {
      words.on('languageChanged', changed);
      return () => words.off('languageChanged', changed);
    };
    subscriptions.set(words, subscribe);
  }
  return subscribe;
}

/** The language that is shown. Every cell of a table asks for it, and `useTranslation` is several times as dear. */
export function useLanguage(): Language {
  const words = useContext(I18nContext)?.i18n;
  if (words === undefined) throw new Error('A piece of the console was drawn without its dictionary');
  return useSyncExternalStore(subscriptionTo(words), () => (words.language === 'ko' ? 'ko' : 'en'));
}
/** Formatters of the language that is shown. @example const format = useFormats(); format.krw(row.cost) */
export const useFormats = (): Formats => formatsOf(useLanguage());
