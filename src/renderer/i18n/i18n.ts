/**
 * Words in two languages. Korean is the source: its files give the keys their types, English has the same keys
 * (dictionary.test.ts). One file a namespace, one namespace a feature.
 */
import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../stop/appearance.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'ui';
    resources: typeof ko;
  }
}

/** A dictionary of its own for each console, so that tests beside each other do not share a language. */
export function createWords(language: Language): i18n {
  const words = createInstance();
  void words.use(initReactI18next).init({
    lng: language,
    resources: { ko, en },
    defaultNS: 'ui',
    fallbackLng: false,
    initAsync: false,
    // React escapes what it draws.
    interpolation: { escapeValue: false },
  });
  return words;
}
