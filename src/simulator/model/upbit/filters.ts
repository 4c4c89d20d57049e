/**
 * What Upbit checks of an order before it takes it, in this order: numbers, tick, minimum, maximum, depth. Funds come
 * last, where they are locked. Sources: docs.upbit.com, KRW market info and order creation; [?] rows are our reading.
 */
import { divide, floorToStep, gt, type Krw, krw, lt, type Price, relabel, round, sign, sum, toTick } from '../../../shared/domain/units.ts';
import type { Book, Side } from '../book.ts';
import { type ListedMarket, tickOf } from '../listing.ts';
import { bidFunds, fundsOf, type OrderSide, type OrderTerms } from './order.ts';
import { type Refusal, refusal } from './refusal.ts';

/** orders/chance: max_total of the KRW market. */
export const maxTotal: Krw = krw('1000000000');
/** How many levels a side Upbit shows, and how deep a market order may go. */
export const shownLevels = 30;
/** How many digits of a volume after the point Upbit's answers carry. */
export const volumePlaces = 8;

/** The book's word for a side. */
export const bookSide = (side: OrderSide): Side => (side === 'bid' ? 'buy' : 'sell');
export const otherSide = (side: OrderSide): Side => (side === 'bid' ? 'sell' : 'buy');

/** @returns why Upbit would refuse the order, funds aside; undefined when it would not */
export function checkFilters(terms: OrderTerms, market: ListedMarket, book: Book): Refusal | undefined {
  return checkNumbers(terms, market) ?? checkTotals(terms, market, book) ?? checkDepth(terms, market, book);
}

function checkNumbers({ side, limit, budget, volume }: OrderTerms, market: ListedMarket): Refusal | undefined {
  const wrongPrice = refusal(side === 'bid' ? 'invalid_price_bid' : 'invalid_price_ask');
  if (limit !== null && (sign(limit) <= 0 || toTick(limit, tickOf(market, limit), 'down') !== limit)) return wrongPrice;
  if (budget !== null && sign(budget) <= 0) return wrongPrice;
  // [?] Upbit does not say what becomes of a ninth digit; a refusal loses nobody money.
  const isWrongVolume = volume !== null && (sign(volume) <= 0 || round(volume, volumePlaces, 'down') !== volume);
  return isWrongVolume ? refusal(side === 'bid' ? 'invalid_volume_bid' : 'invalid_volume_ask') : undefined;
}

function checkTotals(terms: OrderTerms, market: ListedMarket, book: Book): Refusal | undefined {
  const total = totalOf(terms, book);
  if (total === null) return undefined;
  const isBid = terms.side === 'bid';
  if (lt(total, relabel<'krw'>(market.minNotional))) {
    if (terms.ordType === 'price' || terms.ordType === 'market') return refusal(isBid ? 'under_min_total_market_bid' : 'under_min_total_market_ask');
    return refusal(isBid ? 'under_min_total_bid' : 'under_min_total_ask');
  }
  return gt(total, maxTotal) ? refusal(isBid ? 'over_krw_funds_bid' : 'over_krw_funds_ask') : undefined;
}

/** KRW that the order is about; volumes without a price count at the best price on the other side [?]. */
function totalOf(terms: OrderTerms, book: Book): Krw | null {
  if (terms.side === 'bid') return bidFunds(terms);
  const at = terms.limit ?? book.best('buy');
  return at === null || terms.volume === null ? null : fundsOf(at, terms.volume);
}

/** A market order larger than the shown levels together is refused; the error's name is [?]. */
function checkDepth({ side, ordType, budget, volume }: OrderTerms, market: ListedMarket, book: Book): Refusal | undefined {
  if (ordType !== 'price' && ordType !== 'market') return undefined;
  const levels = book.levels(otherSide(side), shownLevels);
  const isBeyond =
    budget !== null
      ? gt(budget, sum(levels.map((level) => fundsOf(level.price, level.quantity))))
      : volume !== null && gt(volume, sum(levels.map((level) => level.quantity)));
  if (!isBeyond) return undefined;
  return refusal(side === 'bid' ? 'create_bid_error' : 'create_ask_error', `주문 가능한 호가 잔량을 초과하였습니다. (${market.symbol})`);
}

/** What a KRW amount buys at one price, as Upbit reckons it: eight places, rounded down. */
export const volumeFor = (budget: Krw, at: Price, market: ListedMarket) => floorToStep(divide<'quantity'>(budget, at, 20, 'down'), market.step);
