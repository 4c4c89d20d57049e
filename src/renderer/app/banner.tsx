/** The bar at the top: mode, market, what may leave, how signals are approved, arming. The stop lies at its right end. */
import { useTranslation } from 'react-i18next';
import { useCodeWords } from '../i18n/code-words.ts';
import { Button } from '../ui/button.tsx';
import { Chip, type Tone } from '../ui/chip.tsx';
import { cx } from '../ui/cx.ts';
import { RefusalNote } from '../ui/refusal.tsx';
import { Segmented } from '../ui/segmented.tsx';
import styles from './banner.module.css';
import { useCommand, usePart } from './hooks.ts';

const tradingTones = { reconciling: 'note', disarmed: 'neutral', armed: 'good', stopped: 'bad', diskFailed: 'bad' } as const satisfies Record<
  string,
  Tone
>;

export function Banner() {
  const { t } = useTranslation('shell');
  return (
    <header className={styles['banner']}>
      <h2 className="visually-hidden">{t('standing')}</h2>
      <Mode />
      <Market />
      <Trading />
      <span className={styles['space']} />
      <Approval />
      <Arming />
    </header>
  );
}

function Mode() {
  const { t } = useTranslation('shell');
  const { mode } = usePart('standing');
  return (
    <span className={cx(styles['mode'], styles[mode])} data-testid="mode" data-value={mode} title={t(`modeTitle.${mode}`)}>
      <span className="visually-hidden">{t('mode.label')}: </span>
      {t(`mode.${mode}`)}
    </span>
  );
}

function Market() {
  const { t } = useTranslation('shell');
  const { market } = usePart('standing');
  const name =
    market === 'synthetic' || market === 'live' ? t(`market.${market}`) : t('market.recorded', { file: market.replace(/^recorded:(.*[/\\])?/, '') });
  return (
    <span className={styles['market']} data-testid="market" data-value={market} title={market}>
      <span className="visually-hidden">{t('market.label')}: </span>
      {name}
    </span>
  );
}

function Trading() {
  const { t } = useTranslation('codes');
  const { trading } = usePart('standing');
  return (
    <span role="status" data-testid="trading" data-value={trading}>
      <Chip tone={tradingTones[trading]} busy={trading === 'reconciling'}>
        {t(`trading.${trading}`)}
      </Chip>
    </span>
  );
}

function Approval() {
  const { t } = useTranslation('shell');
  const { approval } = usePart('standing');
  const { run, pending, refusal, forget } = useCommand('approval.set');
  return (
    <div className={styles['control']}>
      <Segmented
        label={t('approval.label')}
        value={approval}
        pending={pending}
        onChange={(next) => void run({ approval: next })}
        options={[
          { value: 'manual', label: t('approval.manual'), testId: 'approval-manual', title: t('approvalTitle.manual') },
          { value: 'auto', label: t('approval.auto'), testId: 'approval-auto', title: t('approvalTitle.auto') },
        ]}
      />
      <div className={styles['note']}>
        <RefusalNote refusal={refusal} onClose={forget} />
      </div>
    </div>
  );
}

function Arming() {
  const { t } = useTranslation('shell');
  const words = useCodeWords();
  const { trading, armingBar } = usePart('standing');
  const arm = useCommand('console.arm');
  const disarm = useCommand('console.disarm');
  const armed = trading === 'armed';
  const bar = armed || armingBar === null ? undefined : t('armBar', { reason: words.refusal({ ok: false, ...armingBar }) });
  return (
    <div className={cx(styles['control'], styles['arming'], armed && styles['pair'])}>
      <Button
        data-testid="arm"
        aria-pressed={armed}
        pending={arm.pending}
        title={bar}
        className={cx(styles['arm'], armed && styles['armed'], bar !== undefined && styles['barred'])}
        onClick={() => !armed && void arm.run({})}
      >
        {armed ? t('armed') : t('arm')}
      </Button>
      {armed && (
        <Button data-testid="disarm" look="quiet" pending={disarm.pending} onClick={() => void disarm.run({})}>
          {t('disarm')}
        </Button>
      )}
      <div className={styles['note']}>
        <RefusalNote
          refusal={arm.refusal ?? disarm.refusal}
          onClose={() => {
            arm.forget();
            disarm.forget();
          }}
        />
      </div>
    </div>
  );
}
