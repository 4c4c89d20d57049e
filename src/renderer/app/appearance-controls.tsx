import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useLanguage } from '../ui/use-formats.ts';
import styles from './appearance-controls.module.css';
import { useCommand, usePart, useReplica } from './hooks.ts';

const systemIsDark = () => matchMedia('(prefers-color-scheme: dark)').matches;

/** Language and theme, one press each; the version below. Both are preferences of the engine, so every tab follows. */
export function Appearance() {
  const { t } = useTranslation('shell');
  const language = useLanguage();
  const { theme } = usePart('preferences');
  const version = useReplica((state) => state.parts?.standing.version ?? '');
  const { run } = useCommand('preferences.set');
  const dark = theme === 'dark' || (theme === 'system' && systemIsDark());
  const other = language === 'ko' ? 'en' : 'ko';
  return (
    <div className={styles['row']}>
      <Button
        look="quiet"
        size="small"
        data-testid="language"
        aria-label={`${t('language')}: ${other === 'ko' ? '한국어' : 'English'}`}
        onClick={() => void run({ language: other })}
      >
        <span lang={other}>{other === 'ko' ? '한국어' : 'English'}</span>
      </Button>
      <Button
        look="quiet"
        size="small"
        data-testid="theme"
        aria-label={dark ? t('theme.toLight') : t('theme.toDark')}
        onClick={() => void run({ theme: dark ? 'light' : 'dark' })}
      >
        <Icon name={dark ? 'sun' : 'moon'} size={14} />
      </Button>
      <span className={styles['version']} title={t('engineVersion', { version })}>
        {version}
      </span>
    </div>
  );
}
