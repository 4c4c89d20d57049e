/** Opening a hedge by hand: whether it may leave now, and what became of the last one. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandInput } from '../../../../shared/contract/commands.ts';
import { type CommandUse, useCommand, usePart, useReplica } from '../../../app/hooks.ts';

export interface Opening extends Pick<CommandUse<'hedge.open'>, 'pending' | 'refusal' | 'forget'> {
  /** Why an entry cannot leave now, in words; null when it can. */
  readonly barred: string | null;
  /** The signal of the last opening that was taken. */
  readonly last: string | null;
  open(input: CommandInput<'hedge.open'>): Promise<boolean>;
}

/** An entry leaves only armed (docs/risk.md); the engine says so again for each signal. */
export function useOpening(): Opening {
  const { t } = useTranslation('overview');
  const { trading } = usePart('standing');
  const isConnected = useReplica((state) => state.connection === 'connected');
  const { run, pending, refusal, forget } = useCommand('hedge.open');
  const [last, setLast] = useState<string | null>(null);
  const open = async (input: CommandInput<'hedge.open'>) => {
    setLast(null);
    const reply = await run(input);
    if (reply.ok) setLast(reply.value.signal);
    return reply.ok;
  };
  const barred = !isConnected ? t('barred.notConnected') : trading === 'armed' ? null : t(`barred.${trading}`);
  return { open, pending, refusal, forget, barred, last };
}
