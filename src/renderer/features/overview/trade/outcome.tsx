import { useTranslation } from 'react-i18next';
import { useRow } from '../../../app/hooks.ts';
import { SignalChip } from '../../../ui/state-chip.tsx';
import { useVerdict } from '../../inbox/verdict.ts';
import type { Opening } from './use-opening.ts';
import { RefusalNote } from '../../../ui/refusal.tsx';
import styles from './trade.module.css';

/** What became of the opening that was asked for last. */
export function Outcome({ opening }: { readonly opening: Opening }) {
  const { t } = useTranslation('overview');
  const { last, refusal, forget } = opening;
  return (
    <div className={styles['outcome']} role="status" aria-label={t('trade.outcome')}>
      <RefusalNote refusal={refusal} onClose={forget} />
      {last !== null && <Verdict id={last} />}
    </div>
  );
}

function Verdict({ id }: { readonly id: string }) {
  const verdict = useVerdict();
  const signal = useRow('signals', id);
  if (signal === undefined) return null;
  return (
    <p className={styles['verdict']}>
      <SignalChip state={signal.state} />
      <span>{verdict(signal)}</span>
    </p>
  );
}
