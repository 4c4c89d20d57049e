/** Everything that is known of a signal: its fields, what it said of itself, and the record. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignalRow } from '../../../shared/contract/rows.ts';
import { hrefOf } from '../../app/address.ts';
import { isTold } from '../../i18n/code-words.ts';
import { RawJson } from '../../ui/raw-json.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import styles from './signals.module.css';
import { Size } from './size.tsx';
import { useSourceWords } from './source-words.ts';
import { useVerdict } from './verdict.ts';

export function SignalDetail({ row }: { readonly row: SignalRow }) {
  const { t } = useTranslation('inbox');
  const source = useSourceWords();
  const words = useVerdict()(row);
  return (
    <div className={styles['detail']}>
      <p className={styles['sentence']}>
        {words} <code>{row.code}</code> {!isTold(row) && row.reason !== words && <span lang="en">{row.reason}</span>}
      </p>
      <dl className={styles['fields']}>
        <Entry name={t('field.id')}>
          <code>{row.id ?? '–'}</code>
        </Entry>
        <Entry name={t('field.seen')}>
          <Time at={row.seen} look="dateClock" />
        </Entry>
        <Entry name={t('field.source')}>{source.whole(row.source)}</Entry>
        {row.hedge !== null && (
          <Entry name={t('column.hedge')}>
            <a href={hrefOf('orders', row.hedge)}>{row.hedge}</a>
          </Entry>
        )}
        {row.content !== null && <Content content={row.content} />}
      </dl>
      {row.content !== null && row.content.note !== null && <p className={styles['note']}>{row.content.note}</p>}
      {row.excerpt !== null && (
        <figure className={styles['raw']}>
          <figcaption>{t('excerpt')}</figcaption>
          <pre>{row.excerpt}</pre>
        </figure>
      )}
      <RawJson value={row} />
    </div>
  );
}

function Content({ content }: { readonly content: NonNullable<SignalRow['content']> }) {
  const { t } = useTranslation('inbox');
  const format = useFormats();
  return (
    <>
      <Entry name={t('column.size')}>
        <Size content={content} />
      </Entry>
      <Entry name={t('created')}>
        <Time at={content.createdAt} look="dateClock" />
      </Entry>
      <Entry name={t('field.expires')}>
        <Time at={content.expiresAt} look="dateClock" />
      </Entry>
      {content.risk !== null && <Entry name={t('field.risk')}>{format.quantity(content.risk)}</Entry>}
      {content.expectedPremium !== null && (
        <Entry name={t('field.premium')}>
          {format.premium(content.expectedPremium)} ± {format.percent(content.maxSlippage)}
        </Entry>
      )}
      {content.hedge !== null && (
        <Entry name={t('field.meant')}>
          <a href={hrefOf('orders', content.hedge)}>{content.hedge}</a>
        </Entry>
      )}
    </>
  );
}

function Entry({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
