/**
 * The truth of one venue: orders, trades, balances and positions, whatever anybody is told of them. It takes any order
 * whose client id is not open there at the moment, as the real ones do: a second one with the same id is really executed.
 */
import type { ClientOrderId, Coin } from '../../shared/domain/ids.ts';
import { coin as coinId } from '../../shared/domain/ids.ts';
import {
  absolute,
  add,
  divide,
  excess,
  floorToStep,
  fromNumber,
  gt,
  gte,
  isZero,
  lt,
  lte,
  min,
  negate,
  notional,
  type Price,
  type Quantity,
  quantity,
  ratio,
  relabel,
  scale,
  sign,
  type SignedQuantity,
  signedQuantity,
  subtract,
  sum,
  toNumber,
  ZERO,
} from '../../shared/domain/units.ts';
import {
  type Fill,
  type Holdings,
  isConditional,
  type Leg,
  mayRest,
  type OrderRequest,
  type OrderTerms,
  tickAt,
  type Venue,
} from '../../shared/domain/venue.ts';
import type { Faults } from '../faults.ts';
import type { Draw } from '../random.ts';
import type { Timeline } from '../timeline.ts';
import type { Market } from './market.ts';
import { atOnce, isTriggered, leftOf, met, wouldTake } from './resting.ts';
import { filledOf, rests, type TrueOrder } from './true-order.ts';

/** A trade of the account that no order of ours made. */
export interface OutsideTrade {
  readonly coin: Coin;
  readonly clientId: string;
  readonly venueOrderId: string;
  readonly fill: Fill;
}

export type Refusal = 'INSUFFICIENT_FUNDS' | 'INVALID_ORDER' | 'DUPLICATE_ID';

export interface ExchangeParts {
  readonly venue: Venue;
  readonly leg: Leg;
  readonly market: Market;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly draw: Draw;
  /** Something happened to an order: what the venue's stream tells. */
  readonly onOrder: (order: TrueOrder, newest: readonly Fill[]) => void;
}

type Money = ReturnType<typeof relabel<'balance'>>;

export class Exchange {
  /** All orders of an id, oldest first; there should never be two. */
  readonly orders = new Map<ClientOrderId, TrueOrder[]>();
  readonly outside: OutsideTrade[] = [];
  readonly #parts: ExchangeParts;
  #cash: Money;
  readonly #coins = new Map<Coin, SignedQuantity>();
  readonly #entry = new Map<Coin, number>();
  /** What each market was last set to. */
  readonly leverage = new Map<Coin, number>();
  #count = 0;

  constructor(parts: ExchangeParts, cash: string) {
    this.#parts = parts;
    this.#cash = relabel<'balance'>(quantity(cash));
  }

  get all(): readonly TrueOrder[] {
    return [...this.orders.values()].flat();
  }
  find(id: ClientOrderId): TrueOrder | undefined {
    return this.orders.get(id)?.[0];
  }
  /** What the account holds of a coin; a short is negative. */
  held(coin: Coin): SignedQuantity {
    return this.#coins.get(coin) ?? signedQuantity('0');
  }

  /**
   * @param hiddenUntil until when nobody who asks sees it
   * @param part of the size that finds a partner
   * @param oddly more of it trades than was asked for, or nobody hears of it at all while it is hidden
   */
  place(request: OrderRequest, hiddenUntil: number, part: number, oddly: 'overfilled' | 'hidden' | null = null): TrueOrder | Refusal {
    const { timeline, draw, faults, venue } = this.#parts;
    const known = this.orders.get(request.clientOrderId) ?? [];
    if (known.some((order) => order.state === 'open')) return 'DUPLICATE_ID';
    const refusal = this.#refusal(request);
    if (refusal !== null) return refusal;
    this.#count += 1;
    const sizes = this.#matched(request, part);
    const order: TrueOrder = {
      request,
      venueOrderId: `${venue}-${this.#count}`,
      state: 'open',
      fills: [],
      // What did not trade leaves no trace by which its absence could be doubted.
      visibleAt: oddly === 'hidden' && sizes.length === 0 ? timeline.now : Math.max(timeline.now, hiddenUntil),
      at: timeline.now,
      due: [],
      isSecret: oddly === 'hidden',
    };
    this.orders.set(request.clientOrderId, [...known, order]);
    if (oddly !== null) {
      this.#trade(order, oddly === 'overfilled' ? [...sizes, ...this.#beyond(request, sizes)] : sizes);
      this.#end(order);
      this.#parts.onOrder(order, order.fills);
      return order;
    }
    if (mayRest(request.terms)) return this.#laid(order, sizes);
    const cut = faults.strike('venueCancel', 0.25);
    const possible = atOnce(request.terms, sizes);
    const due = cut ? possible.slice(0, Math.floor(possible.length / 2)) : [...possible];
    if (!draw.chance(cut ? 0.8 : faults.isOn('fillAfterCancel') ? 0.5 : 0.2)) {
      this.#trade(order, due);
      this.#end(order);
      this.#parts.onOrder(order, order.fills);
    } else this.#fillSlowly(order, due);
    return order;
  }

