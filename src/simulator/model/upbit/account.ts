/**
 * An Upbit account: what orders do to its balances, and its balances to orders.
 *
 * 1. What a call changed is on record in one write before it returns, and before anybody hears of it.
 * 2. Free and locked balances, fills and fees agree to the last digit: an order's lock is in the wallet's lock for as
 *    long as the order waits.
 * 3. An identifier is used once in the account's life, also by an order that was refused.
 */
import {
  add,
  excess,
  floorToStep,
  gte,
  isZero,
  type Krw,
  lt,
  min,
  notional,
  type Price,
  type Quantity,
  type Ratio,
  relabel,
  scale,
  subtract,
  sum,
  zero,
} from '../../../shared/domain/units.ts';
import type { Book, MakerFill, MatchRequest, Trade, Want } from '../book.ts';
import type { ListedMarket } from '../listing.ts';
import { bookSide, checkFilters } from './filters.ts';
import { mayFill, preventsSelfMatch, takerRequest } from './matching.ts';
import {
  type Amount,
  execute,
  finish,
  isComplete,
  lockFor,
  newOrder,
  type Execution,
  type OrderTerms,
  prevent,
  remainingVolume,
  type UpbitOrder,
  type UpbitTrade,
} from './order.ts';
import { AccountRecord, type RecordParts, uuidFrom } from './record.ts';
import { invalidValue, isRefusal, type Refusal, refusal } from './refusal.ts';
import type { Wallet } from './wallet.ts';

/** What the account sees of the market. */
export interface AccountMarket {
  find(market: string): ListedMarket | undefined;
  book(market: string): Book;
  lastPrice(market: string): Price;
  /** The venue takes neither orders nor cancels in it. */
  isOffline(market: string): boolean;
}

export interface AccountParts extends RecordParts {
  readonly market: AccountMarket;
}

