/** One signal in the table: a press on the row opens everything that is known of it. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignalRow } from '../../../shared/contract/rows.ts';
import { useRow } from '../../app/hooks.ts';
import { hrefOf } from '../../app/address.ts';
import { cx } from '../../ui/cx.ts';
import { isTold } from '../../i18n/code-words.ts';
import { RowToggle } from '../../ui/row-toggle.tsx';
import { SignalChip } from '../../ui/state-chip.tsx';
import { Cell } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useOpening } from '../../ui/use-opening.ts';
import { SignalDetail } from './signal-detail.tsx';
import styles from './signals.module.css';
import { Size } from './size.tsx';
import { useSourceWords } from './source-words.ts';
import { useVerdict } from './verdict.ts';

interface Props {
  readonly rowKey: string;
  readonly columns: number;
  /** The address names this signal: it is opened and scrolled to. */
  readonly isNamed: boolean;
}

export const SignalLine = memo(function SignalLine({ rowKey, columns, isNamed }: Props) {
  const { t } = useTranslation('inbox');
  const row = useRow('signals', rowKey);
  const { line, detailId, isOpen, toggle } = useOpening(isNamed);
  if (row === undefined) return null;
  return (
    <>
      <tr
        ref={line}
        className={cx(styles['line'], isOpen && styles['isOpen'])}
        // While it waits the id is its ticket's.
        data-testid={row.id !== null && row.id === row.key && row.state !== 'awaitingApproval' ? `signal-${row.id}` : undefined}
        data-state={row.state}
      >
        <Cell>
          <RowToggle label={t('details', { id: row.id ?? row.key })} isOpen={isOpen} controls={detailId} onToggle={toggle} />
        </Cell>
        <Columns row={row} />
      </tr>
      {isOpen && (
        <tr id={detailId} className={styles['detailLine']}>
          <td colSpan={columns}>
            <SignalDetail row={row} />
          </td>
        </tr>
      )}
    </>
  );
});

/** Whose English sentence says more than the code where the facts are not there: which price was missing, what a venue said. */
const telling: ReadonlySet<string> = new Set(['NO_DATA', 'NOT_PREPARED', 'UNWOUND', 'NOTHING_FILLED', 'NEEDS_OPERATOR']);

function Columns({ row }: { readonly row: SignalRow }) {
  const { t } = useTranslation(['codes', 'inbox']);
  const source = useSourceWords();
  const verdict = useVerdict();
  const words = verdict(row);
  const more = row.state === 'malformed' ? row.excerpt : telling.has(row.code) && !isTold(row) ? row.reason : null;
  return (
    <>
      <Cell>
        <Time at={row.seen} look="recent" />
      </Cell>
      <Cell>
        <SignalChip state={row.state} />
      </Cell>
      <Cell title={row.id ?? undefined} className={styles['id']}>
        {row.id ?? '–'}
      </Cell>
      <Cell>{row.content !== null && `${t(`action.${row.content.action}`)} ${row.content.coin}`}</Cell>
      <Cell numeric>{row.content !== null && <Size content={row.content} isCoinSaid />}</Cell>
      <Cell className={styles['verdict']} title={more === null ? undefined : `${words} ${more}`}>
        <span>
          {words} {more !== null && <span className={row.state === 'malformed' ? styles['excerpt'] : styles['said']}>{more}</span>}
        </span>
      </Cell>
      <Cell>
        {row.hedge !== null && (
          <a className={styles['hedge']} href={hrefOf('orders', row.hedge)} title={row.hedge}>
            {t('inbox:showOrders')}
          </a>
        )}
      </Cell>
      <Cell title={source.whole(row.source)} className={styles['source']}>
        {source.short(row.source)}
      </Cell>
    </>
  );
}
