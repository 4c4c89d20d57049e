/** Signals as a parser would hand them over. */
import { hedgeOf, signalId } from '../../../shared/domain/ids.ts';
import type { EnterSignal, ExitSignal, SignalSource } from '../../../shared/domain/signal.ts';
import { krw, quantity, ratio } from '../../../shared/domain/units.ts';
import { BTC, start } from './market.ts';

export const fromFile: SignalSource = { kind: 'file', path: 'signals.jsonl', line: 1 };

interface Times {
  readonly createdAt?: number;
  readonly expiresAt?: number;
  readonly digest?: string;
  readonly premium?: readonly [expected: string, maxSlippage: string];
}
interface Enter extends Times {
  readonly quantity?: string;
  readonly amountKrw?: string;
  readonly risk?: string;
}
interface Exit extends Times {
  readonly quantity?: string;
  readonly hedge?: string;
}

export function enter(id: string, over: Enter = {}): EnterSignal {
  const size = over.amountKrw === undefined ? { quantity: quantity(over.quantity ?? '0.05') } : { amountKrw: krw(over.amountKrw) };
  return { ...common(id, over), action: 'ENTER', size, ...(over.risk === undefined ? {} : { risk: ratio(over.risk) }) };
}

export function exit(id: string, over: Exit = {}): ExitSignal {
  return {
    ...common(id, over),
    action: 'EXIT',
    ...(over.quantity === undefined ? {} : { quantity: quantity(over.quantity) }),
    ...(over.hedge === undefined ? {} : { hedge: hedgeOf(signalId(over.hedge)) }),
  };
}

function common(id: string, { createdAt = start, expiresAt = start + 3_600_000, digest, premium }: Times) {
  return {
    id: signalId(id),
    coin: BTC,
    createdAt,
    expiresAt,
    digest: digest ?? `digest of ${id}`,
    ...(premium === undefined ? {} : { premium: { expected: ratio(premium[0]), maxSlippage: ratio(premium[1]) } }),
  };
}
