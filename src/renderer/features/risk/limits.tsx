/** How much of each limit is used now, and the limits that only an entry can be held against. */
import { memo, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LimitUse } from '../../../shared/contract/parts.ts';
import type { Tables } from '../../../shared/contract/rows.ts';
import { looserWay } from '../../../shared/domain/loosening.ts';
import type { SettingName } from '../../../shared/domain/settings.ts';
import { useReplica } from '../../app/hooks.ts';
import { cx } from '../../ui/cx.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { none } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { isSettingName, settingCatalog, settingGroups } from '../../ui/setting-catalog.ts';
import { type Column, Table } from '../../ui/table.tsx';
import { useSettingWords } from '../../ui/use-setting-words.ts';
import { follow, inOrder } from './limit-order.ts';
import styles from './limits.module.css';

const noLimits: readonly LimitUse[] = [];

export function LimitsPanel() {
  const { t } = useTranslation('risk');
  const limits = useReplica((state) => state.parts?.risk.limits ?? noLimits);
  const ordered = useSteadyOrder(limits);
  const columns = useMemo<readonly Column[]>(
    () => [
      { key: 'name', label: t('limits.name') },
      { key: 'use', label: t('limits.use'), numeric: true, width: '104px' },
      { key: 'part', label: t('limits.part'), width: '28%' },
      { key: 'limit', label: t('limits.limit'), numeric: true, width: '136px' },
      { key: 'at', label: t('limits.at'), width: '132px' },
    ],
    [t],
  );
  return (
    <Panel title={t('limits.title')} note={t('limits.note')} flush testId="risk-limits">
      {limits.length === 0 ? (
        <EmptyState title={t('limits.empty')} hint={t('limits.emptyHint')} />
      ) : (
        <Table caption={t('limits.title')} columns={columns}>
          {ordered.map(({ setting, limit, use, part }) => (
            <LimitRow key={setting} setting={setting} limit={limit} use={use} part={part} />
          ))}
        </Table>
      )}
    </Panel>
  );
}

/** Follows the uses as they are heard; half a minute of calm is noticed with whatever update comes next. */
function useSteadyOrder(limits: readonly LimitUse[]): readonly LimitUse[] {
  const [order, setOrder] = useState(() => follow({}, limits, Date.now()));
  useEffect(() => setOrder((last) => follow(last, limits, Date.now())), [limits]);
  return useMemo(() => inOrder(order, limits), [order, limits]);
}

/** Far, near, at the limit: how a use is colored everywhere. */
export const toneOf = (part: number | null): string => (part === null || part < 0.75 ? 'calm' : part < 1 ? 'near' : 'over');

const LimitRow = memo(function LimitRow({ setting, limit, use, part }: LimitUse) {
  const { t } = useTranslation('risk');
  const words = useSettingWords();
  const name = words.name(setting);
  const known = isSettingName(setting) ? setting : null;
  const at = known === null ? null : settingCatalog[known].at;
  const bound = t(known !== null && looserWay[known] === 'lower' ? 'limits.atLeast' : 'limits.atMost', {
    value: words.value(setting, limit),
  });
  const used = use === null ? null : words.use(setting, use);
  const percent = part === null ? 0 : Math.round(part * 100);
  return (
    <tr data-testid={`limit-${setting}`} className={styles['row']}>
      <td>
        <SettingLink setting={setting} />
      </td>
      <td className={cx(styles['number'], styles[toneOf(part)])}>{used ?? none}</td>
      <td>
        {/* biome-ignore lint/a11y/useSemanticElements: browsers do not let a native meter be drawn alike */}
        <div
          role="meter"
          aria-label={name}
          aria-valuenow={Math.min(100, percent)}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuetext={used === null ? t('limits.unknown') : t('limits.meter', { name, limit: bound, use: used })}
          className={styles['meter']}
        >
          <span className={styles['track']}>
            <span className={cx(styles['bar'], styles[toneOf(part)])} style={{ transform: `scaleX(${Math.min(1, part ?? 0)})` }} />
          </span>
          <span className={cx(styles['percent'], styles[toneOf(part)])}>{part === null ? none : `${Math.min(999, percent)}%`}</span>
        </div>
      </td>
      <td className={styles['number']}>{bound}</td>
      <td className={styles['then']}>{at === null ? none : t(`then.${at}`)}</td>
    </tr>
  );
});

/** A limit's name, which leads to where it is changed. */
function SettingLink({ setting }: { readonly setting: string }) {
  const { t } = useTranslation('risk');
  const name = useSettingWords().name(setting);
  return (
    <a className={styles['link']} href={`#settings/${setting}`} title={t('limits.change', { name })}>
      {name}
    </a>
  );
}

const all = Object.values(settingGroups)
  .flat()
  .filter((name) => settingCatalog[name].unit !== 'choice');

/** What the newest entry used of the limits that only an entry can be held against: its size, and its signal's risk. */
const newestSize = (hedges: Tables['hedges']): string | null => newest(Object.values(hedges), (row) => row.openedAt)?.spotCostKrw ?? null;
const newestRisk = (signals: Tables['signals']): string | null =>
  newest(
    Object.values(signals).filter(({ content }) => content?.action === 'ENTER' && content.risk !== null),
    (row) => row.seen,
  )?.content?.risk ?? null;
const newest = <R,>(rows: readonly R[], at: (row: R) => number): R | undefined =>
  rows.reduce<R | undefined>((last, row) => (last === undefined || at(row) > at(last) ? row : last), undefined);

/** Limits without a use of their own: each entry is held against them when it comes. */
export function EachEntryPanel() {
  const { t } = useTranslation('risk');
  const words = useSettingWords();
  const settings = useReplica((state) => state.parts?.settings);
  const measured = useReplica((state) => (state.parts?.risk.limits ?? noLimits).map(({ setting }) => setting).join());
  const names = useMemo(() => {
    const shown = new Set(measured.split(','));
    return all.filter((name) => !shown.has(name));
  }, [measured]);
  const uses: Readonly<Partial<Record<SettingName, string | null>>> = {
    maxHedgeKrw: useReplica((state) => newestSize(state.tables.hedges)),
    maxSignalRisk: useReplica((state) => newestRisk(state.tables.signals)),
  };
  return (
    <Panel title={t('each.title')} testId="risk-each">
      <dl className={styles['list']}>
        {names.map((name) => (
          <div key={name} className={styles['pair']}>
            <dt>
              <SettingLink setting={name} />
            </dt>
            <dd className={styles['number']}>
              {words.value(name, settings?.[name] ?? '')}
              {(uses[name] ?? null) !== null && (
                <span className={styles['newest']}>{t('each.newest', { use: words.use(name, uses[name] ?? '') })}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
