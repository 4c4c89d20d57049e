import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';
import styles from './search-input.module.css';

interface Props {
  /** Its name, and what stands in it while it is empty. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly maxLength?: number;
}

/** A place to search in what is shown. Escape empties it. */
export function SearchInput({ label, value, onChange, maxLength = 100 }: Props) {
  const { t } = useTranslation('ui');
  return (
    <span className={styles['search']}>
      <Icon name="search" size={14} />
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        maxLength={maxLength}
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && onChange('')}
      />
      {value !== '' && (
        <button type="button" aria-label={t('clear')} onClick={() => onChange('')}>
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  );
}
