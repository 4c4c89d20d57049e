/** Parts of the venues' answers as zod shapes: decimal text in, our units out. Numbers are text by then (exact-json.ts). */
import { z } from 'zod';
import { type Coin, isCoin } from '../../shared/domain/ids.ts';
import { type Decimal, parseDecimal, type Quantity, sign } from '../../shared/domain/units.ts';

/** Decimal text of any unit. */
export const decimalOf = <U extends string>() =>
  z.string().transform((source, context): Decimal<U> => {
    const value = parseDecimal<U>(source);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: 'not a decimal' });
    return z.NEVER;
  });

/** Decimal text that is not negative. */
export const quantityOf = decimalOf<'quantity'>().refine((value) => sign(value) >= 0, 'negative') as z.ZodType<Quantity>;

/** An integer of ms since 1970. */
export const timeOf = z
  .string()
  .regex(/^\d{13}$/)
  .transform(Number);

/** ISO 8601 with its offset, as ms since 1970. */
export const isoTimeOf = z.string().transform((source, context): number => {
  const at = Date.parse(source);
  if (Number.isFinite(at)) return at;
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});

/** A coin by the venue's own word, its signs taken out where our form has none. */
export function coinFrom(source: string): Coin | undefined {
  const name = source
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 20);
  return isCoin(name) ? name : undefined;
}

/** An answer of which only the success matters. */
export const anything = z.unknown();
