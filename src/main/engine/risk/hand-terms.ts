/**
 * Whether a venue takes an order by hand as a person wrote it, and at which prices it may trade. Nothing is rounded: what
 * lies beside a step or a tick is denied with the step or the tick.
 */
import type { Values } from '../../../shared/domain/codes.ts';
import {
  add,
  type Decimal,
  divide,
  gt,
  gte,
  isMultiple,
  lt,
  lte,
  type Notional,
  notional,
  notionalOf,
  type Price,
  type Quantity,
  ratio,
  text,
  zero,
} from '../../../shared/domain/units.ts';
import { type Book, isConditional, type Leg, type OrderRequest, type OrderTerms, type Side, tickAt } from '../../../shared/domain/venue.ts';
import { type Denial, type DenialCode, denied } from '../denial.ts';
import type { Sides } from '../premium.ts';
import { opposite, worstPrice } from '../prices.ts';
import { beyondCollar } from './collar.ts';

type Market = Sides['spot'];
/** Terms that name coins. */
type Sized = Exclude<OrderTerms, { readonly cost: Notional }>;

/** What each venue has for an order by hand: a perpetual is bought back and never long, and only that waits for a price. */
const offered: Readonly<Record<Leg, Readonly<Record<Side, readonly OrderTerms['type'][]>>>> = {
  spot: { buy: ['limit', 'marketByCost', 'bestByCost'], sell: ['limit', 'market', 'best'] },
  perp: { buy: ['limit', 'market', 'stopMarket', 'trailingStopMarket'], sell: ['limit', 'market'] },
};
export const notOffered = ({ leg, venue, side, terms: { type } }: OrderRequest): Denial | null =>
  offered[leg][side].includes(type) ? null : denied('NOT_OFFERED', `${venue} has no ${side} order of the type ${type}`, null, { venue, side, type });

const compared = (code: DenialCode, reason: string, limit: Decimal<string>, was: Decimal<string>, values: Values): Denial =>
  denied(code, reason, { limit: text(limit), was: text(was) }, values);

const wholeWon = notionalOf('1');

/** Steps, ticks, the least and the most of a venue; the first no is the denial. */
export function offRules(request: OrderRequest, market: Market): Denial | null {
  const { venue, terms } = request;
  if (!('cost' in terms))
    return offStep(venue, terms.quantity, market.rules.step) ?? outOfBounds(request, terms, market) ?? offTick(request, terms, market);
  return offStep(venue, terms.cost, wholeWon) ?? tooLittle(venue, terms.cost, market);
}

const offStep = <U extends string>(venue: string, amount: Decimal<U>, step: Decimal<NoInfer<U>>): Denial | null =>
  isMultiple(amount, step) ? null : compared('OFF_STEP', `${text(amount)} is no multiple of ${venue}'s step ${text(step)}`, step, amount, { venue });

function outOfBounds({ venue, side, reduceOnly }: OrderRequest, terms: Sized, { book, rules }: Market): Denial | null {
  const { minQuantity, maxMarketQuantity: most } = rules;
  const { quantity } = terms;
  if (lt(quantity, minQuantity))
    return compared('BELOW_MINIMUM', `Below ${venue}'s least quantity`, minQuantity, quantity, { venue, what: 'quantity' });
  if (terms.type !== 'limit' && most !== undefined && gt(quantity, most))
    return compared('ABOVE_MAXIMUM', `Above ${venue}'s most for one such order`, most, quantity, { venue });
  const at = terms.type === 'limit' ? terms.price : opposite(book, side)[0]?.price;
  // Orders that only reduce know no least value.
  return reduceOnly || at === undefined ? null : tooLittle(venue, notional(at, quantity), { rules });
}

const tooLittle = (venue: string, value: Notional, { rules: { minNotional } }: Pick<Market, 'rules'>): Denial | null =>
  gte(value, minNotional) ? null : compared('BELOW_MINIMUM', `Below ${venue}'s least order value`, minNotional, value, { venue, what: 'value' });

function offTick({ venue, side }: OrderRequest, terms: Sized, { book, rules }: Market): Denial | null {
  if (terms.type === 'market' || terms.type === 'best') return null;
  if (terms.type === 'trailingStopMarket' && !(isMultiple(terms.callback, callbackStep) && lte(terms.callback, callbackMost))) {
    const reason = `A trailing stop of ${venue} follows by up to ${text(callbackMost)} in steps of ${text(callbackStep)}`;
    return compared('CALLBACK_LIMIT', reason, callbackMost, terms.callback, { venue });
  }
  const named = terms.type === 'limit' ? terms.price : terms.type === 'stopMarket' ? terms.triggerPrice : terms.activationPrice;
  if (named === undefined) return null;
  const tick = tickAt(rules, named);
  if (!isMultiple(named, tick)) return compared('OFF_TICK', `${text(named)} is not on ${venue}'s tick ${text(tick)}`, tick, named, { venue });
  const best = opposite(book, side)[0]?.price;
  if (!isConditional(terms) || best === undefined) return null;
  // A stop lies above the market and a trail begins below it: on the other side it would be set off at once.
  const isRight = terms.type === 'stopMarket' ? gt(named, best) : lt(named, best);
  return isRight
    ? null
    : compared('WRONG_TRIGGER', `${text(named)} would set it off at once: the market is at ${text(best)}`, best, named, { venue });
}

/** How far a trailing stop of Binance may follow, and in which steps. */
const callbackMost = ratio('0.1');
const callbackStep = ratio('0.001');

/** Where an order would trade now. */
export interface Reach {
  /** The worst price it may be done at; null for one that waits for a price. */
  readonly worst: Price | null;
  /** The same, and for one that waits the best price of now. */
  readonly end: Price;
  /** The best price of now. */
  readonly best: Price;
  /** Coins; of one by cost the most that it can buy. */
  readonly size: Quantity;
}

/** The end of the book that an order may reach, or the denial: beyond the collar, or nobody there. */
export function reachOfHand(request: OrderRequest, { book, rules }: Market, collarBps: number): Reach | Denial {
  const { leg, venue, side, terms } = request;
  const best = opposite(book, side)[0]?.price;
  const end = worstPrice(book, side, collarBps, rules);
  if (best === undefined || end === undefined || !gt(best, zero<'price'>()))
    return denied('EMPTY_BOOK', `Nobody is on the side of the ${leg} book that would be taken`);
  const size = 'cost' in terms ? divide<'quantity'>(terms.cost, best, 12, 'up') : terms.quantity;
  if (isConditional(terms)) return { worst: null, end: best, best, size };
  if (terms.type === 'best' || terms.type === 'bestByCost') return { worst: best, end: best, best, size };
  if (!('cost' in terms)) {
    const worst = terms.type === 'limit' ? terms.price : end;
    return beyondCollar(request, size, { book, rules }, collarBps) ?? { worst, end: worst, best, size };
  }
  const onOffer = worthWithin(book, end);
  if (gte(onOffer, terms.cost)) return { worst: end, end, best, size };
  return compared('PRICE_COLLAR', `${text(onOffer)} KRW are on offer within the collar`, onOffer, terms.cost, { venue });
}

/** What all asks up to a price cost. */
const worthWithin = ({ asks }: Book, end: Price): Notional =>
  asks.filter((level) => lte(level.price, end)).reduce((total, level) => add(total, notional(level.price, level.quantity)), zero<'notional'>());
