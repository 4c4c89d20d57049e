/**
 * An Upbit account: what orders do to its balances, and its balances to orders.
 *
 * 1. What a call changed is on record in one write before it returns, and before anybody hears of it.
 * 2. Free and locked balances, fills and fees agree to the last digit: an order's lock is in the wallet's lock for as
 *    long as the order waits.
 * 3. An identifier is used once in the account's life, also by an order that was refused.
 */
import { gte, isZero, type Krw, lt, type Price, type Ratio, relabel, subtract } from '../../../shared/domain/units.ts';
import type { Book, MakerFill } from '../book.ts';
import type { ListedMarket } from '../listing.ts';
import { bookSide, checkFilters } from './filters.ts';
import { mayFill, takerRequest } from './matching.ts';
import {
  execute,
  finish,
  isComplete,
  lockFor,
  newOrder,
  type Execution,
  type OrderTerms,
  remainingVolume,
  type UpbitOrder,
  type UpbitTrade,
} from './order.ts';
import { AccountRecord, type RecordParts, uuidFrom } from './record.ts';
import { invalidValue, type Refusal, refusal } from './refusal.ts';
import type { Wallet } from './wallet.ts';

/** What the account sees of the market. */
export interface AccountMarket {
  find(market: string): ListedMarket | undefined;
  book(market: string): Book;
  lastPrice(market: string): Price;
}

export interface AccountParts extends RecordParts {
  readonly market: AccountMarket;
}

/** What POST /faults makes of an order. */
export type PlaceFault = { readonly kind: 'insufficientFunds' | 'filterReject' } | { readonly kind: 'partialFill'; readonly fraction: Ratio };

export interface PlaceOptions {
  readonly fault?: PlaceFault;
  /** By somebody else on the account. */
  readonly external?: boolean;
}

export class UpbitAccount {
  readonly #record: AccountRecord;
  readonly #parts: AccountParts;

