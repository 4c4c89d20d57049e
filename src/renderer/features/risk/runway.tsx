/**
 * How far each short is from liquidation, and what brings one back that is close: margin to add, or a close on both legs
 * whose freed margin is added to the rest. What is confirmed is what was read: numbers that change meanwhile do not.
 */
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunwayView } from '../../../shared/contract/parts.ts';
import { useCommand, usePart } from '../../app/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Chip, type Tone } from '../../ui/chip.tsx';
import { cx } from '../../ui/cx.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Cell, type Column, Table } from '../../ui/table.tsx';
import { useFormats } from '../../ui/use-formats.ts';
import styles from './runway.module.css';

type Short = RunwayView['shorts'][number];
const tones: Readonly<Record<Short['level'], Tone>> = { ok: 'good', low: 'warn', critical: 'bad', unknown: 'neutral' };
/** For the order of rows only. */
const distanceOf = ({ distance }: Short): number => (distance === null ? Number.POSITIVE_INFINITY : Number(distance));

export function RunwayPanel() {
  const { t } = useTranslation('risk');
  const { shorts } = usePart('runway');
  /** What was read when a button was pressed: the question stays, also where the price comes back meanwhile. */
  const [asked, setAsked] = useState<Short | null>(null);
  const ordered = useMemo(() => [...shorts].sort((a, b) => distanceOf(a) - distanceOf(b)), [shorts]);
  const columns = useMemo<readonly Column[]>(
    () => [
      { key: 'short', label: t('runway.short') },
      { key: 'mark', label: t('runway.mark'), numeric: true },
      { key: 'liquidation', label: t('runway.liquidation'), numeric: true },
      { key: 'distance', label: t('runway.distance'), numeric: true },
      { key: 'level', label: t('runway.level'), hiddenLabel: true, width: '112px' },
    ],
    [t],
  );
  return (
    <Panel title={t('runway.title')} note={t('runway.note')} flush testId="risk-runway">
      {shorts.length === 0 ? (
        <p className={styles['none']}>{t('runway.none')}</p>
      ) : (
        <Table caption={t('runway.title')} columns={columns}>
          {ordered.map((short) => (
            <ShortRow key={short.coin} short={short} onReduce={setAsked} />
          ))}
        </Table>
      )}
      {asked !== null && <ReduceDialog short={asked} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

interface RowProps {
  readonly short: Short;
  readonly onReduce: (short: Short) => void;
}

function ShortRow({ short, onReduce }: RowProps) {
  const { t } = useTranslation('risk');
  const format = useFormats();
  const { coin, quantity, markPrice, liquidationPrice, distance, level } = short;
  const isClose = level === 'low' || level === 'critical';
  return (
    <>
      <tr data-testid={`runway-${coin}`} className={cx(styles['row'], isClose && styles['open'])}>
        <Cell>
          {format.quantity(quantity)} {coin}
        </Cell>
        <Cell numeric>{format.price(markPrice)}</Cell>
        <Cell numeric>{format.price(liquidationPrice)}</Cell>
        <Cell numeric className={cx(styles['distance'], styles[level])}>
          {format.percent(distance)}
        </Cell>
        <Cell>
          <Chip tone={tones[level]}>{t(`runway.levels.${level}`)}</Chip>
        </Cell>
      </tr>
      {isClose && (
        <tr>
          <td colSpan={5} className={styles['remedy']}>
            <Remedy short={short} onReduce={onReduce} />
          </td>
        </tr>
      )}
    </>
  );
}

function Remedy({ short, onReduce }: RowProps) {
  const { t } = useTranslation('risk');
  const format = useFormats();
  const { coin, marginToAdd, reduceBy, freed, reduce } = short;
  if (marginToAdd === null) return <p>{t('runway.notKnown')}</p>;
  const margin = format.usdt(marginToAdd);
  if (reduce.length === 0) return <p>{t('runway.onlyAdd', { margin })}</p>;
  const quantity = format.quantity(reduceBy);
  return (
    <div className={styles['ways']}>
      <p>
        {t('runway.add', { margin })} {t('runway.or', { quantity, coin, freed: format.usdt(freed) })}
      </p>
      <Button size="small" data-testid={`runway-reduce-${coin}`} onClick={() => onReduce(short)}>
        {t('runway.reduce', { quantity, coin })}
      </Button>
    </div>
  );
}

function ReduceDialog({ short, onClose }: { readonly short: Short; readonly onClose: () => void }) {
  const { t } = useTranslation('risk');
  const format = useFormats();
  const { run, pending, refusal } = useCommand('hedge.close');
  /** Closes that were taken: a second try leaves them out. */
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const { coin, reduceBy, freed, reduce } = short;
  const send = async () => {
    for (const { hedge, quantity } of reduce) {
      if (done.has(hedge)) continue;
      const reply = await run({ hedge, quantity });
      if (!reply.ok) return;
      setDone((before) => new Set([...before, hedge]));
    }
    onClose();
  };
  return (
    <ConfirmDialog
      title={t('runway.confirmTitle', { quantity: format.quantity(reduceBy), coin })}
      confirm={t('runway.confirm')}
      testId={`runway-reduce-${coin}-confirm`}
      onConfirm={() => void send()}
      onClose={onClose}
      pending={pending}
      refusal={refusal}
    >
      <ul className={styles['parts']}>
        {reduce.map(({ hedge, quantity }) => (
          <li key={hedge}>{t('runway.part', { quantity: format.quantity(quantity), coin, hedge })}</li>
        ))}
      </ul>
      <p>{t('runway.then', { freed: format.usdt(freed) })}</p>
    </ConfirmDialog>
  );
}
