/** One entry: when, what, in words, about what. A press opens the record as it was written. */
import { memo, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JournalEntryView } from '../../../shared/contract/commands.ts';
import { hrefOf } from '../../app/address.ts';
import { Chip } from '../../ui/chip.tsx';
import { RowToggle } from '../../ui/row-toggle.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import styles from './journal.module.css';
import { toneOf, useEntryWords } from './words.ts';

export const EntryLine = memo(function EntryLine({ entry }: { readonly entry: JournalEntryView }) {
  const { t } = useTranslation('journal');
  const format = useFormats();
  const words = useEntryWords();
  const [isOpen, setOpen] = useState(false);
  const recordId = useId();
  const kind = words.kind(entry.kind);
  const sentence = words.sentence(entry);
  return (
    <li className={styles['entry']} data-kind={entry.kind}>
      <div className={styles['line']}>
        <RowToggle label={t('record', { seq: entry.seq, kind })} isOpen={isOpen} controls={recordId} onToggle={() => setOpen(!isOpen)} />
        <time dateTime={new Date(entry.at).toISOString()} title={format.exact(entry.at)}>
          {format.clockMs(entry.at)}
        </time>
        <Chip tone={toneOf(entry)}>{kind}</Chip>
        <span className={styles['words']} title={sentence}>
          {sentence}
        </span>
        <Subjects entry={entry} />
      </div>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre id={recordId} tabIndex={0} className={styles['record']}>
          {JSON.stringify({ seq: entry.seq, index: entry.index, fact: entry.fact }, null, 2)}
        </pre>
      )}
    </li>
  );
});

/** The order says its hedge in its own view; a hedge bears the id of its signal. */
function Subjects({ entry }: { readonly entry: JournalEntryView }) {
  const { signal, hedge, order } = entry;
  return (
    <span className={styles['subjects']}>
      {order !== null && <Subject href={hrefOf('orders', order)} id={order} />}
      {hedge !== null && <Subject href={hrefOf('orders', hedge)} id={hedge} />}
      {signal !== null && signal !== hedge && <Subject href={hrefOf('inbox', signal)} id={signal} />}
    </span>
  );
}

function Subject({ href, id }: { readonly href: string; readonly id: string }) {
  return (
    <a href={href} title={id}>
      {shortened(id)}
    </a>
  );
}

/** Our order ids all begin with the installation: what tells them apart is their end. */
const shortened = (id: string): string => (/^kc[a-z0-9]{26}$/.test(id) ? `…${id.slice(-8)}` : id);
