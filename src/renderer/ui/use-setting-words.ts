/** Settings in the reader's words: names, and values with their unit. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { isSettingName, settingCatalog, shown } from './setting-catalog.ts';
import { useFormats } from './use-formats.ts';

export interface SettingWords {
  /** A name that is not known stays what it is. */
  name(setting: string): string;
  /** The exact value with its unit: `5%`, `100,000,000 KRW`. */
  value(setting: string, text: string): string;
  /** A measured value, rounded to what a glance needs. */
  use(setting: string, text: string): string;
}

export function useSettingWords(): SettingWords {
  const { t } = useTranslation('settings');
  const format = useFormats();
  return useMemo(() => {
    const value = (setting: string, text: string): string => {
      if (!isSettingName(setting)) return text;
      const { unit } = settingCatalog[setting];
      if (unit === 'choice') return text === 'limitIoc' || text === 'market' ? t(`choice.${text}`) : text;
      return t(`measure.${unit}`, { value: format.quantity(shown(setting, text)) });
    };
    return {
      name: (setting) => (isSettingName(setting) ? t(`setting.${setting}`) : setting),
      value,
      use: (setting, text) => {
        const unit = isSettingName(setting) ? settingCatalog[setting].unit : null;
        if (unit === 'percent') return format.percent(text);
        if (unit === 'krw') return t('measure.krw', { value: format.krw(text) });
        // Ages, for display only.
        if (unit === 'seconds') return t('measure.seconds', { value: (Number(text) / 1000).toFixed(1) });
        return value(setting, text);
      },
    };
  }, [t, format]);
}