  /** An order that may rest trades what it can at once, and stays. */
  #laid(order: TrueOrder, sizes: readonly Quantity[]): TrueOrder {
    const { terms } = order.request;
    this.#trade(order, atOnce(terms, sizes));
    if (wouldTake(terms, sizes) || isZero(leftOf(terms, order.fills))) this.#end(order);
    this.#parts.onOrder(order, order.fills);
    return order;
  }

  /** A second passes for what rests. */
  step(): void {
    for (const order of this.all) if (rests(order)) this.#stepOf(order);
  }

  #stepOf(order: TrueOrder): void {
    const { market, leg, draw, onOrder } = this.#parts;
    const { coin, terms, reduceOnly } = order.request;
    if (market.halted[leg]) return;
    const before = order.fills.length;
    const rest: OrderRequest = { ...order.request, terms: { type: 'market', quantity: leftOf(terms, order.fills) } };
    if (reduceOnly && sign(this.held(coin)) >= 0) this.#end(order);
    else if (!isConditional(terms)) {
      const onOffer = terms.type === 'limit' ? sum(this.#matched({ ...rest, terms: { ...terms, quantity: leftOf(terms, order.fills) } }, 1)) : ZERO;
      const traded = met(onOffer, leftOf(terms, order.fills), market.rules(leg, coin).step, draw);
      if (traded !== null && this.#isFunded(order.request, traded)) this.#trade(order, [traded]);
      if (isZero(leftOf(terms, order.fills))) this.#end(order);
    } else if (isTriggered(order, market.mark(leg, coin))) {
      this.#trade(order, this.#matched(rest, 1));
      this.#end(order);
    }
    if (order.fills.length > before || order.state !== 'open') onOrder(order, order.fills.slice(before));
  }

  /** What a resting order may still trade: nobody sells coins that are gone or takes money that is spent. */
  #isFunded({ leg, side, coin, terms, reduceOnly }: OrderRequest, size: Quantity): boolean {
    if (leg === 'spot' && side === 'sell') return gte(this.held(coin), relabel<'signedQuantity'>(size));
    if (reduceOnly) return gte(relabel<'quantity'>(absolute(this.held(coin))), size);
    return terms.type === 'limit' && toNumber(this.#cash) > toNumber(terms.price) * toNumber(size) * 1.001;
  }

  /** Gives an order other terms where it lies. @returns false when there is none open */
  amend(id: ClientOrderId, terms: OrderTerms): boolean {
    const order = this.find(id);
    if (order === undefined || !rests(order) || order.visibleAt > this.#parts.timeline.now) return false;
    order.request = { ...order.request, terms };
    if (isZero(leftOf(terms, order.fills))) this.#end(order);
    this.#parts.onOrder(order, []);
    return true;
  }

  /** What a venue in error trades beyond the size that was asked for. */
  #beyond({ coin, leg, terms }: OrderRequest, sizes: readonly Quantity[]): Quantity[] {
    const isWhole = 'quantity' in terms && sum(sizes) === terms.quantity;
    return isWhole
      ? [this.#parts.market.rules(leg, coin).step === quantity('0.00000001') ? quantity('0.0005') : this.#parts.market.rules(leg, coin).step]
      : [];
  }

  /** Trades come one by one, and the end after the last. */
  #fillSlowly(order: TrueOrder, sizes: Quantity[]): void {
    const { timeline, draw, faults, onOrder } = this.#parts;
    order.due = sizes;
    onOrder(order, []);
    // Some wait for so long that they are called back.
    const slow = faults.isOn('fillAfterCancel') ? 0.7 : 0.1;
    const pause = (): number => (draw.chance(slow) ? draw.int(8000, 20_000) : draw.int(10, 5000));
    const next = (): void => {
      if (order.state !== 'open') return;
      const [size, ...rest] = order.due;
      order.due = rest;
      if (size === undefined) this.#end(order);
      else this.#trade(order, [size]);
      onOrder(order, size === undefined ? [] : order.fills.slice(-1));
      if (order.state === 'open') timeline.after(pause(), next);
    };
    timeline.after(pause(), next);
  }

  /** Takes an order back. @returns false when there is none open */
  cancel(id: ClientOrderId): boolean {
    const { timeline, faults, draw, onOrder } = this.#parts;
    const order = this.find(id);
    if (order?.state !== 'open' || order.visibleAt > timeline.now) return false;
    const end = (): void => {
      if (order.state !== 'open') return;
      order.due = [];
      this.#end(order);
      onOrder(order, []);
    };
    const [size] = order.due;
    if (size === undefined || !faults.strike('fillAfterCancel', 0.9)) end();
    else {
      // The cancel was acknowledged, and a trade was faster.
      order.due = [];
      timeline.after(draw.int(1, 2000), () => {
        if (order.state !== 'open') return;
        this.#trade(order, [size]);
        onOrder(order, order.fills.slice(-1));
        end();
      });
    }
    return true;
  }

  /** Somebody else trades on the account, or the venue closes a part of the position. */
  tradeOutside(coin: Coin, by: SignedQuantity, clientId: string): OutsideTrade {
    const { market, leg, timeline } = this.#parts;
    this.#coins.set(coin, add(this.held(coin), by));
    this.#count += 1;
    const mark = fromNumber<'price'>(market.mark(leg, coin), 1);
    const fill = {
      tradeId: `t${this.#count}`,
      price: mark,
      quantity: relabel<'quantity'>(absolute(by)),
      fee: relabel<'fee'>(ZERO),
      feeCurrency: 'USDT',
    };
    const trade = { coin, clientId, venueOrderId: `outside-${this.#count}`, fill: { ...fill, at: timeline.now } };
    this.outside.push(trade);
    return trade;
  }

  /** Somebody takes margin away, until little more is left than what the positions need. */
  drain(): void {
    const { market } = this.#parts;
    const held = [...this.#coins].map(([coin, amount]) => ({
      amount: toNumber(amount),
      mark: market.mark('perp', coin),
      entry: this.#entry.get(coin) ?? 0,
    }));
    const used = held.reduce((all, { amount, mark }) => all + Math.abs(amount) * mark, 0);
    const gained = held.reduce((all, { amount, mark, entry }) => all + amount * (mark - entry), 0);
    this.#cash = fromNumber<'balance'>(used * 0.006 - gained, 4);
  }

  holdings(at: number): Holdings {
    const { leg, market } = this.#parts;
    const coins = [...this.#coins].filter(([, amount]) => !isZero(amount));
    if (leg === 'spot') {
      const balances = coins.map(([coin, amount]) => ({ currency: coin as string, free: relabel<'balance'>(amount), locked: zero }));
      return { balances: [{ currency: 'KRW', free: this.#cash, locked: zero }, ...balances], positions: [], at };
    }
    let used = 0;
    let gained = 0;
    const positions = coins.map(([coin, amount]) => {
      const mark = market.mark('perp', coin);
      const entry = this.#entry.get(coin) ?? mark;
      used += Math.abs(toNumber(amount)) * mark;
      gained += toNumber(amount) * (mark - entry);
      // Isolated at 1×: about where the price has risen by 90 %.
      const liquidationPrice = fromNumber<'price'>(entry * 1.9, 1);
      return { coin, quantity: amount, entryPrice: fromNumber<'price'>(entry, 1), markPrice: fromNumber<'price'>(mark, 1), liquidationPrice };
    });
    const balance = toNumber(this.#cash) + gained;
    const usdt = (value: number) => fromNumber<'usdt'>(value, 4);
    return { balances: [], positions, margin: { balance: usdt(balance), available: usdt(balance - used), maintenance: usdt(used * 0.004) }, at };
  }

  #refusal({ coin, terms, leg, side, reduceOnly }: OrderRequest): Refusal | null {
    const { market } = this.#parts;
    const rules = market.rules(leg, coin);
    if (market.halted[leg]) return 'INVALID_ORDER';
    if ('cost' in terms) return gt(relabel<'balance'>(terms.cost), this.#cash) ? 'INSUFFICIENT_FUNDS' : null;
    if (floorToStep(terms.quantity, rules.step) !== terms.quantity || lt(terms.quantity, rules.minQuantity)) return 'INVALID_ORDER';
    const tick = tickAt(rules, terms.type === 'limit' ? terms.price : fromNumber<'price'>(market.mark(leg, coin), 1));
    if (terms.type === 'limit' && floorToStep(relabel(terms.price), relabel(tick)) !== (relabel(terms.price) as Quantity)) return 'INVALID_ORDER';
    if (reduceOnly && sign(this.held(coin)) >= 0) return 'INVALID_ORDER';
    const value = terms.type === 'limit' ? toNumber(terms.price) * toNumber(terms.quantity) : market.mark(leg, coin) * toNumber(terms.quantity);
    if (!reduceOnly && value < toNumber(rules.minNotional)) return 'INVALID_ORDER';
    if (leg === 'spot' && side === 'sell') return lt(this.held(coin), relabel<'signedQuantity'>(terms.quantity)) ? 'INSUFFICIENT_FUNDS' : null;
    return !reduceOnly && value * (leg === 'spot' ? 1.0005 : 1) > toNumber(this.#cash) ? 'INSUFFICIENT_FUNDS' : null;
  }

  /** The sizes in which an order trades. */
  #matched({ coin, terms, leg, side, reduceOnly }: OrderRequest, part: number): Quantity[] {
    const { market, draw } = this.#parts;
    const { step } = market.rules(leg, coin);
    const book = market.book(leg, coin, 0);
    const all = side === 'buy' ? book.asks : book.bids;
    const levels = terms.type === 'best' || terms.type === 'bestByCost' ? all.slice(0, 1) : all;
    let size = 'cost' in terms ? divide<'quantity'>(terms.cost, levels[0]?.price ?? terms.cost, 8, 'down') : terms.quantity;
    if (reduceOnly) size = min(size, relabel<'quantity'>(absolute(this.held(coin))));
    if (terms.type === 'limit') {
      const within = levels.filter((level) => (side === 'buy' ? lte(level.price, terms.price) : !lt(level.price, terms.price)));
      size = min(size, sum(within.map((level) => level.quantity)));
    }
    if (terms.type === 'best') size = min(size, sum(levels.map((level) => level.quantity)));
    if (part < 1) size = floorToStep(scale(size, ratio(part.toFixed(4))), step);
    if (isZero(size)) return [];
    const first = draw.chance(0.5) ? floorToStep(scale(size, ratio(draw.part().toFixed(3))), step) : size;
    return [first, excess(size, first)].filter((trade) => !isZero(trade));
  }

  #trade(order: TrueOrder, sizes: readonly Quantity[]): void {
    const { request } = order;
    for (const asked of sizes) {
      // Another order may have taken what there was to reduce or to sell.
      const size = min(asked, this.#most(request));
      if (isZero(size)) continue;
      const paid = this.#priceOf(request);
      const value = notional(paid, size);
      const fee = relabel<'fee'>(scale(value, this.#parts.market.rules(request.leg, request.coin).takerFee));
      this.#count += 1;
      const tradeId = `t${this.#count}`;
      order.fills = [
        ...order.fills,
        { tradeId, price: paid, quantity: size, fee, feeCurrency: request.leg === 'spot' ? 'KRW' : 'USDT', at: this.#parts.timeline.now },
      ];
      this.#book(request, size, paid, relabel<'balance'>(value), relabel<'balance'>(fee));
    }
  }

  /** What is there to be traded by an order that reduces. */
  #most({ leg, side, coin, terms, reduceOnly }: OrderRequest): Quantity {
    const held = this.held(coin);
    if (reduceOnly) return sign(held) < 0 ? relabel<'quantity'>(absolute(held)) : ZERO;
    if (leg === 'spot' && side === 'sell') return sign(held) > 0 ? relabel<'quantity'>(held) : ZERO;
    return 'quantity' in terms ? add(terms.quantity, terms.quantity) : quantity('1000000');
  }

  #book({ leg, side, coin }: OrderRequest, size: Quantity, paid: Price, value: Money, fee: Money): void {
    const before = this.held(coin);
    const change = side === 'buy' ? relabel<'signedQuantity'>(size) : negate(relabel<'signedQuantity'>(size));
    const after = add(before, change);
    this.#coins.set(coin, after);
    this.#cash = subtract(this.#cash, fee);
    if (leg === 'spot') this.#cash = side === 'buy' ? subtract(this.#cash, value) : add(this.#cash, value);
    else if (side === 'sell') {
      const [held, added] = [Math.abs(toNumber(before)), toNumber(size)];
      this.#entry.set(coin, ((this.#entry.get(coin) ?? 0) * held + toNumber(paid) * added) / (held + added));
    } else this.#cash = add(this.#cash, fromNumber<'balance'>(toNumber(size) * ((this.#entry.get(coin) ?? 0) - toNumber(paid)), 8));
  }

  #priceOf({ coin, leg, side, terms }: OrderRequest): Price {
    const book = this.#parts.market.book(leg, coin, 0);
    const best = (side === 'buy' ? book.asks : book.bids)[0]?.price;
    if (best === undefined) return terms.type === 'limit' ? terms.price : fromNumber<'price'>(this.#parts.market.mark(leg, coin), 0);
    // A slow order trades where it was limited to, however the market went on.
    if (terms.type === 'limit' && (side === 'buy' ? gt(best, terms.price) : lt(best, terms.price))) return terms.price;
    return best;
  }

  #end(order: TrueOrder): void {
    const { terms, leg } = order.request;
    order.due = [];
    const whole = 'cost' in terms ? order.fills.length > 0 : gte(filledOf(order), terms.quantity);
    order.state = whole ? 'filled' : leg === 'spot' ? 'canceled' : 'expired';
  }
}

const zero: Money = relabel<'balance'>(ZERO);

export const coinsOf = (count: number): readonly Coin[] => ['BTC', 'ETH'].slice(0, count).map((name) => coinId(name));
