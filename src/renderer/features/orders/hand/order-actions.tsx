/** What a person may do to an order by hand that is not over: give it other terms, take it back, set it aside. */
import { type ComponentProps, type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderRow } from '../../../../shared/contract/rows.ts';
import { useCommand, useReplica } from '../../../app/hooks.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Field, NumberInput } from '../../../ui/field.tsx';
import { RefusalNote } from '../../../ui/refusal.tsx';
import { useFormats } from '../../../ui/use-formats.ts';
import { isAmount } from '../../overview/amount.ts';
import styles from './actions.module.css';

interface Props {
  readonly row: OrderRow;
}

/** Protects what is open: without it nothing closes a short by itself. */
const isProtective = ({ type }: OrderRow): boolean => type === 'stopMarket' || type === 'trailingStopMarket';

/** What a dialog asks about. */
export type Asked = 'amend' | 'cancel';

export function OrderActions({ row, onAsk }: Props & { readonly onAsk: (asked: Asked) => void }) {
  const { t } = useTranslation('orders');
  const cancel = useCommand('order.cancel');
  const isConnected = useReplica((state) => state.connection === 'connected');
  return (
    <span className={styles['actions']}>
      {row.amendable && (
        <Button size="small" disabled={!isConnected} onClick={() => onAsk('amend')} data-testid={`amend-${row.id}`}>
          {t('hand.amend')}
        </Button>
      )}
      {row.cancelable && (
        <Button
          size="small"
          disabled={!isConnected}
          pending={cancel.pending}
          onClick={() => (isProtective(row) ? onAsk('cancel') : void cancel.run({ order: row.id }))}
          data-testid={`cancel-${row.id}`}
        >
          {t('hand.cancel')}
        </Button>
      )}
      {!isProtective(row) && <RefusalNote refusal={cancel.refusal} onClose={cancel.forget} />}
    </span>
  );
}

interface DialogProps extends Props {
  readonly onClose: () => void;
}

/** Apart from the buttons: a pointer in a dialog is not in the row that it was opened from. */
export function OrderDialog({ asked, ...props }: DialogProps & { readonly asked: Asked }) {
  return asked === 'amend' ? <AmendDialog {...props} /> : <CancelDialog {...props} />;
}

function AmendDialog({ row, onClose }: DialogProps) {
  const { t } = useTranslation(['orders', 'codes']);
  const format = useFormats();
  const { run, pending, refusal } = useCommand('order.amend');
  const [quantity, setQuantity] = useState(row.quantity ?? '');
  const [price, setPrice] = useState(row.price ?? '');
  const isSame = quantity === row.quantity && price === row.price;
  const isReady = row.amendable && isAmount(quantity) && isAmount(price) && !isSame;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || pending) return;
    if ((await run({ order: row.id, quantity, price })).ok) onClose();
  };
  const formId = `amend-form-${row.id}`;
  return (
    <Dialog
      title={t('orders:hand.amendTitle')}
      dismiss={t('orders:hand.keep')}
      onClose={onClose}
      actions={
        <Button type="submit" form={formId} look="primary" pending={pending} disabled={!isReady} data-testid="amend-send">
          {t('orders:hand.amendSend')}
        </Button>
      }
    >
      <p>
        {t(`codes:venue.${row.venue}`)} {t(`codes:leg.${row.leg}`)} · {t(`codes:side.${row.side}`)} {format.quantity(row.quantity)} {row.coin} ·{' '}
        {t(`orders:type.${row.type}`)} {format.quantity(row.price)}
      </p>
      <form id={formId} className={styles['fields']} onSubmit={(event) => void send(event)}>
        <Field label={t('orders:hand.amendQuantity')} error={isAmount(quantity) ? null : t('orders:hand.notAmount')}>
          {(props) => <NumberInput {...props} value={quantity} unit={row.coin.slice(0, 6)} onChange={setQuantity} data-testid="amend-quantity" />}
        </Field>
        <Field
          label={t(isProtective(row) ? 'orders:hand.amendTrigger' : 'orders:hand.amendPrice')}
          error={isAmount(price) ? null : t('orders:hand.notAmount')}
        >
          {(props) => (
            <NumberInput {...props} value={price} unit={row.venue === 'upbit' ? 'KRW' : 'USDT'} onChange={setPrice} data-testid="amend-price" />
          )}
        </Field>
      </form>
      {row.filled !== '0' && <p>{t('orders:hand.amendFilled', { filled: format.quantity(row.filled), coin: row.coin })}</p>}
      {!row.amendable && <p className={styles['over']}>{t('orders:hand.amendOver')}</p>}
      <RefusalNote refusal={refusal} />
    </Dialog>
  );
}

function CancelDialog({ row, onClose }: DialogProps) {
  const { t } = useTranslation('orders');
  const format = useFormats();
  return (
    <ConfirmOrder
      row={row}
      command="order.cancel"
      title={t('hand.cancelTitle')}
      confirm={t('hand.cancelSend')}
      testId="cancel-send"
      disabled={!row.cancelable}
      onClose={onClose}
    >
      <p>{t('hand.cancelWords', { quantity: format.quantity(row.quantity), coin: row.coin })}</p>
    </ConfirmOrder>
  );
}

interface ConfirmOrderProps
  extends DialogProps,
    Pick<ComponentProps<typeof ConfirmDialog>, 'title' | 'confirm' | 'testId' | 'disabled' | 'children'> {
  readonly command: 'order.cancel' | 'order.settle';
}
/** Closes when the command has gone through. */
function ConfirmOrder({ row, command, onClose, ...asked }: ConfirmOrderProps) {
  const { t } = useTranslation('orders');
  const { run, pending, refusal } = useCommand(command);
  const send = async () => {
    if ((await run({ order: row.id })).ok) onClose();
  };
  return <ConfirmDialog {...asked} dismiss={t('hand.keep')} onConfirm={() => void send()} onClose={onClose} pending={pending} refusal={refusal} />;
}

/** A way out for an order whose outcome nobody can tell: with what is known of it (`Evidence`). */
export function SetAside({ row }: Props) {
  const { t } = useTranslation('orders');
  const isConnected = useReplica((state) => state.connection === 'connected');
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button size="small" disabled={!isConnected} onClick={() => setAsking(true)} data-testid={`set-aside-${row.id}`}>
        {t('hand.settle')}
      </Button>
      {isAsking && <SettleDialog row={row} onClose={() => setAsking(false)} />}
    </>
  );
}

function SettleDialog({ row, onClose }: DialogProps) {
  const { t } = useTranslation('orders');
  return (
    <ConfirmOrder
      row={row}
      command="order.settle"
      title={t('hand.settleTitle')}
      confirm={t('hand.settleSend')}
      testId="settle-send"
      disabled={!row.settleable}
      onClose={onClose}
    >
      <p>{t('hand.settleWords')}</p>
    </ConfirmOrder>
  );
}
