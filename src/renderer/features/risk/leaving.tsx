/** What may leave in which state: the table that engine and door decide by (docs/risk.md), with the present row lit. */
import { useTranslation } from 'react-i18next';
import type { Standing } from '../../../shared/contract/parts.ts';
import { usePart } from '../../app/hooks.ts';
import { cx } from '../../ui/cx.ts';
import { Panel } from '../../ui/panel.tsx';
import styles from './leaving.module.css';
import { leavings, permissions } from './permissions.ts';

type TradingState = Standing['trading'];
const states = Object.keys(permissions) as readonly TradingState[];

export function LeavingPanel() {
  const { t } = useTranslation(['risk', 'codes']);
  const { trading } = usePart('standing');
  return (
    <Panel title={t('leaving.title')} flush testId="risk-leaving">
      <table className={styles['table']}>
        <caption className="visually-hidden">{t('leaving.title')}</caption>
        <thead>
          <tr>
            <th scope="col" className={cx(styles['head'], styles['corner'])}>
              {t('leaving.state')}
            </th>
            {leavings.map((leaving) => (
              <th key={leaving} scope="col" className={styles['head']}>
                {t(`leaving.${leaving}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {states.map((state) => (
            <Row key={state} state={state} present={state === trading} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Row({ state, present }: { readonly state: TradingState; readonly present: boolean }) {
  const { t } = useTranslation(['risk', 'codes']);
  return (
    <tr className={cx(present && styles['present'])} aria-current={present || undefined}>
      <th scope="row" className={styles['state']}>
        {t(`codes:trading.${state}`)}
        {present && <span className={styles['now']}>{t('leaving.now')}</span>}
      </th>
      {leavings.map((leaving) => {
        const may = permissions[state][leaving];
        return (
          <td key={leaving} className={cx(styles['cell'], styles[may])} data-may={may}>
            {t(`leaving.${may}`)}
          </td>
        );
      })}
    </tr>
  );
}
