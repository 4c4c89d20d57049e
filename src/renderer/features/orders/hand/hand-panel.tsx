/**
 * An order by hand: typed on the left, what it would do and the two presses that send it on the right. It belongs to no
 * hedge, and the engine judges it by the same limits as everything else.
 */
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../../../app/address.ts';
import { usePart, useReplica, useRow } from '../../../app/hooks.ts';
import { useCodeWords } from '../../../i18n/code-words.ts';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { RefusalNote } from '../../../ui/refusal.tsx';
import { OrderChip } from '../../../ui/state-chip.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import { changed, type Draft, emptyDraft, type HandOrder, isReduceOnly, orderOf } from './draft.ts';
import styles from './hand.module.css';
import { HandFields } from './hand-fields.tsx';
import { useOrderWords } from './order-words.ts';
import { type Check, useCheck } from './use-check.ts';
import { type Placing, usePlacing } from './use-placing.ts';

export function HandPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { t } = useTranslation('orders');
  // The coin of the chart: what a person looks at.
  const coin = useReplica((state) => state.parts?.market?.coin ?? 'BTC');
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(coin));
  const placing = usePlacing();
  const order = orderOf(draft);
  const check = useCheck(order);
  const form = useRef<HTMLFormElement>(null);
  const { reviewed } = placing;
  const wasReviewed = useRef(false);
  useEffect(() => {
    // Back to the fields: at the first one when the panel opens, at the size when a review is over.
    if (reviewed === null) form.current?.querySelector<HTMLElement>(wasReviewed.current ? sizeField : firstField)?.focus();
    wasReviewed.current = reviewed !== null;
  }, [reviewed]);

  const review = (event: FormEvent) => {
    event.preventDefault();
    if (order !== null && reviewed === null) placing.review(order);
  };
  const send = async () => {
    // What was sent, or may have been, is not there to be sent again.
    if (await placing.send()) setDraft((before) => ({ ...before, size: '' }));
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    if (reviewed !== null) placing.back();
    else onClose();
  };
  return (
    <div id={id}>
      <Panel
        title={t('hand.title')}
        note={t('hand.note')}
        testId="hand"
        actions={
          <Button size="small" look="quiet" onClick={onClose} data-testid="hand-close">
            {t('hand.close')}
          </Button>
        }
      >
        <form ref={form} className={styles['form']} onSubmit={review} onKeyDown={leave}>
          <fieldset className={styles['fields']} disabled={reviewed !== null} aria-label={t('hand.title')}>
            <HandFields
              draft={draft}
              onChange={(change) => {
                placing.forget();
                setDraft((before) => changed(before, change));
              }}
            />
          </fieldset>
          <Decide order={order} draft={draft} check={check} placing={placing} onSend={() => void send()} />
        </form>
      </Panel>
    </div>
  );
}

const sizeField = 'input[data-testid="hand-size"]';
const firstField = '[role="radio"][tabindex="0"]';

interface DecideProps {
  readonly order: HandOrder | null;
  readonly draft: Draft;
  readonly check: Check;
  readonly placing: Placing;
  readonly onSend: () => void;
}

