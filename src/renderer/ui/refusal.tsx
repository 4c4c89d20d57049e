import { useTranslation } from 'react-i18next';
import type { Refusal } from '../../shared/contract/reply.ts';
import { useCodeWords } from '../i18n/code-words.ts';
import { Icon } from './icon.tsx';
import styles from './refusal.module.css';

/** Why the engine said no to a press, in words, right where the press was. */
export function RefusalNote({ refusal, onClose }: { readonly refusal: Refusal | null; readonly onClose?: () => void }) {
  const { t } = useTranslation('ui');
  const words = useCodeWords();
  if (refusal === null) return null;
  return (
    <p role="alert" className={styles['refusal']}>
      <Icon name="warning" size={14} />
      <span>{words.refusal(refusal)}</span>
      {onClose !== undefined && (
        <button type="button" className={styles['close']} onClick={onClose} aria-label={t('close')}>
          <Icon name="close" size={12} />
        </button>
      )}
    </p>
  );
}
