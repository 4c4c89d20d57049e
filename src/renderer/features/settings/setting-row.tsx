/**
 * One setting: what it does, its default, its value, and the change of it. A looser limit is saved only while disarmed and
 * after its new value was typed a second time, and the row says so; a tighter one at any time.
 */
import { type ComponentProps, type FormEvent, memo, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingName } from '../../../shared/domain/settings.ts';
import { useCommand, useReplica } from '../../app/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { NumberInput } from '../../ui/field.tsx';
import { RefusalNote } from '../../ui/refusal.tsx';
import { settingCatalog } from '../../ui/setting-catalog.ts';
import { toast } from '../../ui/toasts.tsx';
import { useSettingWords } from '../../ui/use-setting-words.ts';
import styles from './trading.module.css';
import { type SettingChange, useSettingChange } from './use-setting-change.ts';

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
  const armed = useReplica((state) => state.parts?.standing.trading === 'armed');
  const change = useSettingChange(name, present);
  const isBarred = armed && change.looser;
  const info = settingCatalog[name];
  useEffect(() => {
    if (!wanted) return;
    row.current?.scrollIntoView({ block: 'center' });
    row.current?.querySelector<HTMLElement>('input, select')?.focus();
  }, [wanted]);

  const save = (event: FormEvent) => {
    event.preventDefault();
    if (isBarred) return;
    void change.save(() => toast(`${words.name(name)}: ${words.value(name, change.next)}`, 'good'));
  };
  const field = { id, 'aria-describedby': `${id}-does`, 'data-testid': `setting-${name}` };
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
        <Choices {...field} name={name} choices={info.choices ?? []} value={change.text} onChange={change.type} />
      ) : (
        <NumberInput {...field} value={change.text} unit={t(`unit.${info.unit}`)} aria-invalid={change.isWrong || undefined} onChange={change.type} />
      )}
      {change.isEdited && <Editing name={name} change={change} isBarred={isBarred} />}
    </form>
  );
});

interface ChoicesProps extends Omit<ComponentProps<'select'>, 'name' | 'onChange'> {
  readonly name: SettingName;
  readonly choices: readonly string[];
  readonly onChange: (choice: string) => void;
}
function Choices({ name, choices, onChange, ...rest }: ChoicesProps) {
  const words = useSettingWords();
  return (
    <select {...rest} className={styles['select']} onChange={(event) => onChange(event.currentTarget.value)}>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {words.value(name, choice)}
        </option>
      ))}
    </select>
  );
}

/** Below an edited row: what is in the way, the second typing of a looser limit, save and cancel. */
function Editing({ name, change, isBarred }: { readonly name: SettingName; readonly change: SettingChange; readonly isBarred: boolean }) {
  const { t } = useTranslation('settings');
  const words = useSettingWords();
  const id = useId();
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
            <label htmlFor={id}>{t('trading.looser', { value: words.value(name, change.next) })}</label>
            {info.unit === 'choice' ? (
              <Choices
                id={id}
                name={name}
                choices={['', ...(info.choices ?? [])]}
                value={change.again}
                onChange={change.typeAgain}
                data-testid={`again-${name}`}
              />
            ) : (
              <NumberInput id={id} value={change.again} onChange={change.typeAgain} unit={t(`unit.${info.unit}`)} data-testid={`again-${name}`} />
            )}
          </div>
        )}
        {change.isWrong ? (
          <p role="alert" className={styles['bad']}>
            {t('trading.outOfRange')} {range}
          </p>
        ) : (
          <RefusalNote refusal={change.refusal ?? disarm.refusal} />
        )}
        {!change.looser && !change.isWrong && range !== null && <p className={styles['range']}>{range}</p>}
      </div>
      <div className={styles['buttons']}>
        <Button size="small" look="quiet" onClick={change.drop}>
          {t('trading.cancel')}
        </Button>
        {isBarred ? (
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