  /** Takes up what the record holds; waiting orders return to their books, and fill first what came to them meanwhile. */
  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#record = new AccountRecord(parts);
    for (const order of this.#record.waiting()) {
      if (parts.market.find(order.market) === undefined) continue;
      this.#take(order, parts.market.book(order.market), undefined);
      this.#leave(order, undefined);
    }
    this.#record.commit();
  }

  get wallet(): Pick<Wallet, 'get' | 'rows'> {
    return this.#record.wallet;
  }
  byUuid = (uuid: string): UpbitOrder | undefined => this.#record.order(uuid);
  byIdentifier = (identifier: string): UpbitOrder | undefined => {
    const uuid = this.#record.named(identifier);
    return uuid === undefined ? undefined : this.#record.order(uuid);
  };
  /** All orders ever, oldest first. */
  orders = (): Iterable<UpbitOrder> => this.#record.orders();
  /** Orders that wait, oldest first. */
  waiting = (): readonly UpbitOrder[] => this.#record.waiting();

  /**
   * Places an order and fills what fills at once.
   * @returns the order as it was taken, before its first fill: that is what Upbit's answer shows
   */
  place(terms: OrderTerms, { fault, external = false }: PlaceOptions = {}): UpbitOrder | Refusal {
    if (terms.identifier !== null && this.#record.isUsed(terms.identifier)) return refusal('duplicated_identifier');
    const refused = this.#check(terms, fault);
    if (refused !== undefined) {
      this.#record.claim(terms.identifier, null);
      this.#record.commit();
      return refused;
    }
    const order = newOrder(terms, { ...this.#record.draw(), external }, this.#parts.clock.now());
    this.#record.claim(terms.identifier, order.uuid);
    this.#record.wallet.lock(lockedCurrency(terms), order.locked);
    this.#record.save(order);
    this.#work(order, fault?.kind === 'partialFill' ? fault.fraction : undefined);
    this.#record.commit();
    return order;
  }

  /** Checks an order as `place` would, without placing it; its identifier stays free. */
  test(terms: OrderTerms): UpbitOrder | Refusal {
    if (terms.identifier !== null && this.#record.isUsed(terms.identifier)) return refusal('duplicated_identifier');
    const at = this.#parts.clock.now();
    const identity = { uuid: uuidFrom(`test/${this.#parts.random()}/${at}`), number: 0, external: false };
    return this.#check(terms, undefined) ?? newOrder(terms, identity, at);
  }

  /** @returns the order as it was when the cancel came; undefined when it does not wait */
  cancel(uuid: string): UpbitOrder | undefined {
    const order = this.#record.order(uuid);
    if (order === undefined || order.state !== 'wait') return undefined;
    this.#parts.market.book(order.market).cancel(uuid);
    this.#end(order);
    this.#record.commit();
    return order;
  }

  /** The market met resting orders. */
  madeFills(fills: readonly MakerFill[]): void {
    for (const { id, side, price, quantity } of fills) {
      // The market came to the order: its price is a low for a bid and a high for an ask.
      this.#fill(id, { price, volume: quantity, isMaker: true, trend: side === 'buy' ? 'down' : 'up' });
    }
    this.#record.commit();
  }

  /** Empties the account and gives it this much KRW. Identifiers are forgotten; ids are not used again. */
  reset(quote: Krw): void {
    for (const { uuid, market } of this.#record.waiting()) this.#parts.market.book(market).cancel(uuid);
    this.#record.clear((wallet) => wallet.credit('KRW', relabel<'amount'>(quote)));
  }

  #check(terms: OrderTerms, fault: PlaceFault | undefined): Refusal | undefined {
    const listed = this.#parts.market.find(terms.market);
    if (listed === undefined) return invalidValue('market');
    if (fault?.kind === 'filterReject') return filterFault(terms);
    const refused = checkFilters(terms, listed, this.#parts.market.book(terms.market));
    if (refused !== undefined) return refused;
    const isShort = lt(this.#record.wallet.get(lockedCurrency(terms)).balance, lockFor(terms));
    if (!isShort && fault?.kind !== 'insufficientFunds') return undefined;
    return refusal(terms.side === 'bid' ? 'insufficient_funds_bid' : 'insufficient_funds_ask');
  }

  /** Takes from the book, then rests or ends what is left. @param fraction fills this part at most and ends the rest */
  #work(order: UpbitOrder, fraction: Ratio | undefined): void {
    const book = this.#parts.market.book(order.market);
    const listed = this.#parts.market.find(order.market);
    if (listed !== undefined && mayFill(order, book, listed)) this.#take(order, book, fraction);
    this.#leave(order, fraction);
  }

  #leave(order: UpbitOrder, fraction: Ratio | undefined): void {
    const left = this.#record.order(order.uuid);
    if (left === undefined || left.state !== 'wait') return;
    const book = this.#parts.market.book(order.market);
    const rest = remainingVolume(left);
    const mayRest = order.ordType === 'limit' && order.timeInForce !== 'ioc' && order.timeInForce !== 'fok' && fraction === undefined;
    if (!mayRest || rest === null || order.limit === null || book.crosses(bookSide(order.side), order.limit)) this.#end(left);
    else book.rest({ id: order.uuid, side: bookSide(order.side), price: order.limit, quantity: rest });
  }

  /** Orders of the same account that it meets trade with it: self-match prevention acts only where it is asked for. */
  #take(order: UpbitOrder, book: Book, fraction: Ratio | undefined): void {
    const request = takerRequest(order, book);
    if (request === undefined) return;
    let last = this.#parts.market.lastPrice(order.market);
    for (const { price, quantity, maker } of book.match(fraction === undefined ? request : { ...request, fraction }).trades) {
      const trade = { price, volume: quantity, trend: gte(price, last) ? ('up' as const) : ('down' as const) };
      last = price;
      this.#fill(order.uuid, { ...trade, isMaker: false });
      if (maker !== null) this.#fill(maker, { ...trade, isMaker: true });
    }
  }

  /** One fill of a waiting order, into order and wallet. */
  #fill(uuid: string, trade: Pick<UpbitTrade, 'price' | 'volume' | 'isMaker' | 'trend'>): void {
    const before = this.#record.order(uuid);
    if (before === undefined || before.state !== 'wait') return;
    const execution = execute(before, { ...trade, uuid: this.#record.draw().uuid, at: this.#parts.clock.now() });
    settle(this.#record.wallet, before, execution);
    this.#record.save(execution.order, execution.trade);
    if (isComplete(execution.order)) this.#end(execution.order);
  }

  #end(order: UpbitOrder): void {
    const { order: ended, unlocked } = finish(order, this.#parts.clock.now());
    if (!isZero(unlocked)) this.#record.wallet.release(lockedCurrency(order), unlocked);
    this.#record.save(ended);
  }
}

/** The coin of a KRW market: "BTC" of "KRW-BTC". */
export const coinOf = (market: string): string => market.slice(market.indexOf('-') + 1);
/** The currency that an order of this side locks. */
const lockedCurrency = ({ side, market }: Pick<OrderTerms, 'side' | 'market'>): string => (side === 'bid' ? 'KRW' : coinOf(market));

function settle(wallet: Wallet, order: UpbitOrder, { trade, unlocked }: Execution): void {
  const coin = coinOf(order.market);
  if (order.side === 'ask') {
    wallet.spend(coin, relabel<'amount'>(trade.volume));
    wallet.credit('KRW', relabel<'amount'>(subtract(trade.funds, trade.fee)));
    return;
  }
  wallet.spend('KRW', unlocked);
  const better = subtract(subtract(relabel<'krw'>(unlocked), trade.funds), trade.fee);
  if (!isZero(better)) wallet.credit('KRW', relabel<'amount'>(better));
  wallet.creditCoins(coin, trade.volume, trade.funds);
}

function filterFault({ side, ordType }: OrderTerms): Refusal {
  const isBid = side === 'bid';
  if (ordType === 'limit') return refusal(isBid ? 'invalid_price_bid' : 'invalid_price_ask');
  return refusal(isBid ? 'under_min_total_bid' : 'under_min_total_ask');
}
