/** Short notices that go by themselves: what happened, not what must be answered. Errors of a press stay at the press. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import styles from './toasts.module.css';

export type ToastTone = 'note' | 'good' | 'warn' | 'bad';
interface Toast {
  readonly id: number;
  readonly tone: ToastTone;
  readonly text: string;
}

const shownAtOnce = 4;
const lifeMs = 6000;
let last = 0;
const toasts = createStore<{ readonly list: readonly Toast[] }>(() => ({ list: [] }));
const drop = (id: number) => toasts.setState(({ list }) => ({ list: list.filter((toast) => toast.id !== id) }));

/** Shows a notice, in the reader's language already. */
export function toast(text: string, tone: ToastTone = 'note'): void {
  last += 1;
  const next: Toast = { id: last, tone, text };
  toasts.setState(({ list }) => ({ list: [...list, next].slice(-shownAtOnce) }));
}

function ToastCard({ toast: { id, tone, text } }: { readonly toast: Toast }) {
  const { t } = useTranslation('ui');
  useEffect(() => {
    const timer = setTimeout(() => drop(id), lifeMs);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <li className={cx(styles['toast'], styles[tone])}>
      <span>{text}</span>
      <button type="button" className={styles['close']} aria-label={t('close')} onClick={() => drop(id)}>
        <Icon name="close" size={12} />
      </button>
    </li>
  );
}

export function Toasts() {
  const { t } = useTranslation('ui');
  const list = useStore(toasts, (state) => state.list);
  return (
    <ul className={styles['toasts']} aria-live="polite" aria-label={t('notifications')}>
      {list.map((item) => (
        <ToastCard key={item.id} toast={item} />
      ))}
    </ul>
  );
}
