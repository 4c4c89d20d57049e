/** For tests only: an account in a still market, orders in few words, and what must hold of an account at any time. */
import { add, type Krw, krw, price, quantity, relabel, subtract, sum, text, zero } from '../../../shared/domain/units.ts';
import { type Keep, keepInMemory } from '../../keep.ts';
import type { Level } from '../../venue.ts';
import { createMarket, type Market } from '../market.ts';
import { UpbitAccount } from './account.ts';
import { preventedLocked, type OrderTerms, type UpbitOrder } from './order.ts';
import type { AccountEvent } from './record.ts';
import { isRefusal } from './refusal.ts';

export const start = 1_795_000_000_000;
export const btc = 'KRW-BTC';
export const levels = (rows: readonly (readonly [string, string])[]): Level[] => rows.map(([p, q]) => ({ price: price(p), quantity: quantity(q) }));

export interface Seat {
  readonly account: UpbitAccount;
  readonly market: Market;
  readonly events: AccountEvent[];
  /** Markets that are offline. */
  readonly offline: Set<string>;
}

export interface SeatOptions {
  readonly keep?: Keep;
  /** null leaves the account as the record has it. */
  readonly funds?: string | null;
  readonly market: Market;
}

export function seat({ keep = keepInMemory(), funds = '100000000', market }: SeatOptions): Seat {
  const events: AccountEvent[] = [];
  const offline = new Set<string>();
  let now = start;
  const account = new UpbitAccount({
    keep,
    clock: { now: () => (now += 1) },
    random: () => 0.5,
    told: (event) => events.push(event),
    market: {
      find: (symbol) => market.find('upbit', symbol),
      book: (symbol) => market.book('upbit', symbol),
      lastPrice: (symbol) => market.ticker('upbit', symbol).last,
      isOffline: (symbol) => offline.has(symbol),
    },
  });
  market.onMakerFills('upbit', (_symbol, fills) => account.madeFills(fills));
  if (funds !== null) account.reset(krw(funds));
  events.length = 0;
  return { account, market, events, offline };
}

/** A still market with this book of KRW-BTC. */
export function stillMarket(bids: readonly (readonly [string, string])[], asks: readonly (readonly [string, string])[]): Market {
  const market = createMarket({ seed: 1, kind: 'still', startAt: start });
  const set = market.setBook('upbit', btc, levels(bids), levels(asks));
  if (!set.ok) throw new Error(set.error);
  return market;
}

export const terms = (more: Partial<OrderTerms>): OrderTerms => ({
  market: btc,
  side: 'bid',
  ordType: 'limit',
  timeInForce: null,
  limit: null,
  budget: null,
  volume: null,
  identifier: null,
  smpType: null,
  ...more,
});
export const limitBid = (at: string, volume: string, more: Partial<OrderTerms> = {}) =>
  terms({ limit: price(at), volume: quantity(volume), ...more });
export const limitAsk = (at: string, volume: string, more: Partial<OrderTerms> = {}) => limitBid(at, volume, { side: 'ask', ...more });
export const marketBuy = (budget: string, more: Partial<OrderTerms> = {}) => terms({ ordType: 'price', budget: krw(budget), ...more });
export const marketSell = (volume: string, more: Partial<OrderTerms> = {}) =>
  terms({ side: 'ask', ordType: 'market', volume: quantity(volume), ...more });

/** Places and returns the order as it is afterwards. */
export function put(account: UpbitAccount, order: OrderTerms): UpbitOrder {
  const placed = account.place(order);
  if (isRefusal(placed)) throw new Error(`refused: ${placed.name}`);
  return account.byUuid(placed.uuid) ?? placed;
}
export const refusedWith = (answer: object): string | number => (isRefusal(answer) ? answer.name : 'placed');
export const held = (account: UpbitAccount, currency: string) => {
  const { balance, locked } = account.wallet.get(currency);
  return [text(balance), text(locked)];
};
export const fillsOf = (order: UpbitOrder | undefined) => order?.trades.map((trade) => [text(trade.price), text(trade.volume)]);

/**
 * Every won and every coin over all orders ever, as pairs that must be equal: what was there and came in against what
 * is there and went out, and what the wallet has locked against what waiting orders hold.
 */
export function books(
  account: UpbitAccount,
  funds: string,
  coins: readonly string[] = ['BTC'],
): readonly (readonly [what: string, one: string, other: string])[] {
  const orders = [...account.orders()];
  const krwOf = (side: UpbitOrder['side'], read: (order: UpbitOrder) => Krw) =>
    sum([zero<'krw'>(), ...orders.filter((o) => o.side === side).map(read)]);
  const won = account.wallet.get('KRW');
  const out = add(
    add(
      relabel<'krw'>(add(won.balance, won.locked)),
      krwOf('bid', (o) => o.executedFunds),
    ),
    sum([zero<'krw'>(), ...orders.map((o) => o.paidFee)]),
  );
  const rows: (readonly [string, string, string])[] = [
    [
      'KRW',
      text(out),
      text(
        add(
          krw(funds),
          krwOf('ask', (o) => o.executedFunds),
        ),
      ),
    ],
  ];
  const lockedBy = (side: UpbitOrder['side'], market: (code: string) => boolean) =>
    text(
      sum([
        zero<'amount'>(),
        ...account
          .waiting()
          .filter((o) => o.side === side && market(o.market))
          .map((o) => o.locked),
      ]),
    );
  rows.push(['KRW locked', text(won.locked), lockedBy('bid', () => true)]);
  for (const coin of coins) {
    const ofCoin = orders.filter((o) => o.market === `KRW-${coin}`);
    const volume = (side: UpbitOrder['side']) =>
      sum([zero<'amount'>(), ...ofCoin.filter((o) => o.side === side).map((o) => relabel<'amount'>(o.executedVolume))]);
    const { balance, locked } = account.wallet.get(coin);
    rows.push([coin, text(add(add(balance, locked), volume('ask'))), text(volume('bid'))]);
    rows.push([`${coin} locked`, text(locked), lockedBy('ask', (code) => code === `KRW-${coin}`)]);
  }
  return rows;
}

/** The same within one order: trades, fees, and a bid's reserve against what became of it. */
export function booksOf(order: UpbitOrder): readonly (readonly [what: string, one: string, other: string])[] {
  const { trades } = order;
  const rows: (readonly [string, string, string])[] = [
    ['volume', text(sum([quantity('0'), ...trades.map((trade) => trade.volume)])), text(order.executedVolume)],
    ['funds', text(sum([zero<'krw'>(), ...trades.map((trade) => trade.funds)])), text(order.executedFunds)],
    ['fees', text(sum([zero<'krw'>(), ...trades.map((trade) => trade.fee)])), text(order.paidFee)],
  ];
  if (order.side === 'ask' && order.volume !== null) {
    const kept = add(add(relabel<'amount'>(order.executedVolume), preventedLocked(order)), order.locked);
    rows.push(['lock', text(kept), text(order.volume)]);
  }
  if (order.budget !== null) {
    const spent = add(add(order.executedFunds, order.preventedFunds), subtract(relabel<'krw'>(order.locked), order.remainingFee));
    rows.push(['budget', text(spent), text(order.budget)]);
  }
  return rows;
}
