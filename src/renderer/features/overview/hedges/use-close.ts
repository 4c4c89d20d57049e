/** Closing a hedge by hand: what may be pressed, and why not. */
import { useTranslation } from 'react-i18next';
import type { HedgeRow } from '../../../../shared/contract/rows.ts';
import { type CommandUse, useCommand, useReplica } from '../../../app/hooks.ts';

export interface CloseUse extends Pick<CommandUse<'hedge.close'>, 'run' | 'refusal' | 'forget'> {
  /** Sent, or already closing. */
  readonly pending: boolean;
  /** Why closing by hand cannot leave now, in words; null when it can. */
  readonly barred: string | null;
}

export function useClose(hedge: Pick<HedgeRow, 'phase' | 'closing'>): CloseUse {
  const { t } = useTranslation('overview');
  const { run, pending, refusal, forget } = useCommand('hedge.close');
  const trading = useReplica((state) => state.parts?.standing.trading);
  const isConnected = useReplica((state) => state.connection === 'connected');
  // A close by hand may leave in every other state (docs/risk.md).
  const barred = !isConnected ? t('close.notConnected') : trading === 'reconciling' || trading === 'diskFailed' ? t(`close.${trading}`) : null;
  const isClosing = hedge.closing !== null && hedge.phase !== 'needsOperator';
  return { run, pending: pending || isClosing, refusal, forget, barred };
}
