/** What the venue does to an account by itself: liquidation, auto-deleveraging, margin calls and funding. */
import {
  add,
  divide,
  floorToStep,
  gt,
  isZero,
  magnitude,
  negate,
  type Price,
  type Quantity,
  type Ratio,
  ratio,
  scale,
  sign,
  text,
  type Usdt,
  usdt,
} from '../../../shared/domain/units.ts';
import { exposures, reportAccount } from './funds.ts';
import { type Exposure, isExhausted, marginOf, riskOf } from './margin.ts';
import { afterFills, cancelAll, open, take } from './orders.ts';
import type { ExchangeParts } from './parts.ts';
import { isFlat, notionalUsdt, type Position, usdtPlaces } from './position.ts';
import { isOpen } from './records.ts';
import { end, settle } from './settle.ts';

export type Done = { readonly ok: true } | { readonly ok: false; readonly error: string };
const one = ratio('1');
const failed = (error: string): Done => ({ ok: false, error });

/** The part of maintenance margin over margin balance at which the venue warns. */
const marginCallAt = ratio('0.8');
export const fundingPeriodMs = 28_800_000;

/** When funding is due next: every eight hours from midnight UTC. */
export const nextFundingTime = (now: number): number => (Math.floor(now / fundingPeriodMs) + 1) * fundingPeriodMs;

/** What a fraction of each of a symbol's open positions is; a sentence where there is nothing to close. */
function shares(parts: ExchangeParts, symbol: string, fraction: Ratio): readonly { position: Position; quantity: Quantity }[] | string {
  const rules = parts.rules(symbol);
  if (rules === undefined) return `There is no symbol ${symbol}`;
  const held = parts.state.positions().filter((position) => position.symbol === symbol && !isFlat(position));
  if (held.length === 0) return `There is no position in ${symbol}`;
  const rows = held.map((position) => ({ position, quantity: floorToStep(scale(magnitude(position.quantity), fraction), rules.step) }));
  const closable = rows.filter((row) => !isZero(row.quantity));
  return closable.length === 0 ? `The fraction is less than one step of ${text(rules.step)}` : closable;
}

const closingSide = (position: Position) => (sign(position.quantity) < 0 ? 'BUY' : 'SELL');

/**
 * Closes a fraction (above 0, at most 1) of a symbol's position as a liquidation does: the symbol's open orders are
 * canceled, then an order `autoclose-<n>` takes what it needs from the book at any price; what the book lacks stays open.
 */
export function liquidate(parts: ExchangeParts, symbol: string, fraction: Ratio): Done {
  const rows = shares(parts, symbol, fraction);
  if (typeof rows === 'string') return failed(rows);
  cancelAll(parts, symbol);
  for (const { position, quantity } of rows) closeAtBook(parts, position, quantity);
  return { ok: true };
}

function closeAtBook(parts: ExchangeParts, { symbol, positionSide, ...position }: Position, quantity: Quantity): void {
  const account = parts.state.account();
  parts.state.setAccount({ ...account, nextLiquidation: account.nextLiquidation + 1 });
  const side = closingSide({ symbol, positionSide, ...position });
  const request = { side: side === 'BUY' ? 'buy' : 'sell', limit: null, want: { quantity } } as const;
  const worst: Price = parts.book(symbol).quote(request).trades.at(-1)?.price ?? parts.markPrice(symbol);
  const clientId = `autoclose-${account.nextLiquidation}`;
  const ticket = { symbol, positionSide, clientId, side, type: 'LIMIT', price: worst, timeInForce: 'IOC', quantity, reduceOnly: false } as const;
  const order = take(parts, open(parts, ticket, true), request, 'CALCULATED');
  if (isOpen(order)) end(parts, order, 'EXPIRED');
  if (!isZero(order.filled)) afterFills(parts, symbol, positionSide);
}

/**
 * Takes a fraction of a symbol's position away as auto-deleveraging does: an order `adl_autoclose` trades it at the mark
 * price with somebody who was liquidated, past the book, at the taker's fee.
 */
export function deleverage(parts: ExchangeParts, symbol: string, fraction: Ratio): Done {
  const rows = shares(parts, symbol, fraction);
  if (typeof rows === 'string') return failed(rows);
  const price = parts.markPrice(symbol);
  for (const { position, quantity } of rows) {
    const { positionSide } = position;
    const common = { symbol, positionSide, clientId: 'adl_autoclose', quantity, reduceOnly: false } as const;
    const order = open(parts, { ...common, side: closingSide(position), type: 'LIMIT', price, timeInForce: 'IOC' }, true);
    settle(parts, order, { price, quantity, maker: false, execution: 'CALCULATED' });
    afterFills(parts, symbol, positionSide);
  }
  return { ok: true };
}

