/**
 * What an account owns, as it is kept: orders, trades, positions and the account itself. One schema serves the
 * compiler and the reading of what was written before a restart; decimals are text in both.
 */
import { z } from 'zod';
import { type Decimal, decimal, type Price, type Quantity, type SignedQuantity, type Usdt } from '../../../shared/domain/units.ts';

const exact = <U extends string>() => z.string().transform((source): Decimal<U> => decimal<U>(source));
const price = exact<'price'>() satisfies z.ZodType<Price, string>;
const quantity = exact<'quantity'>() satisfies z.ZodType<Quantity, string>;
const signedQuantity = exact<'signedQuantity'>() satisfies z.ZodType<SignedQuantity, string>;
const usdt = exact<'usdt'>() satisfies z.ZodType<Usdt, string>;
const time = z.number();
const side = z.enum(['BUY', 'SELL']);

export const orderSchema = z.object({
  id: z.number(),
  symbol: z.string(),
  clientId: z.string(),
  side,
  type: z.enum(['MARKET', 'LIMIT']),
  timeInForce: z.enum(['GTC', 'IOC', 'FOK', 'GTX']),
  reduceOnly: z.boolean(),
  /** Zero for a market order. */
  price,
  quantity,
  filled: quantity,
  /** Notional of the fills. */
  quote: usdt,
  status: z.enum(['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'EXPIRED_IN_MATCH']),
  /** Not placed through the API key: by a person, or by the venue as a liquidation. */
  external: z.boolean(),
  createdAt: time,
  updatedAt: time,
});
export type Order = Readonly<z.output<typeof orderSchema>>;

export const tradeSchema = z.object({
  id: z.number(),
  orderId: z.number(),
  symbol: z.string(),
  clientId: z.string(),
  side,
  price,
  quantity,
  quote: usdt,
  fee: usdt,
  realized: usdt,
  maker: z.boolean(),
  at: time,
});
export type Trade = Readonly<z.output<typeof tradeSchema>>;

export const positionSchema = z.object({
  symbol: z.string(),
  quantity: signedQuantity,
  cost: usdt,
  isolatedWallet: usdt,
  leverage: z.number(),
  marginMode: z.enum(['isolated', 'cross']),
  realizedTotal: usdt,
  updatedAt: time,
});

/** When all open orders of a symbol are to be canceled; see countdownCancelAll. */
export const countdownSchema = z.object({ symbol: z.string(), durationMs: z.number(), deadline: time });
export type Countdown = Readonly<z.output<typeof countdownSchema>>;

export const listenKeySchema = z.object({ key: z.string(), expiresAt: time });
export type ListenKey = Readonly<z.output<typeof listenKeySchema>>;

export const accountSchema = z.object({
  /** Everything booked: deposits, realized PnL, fees, funding. */
  wallet: usdt,
  /** Hedge mode. */
  dualSide: z.boolean(),
  nextOrderId: z.number(),
  nextTradeId: z.number(),
  nextLiquidation: z.number(),
  updatedAt: time,
});
export type Account = Readonly<z.output<typeof accountSchema>>;

export const isOpen = (order: Order): boolean => order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