function Decide({ order, draft, check, placing, onSend }: DecideProps) {
  const { t } = useTranslation('orders');
  const words = useOrderWords();
  const noteId = useId();
  const isConnected = useReplica((state) => state.connection === 'connected');
  const { reviewed } = placing;
  const summary = useRef<HTMLElement>(null);
  // Read out, and one key away from the second press, but not on it: a key pressed twice sends nothing.
  useEffect(() => {
    if (reviewed !== null) summary.current?.focus();
  }, [reviewed]);
  const shown = reviewed ?? order;
  const isDenied = check.answer !== null && check.answer.denial !== null;
  return (
    <div className={styles['decide']}>
      <section
        ref={summary}
        className={cx(styles['summary'], reviewed !== null && styles['reviewed'])}
        aria-label={t('hand.summary')}
        tabIndex={-1}
        data-testid="hand-summary"
      >
        {shown === null ? (
          <p className={styles['empty']}>{t('hand.incomplete')}</p>
        ) : (
          <>
            <p className={cx(styles['what'], styles[shown.side])}>{words(shown).what}</p>
            <p className={styles['how']}>{words(shown).how}</p>
          </>
        )}
        <Figures check={check} isKnown={order !== null} />
      </section>
      <div className={styles['buttons']}>
        {reviewed === null ? (
          <Button
            key="review"
            type="submit"
            look="primary"
            disabled={order === null || !isConnected || isDenied}
            aria-describedby={noteId}
            data-testid="hand-review"
          >
            {t('hand.review')}
          </Button>
        ) : (
          // Another button, not the same with another type: its own press would submit the form.
          <Button key="back" disabled={placing.pending} onClick={placing.back} data-testid="hand-back">
            {t('hand.back')}
          </Button>
        )}
        <Button
          look={reviewed === null ? 'plain' : 'primary'}
          disabled={reviewed === null || !isConnected}
          pending={placing.pending}
          aria-describedby={noteId}
          onClick={onSend}
          data-testid="hand-send"
        >
          {t('hand.send')}
        </Button>
      </div>
      <div id={noteId} className={styles['notes']}>
        <RefusalNote refusal={placing.refusal} onClose={placing.forget} />
        {placing.refusal === null && <Verdict check={check} isConnected={isConnected} />}
        {isReduceOnly(draft) && <p>{t('hand.onlyReduces')}</p>}
        {reviewed === null ? placing.last !== null && <Sent id={placing.last} /> : <Money />}
      </div>
    </div>
  );
}

/** Worst price, worth and fee. Their room is kept, so that nothing moves when they come. */
function Figures({ check: { answer, isPending }, isKnown }: { readonly check: Check; readonly isKnown: boolean }) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  const known = isKnown ? answer : null;
  return (
    <dl className={cx(styles['figures'], isPending && styles['pending'])} aria-busy={isPending || undefined} data-testid="hand-figures">
      <div>
        <dt>{t('hand.worst')}</dt>
        <dd>{format.price(known?.worst ?? null)}</dd>
      </div>
      <div>
        <dt>{t('hand.value')}</dt>
        <dd>{format.krw(known?.valueKrw ?? null)}</dd>
      </div>
      <div>
        <dt>{t('hand.fees')}</dt>
        <dd>{format.krw(known?.feesKrw ?? null)}</dd>
      </div>
    </dl>
  );
}

/** Why it would be denied now, or why nobody knows. */
function Verdict({ check: { answer, refusal }, isConnected }: { readonly check: Check; readonly isConnected: boolean }) {
  const { t } = useTranslation('orders');
  const words = useCodeWords();
  if (!isConnected) return <p className={styles['bad']}>{t('hand.notConnected')}</p>;
  if (refusal !== null) return <RefusalNote refusal={refusal} />;
  if (answer === null || answer.denial === null) return null;
  return (
    <p className={styles['denied']} data-testid="hand-denial" data-code={answer.denial.code}>
      <Icon name="warning" size={14} />
      <span>
        {t('hand.denied')} {words.verdict(answer.denial)}
      </span>
    </p>
  );
}

function Money() {
  const { t } = useTranslation('overview');
  const { mode } = usePart('standing');
  return <p className={cx(mode === 'live' && styles['live'])}>{t(`trade.mode.${mode}`)}</p>;
}

/** The order that was sent last, as its row has it. */
function Sent({ id }: { readonly id: string }) {
  const { t } = useTranslation(['orders', 'codes']);
  const format = useFormats();
  const row = useRow('orders', id);
  return (
    <p className={styles['sent']} role="status" data-testid="hand-sent" data-order={id}>
      {row === undefined ? t('orders:hand.sent') : <OrderChip state={row.state} />}
      {row !== undefined && (
        <span>
          {t(`codes:side.${row.side}`)} {row.quantity === null ? `₩${format.krw(row.cost)}` : format.quantity(row.quantity)} {row.coin} ·{' '}
          {t('orders:column.filled')} {format.quantity(row.filled)}
        </span>
      )}
      <a href={hrefOf('orders', id)}>{t('orders:hand.show')}</a>
    </p>
  );
}
