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
/** BOTH in one-way mode; LONG or SHORT in hedge mode. */
const positionSide = z.enum(['BOTH', 'LONG', 'SHORT']).default('BOTH');
const selfTradePrevention = z.enum(['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH']).default('EXPIRE_MAKER');
export type SelfTradePrevention = z.output<typeof selfTradePrevention>;

export const orderSchema = z.object({
  id: z.number(),
  symbol: z.string(),
  clientId: z.string(),
  side,
  type: z.enum(['MARKET', 'LIMIT']),
  timeInForce: z.enum(['GTC', 'IOC', 'FOK', 'GTX', 'GTD']),
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
  positionSide,
  selfTradePrevention,
  /** The rule that set the price, NONE where the client did. */
  priceMatch: z.string().default('NONE'),
  /** GTD: when it expires, ms since 1970; else 0. */
  goodTill: z.number().default(0),
  /** How often it was amended. */
  amendments: z.number().default(0),
  /** The conditional order that it comes from; 0: none. */
  algoId: z.number().default(0),
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
  positionSide,
  at: time,
});
export type Trade = Readonly<z.output<typeof tradeSchema>>;

export const positionSchema = z.object({
  symbol: z.string(),
  positionSide,
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
  nextAlgoId: z.number().default(2_000_001),
  nextTransactionId: z.number().default(9_000_000_001),
  /** When funding is booked next, ms since 1970; 0: not known yet. */
  fundingDue: z.number().default(0),
  multiAssets: z.boolean().default(false),
  updatedAt: time,
});
export type Account = Readonly<z.output<typeof accountSchema>>;

export const algoSchema = z.object({
  id: z.number(),
  clientId: z.string(),
  symbol: z.string(),
  side,
  positionSide,
  orderType: z.enum(['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET']),
  timeInForce: z.enum(['GTC', 'IOC', 'FOK', 'GTX', 'GTD', 'GTE_GTC']),
  /** Zero with closePosition. */
  quantity,
  /** Zero for the market kinds. */
  price,
  /** Zero for a trailing one, until it triggers. */
  triggerPrice: price,
  workingType: z.enum(['MARK_PRICE', 'CONTRACT_PRICE']),
  priceProtect: z.boolean(),
  reduceOnly: z.boolean(),
  closePosition: z.boolean(),
  selfTradePrevention,
  priceMatch: z.string(),
  goodTill: z.number(),
  /** Trailing: where it begins to follow, and by how much; null where the venue begins at once, or for other kinds. */
  activatePrice: price.nullable(),
  /** A percentage: 1 is 1 %. */
  callbackRate: exact<'ratio'>().nullable(),
  isActivated: z.boolean(),
  /** Trailing: the best price since it follows; zero before. */
  extreme: price,
  status: z.enum(['NEW', 'TRIGGERING', 'TRIGGERED', 'FINISHED', 'CANCELED', 'EXPIRED', 'REJECTED']),
  /** The order that it became; 0: none yet. */
  actualOrderId: z.number(),
  /** Why the order that it was to become was refused. */
  failure: z.string(),
  triggeredAt: time,
  createdAt: time,
  updatedAt: time,
});
export type AlgoOrder = Readonly<z.output<typeof algoSchema>>;

/** What changed the wallet and is neither fee nor realized PnL of a trade: those are read off the trades. */
export const incomeSchema = z.object({
  id: z.number(),
  symbol: z.string(),
  type: z.enum(['FUNDING_FEE', 'TRANSFER', 'INSURANCE_CLEAR']),
  amount: usdt,
  at: time,
});
export type Income = Readonly<z.output<typeof incomeSchema>>;

/** Margin that was added to an isolated position or taken from it. */
export const marginChangeSchema = z.object({
  id: z.number(),
  symbol: z.string(),
  positionSide,
  /** 1: added; 2: taken. */
  type: z.union([z.literal(1), z.literal(2)]),
  amount: usdt,
  at: time,
});
export type MarginChange = Readonly<z.output<typeof marginChangeSchema>>;

/** Whether a conditional order still waits for its price. */
export const isWaiting = (order: AlgoOrder): boolean => order.status === 'NEW';
export const isOpen = (order: Order): boolean => order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
