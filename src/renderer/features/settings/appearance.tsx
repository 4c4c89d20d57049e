/** Language and theme: preferences of the engine, so that every tab and the next start have them. */
import { useTranslation } from 'react-i18next';
import { useCommand, usePart } from '../../app/hooks.ts';
import { Panel } from '../../ui/panel.tsx';
import { RefusalNote } from '../../ui/refusal.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { useLanguage } from '../../ui/use-formats.ts';
import styles from './view.module.css';

export function AppearancePanel() {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const { theme } = usePart('preferences');
  const { run, pending, refusal, forget } = useCommand('preferences.set');
  return (
    <Panel title={t('appearance.title')}>
      <div className={styles['rows']}>
        <div className={styles['row']}>
          <span className={styles['label']}>{t('appearance.language')}</span>
          <Segmented
            label={t('appearance.language')}
            value={language}
            pending={pending}
            onChange={(next) => void run({ language: next })}
            options={[
              { value: 'ko', label: t('appearance.ko'), testId: 'language-ko' },
              { value: 'en', label: t('appearance.en'), testId: 'language-en' },
            ]}
          />
        </div>
        <div className={styles['row']}>
          <span className={styles['label']}>{t('appearance.theme')}</span>
          <Segmented
            label={t('appearance.theme')}
            value={theme}
            pending={pending}
            onChange={(next) => void run({ theme: next })}
            options={[
              { value: 'dark', label: t('appearance.dark'), testId: 'theme-dark' },
              { value: 'light', label: t('appearance.light'), testId: 'theme-light' },
              { value: 'system', label: t('appearance.system'), testId: 'theme-system' },
            ]}
          />
        </div>
        <p className={styles['hint']}>{t('appearance.colors')}</p>
        <RefusalNote refusal={refusal} onClose={forget} />
      </div>
    </Panel>
  );
}