/** Liquidates the positions whose margin no longer carries them, as far as their books have anything to trade. */
export function liquidateExhausted(parts: ExchangeParts): void {
  const done = new Set<string>();
  for (;;) {
    const rows = exposures(parts);
    const { wallet } = parts.state.account();
    // Each closing changes what stands behind the others, so they are judged anew.
    const next = rows.find((row) => !done.has(row.position.symbol) && isExhausted(wallet, rows, row) && hasCounterparty(parts, row));
    if (next === undefined) return;
    done.add(next.position.symbol);
    liquidate(parts, next.position.symbol, one);
  }
}

const hasCounterparty = (parts: ExchangeParts, { position }: Exposure): boolean =>
  parts.book(position.symbol).best(sign(position.quantity) < 0 ? 'sell' : 'buy') !== null;

/**
 * Warns of positions that come close to liquidation.
 * @param warned the positions that were in danger at the last look @returns those that are now
 */
export function callMargin(parts: ExchangeParts, warned: ReadonlySet<string>): ReadonlySet<string> {
  const rows = exposures(parts);
  const { wallet } = parts.state.account();
  const inDanger = rows.filter((row) => {
    if (isFlat(row.position)) return false;
    const { balance, maintenance } = riskOf(wallet, rows, row);
    return !gt(scale(balance, marginCallAt), maintenance);
  });
  const keyOf = ({ position }: Exposure) => `${position.symbol} ${position.positionSide}`;
  const fresh = inDanger.filter((row) => !warned.has(keyOf(row)));
  if (fresh.length > 0) {
    const isolated = parts.state.positions().map((position) => negate(position.isolatedWallet));
    parts.report({
      kind: 'marginCall',
      at: parts.now(),
      crossWallet: isolated.reduce((left, own) => add(left, own), wallet),
      positions: fresh.map((row) => ({ position: row.position, markPrice: row.markPrice, margin: marginOf(row) })),
    });
  }
  return new Set(inDanger.map(keyOf));
}

/**
 * Books funding of a symbol once: a long pays notional × rate, a short gets it; the other way round below zero.
 * Source: the venue's FAQ "Introduction to Funding Rates": funding amount = nominal value of positions × funding rate.
 */
export function fund(parts: ExchangeParts, symbol: string, rate: Ratio): Done {
  const { state } = parts;
  if (parts.rules(symbol) === undefined) return failed(`There is no symbol ${symbol}`);
  for (const position of state.positions().filter((row) => row.symbol === symbol && !isFlat(row))) {
    const value = notionalUsdt(parts.markPrice(symbol), magnitude(position.quantity));
    const size: Usdt = divide(scale(value, rate), one, usdtPlaces, 'halfEven');
    const amount = sign(position.quantity) < 0 ? size : negate(size);
    const isIsolated = position.marginMode === 'isolated';
    const at = parts.now();
    const account = state.account();
    state.addIncome({ id: account.nextTransactionId, symbol, type: 'FUNDING_FEE', amount, at });
    state.setAccount({ ...account, wallet: add(account.wallet, amount), nextTransactionId: account.nextTransactionId + 1, updatedAt: at });
    const after: Position = { ...position, isolatedWallet: add(position.isolatedWallet, isIsolated ? amount : usdt('0')), updatedAt: at };
    if (isIsolated) state.setPosition(after);
    // The venue names the position only where its own wallet changed.
    reportAccount(parts, isIsolated ? [after] : [], 'FUNDING_FEE', amount);
  }
  return { ok: true };
}

/**
 * Books every funding that has come due since the last look, each of them at the rate of now.
 * @param rateOf the funding rate of a symbol @returns whether the time had come
 */
export function fundDue(parts: ExchangeParts, rateOf: (symbol: string) => Ratio): boolean {
  const { state } = parts;
  const { fundingDue } = state.account();
  const now = parts.now();
  // A clock that was set back waits for its next boundary, not for the one that it once knew.
  const isAhead = fundingDue > nextFundingTime(now);
  if (fundingDue > now && !isAhead) return false;
  state.setAccount({ ...state.account(), fundingDue: nextFundingTime(now) });
  if (fundingDue === 0 || isAhead) return true;
  const symbols = new Set(state.positions().flatMap((position) => (isFlat(position) ? [] : [position.symbol])));
  for (let due = fundingDue; due <= now; due += fundingPeriodMs) for (const symbol of symbols) fund(parts, symbol, rateOf(symbol));
  return true;
}
