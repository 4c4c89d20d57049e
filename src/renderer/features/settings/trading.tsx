/** The trading settings by subject, each a row of its own; and what changes while armed. */
import { useTranslation } from 'react-i18next';
import { useCommand, usePart } from '../../app/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RefusalNote } from '../../ui/refusal.tsx';
import { settingCatalog, type SettingGroup, settingGroups } from '../../ui/setting-catalog.ts';
import { SettingRow } from './setting-row.tsx';
import { useWantedSetting } from './wanted-setting.ts';
import styles from './trading.module.css';

const groups = Object.keys(settingGroups) as readonly SettingGroup[];

export function TradingPanel() {
  const { t } = useTranslation('settings');
  const settings = usePart('settings');
  const wanted = useWantedSetting();
  const changed = Object.entries(settingCatalog).filter(([name, info]) => settings[name] !== info.default).length;
  return (
    <Panel
      title={t('trading.title')}
      note={changed === 0 ? t('trading.unchanged') : t('trading.changed', { count: changed })}
      flush
      testId="settings-trading"
    >
      <ArmedNotice />
      <div className={styles['heads']} aria-hidden="true">
        <span>{t('trading.name')}</span>
        <span className={styles['right']}>{t('trading.default')}</span>
        <span className={styles['right']}>{t('trading.value')}</span>
      </div>
      {groups.map((group) => (
        <section key={group} aria-labelledby={`group-${group}`}>
          <h3 id={`group-${group}`} className={styles['group']}>
            {t(`group.${group}`)}
          </h3>
          {settingGroups[group].map((name) => (
            <SettingRow key={name} name={name} wanted={wanted === name} />
          ))}
        </section>
      ))}
    </Panel>
  );
}

/** A limit is loosened only while nothing new can be opened under it. */
function ArmedNotice() {
  const { t } = useTranslation('settings');
  const { trading } = usePart('standing');
  const { run, pending, refusal, forget } = useCommand('console.disarm');
  if (trading !== 'armed') return null;
  return (
    <div className={styles['notice']}>
      <Icon name="info" />
      <p>{t('trading.armed')}</p>
      <RefusalNote refusal={refusal} onClose={forget} />
      <Button size="small" pending={pending} data-testid="settings-disarm" onClick={() => void run({})}>
        {t('trading.disarm')}
      </Button>
    </div>
  );
}
