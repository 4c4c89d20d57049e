import { type ReactNode, useEffect, useId, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the foot; one that leaves everything as it is is there already. */
  readonly actions?: ReactNode;
  /** What that one says, where “Cancel” could mean what the dialog is about. */
  readonly dismiss?: string;
}

/** The page behind a dialog is inert; the stop bar is not part of it. Counted: one dialog may open another. */
let open = 0;
function holdPage(): () => void {
  const page = document.getElementById('app');
  open += 1;
  page?.setAttribute('inert', '');
  return () => {
    open -= 1;
    if (open === 0) page?.removeAttribute('inert');
  };
}

/**
 * A dialog that leaves the stop alone. `showModal` would make everything outside of it inert, the stop as well, so this
 * one lies in an ordinary layer below the stop bar and makes only the console inert.
 */
export function Dialog({ title, onClose, children, actions, dismiss }: Props) {
  const { t } = useTranslation('ui');
  const id = useId();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const release = holdPage();
    const target = box.current?.querySelector<HTMLElement>('input, select, textarea, button');
    (target ?? box.current)?.focus();
    return () => {
      release();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const layers = document.getElementById('layers');
  if (layers === null) return null;
  return createPortal(
    // biome-ignore lint/a11y/noStaticElementInteractions: pressing beside the dialog is a second way to close it
    <div
      className={styles['scrim']}
      onPointerDown={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <dialog ref={box} open aria-labelledby={id} aria-modal="true" className={styles['dialog']} tabIndex={-1}>
        <h2 id={id} className={styles['title']}>
          {title}
        </h2>
        <div className={styles['body']}>{children}</div>
        <div className={styles['actions']}>
          <Button onClick={onClose}>{dismiss ?? t('cancel')}</Button>
          {actions}
        </div>
      </dialog>
    </div>,
    layers,
  );
}
