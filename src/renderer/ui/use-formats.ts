import { useTranslation } from 'react-i18next';
import type { Language } from '../stop/appearance.ts';
import { type Formats, formatsOf } from './format.ts';

export function useLanguage(): Language {
  return useTranslation().i18n.language === 'ko' ? 'ko' : 'en';
}
/** Formatters of the language that is shown. @example const format = useFormats(); format.krw(row.cost) */
export const useFormats = (): Formats => formatsOf(useLanguage());
