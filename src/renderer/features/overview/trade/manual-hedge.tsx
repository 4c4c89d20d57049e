/** A hedge of any size by hand; it goes the way of every signal. */
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { Field, NumberInput, TextInput } from '../../../ui/field.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { isAmount, isCoinName } from '../amount.ts';
import { Outcome } from './outcome.tsx';
import styles from './trade.module.css';
import { type Opening, useOpening } from './use-opening.ts';

export function ManualHedge() {
  const { t } = useTranslation('overview');
  const opening = useOpening();
  return (
    <details className={styles['manual']}>
      <summary>{t('manual.title')}</summary>
      <ManualForm opening={opening} />
      <Outcome opening={opening} />
    </details>
  );
}

type Unit = 'coins' | 'krw';

function ManualForm({ opening }: { readonly opening: Opening }) {
  const { t } = useTranslation('overview');
  const [coin, setCoin] = useState('BTC');
  const [size, setSize] = useState('');
  const [unit, setUnit] = useState<Unit>('coins');
  const isReady = isCoinName(coin) && isAmount(size);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || opening.pending || opening.barred !== null) return;
    if (await opening.open(unit === 'coins' ? { coin, quantity: size } : { coin, amountKrw: size })) setSize('');
  };
  const changeUnit = (next: Unit) => {
    setUnit(next);
    // A number that was typed as coins is never a sum of money.
    setSize('');
  };
  return (
    <form className={styles['form']} onSubmit={(event) => void submit(event)}>
      <Field label={t('manual.coin')} error={coin !== '' && !isCoinName(coin) ? t('form.notCoin') : null}>
        {(props) => (
          <TextInput
            {...props}
            value={coin}
            maxLength={20}
            data-testid="manual-coin"
            onChange={(event) => setCoin(event.currentTarget.value.trim().toUpperCase())}
          />
        )}
      </Field>
      <Field label={unit === 'coins' ? t('manual.quantity') : t('manual.amount')} error={size !== '' && !isAmount(size) ? t('form.notAmount') : null}>
        {(props) => (
          <NumberInput {...props} value={size} onChange={setSize} unit={unit === 'coins' ? coin.slice(0, 5) : 'KRW'} data-testid="manual-size" />
        )}
      </Field>
      <div className={styles['row']}>
        <Segmented
          label={t('manual.unit')}
          value={unit}
          onChange={changeUnit}
          options={[
            { value: 'coins', label: t('manual.byQuantity') },
            { value: 'krw', label: t('manual.byKrw') },
          ]}
        />
        <Button type="submit" pending={opening.pending} disabled={!isReady || opening.barred !== null} data-testid="manual-open">
          {t('manual.open')}
        </Button>
      </div>
      {unit === 'krw' && <p className={styles['hint']}>{t('manual.krwHint')}</p>}
    </form>
  );
}
