/** What an order by hand is made of. Only what the venue, side and kind take is there to be typed. */
import { type ComponentProps, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useReplica } from '../../../app/hooks.ts';
import { Field, NumberInput, TextInput } from '../../../ui/field.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import { isCoinName } from '../../overview/amount.ts';
import { type Amount, callbackRange, type Draft, fieldsOf, isWrong, kindsOf } from './draft.ts';
import styles from './hand.module.css';

interface Props {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

export function HandFields({ draft, onChange }: Props) {
  const { amounts, timesInForce } = fieldsOf(draft);
  return (
    <>
      <What draft={draft} onChange={onChange} />
      <Kinds draft={draft} onChange={onChange} />
      <div className={styles['amounts']}>
        {amounts.map((name) => (
          <AmountField key={name} name={name} draft={draft} onChange={onChange} />
        ))}
        {timesInForce.length > 0 && <TimeInForce draft={draft} onChange={onChange} />}
      </div>
    </>
  );
}

function What({ draft: { venue, side, coin }, onChange }: Props) {
  const { t } = useTranslation(['orders', 'codes']);
  const coins = useId();
  const known = useKnownCoins();
  return (
    <div className={styles['choices']}>
      <Choice
        label={t('orders:column.venue')}
        value={venue}
        onChange={(next) => onChange({ venue: next })}
        options={[
          { value: 'upbit', label: `${t('codes:venue.upbit')} ${t('codes:leg.spot')}`, testId: 'hand-venue-upbit' },
          { value: 'binance', label: `${t('codes:venue.binance')} ${t('codes:leg.perp')}`, testId: 'hand-venue-binance' },
        ]}
      />
      <div className={styles['coin']}>
        <Field label={t('orders:hand.coin')} error={coin !== '' && !isCoinName(coin) ? t('orders:hand.notCoin') : null}>
          {(props) => (
            <TextInput
              {...props}
              value={coin}
              maxLength={20}
              list={coins}
              data-testid="hand-coin"
              onChange={(event) => onChange({ coin: event.currentTarget.value.trim().toUpperCase() })}
            />
          )}
        </Field>
        <datalist id={coins}>
          {known.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
      <Choice
        label={t('orders:column.side')}
        value={side}
        onChange={(next) => onChange({ side: next })}
        options={[
          { value: 'buy', label: t('codes:side.buy'), testId: 'hand-side-buy' },
          { value: 'sell', label: t('codes:side.sell'), testId: 'hand-side-sell' },
        ]}
      />
    </div>
  );
}

/** Coins that something here speaks of; any other can be typed. */
function useKnownCoins(): readonly string[] {
  const line = useReplica(({ parts, tables }) => {
    const coins = new Set<string>(parts?.market === null || parts === null ? [] : [parts.market.coin]);
    for (const hedge of Object.values(tables.hedges)) coins.add(hedge.coin);
    for (const order of Object.values(tables.orders)) coins.add(order.coin);
    for (const { currency } of parts?.venues.upbit.balances ?? []) if (currency !== 'KRW') coins.add(currency);
    for (const { coin } of parts?.venues.binance.positions ?? []) coins.add(coin);
    return [...coins].join(' ');
  });
  return line === '' ? [] : line.split(' ');
}

function Kinds({ draft, onChange }: Props) {
  const { t } = useTranslation('orders');
  return (
    <Choice
      label={t('column.type')}
      hint={t(`hand.does.${draft.kind}`)}
      value={draft.kind}
      onChange={(kind) => onChange({ kind })}
      options={kindsOf(draft).map((kind) => ({ value: kind, label: t(`type.${kind}`), testId: `hand-type-${kind}` }))}
    />
  );
}

function TimeInForce({ draft, onChange }: Props) {
  const { t } = useTranslation('orders');
  return (
    <Choice
      label={t('hand.timeInForce')}
      hint={t(`hand.tifDoes.${draft.timeInForce}`)}
      value={draft.timeInForce}
      onChange={(timeInForce) => onChange({ timeInForce })}
      options={fieldsOf(draft).timesInForce.map((tif) => ({
        value: tif,
        label: t(`tif.${tif}`),
        title: t(`hand.tifDoes.${tif}`),
        testId: `hand-tif-${tif}`,
      }))}
    />
  );
}

interface ChoiceProps<V extends string> extends ComponentProps<typeof Segmented<V>> {
  /** What the chosen one means: beside it, and among the amounts below it. */
  readonly hint?: string;
}
function Choice<V extends string>({ hint, ...segmented }: ChoiceProps<V>) {
  return (
    <div className={styles['choice']}>
      <span className={styles['label']}>{segmented.label}</span>
      <div className={styles['segments']}>
        <Segmented {...segmented} />
        {hint !== undefined && <p className={styles['hint']}>{hint}</p>}
      </div>
    </div>
  );
}

interface AmountProps extends Props {
  readonly name: Amount;
}
function AmountField({ name, draft, onChange }: AmountProps) {
  const { t } = useTranslation('orders');
  const { isByCost } = fieldsOf(draft);
  const quote = draft.venue === 'upbit' ? 'KRW' : 'USDT';
  const unit = name === 'callback' ? '%' : name === 'size' ? (isByCost ? 'KRW' : draft.coin.slice(0, 6)) : quote;
  const label = name === 'size' && isByCost ? t('hand.field.cost') : t(`hand.field.${name}`);
  const wrong = name === 'callback' ? t('hand.notCallback', callbackRange) : t('hand.notAmount');
  return (
    <Field
      label={label}
      error={isWrong(name, draft[name]) ? wrong : null}
      hint={name === 'price' ? <Touch draft={draft} onChange={onChange} /> : name === 'size' ? <Free draft={draft} /> : t(`hand.hint.${name}`)}
    >
      {(props) => (
        <NumberInput {...props} value={draft[name]} unit={unit} onChange={(text) => onChange({ [name]: text })} data-testid={`hand-${name}`} />
      )}
    </Field>
  );
}

/** Both sides of the book where prices are there: a press takes one over. */
function Touch({ draft: { venue, coin }, onChange }: Props) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  const touch = useReplica(({ parts }) => (parts === null || parts.market?.coin !== coin ? null : parts.market[venue === 'upbit' ? 'spot' : 'perp']));
  if (touch === null) return <>{t('hand.noBook')}</>;
  return (
    <span className={styles['touch']}>
      {(['bid', 'ask'] as const).map((end) => (
        <button key={end} type="button" className={styles['take']} onClick={() => onChange({ price: touch[end] })} data-testid={`hand-take-${end}`}>
          {t(`hand.${end}`)} {format.quantity(touch[end])}
        </button>
      ))}
    </span>
  );
}

/** What there is to trade with, and how much of it is the hedges': that is not for an order by hand. */
function Free({ draft: { venue, side, coin } }: { readonly draft: Draft }) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  const isPosition = venue === 'binance' && side === 'buy';
  const currency = venue === 'binance' ? 'USDT' : side === 'buy' ? 'KRW' : coin;
  const amount = useReplica(({ parts }) => {
    if (parts === null) return null;
    const { balances, positions } = parts.venues[venue];
    return isPosition
      ? (positions.find((row) => row.coin === coin)?.quantity ?? null)
      : (balances.find((row) => row.currency === currency)?.free ?? null);
  });
  const held = useReplica(({ tables }) => {
    const leg = venue === 'upbit' ? 'spot' : 'perp';
    // For display only: what may be sold is the engine's reckoning.
    const quantities = Object.values(tables.hedges).map((hedge) => (hedge.coin === coin ? Number(hedge[leg].quantity) : 0));
    return quantities.reduce((sum, quantity) => sum + quantity, 0).toFixed(8);
  });
  if (amount === null) return null;
  if (isPosition) return <>{t('hand.position', { quantity: format.quantitySigned(amount), coin, held: format.quantity(held) })}</>;
  if (currency === 'KRW') return <>{t('hand.free', { amount: format.krw(amount), currency })}</>;
  if (currency === 'USDT') return <>{t('hand.free', { amount: format.usdt(amount), currency })}</>;
  return <>{t('hand.freeCoins', { amount: format.quantity(amount), coin, held: format.quantity(held) })}</>;
}
