/** What this console is and where it lies, and where it reads signals from. */
import { useTranslation } from 'react-i18next';
import { usePart } from '../../app/hooks.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './view.module.css';

export function ConsolePanel() {
  const { t } = useTranslation(['settings', 'shell']);
  const { mode, market, version, installation, dataDir, startedAt } = usePart('standing');
  const marketName = market === 'synthetic' || market === 'live' ? t(`shell:market.${market}`) : market;
  return (
    <Panel title={t('console.title')}>
      <dl className={styles['facts']}>
        <dt>{t('console.mode')}</dt>
        <dd>{t(`shell:mode.${mode}`)}</dd>
        <dt>{t('console.market')}</dt>
        <dd>{marketName}</dd>
        <dt>{t('console.startedAt')}</dt>
        <dd>
          <Time at={startedAt} look="dateClock" />
        </dd>
        <dt>{t('console.version')}</dt>
        <dd>{version}</dd>
        <dt>{t('console.installation')}</dt>
        <dd className={styles['place']}>{installation}</dd>
        <dt>{t('console.dataDir')}</dt>
        <dd className={styles['place']}>{dataDir}</dd>
      </dl>
    </Panel>
  );
}

export function SourcesPanel() {
  const { t } = useTranslation(['settings', 'codes']);
  const { sources } = usePart('standing');
  return (
    <Panel title={t('sources.title')}>
      {sources.length === 0 ? (
        <EmptyState title={t('sources.none')} hint={t('sources.noneHint')} />
      ) : (
        <dl className={styles['facts']}>
          {sources.map(({ kind, place }) => (
            <Source key={`${kind} ${place}`} kind={t(`codes:source.${kind}`)} place={place} />
          ))}
        </dl>
      )}
    </Panel>
  );
}
const Source = ({ kind, place }: { readonly kind: string; readonly place: string }) => (
  <>
    <dt>{kind}</dt>
    <dd className={styles['place']}>{place}</dd>
  </>
);
