/**
 * One setting: what it does, its default, its value, and the change of it. A looser limit is saved only after its new
 * value was typed a second time; while armed nothing is, and the row says so.
 */
import { type FormEvent, memo, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingName } from '../../../shared/domain/settings.ts';
import { useCommand, useReplica } from '../../app/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { NumberInput } from '../../ui/field.tsx';
import { RefusalNote } from '../../ui/refusal.tsx';
import { isLooser, settingCatalog, shown, typed } from '../../ui/setting-catalog.ts';
import { toast } from '../../ui/toasts.tsx';
import { useSettingWords } from '../../ui/use-setting-words.ts';
import styles from './trading.module.css';

interface Props {
  readonly name: SettingName;
  /** A link led here. */
  readonly wanted: boolean;
}

export const SettingRow = memo(function SettingRow({ name, wanted }: Props) {
  const { t } = useTranslation('settings');
  const words = useSettingWords();
  const id = useId();
  const row = useRef<HTMLFormElement>(null);
  const present = useReplica((state) => state.parts?.settings[name] ?? settingCatalog[name].default);
  const change = useChange(name, present);
  const info = settingCatalog[name];
  useEffect(() => {
    if (!wanted) return;
    row.current?.scrollIntoView({ block: 'center' });
    row.current?.querySelector<HTMLElement>('input, select')?.focus();
  }, [wanted]);

  const save = (event: FormEvent) => {
    event.preventDefault();
    void change.save(() => toast(`${words.name(name)}: ${words.value(name, change.next)}`, 'good'));
  };
  const field = { id, value: change.text, 'aria-describedby': `${id}-does`, 'data-testid': `setting-${name}` };
  return (
    <form
      ref={row}
      className={cx(styles['row'], wanted && styles['wanted'])}
      onSubmit={save}
      onKeyDown={(event) => event.key === 'Escape' && change.drop()}
    >
      <div className={styles['what']}>
        <label className={styles['name']} htmlFor={id}>
          {words.name(name)}
          {present !== info.default && <span className={styles['changed']}>{t('trading.edited')}</span>}
        </label>
        <p id={`${id}-does`} className={styles['does']}>
          {t(`does.${name}`)}
        </p>
      </div>
      <span className={styles['default']}>{words.value(name, info.default)}</span>
      {info.unit === 'choice' ? (
        <select {...field} className={styles['select']} onChange={(event) => change.type(event.currentTarget.value)}>
          {(info.choices ?? []).map((choice) => (
            <option key={choice} value={choice}>
              {words.value(name, choice)}
            </option>
          ))}
        </select>
      ) : (
        <NumberInput {...field} unit={t(`unit.${info.unit}`)} aria-invalid={change.refused || undefined} onChange={change.type} />
      )}
      {change.isEdited && <Editing name={name} change={change} />}
    </form>
  );
});

/** Below an edited row: what is in the way, the second typing of a looser limit, save and cancel. */
function Editing({ name, change }: { readonly name: SettingName; readonly change: Change }) {
  const { t } = useTranslation('settings');
  const words = useSettingWords();
  const id = useId();
  const armed = useReplica((state) => state.parts?.standing.trading === 'armed');
  const disarm = useCommand('console.disarm');
  const info = settingCatalog[name];
  const range =
    info.unit === 'choice'
      ? null
      : info.most === null
        ? t('trading.above')
        : t('trading.range', { least: words.value(name, info.least), most: words.value(name, info.most) });
  return (
    <div className={styles['editing']}>
      <div className={styles['notes']}>
        {change.looser && (
          <div className={styles['again']}>
            <label htmlFor={id}>{t('trading.looser', { value: change.text })}</label>
            <NumberInput
              id={id}
              value={change.again}
              onChange={change.typeAgain}
              {...(info.unit === 'choice' ? {} : { unit: t(`unit.${info.unit}`) })}
              data-testid={`again-${name}`}
            />
          </div>
        )}
        {change.refusal?.code === 'BAD_SETTING' ? (
          <p role="alert" className={styles['bad']}>
            {t('trading.outOfRange')} {range}
          </p>
        ) : (
          <RefusalNote refusal={change.refusal ?? disarm.refusal} />
        )}
        {!change.looser && change.refusal === null && range !== null && <p className={styles['range']}>{range}</p>}
      </div>
      <div className={styles['buttons']}>
        <Button size="small" look="quiet" onClick={change.drop}>
          {t('trading.cancel')}
        </Button>
        {armed ? (
          <Button
            size="small"
            pending={disarm.pending}
            onClick={() => void disarm.run({})}
            title={t('trading.armed')}
            data-testid={`disarm-for-${name}`}
          >
            {t('trading.disarmFirst')}
          </Button>
        ) : (
          <Button size="small" look="primary" type="submit" pending={change.pending} disabled={!change.canSave} data-testid={`save-${name}`}>
            {t('trading.save')}
          </Button>
        )}
      </div>
    </div>
  );
}

type Change = ReturnType<typeof useChange>;

function useChange(name: SettingName, present: string) {
  const [draft, setDraft] = useState<string | null>(null);
  const [again, setAgain] = useState('');
  const { run, pending, refusal, forget } = useCommand('settings.set');
  const isChoice = settingCatalog[name].unit === 'choice';
  const text = draft ?? shown(name, present);
  const next = isChoice ? text : typed(name, text);
  const isEdited = draft !== null && (next !== present || refusal !== null);
  const looser = isEdited && isLooser(name, next, present);
  const confirmed = !looser || typed(name, again) === next;
  const canSave = isEdited && text.trim() !== '' && confirmed;

  const drop = () => {
    setDraft(null);
    setAgain('');
    forget();
  };
  return {
    text,
    next,
    again,
    isEdited,
    looser,
    canSave,
    pending,
    refusal,
    refused: refusal?.code === 'BAD_SETTING',
    drop,
    type: (value: string) => {
      setDraft(value);
      setAgain('');
      forget();
    },
    typeAgain: setAgain,
    save: async (onSaved: () => void) => {
      if (!canSave) return;
      const reply = await run({ name, value: next });
      if (!reply.ok) return;
      onSaved();
      drop();
    },
  };
}
