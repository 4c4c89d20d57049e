/** What the venue does to an account by itself: liquidation and funding. */
import {
  add,
  divide,
  floorToStep,
  isZero,
  magnitude,
  negate,
  type Price,
  type Ratio,
  ratio,
  scale,
  sign,
  text,
  type Usdt,
} from '../../../shared/domain/units.ts';
import { exposures, reportAccount } from './funds.ts';
import { isExhausted } from './margin.ts';
import { afterFills, cancelAll, open, take } from './orders.ts';
import type { ExchangeParts } from './parts.ts';
import { isFlat, notionalUsdt, usdtPlaces } from './position.ts';
import { isOpen } from './records.ts';
import { end } from './settle.ts';

export type Done = { readonly ok: true } | { readonly ok: false; readonly error: string };
const one = ratio('1');
const failed = (error: string): Done => ({ ok: false, error });

/**
 * Closes a fraction (above 0, at most 1) of a position as a liquidation does: the symbol's open orders are canceled,
 * then an order `autoclose-<n>` takes what it needs from the book at any price; what the book lacks stays open.
 */
export function liquidate(parts: ExchangeParts, symbol: string, fraction: Ratio): Done {
  const rules = parts.rules(symbol);
  if (rules === undefined) return failed(`There is no symbol ${symbol}`);
  const position = parts.state.position(symbol);
  if (isFlat(position)) return failed(`There is no position in ${symbol}`);
  const quantity = floorToStep(scale(magnitude(position.quantity), fraction), rules.step);
  if (isZero(quantity)) return failed(`The fraction is less than one step of ${text(rules.step)}`);
  cancelAll(parts, symbol);
  const account = parts.state.account();
  parts.state.setAccount({ ...account, nextLiquidation: account.nextLiquidation + 1 });
  const side = sign(position.quantity) < 0 ? 'BUY' : 'SELL';
  const request = { side: side === 'BUY' ? 'buy' : 'sell', limit: null, want: { quantity } } as const;
  const worst: Price = parts.book(symbol).quote(request).trades.at(-1)?.price ?? parts.markPrice(symbol);
  const clientId = `autoclose-${account.nextLiquidation}`;
  const ticket = { symbol, clientId, side, type: 'LIMIT', price: worst, timeInForce: 'IOC', quantity, reduceOnly: false } as const;
  const order = take(parts, open(parts, ticket, true), request, 'CALCULATED');
  if (isOpen(order)) end(parts, order, 'EXPIRED');
  if (!isZero(order.filled)) afterFills(parts, symbol);
  return { ok: true };
}

/** Liquidates the positions whose margin no longer carries them, as far as their books have anything to trade. */
export function liquidateExhausted(parts: ExchangeParts): void {
  const rows = exposures(parts);
  const { wallet } = parts.state.account();
  for (const row of rows) {
    const { symbol, quantity } = row.position;
    const needed = sign(quantity) < 0 ? 'sell' : 'buy';
    if (!isExhausted(wallet, rows, row) || parts.book(symbol).best(needed) === null) continue;
    liquidate(parts, symbol, one);
  }
}

/** Books funding once: a long pays notional × rate, a short gets it; the other way round below zero. */
export function fund(parts: ExchangeParts, symbol: string, rate: Ratio): Done {
  const { state } = parts;
  if (parts.rules(symbol) === undefined) return failed(`There is no symbol ${symbol}`);
  const position = state.position(symbol);
  if (isFlat(position)) return { ok: true };
  const value = notionalUsdt(parts.markPrice(symbol), magnitude(position.quantity));
  const size: Usdt = divide(scale(value, rate), one, usdtPlaces, 'halfEven');
  const amount = sign(position.quantity) < 0 ? size : negate(size);
  const isolated = position.marginMode === 'isolated';
  const at = parts.now();
  state.setAccount({ ...state.account(), wallet: add(state.account().wallet, amount), updatedAt: at });
  if (isolated) state.setPosition({ ...position, isolatedWallet: add(position.isolatedWallet, amount), updatedAt: at });
  // The venue names the position only where its own wallet changed.
  reportAccount(parts, isolated ? [symbol] : [], 'FUNDING_FEE', amount);
  return { ok: true };
}
