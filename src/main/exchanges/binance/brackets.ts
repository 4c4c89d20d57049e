/**
 * How much margin the venue asks for to keep a position: its leverage brackets, read when a symbol first has a position and
 * again each hour.
 *
 * 1. Nobody waits for them: a read of the account goes without what is not there yet, and the next one has it.
 * 2. They are sent for once, and after a failure not again for a minute: the account is read every second.
 */
import { z } from 'zod';
import type { MaintenanceRow } from '../../../shared/domain/venue.ts';
import { decimalOf } from '../shapes.ts';
import { type BinanceConnection, weight } from './connection.ts';

const bracketsShape = z.array(
  z.object({ symbol: z.string(), brackets: z.array(z.object({ maintMarginRatio: decimalOf<'ratio'>(), cum: decimalOf<'usdt'>() })).min(1) }),
);
const freshMs = 3_600_000;
const pauseMs = 60_000;

export interface Brackets {
  /** The table of a symbol as far as it is known. */
  of(symbol: string): readonly MaintenanceRow[] | undefined;
}

export function createBrackets({ caller, data, options }: BinanceConnection): Brackets {
  const tables = new Map<string, readonly MaintenanceRow[]>();
  /** When each symbol is to be asked for again; ms since 1970. */
  const dueAt = new Map<string, number>();

  const ask = async (symbol: string): Promise<void> => {
    dueAt.set(symbol, options.now() + pauseMs);
    const send = () => data.fapiPrivateGetLeverageBracket({ symbol });
    const answer = await caller.call({ kind: 'once', signed: true, charges: weight(1), lane: 'query', send, shape: bracketsShape });
    const found = answer.ok ? answer.value.find((row) => row.symbol === symbol) : undefined;
    if (found === undefined) return;
    dueAt.set(symbol, options.now() + freshMs);
    tables.set(
      symbol,
      found.brackets.map(({ maintMarginRatio, cum }) => ({ rate: maintMarginRatio, deduction: cum })),
    );
  };

  return {
    of: (symbol) => {
      // The caller turns whatever happens into an answer: nothing here rejects.
      if (options.now() >= (dueAt.get(symbol) ?? 0)) void ask(symbol);
      return tables.get(symbol);
    },
  };
}
