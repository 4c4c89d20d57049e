/** The values that the contract is made of. Money and quantities cross as decimal text, never as numbers. */
import { z } from 'zod';
import { isCoin, isOurOrderId, isSignalId } from '../domain/ids.ts';

/** Exact decimal as text. */
export const decimalText = z.string().regex(/^-?\d{1,20}(\.\d{1,20})?$/);
/** Decimal above zero, as a person types it. */
export const amountText = z
  .string()
  .regex(/^(0|[1-9]\d{0,11})(\.\d{1,12})?$/)
  .refine((source) => /[1-9]/.test(source), 'more than zero');
/** ms since 1970. */
export const time = z.int().min(0);
/** Signals, hedges and the rows that stand for them; the engine knows them or does not. */
// Plain text to the consoles: the brand is given where the engine takes it.
export const idText = z.string().refine((source): boolean => isSignalId(source), '1 to 64 printable ASCII characters without spaces');
/** An order's id, as its row has it. */
export const orderIdText = z.string().refine((source): boolean => isOurOrderId(source), 'kc and 26 of a to z and 0 to 9');
export const coinText = z.string().refine((source): boolean => isCoin(source), '1 to 20 of A to Z and 0 to 9');

export const venueName = z.enum(['upbit', 'binance']);
export const legName = z.enum(['spot', 'perp']);
export const side = z.enum(['buy', 'sell']);

/** What a check compared: a limit, and what it found. */
export const compared = z.strictObject({ limit: z.string(), was: z.string() });
/** Facts beside a code, by the names that shared/domain/codes.ts has for it. Empty in what was recorded before there were any. */
export const values = z.record(z.string(), z.string());
/** Our own check's no: its code, an English sentence, the numbers, the facts. */
export const denial = z.strictObject({ code: z.string(), reason: z.string(), compared: compared.nullable(), values });
export type DenialView = Readonly<z.output<typeof denial>>;
