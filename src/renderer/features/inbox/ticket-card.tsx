/**
 * One signal that waits for a person: what it wants, what approving it would do now, how long it can still be approved.
 *
 * - The buttons are gone the moment it expires by the engine's clock; the engine refuses later presses by itself.
 * - What is shown is a look at prices of a second ago. Approving asks for fresh ones and checks everything again, so a
 *   ticket that would be refused now may still be approved.
 * - While the engine cannot be heard nothing can be approved: the figures would be old.
 */
import { memo, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignalRow } from '../../../shared/contract/rows.ts';
import { useCommand, useReplica, useRow } from '../../app/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { RefusalNote } from '../../ui/refusal.tsx';
import { SignalChip } from '../../ui/state-chip.tsx';
import { Time } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import { EnterFigures } from './enter-figures.tsx';
import { ExitFigures } from './exit-figures.tsx';
import { Size } from './size.tsx';
import { useSourceWords } from './source-words.ts';
import styles from './ticket.module.css';
import { useVerdict } from './verdict.ts';

type Content = NonNullable<SignalRow['content']>;
/** How long a settled ticket shows what became of it. */
const afterglowMs = 3000;

interface Props {
  /** The signal's id. */
  readonly id: string;
  /** It was settled a moment ago; must be stable. */
  readonly onDone?: (id: string) => void;
}

export const TicketCard = memo(function TicketCard({ id, onDone }: Props) {
  const { t } = useTranslation('inbox');
  const row = useRow('signals', id);
  const isOver = row === undefined || (row.state !== 'awaitingApproval' && row.state !== 'accepted');
  useEffect(() => {
    if (!isOver || onDone === undefined) return;
    const timer = setTimeout(() => onDone(id), afterglowMs);
    return () => clearTimeout(timer);
  }, [isOver, onDone, id]);
  if (row === undefined || row.content === null) return null;
  const { content } = row;
  const isWaiting = row.state === 'awaitingApproval';
  return (
    <article
      className={styles['card']}
      // The id is the row's again once it no longer waits.
      data-testid={isWaiting ? `signal-${id}` : undefined}
      data-state={row.state}
      aria-label={t('ticketLabel', { action: t(`action.${content.action}`), coin: content.coin, id })}
    >
      <Head row={row} content={content} isWaiting={isWaiting} />
      {content.note !== null && <p className={styles['note']}>{content.note}</p>}
      <div className={styles['figures']}>
        {content.action === 'ENTER' ? <EnterFigures row={row} content={content} /> : <ExitFigures id={row.key} content={content} />}
      </div>
      {isWaiting ? <Answer id={id} row={row} content={content} /> : <Outcome row={row} />}
    </article>
  );
});

interface HeadProps {
  readonly row: SignalRow;
  readonly content: Content;
  readonly isWaiting: boolean;
}
function Head({ row, content, isWaiting }: HeadProps) {
  const { t } = useTranslation('inbox');
  const source = useSourceWords();
  return (
    <header className={styles['head']}>
      <Chip tone={content.action === 'ENTER' ? 'note' : 'outline'}>{t(`action.${content.action}`)}</Chip>
      <strong className={styles['size']}>
        <Size content={content} />
      </strong>
      <span className={styles['origin']}>
        <span className={styles['id']} title={row.id ?? undefined}>
          {row.id}
        </span>
        <span title={source.whole(row.source)}>{source.short(row.source)}</span>
        <span>
          {t('created')} <Time at={content.createdAt} />
        </span>
      </span>
      {isWaiting ? <Countdown from={content.createdAt} until={content.expiresAt} label={t('timeLeft')} /> : <SignalChip state={row.state} />}
    </header>
  );
}

interface AnswerProps {
  readonly id: string;
  readonly row: SignalRow;
  readonly content: Content;
}
function Answer({ id, row, content }: AnswerProps) {
  const { t } = useTranslation('inbox');
  const approve = useCommand('signal.approve');
  const decline = useCommand('signal.decline');
  const isConnected = useReplica((state) => state.connection === 'connected');
  const isExpired = useIsExpired(content.expiresAt);
  if (isExpired)
    return (
      <footer className={styles['foot']}>
        <p className={styles['hint']}>{t('ranOut')}</p>
      </footer>
    );
  return (
    <footer className={styles['foot']}>
      <div className={styles['words']} aria-live="polite">
        <RefusalNote refusal={approve.refusal ?? decline.refusal} onClose={approve.refusal === null ? decline.forget : approve.forget} />
        {!isConnected && <p className={styles['hint']}>{t('notConnected')}</p>}
        {isConnected && <DenialNote row={row} />}
      </div>
      <Button onClick={() => void decline.run({ signal: id })} pending={decline.pending} disabled={!isConnected} data-testid={`decline-${id}`}>
        {t('decline')}
      </Button>
      <Button
        look="primary"
        className={styles['approve']}
        onClick={() => void approve.run({ signal: id })}
        pending={approve.pending}
        disabled={!isConnected}
        data-testid={`approve-${id}`}
      >
        {t(`approve.${content.action}`)}
      </Button>
    </footer>
  );
}

/** What approving would run into now. */
function DenialNote({ row }: { readonly row: SignalRow }) {
  const { t } = useTranslation('inbox');
  const verdict = useVerdict();
  const denial = row.ticket?.denial ?? null;
  if (denial === null) return <p className={styles['hint']}>{t('checkedAgain')}</p>;
  return (
    <p className={styles['denial']}>
      {t('wouldBeRefused')} {verdict(denial)}
    </p>
  );
}

function Outcome({ row }: { readonly row: SignalRow }) {
  const verdict = useVerdict();
  return (
    <footer className={styles['foot']}>
      <p className={styles['words']} role="status">
        {verdict(row)}
      </p>
    </footer>
  );
}

/** By the engine's clock. */
function useIsExpired(expiresAt: number): boolean {
  // Every update has its jitter of some ms.
  const offset = useReplica((state) => Math.round(state.clockOffsetMs / 100) * 100);
  return useNow((now) => now + offset > expiresAt);
}
