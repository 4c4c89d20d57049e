/**
 * One Upbit order and what its fills do to it.
 *
 * 1. An order is a value: every change is a new one, so an answer once taken never changes under its reader.
 * 2. All sums are exact. Upbit rounds neither funds nor fees (its own examples print KRW with twenty places), so
 *    neither does this; only the volume that a KRW amount buys is rounded, down to eight places.
 * 3. A bid locks limit price × volume and the fee on it, or the KRW amount and the fee on it; each fill gives back what
 *    its part had locked beyond its cost. An ask locks its volume and pays its fee out of the proceeds.
 * 4. A finished order shows what it still had locked when it ended; by then the account has it back.
 * 5. Self-match prevention takes volume out of an order, and its part out of the lock, without a trade.
 */
import { z } from 'zod';
import {
  add,
  type Decimal,
  divide,
  excess,
  isZero,
  type Krw,
  notional,
  type Price,
  parseDecimal,
  type Quantity,
  type Ratio,
  ratio,
  relabel,
  scale,
  subtract,
  ZERO,
  zero,
} from '../../../shared/domain/units.ts';

/** KRW or coins: what a balance and a lock hold. */
export type Amount = Decimal<'amount'>;

/** KRW market, maker and taker alike (docs.upbit.com, fees). */
export const feeRate: Ratio = ratio('0.0005');

/** Decimal text on disk. */
export const decimalOf = <U extends string>() =>
  z.string().transform((source, context): Decimal<U> => {
    const value = parseDecimal<U>(source);
    if (value !== undefined) return value;
    context.addIssue('not a decimal');
    return z.NEVER;
  });

const tradeForm = z.object({
  uuid: z.string(),
  price: decimalOf<'price'>(),
  volume: decimalOf<'quantity'>(),
  funds: decimalOf<'krw'>(),
  fee: decimalOf<'krw'>(),
  isMaker: z.boolean(),
  trend: z.enum(['up', 'down']),
  /** ms since 1970, the venue's clock. */
  at: z.number(),
});

/** Self-match prevention, by the taker's word (docs.upbit.com, SMP); `none` and null let the account trade with itself. */
export const smpTypes = ['cancel_maker', 'cancel_taker', 'reduce', 'none'] as const;
export type SmpType = (typeof smpTypes)[number];

/** The form in which an order is on disk. */
export const orderForm = z.object({
  uuid: z.string(),
  /** Rises by one an order, for ever: the order of creation. */
  number: z.number(),
  market: z.string(),
  side: z.enum(['bid', 'ask']),
  ordType: z.enum(['limit', 'price', 'market', 'best']),
  timeInForce: z.enum(['ioc', 'fok', 'post_only']).nullable(),
  /** limit orders only. */
  limit: decimalOf<'price'>().nullable(),
  /** price orders and best bids: the KRW to spend, without the fee. */
  budget: decimalOf<'krw'>().nullable(),
  volume: decimalOf<'quantity'>().nullable(),
  identifier: z.string().nullable(),
  /** null: none was asked for and the venue has no default. */
  smpType: z.enum(smpTypes).nullable().default(null),
  /** Made by somebody else on the account. */
  external: z.boolean(),
  state: z.enum(['wait', 'done', 'cancel']),
  executedVolume: decimalOf<'quantity'>(),
  executedFunds: decimalOf<'krw'>(),
  reservedFee: decimalOf<'krw'>(),
  remainingFee: decimalOf<'krw'>(),
  paidFee: decimalOf<'krw'>(),
  locked: decimalOf<'amount'>(),
  preventedVolume: decimalOf<'quantity'>().default(ZERO),
  /** What the prevented volume of a bid would have cost, without the fee; zero for an ask. */
  preventedFunds: decimalOf<'krw'>().default(zero()),
  trades: z.array(tradeForm).readonly(),
  createdAt: z.number(),
  updatedAt: z.number(),
});

export type UpbitOrder = Readonly<z.infer<typeof orderForm>>;
export type UpbitTrade = Readonly<z.infer<typeof tradeForm>>;
export type OrderSide = UpbitOrder['side'];

/** What a client asks for, checked for form: one of limit+volume, budget, volume. */
export type OrderTerms = Pick<UpbitOrder, 'market' | 'side' | 'ordType' | 'timeInForce' | 'limit' | 'budget' | 'volume' | 'identifier' | 'smpType'>;

/** Price × volume in KRW, exact. */
export const fundsOf = (price: Price, volume: Quantity): Krw => relabel<'krw'>(notional(price, volume));
const feeOn = (funds: Krw): Krw => scale(funds, feeRate);

/** KRW that a bid means to spend at most, without the fee; zero for asks. */
export function bidFunds(terms: OrderTerms): Krw {
  if (terms.side === 'ask') return zero();
  if (terms.budget !== null) return terms.budget;
  return terms.limit === null || terms.volume === null ? zero() : fundsOf(terms.limit, terms.volume);
}

/** What the order takes out of the free balance while it waits: KRW with the fee for a bid, coins for an ask. */
export function lockFor(terms: OrderTerms): Amount {
  if (terms.side === 'ask') return relabel<'amount'>(terms.volume ?? ZERO);
  const funds = bidFunds(terms);
  return relabel<'amount'>(add(funds, feeOn(funds)));
}

