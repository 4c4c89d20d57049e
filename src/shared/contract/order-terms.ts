/** What an order by hand asks for: `OrderTerms` of shared/domain/venue.ts, which says what each may be used for, with its amounts as text. */
import { z } from 'zod';
import { amountText } from './values.ts';

/** Ratio above zero and up to 1, as a person types it: "0.01" is 1 %. */
const ratioText = z
  .string()
  .regex(/^(0(\.\d{1,6})?|1)$/)
  .refine((source) => /[1-9]/.test(source), 'more than zero');
const immediate = z.enum(['IOC', 'FOK']);
export const orderTerms = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('market'), quantity: amountText }),
  z.strictObject({ type: z.literal('marketByCost'), cost: amountText }),
  z.strictObject({ type: z.literal('limit'), quantity: amountText, price: amountText, timeInForce: z.enum(['IOC', 'FOK', 'GTC', 'postOnly']) }),
  z.strictObject({ type: z.literal('best'), quantity: amountText, timeInForce: immediate }),
  z.strictObject({ type: z.literal('bestByCost'), cost: amountText, timeInForce: immediate }),
  z.strictObject({ type: z.literal('stopMarket'), quantity: amountText, triggerPrice: amountText }),
  z.strictObject({ type: z.literal('trailingStopMarket'), quantity: amountText, callback: ratioText, activationPrice: amountText.optional() }),
]);

export type OrderTermsText = Readonly<z.output<typeof orderTerms>>;
