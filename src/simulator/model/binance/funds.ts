/** What an account can afford: its exposures as they stand, and whether an order may be added to them. */
import {
  absolute,
  add,
  excess,
  gt,
  isZero,
  lt,
  magnitude,
  max,
  negate,
  type Price,
  ratio,
  scale,
  sign,
  subtract,
  sum,
  type Usdt,
  usdt,
} from '../../../shared/domain/units.ts';
import { bracketsOf, maxNotional } from './brackets.ts';
import { type AccountMargin, accountMargin, type Exposure, marginOf } from './margin.ts';
import type { Ticket } from './order-check.ts';
import type { AccountReason, ExchangeParts } from './parts.ts';
import { isFlat, isReducing, notionalUsdt, type Position, type PositionSide, type Side, unrealized } from './position.ts';
import type { Order } from './records.ts';
import { type Refusal, refusals } from './refusal.ts';

/** A market buy is assumed to pay this much of the best ask (FAQ, "Cost Required to Open a Position"). */
const marketBuyAllowance = ratio('1.0005');

function openNotional(orders: readonly Order[], side: Side): Usdt {
  const open = orders.filter((order) => order.side === side && !isReducing(order));
  return sum(open.map((order) => notionalUsdt(order.price, excess(order.quantity, order.filled))));
}

/** @param without the id of an open order to leave out: one that is being amended */
export function exposureOf(parts: ExchangeParts, symbol: string, side: PositionSide = 'BOTH', without?: number): Exposure {
  const orders = parts.state.openOrders(symbol).filter((order) => order.positionSide === side && order.id !== without);
  return {
    position: parts.state.position(symbol, side),
    markPrice: parts.markPrice(symbol),
    bidNotional: openNotional(orders, 'BUY'),
    askNotional: openNotional(orders, 'SELL'),
    brackets: bracketsOf(symbol),
  };
}

/** Every symbol and side with a position or an open order. */
export function exposures(parts: ExchangeParts): readonly Exposure[] {
  const held = parts.state.positions().filter((position) => !isFlat(position));
  const rows = new Map([...held, ...parts.state.openOrders()].map((row) => [`${row.symbol} ${row.positionSide}`, row]));
  return [...rows.values()].map((row) => exposureOf(parts, row.symbol, row.positionSide));
}

/** The position sides that a symbol has in the account's position mode. */
export const sidesOf = (parts: ExchangeParts): readonly PositionSide[] => (parts.state.account().dualSide ? ['LONG', 'SHORT'] : ['BOTH']);

export const marginNow = (parts: ExchangeParts): AccountMargin => accountMargin(parts.state.account().wallet, exposures(parts));

/** The price that the cost of an order is reckoned at; undefined where the book has none. */
function assumedPrice(parts: ExchangeParts, ticket: Ticket): Price | undefined {
  const book = parts.book(ticket.symbol);
  if (ticket.side === 'BUY') {
    const ask = book.best('sell');
    return ticket.type === 'LIMIT' ? ticket.price : ask === null ? undefined : scale(ask, marketBuyAllowance);
  }
  const bid = book.best('buy');
  if (ticket.type === 'MARKET') return bid ?? undefined;
  return bid === null ? ticket.price : max(bid, ticket.price);
}

/** What the order would lose at once if it filled at its price: quantity × what that is worse than the mark. */
function openLoss(ticket: Ticket, at: Price, markPrice: Price): Usdt {
  const worse = ticket.side === 'BUY' ? subtract(at, markPrice) : subtract(markPrice, at);
  return sign(worse) > 0 ? notionalUsdt(worse, ticket.quantity) : usdt('0');
}

/**
 * Whether the account can afford an order that is not reduce-only: the margin that it adds, its loss at the mark price
 * and its taker fee against what is available; and the most that may be held at the symbol's leverage.
 * @param without the id of an open order that it takes the place of
 */
export function checkFunds(parts: ExchangeParts, ticket: Ticket, without?: number): Refusal | undefined {
  const at = assumedPrice(parts, ticket);
  // Against an empty book a market order fills nothing and so costs nothing.
  if (at === undefined) return undefined;
  const before = exposureOf(parts, ticket.symbol, ticket.positionSide, without);
  const value = notionalUsdt(at, ticket.quantity);
  const after: Exposure = {
    ...before,
    bidNotional: ticket.side === 'BUY' ? add(before.bidNotional, value) : before.bidNotional,
    askNotional: ticket.side === 'SELL' ? add(before.askNotional, value) : before.askNotional,
  };
  const initial = (exposure: Exposure): Usdt => {
    const margin = marginOf(exposure);
    return add(margin.positionInitial, margin.openOrderInitial);
  };
  const added = subtract(initial(after), initial(before));
  if (sign(added) <= 0) return undefined;
  const most = maxNotional(before.brackets, before.position.leverage);
  const held = notionalUsdt(before.markPrice, magnitude(before.position.quantity));
  const signed = sign(before.position.quantity) < 0 ? negate(held) : held;
  const reach = ticket.side === 'BUY' ? add(signed, after.bidNotional) : subtract(signed, after.askNotional);
  if (most !== undefined && gt(absolute(reach), most)) return refusals.positionAboveLeverage;
  const fee = scale(value, parts.fees.taker);
  const cost = add(add(added, openLoss(ticket, at, before.markPrice)), fee);
  return lt(availableWithout(parts, without, ticket), cost) ? refusals.margin : undefined;
}

/** What is available once an order that is being replaced is gone. */
function availableWithout(parts: ExchangeParts, without: number | undefined, { symbol, positionSide = 'BOTH' }: Ticket): Usdt {
  if (without === undefined) return marginNow(parts).available;
  const rows = exposures(parts).map((row) =>
    row.position.symbol === symbol && row.position.positionSide === positionSide ? exposureOf(parts, symbol, positionSide, without) : row,
  );
  return accountMargin(parts.state.account().wallet, rows).available;
}

/** Reports how the wallet and these positions stand. */
export function reportAccount(parts: ExchangeParts, positions: readonly Position[], reason: AccountReason, balanceChange: Usdt): void {
  const { wallet } = parts.state.account();
  const isolated = sum(parts.state.positions().map((position) => position.isolatedWallet));
  parts.report({
    kind: 'account',
    reason,
    at: parts.now(),
    wallet,
    crossWallet: subtract(wallet, isolated),
    balanceChange,
    positions: positions.map((position) => ({
      position,
      unrealized: isZero(position.quantity) ? usdt('0') : unrealized(position, parts.markPrice(position.symbol)),
    })),
  });
}