export function newOrder(terms: OrderTerms, identity: Pick<UpbitOrder, 'uuid' | 'number' | 'external'>, at: number): UpbitOrder {
  const reservedFee = feeOn(bidFunds(terms));
  return {
    ...terms,
    ...identity,
    state: 'wait',
    executedVolume: ZERO,
    executedFunds: zero(),
    reservedFee,
    remainingFee: reservedFee,
    paidFee: zero(),
    locked: lockFor(terms),
    preventedVolume: ZERO,
    preventedFunds: zero(),
    trades: [],
    createdAt: at,
    updatedAt: at,
  };
}

export interface Execution {
  readonly order: UpbitOrder;
  readonly trade: UpbitTrade;
  /** The part of the lock that this fill had: KRW for a bid, coins for an ask. */
  readonly unlocked: Amount;
}

/** @returns the order after one fill. The lock must cover it: matching never fills above a limit or a budget. */
export function execute(order: UpbitOrder, fill: Pick<UpbitTrade, 'uuid' | 'price' | 'volume' | 'isMaker' | 'trend' | 'at'>): Execution {
  const funds = fundsOf(fill.price, fill.volume);
  const fee = feeOn(funds);
  const trade: UpbitTrade = { ...fill, funds, fee };
  const { unlocked, unreserved } = unlock(order, fill.volume, funds, fee);
  const next: UpbitOrder = {
    ...order,
    executedVolume: add(order.executedVolume, fill.volume),
    executedFunds: add(order.executedFunds, funds),
    remainingFee: subtract(order.remainingFee, unreserved),
    paidFee: add(order.paidFee, fee),
    locked: subtract(order.locked, unlocked),
    trades: [...order.trades, trade],
    updatedAt: fill.at,
  };
  return { order: next, trade, unlocked };
}

function unlock(order: UpbitOrder, volume: Quantity, funds: Krw, fee: Krw): { readonly unlocked: Amount; readonly unreserved: Krw } {
  if (order.side === 'ask') return { unlocked: relabel<'amount'>(volume), unreserved: zero() };
  if (order.limit === null) return { unlocked: relabel<'amount'>(add(funds, fee)), unreserved: fee };
  const locked = fundsOf(order.limit, volume);
  const reserved = feeOn(locked);
  return { unlocked: relabel<'amount'>(add(locked, reserved)), unreserved: reserved };
}

export interface Prevention {
  readonly order: UpbitOrder;
  /** The part of the lock that goes back. */
  readonly unlocked: Amount;
}

/** @returns the order without a volume that would have met the account's own order at this price */
export function prevent(order: UpbitOrder, { price, volume }: Pick<UpbitTrade, 'price' | 'volume'>, at: number): Prevention {
  const isBid = order.side === 'bid';
  const funds = isBid ? fundsOf(order.limit ?? price, volume) : zero<'krw'>();
  const unlocked = isBid ? relabel<'amount'>(add(funds, feeOn(funds))) : relabel<'amount'>(volume);
  const next: UpbitOrder = {
    ...order,
    preventedVolume: add(order.preventedVolume, volume),
    preventedFunds: add(order.preventedFunds, funds),
    remainingFee: subtract(order.remainingFee, feeOn(funds)),
    locked: subtract(order.locked, unlocked),
    updatedAt: at,
  };
  return { order: next, unlocked };
}

/** What prevention took out of the lock: KRW with the fee for a bid [?], coins for an ask. */
export const preventedLocked = (order: UpbitOrder): Amount =>
  order.side === 'ask' ? relabel<'amount'>(order.preventedVolume) : relabel<'amount'>(add(order.preventedFunds, feeOn(order.preventedFunds)));

/** What is left of the wanted volume; null for an order by KRW amount. */
export const remainingVolume = (order: UpbitOrder): Quantity | null =>
  order.volume === null ? null : excess(order.volume, add(order.executedVolume, order.preventedVolume));

/** What is left of the KRW to spend, without the fee; null for an order by volume. */
export const remainingBudget = (order: UpbitOrder): Krw | null =>
  order.budget === null ? null : subtract(subtract(order.budget, order.executedFunds), order.preventedFunds);

/** Nothing wanted is left; for an order by KRW amount: not a digit of it. */
export const isComplete = (order: UpbitOrder): boolean => isZero(remainingVolume(order) ?? order.locked);

/**
 * Ends an order: `done` when a fill completed it, else `cancel`.
 * @param prevented what was left went to self-match prevention @returns it with what the account gets back
 */
export function finish(order: UpbitOrder, at: number, prevented = false): { readonly order: UpbitOrder; readonly unlocked: Amount } {
  return { order: { ...order, state: isComplete(order) && !prevented ? 'done' : 'cancel', updatedAt: at }, unlocked: order.locked };
}

/** Σ funds / Σ volume to eight places; null without a fill. */
export const averagePrice = (order: UpbitOrder): Price | null =>
  isZero(order.executedVolume) ? null : divide<'price'>(order.executedFunds, order.executedVolume, 8, 'halfEven');