/** What POST /faults makes of an order. */
export type PlaceFault =
  | { readonly kind: 'insufficientFunds' | 'filterReject' | 'halt' }
  /** The venue takes it and ends it before its first fill. */
  | { readonly kind: 'venueCancel' }
  | { readonly kind: 'partialFill'; readonly fraction: Ratio };

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
  /** The order as a query that lags by this much still shows it; undefined when it was not there yet. */
  lagging = (uuid: string, lagMs: number): UpbitOrder | undefined => this.#record.asOf(uuid, this.#parts.clock.now() - lagMs);
  /** The order as it was taken, whatever filled since. */
  asTaken = (uuid: string): UpbitOrder | undefined => this.#record.asTaken(uuid);
  isOffline = (market: string): boolean => this.#parts.market.isOffline(market);
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
    const refused = this.#check(terms, fault, zero());
    if (refused !== undefined) {
      this.#record.claim(terms.identifier, null);
      this.#record.commit();
      return refused;
    }
    const order = newOrder(terms, { ...this.#record.draw(), external }, this.#parts.clock.now());
    this.#record.claim(terms.identifier, order.uuid);
    this.#record.wallet.lock(lockedCurrency(terms), order.locked);
    this.#record.save(order);
    if (fault?.kind === 'venueCancel') this.#end(order);
    else this.#work(order, fault?.kind === 'partialFill' ? fault.fraction : undefined);
    this.#record.commit();
    return order;
  }

  /** Checks an order as `place` would, without placing it; its identifier stays free. */
  test(terms: OrderTerms): UpbitOrder | Refusal {
    if (terms.identifier !== null && this.#record.isUsed(terms.identifier)) return refusal('duplicated_identifier');
    const at = this.#parts.clock.now();
    const identity = { uuid: uuidFrom(`test/${this.#parts.random()}/${at}`), number: 0, external: false };
    return this.#check(terms, undefined, zero()) ?? newOrder(terms, identity, at);
  }

  /**
   * Cancels an order and places another on the same side of the same market. The new one is checked first, with what
   * the cancel will free; a refusal leaves the old order as it is [?].
   * @param terms of the new order, made of the old one as it is now
   */
  replace(
    uuid: string,
    terms: (old: UpbitOrder) => OrderTerms | Refusal,
    options: PlaceOptions = {},
  ): { readonly old: UpbitOrder; readonly placed: UpbitOrder } | Refusal {
    const old = this.#record.order(uuid);
    if (old === undefined || old.state !== 'wait') return refusal('order_not_found');
    const wanted = terms(old);
    if (isRefusal(wanted)) return wanted;
    if (wanted.identifier !== null && this.#record.isUsed(wanted.identifier)) return refusal('duplicated_identifier');
    const refused = this.#check(wanted, options.fault, old.locked);
    if (refused !== undefined) {
      this.#record.claim(wanted.identifier, null);
      this.#record.commit();
      return refused;
    }
    this.#parts.market.book(old.market).cancel(uuid);
    this.#end(old);
    const placed = this.place(wanted, options);
    if (isRefusal(placed)) throw new Error(`Invariant: what was checked with the freed funds is taken, was ${placed.name}`);
    return { old, placed };
  }

  /** @returns the order as it was when the cancel came; undefined when it does not wait or its market is offline */
  cancel(uuid: string): UpbitOrder | undefined {
    const order = this.#record.order(uuid);
    if (order === undefined || order.state !== 'wait' || this.isOffline(order.market)) return undefined;
    this.#parts.market.book(order.market).cancel(uuid);
    this.#end(order);
    this.#record.commit();
    return order;
  }

  /** A cancel that came too late: this part of what is left fills first, at the order's own price. @returns as `cancel` does */
  cancelLate(uuid: string, part: Ratio): UpbitOrder | undefined {
    const order = this.#record.order(uuid);
    const listed = order === undefined ? undefined : this.#parts.market.find(order.market);
    const rest = order === undefined ? null : remainingVolume(order);
    if (order?.limit === null || order?.state !== 'wait' || listed === undefined || rest === null) return this.cancel(uuid);
    const volume = floorToStep(scale(rest, part), listed.step);
    this.#parts.market.book(order.market).cancel(uuid);
    if (!isZero(volume)) this.#fill(uuid, { price: order.limit, volume, isMaker: true, trend: order.side === 'bid' ? 'down' : 'up' });
    const left = this.#record.order(uuid);
    if (left?.state === 'wait') this.#end(left);
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

  /** @param freed what a cancel in the same call will give back */
  #check(terms: OrderTerms, fault: PlaceFault | undefined, freed: Amount): Refusal | undefined {
    const listed = this.#parts.market.find(terms.market);
    if (listed === undefined) return invalidValue('market');
    if (this.isOffline(terms.market) || fault?.kind === 'halt') return refusal('market_offline');
    if (fault?.kind === 'filterReject') return filterFault(terms);
    const refused = checkFilters(terms, listed, this.#parts.market.book(terms.market));
    if (refused !== undefined) return refused;
    const isShort = lt(add(this.#record.wallet.get(lockedCurrency(terms)).balance, freed), lockFor(terms));
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

  /**
   * Takes until the order has what it may have. Where it meets an order of its own account its smp_type decides:
   * `none` lets them trade, the others take one of the two, or both, out of the way and go on.
   */
  #take(order: UpbitOrder, book: Book, fraction: Ratio | undefined): void {
    const first = takerRequest(order, book);
    if (first === undefined) return;
    // A `best` order keeps the price that was best when it came.
    let left = fraction === undefined ? undefined : partOf({ ...first, fraction }, book);
    let last = this.#parts.market.lastPrice(order.market);
    for (let now = this.#waitingOrder(order.uuid); now !== undefined; now = this.#waitingOrder(order.uuid)) {
      const want = left ?? takerRequest(now, book)?.want;
      if (want === undefined) return;
      const { trades } = book.quote({ ...first, want });
      const own = preventsSelfMatch(order) ? trades.findIndex(({ maker }) => maker !== null) : -1;
      const free = own === -1 ? trades : trades.slice(0, own);
      if (free.length > 0) book.match({ ...first, want: { quantity: sum(free.map(({ quantity }) => quantity)) } });
      for (const trade of free) last = this.#trade(order.uuid, trade, last);
      const met = trades[own];
      if (met === undefined) return;
      if (left !== undefined) left = without(left, order.smpType === 'reduce' ? [...free, met] : free);
      this.#preventMatch(order, book, met);
    }
  }

  /** @returns the price, the next trade's last */
  #trade(uuid: string, { price, quantity, maker }: Trade, last: Price): Price {
    const trade = { price, volume: quantity, trend: gte(price, last) ? ('up' as const) : ('down' as const) };
    this.#fill(uuid, { ...trade, isMaker: false });
    if (maker !== null) this.#fill(maker, { ...trade, isMaker: true });
    return price;
  }

  /** Self-match prevention by the taker's word, at the first order of the account that it would meet. */
  #preventMatch(taker: UpbitOrder, book: Book, { price, quantity, maker }: Trade): void {
    const resting = maker === null ? undefined : this.#waitingOrder(maker);
    const now = this.#waitingOrder(taker.uuid);
    if (resting === undefined || now === undefined) throw new Error(`Invariant: what rests in the book waits in the account, was ${maker}`);
    const restingLeft = remainingVolume(resting) ?? quantity;
    if (taker.smpType === 'cancel_taker') return this.#prevent(now, price, remainingVolume(now) ?? quantity, true);
    if (taker.smpType === 'cancel_maker') {
      book.cancel(resting.uuid);
      return this.#prevent(resting, price, restingLeft, true);
    }
    book.reduce(resting.uuid, excess(restingLeft, quantity));
    this.#prevent(resting, price, min(quantity, restingLeft), false);
    return this.#prevent(now, price, quantity, false);
  }

  /** @param ends the order ends whatever is left of it */
  #prevent(order: UpbitOrder, price: Price, volume: Quantity, ends: boolean): void {
    const { order: next, unlocked } = prevent(order, { price, volume }, this.#parts.clock.now());
    if (!isZero(unlocked)) this.#record.wallet.release(lockedCurrency(order), unlocked);
    this.#record.save(next, null, true);
    if (ends || isComplete(next)) this.#end(next, true);
  }

  #waitingOrder(uuid: string): UpbitOrder | undefined {
    const order = this.#record.order(uuid);
    return order?.state === 'wait' ? order : undefined;
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

  #end(order: UpbitOrder, prevented = false): void {
    const { order: ended, unlocked } = finish(order, this.#parts.clock.now(), prevented);
    if (!isZero(unlocked)) this.#record.wallet.release(lockedCurrency(order), unlocked);
    this.#record.save(ended);
  }
}

/** The coin of a KRW market: "BTC" of "KRW-BTC". */
const coinOf = (market: string): string => market.slice(market.indexOf('-') + 1);
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

/** What a part of a request would take now. */
function partOf(request: MatchRequest, book: Book): Want {
  const { filled, cost } = book.quote(request);
  return 'cost' in request.want ? { cost } : { quantity: filled };
}

function without(left: Want, trades: readonly Trade[]): Want {
  if ('quantity' in left) return { quantity: excess(left.quantity, sum(trades.map(({ quantity }) => quantity))) };
  return { cost: subtract(left.cost, sum(trades.map(({ price, quantity }) => notional(price, quantity)))) };
}

function filterFault({ side, ordType }: OrderTerms): Refusal {
  const isBid = side === 'bid';
  if (ordType === 'limit') return refusal(isBid ? 'invalid_price_bid' : 'invalid_price_ask');
  return refusal(isBid ? 'under_min_total_bid' : 'under_min_total_ask');
}
