import { Icon } from './icon.tsx';
import styles from './row-toggle.module.css';

interface Props {
  readonly label: string;
  readonly isOpen: boolean;
  /** Id of what it opens. */
  readonly controls: string;
  readonly onToggle: () => void;
}

/** Opens what lies below a table's row. Its ground is the whole row, which has to be `position: relative`; links in it have to be as well. */
export function RowToggle({ label, isOpen, controls, onToggle }: Props) {
  return (
    <button
      type="button"
      className={styles['toggle']}
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
      aria-label={label}
      onClick={onToggle}
    >
      <Icon name="chevron" size={12} />
    </button>
  );
}
