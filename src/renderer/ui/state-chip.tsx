/** States of the contract as chips: one look and one word each, the same in every view. */
import { useTranslation } from 'react-i18next';
import type { HedgePhase, OrderState, SignalState } from '../../shared/contract/rows.ts';
import { Chip, type Tone } from './chip.tsx';

const hedgeTones: Readonly<Record<HedgePhase, Tone>> = {
  opening: 'note',
  hedged: 'good',
  closing: 'note',
  unwinding: 'warn',
  flat: 'neutral',
  needsOperator: 'bad',
};
const orderTones: Readonly<Record<OrderState, Tone>> = {
  sending: 'note',
  open: 'note',
  unknown: 'bad',
  filled: 'good',
  canceled: 'neutral',
  rejected: 'warn',
  expired: 'neutral',
};
const signalTones: Readonly<Record<SignalState, Tone>> = {
  accepted: 'note',
  awaitingApproval: 'warn',
  executed: 'good',
  duplicate: 'neutral',
  conflict: 'warn',
  rejected: 'warn',
  expired: 'neutral',
  declined: 'neutral',
  failed: 'bad',
  malformed: 'warn',
};
const moving: ReadonlySet<string> = new Set(['opening', 'closing', 'unwinding', 'sending', 'open', 'unknown', 'accepted']);

export function HedgeChip({ phase }: { readonly phase: HedgePhase }) {
  const { t } = useTranslation('codes');
  return (
    <Chip tone={hedgeTones[phase]} busy={moving.has(phase)}>
      {t(`hedge.${phase}`)}
    </Chip>
  );
}
export function OrderChip({ state }: { readonly state: OrderState }) {
  const { t } = useTranslation('codes');
  return (
    <Chip tone={orderTones[state]} busy={moving.has(state)}>
      {t(`order.${state}`)}
    </Chip>
  );
}
export function SignalChip({ state }: { readonly state: SignalState }) {
  const { t } = useTranslation('codes');
  return (
    <Chip tone={signalTones[state]} busy={moving.has(state)}>
      {t(`signal.${state}`)}
    </Chip>
  );
}
