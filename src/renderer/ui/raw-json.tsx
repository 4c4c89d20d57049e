import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './raw-json.module.css';

/** The record itself, one press away and no earlier: it is written out only when somebody looks. */
export function RawJson({ value, label }: { readonly value: unknown; readonly label?: string }) {
  const { t } = useTranslation('ui');
  const [open, setOpen] = useState(false);
  return (
    <details className={styles['raw']} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{label ?? t('raw')}</summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre tabIndex={0} className={styles['text']}>
          {JSON.stringify(value, null, 2)}
        </pre>
      )}
    </details>
  );
}
