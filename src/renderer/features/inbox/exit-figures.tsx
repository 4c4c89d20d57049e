/** Which hedges an EXIT would close now, how much of each, and what each has come to. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignalRow } from '../../../shared/contract/rows.ts';
import { usePart, useReplica, useRow } from '../../app/hooks.ts';
import { Gain, Quantity, Ratio } from '../../ui/amount.tsx';
import { cx } from '../../ui/cx.ts';
import { Stat, Stats } from '../../ui/stat.tsx';
import { HedgeChip } from '../../ui/state-chip.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import { type ExitPart, exitPlan } from './exit-plan.ts';
import { PremiumBound } from './premium-bound.tsx';
import styles from './ticket.module.css';

type Content = NonNullable<SignalRow['content']>;

export function ExitFigures({ id, content }: { readonly id: string; readonly content: Content }) {
  const { t } = useTranslation('inbox');
  const parts = useExitPlan(content);
  return (
    <>
      <ExitPremium content={content} />
      {parts.length === 0 ? (
        <p className={styles['denial']}>{t('nothingToClose')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: where it is narrow it scrolls, and keys scroll only what has the focus
        <section className={cx(styles['legs'], styles['rest'])} aria-label={`${t('closes')} ${id}`} tabIndex={0}>
          <table>
            <caption className="visually-hidden">{t('closes')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('closes')}</th>
                <th scope="col">{t('state')}</th>
                <th scope="col">{t('quantity')}</th>
                <th scope="col">{t('entryPremium')}</th>
                <th scope="col">{t('result')}</th>
              </tr>
            </thead>
            <tbody>
              {parts.map((part) => (
                <Part key={part.hedge} part={part} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

/** What closing would get now, at the size that the market part asks the books for. */
function ExitPremium({ content }: { readonly content: Content }) {
  const { t } = useTranslation('inbox');
  const format = useFormats();
  const market = usePart('market');
  const executable = market === null || market.coin !== content.coin ? null : market.executable;
  return (
    <div className={styles['premium']}>
      <Stats>
        <Stat label={t('exitPremiumNow')} size="large" note={<PremiumBound now={executable?.exit ?? null} content={content} />}>
          <Ratio value={executable?.exit ?? null} />
          {executable !== null && (
            <span className={styles['atSize']}>{t('atSize', { size: format.quantity(executable.size), coin: content.coin })}</span>
          )}
        </Stat>
      </Stats>
    </div>
  );
}

function Part({ part }: { readonly part: ExitPart }) {
  const { t } = useTranslation('inbox');
  const hedge = useRow('hedges', part.hedge);
  if (hedge === undefined) return null;
  return (
    <tr>
      <th scope="row" className={styles['id']} title={hedge.id}>
        {hedge.id}
      </th>
      <td>
        <HedgeChip phase={hedge.phase} />
      </td>
      <td>
        {part.quantity !== null && (
          <>
            <Quantity value={part.quantity} /> {t('of')}{' '}
          </>
        )}
        <Quantity value={hedge.spot.quantity} unit={hedge.coin} />
      </td>
      <td>
        <Ratio value={hedge.entryPremium} />
      </td>
      <td>
        <Gain value={hedge.resultKrw} unit="KRW" />
      </td>
    </tr>
  );
}

/** Drawn again only when the plan is another one. Ids have no spaces, so the plan can be compared as one line. */
function useExitPlan({ coin, hedge, quantity }: Content): readonly ExitPart[] {
  const line = useReplica((state) =>
    exitPlan({ coin, hedge, quantity }, Object.values(state.tables.hedges))
      .map((part) => `${part.hedge} ${part.quantity ?? ''}`)
      .join('\n'),
  );
  return useMemo(
    () =>
      line === ''
        ? []
        : line.split('\n').map((part) => {
            const [id = '', rest = ''] = part.split(' ');
            return { hedge: id, quantity: rest === '' ? null : rest };
          }),
    [line],
  );
}
