/** Settings of the account and its symbols: leverage, margin type, position mode, the dead-man's switch. */
import { add, gt, lt, magnitude, min, negate, sign, subtract, type Usdt, usdt } from '../../../shared/domain/units.ts';
import { maxNotional } from './brackets.ts';
import { exposureOf, exposures, marginNow, reportAccount, sidesOf } from './funds.ts';
import { accountMargin, marginOf } from './margin.ts';
import { cancelAll } from './orders.ts';
import type { ExchangeParts } from './parts.ts';
import { isFlat, type MarginMode, notionalUsdt, type Position, type PositionSide } from './position.ts';
import { accept, type Checked, refusals, refuse } from './refusal.ts';

/**
 * Sets a symbol's leverage. It is kept as it is where the margin for it is not there.
 * @returns the most notional that may be held at it
 */
export function setLeverage(
  parts: ExchangeParts,
  symbol: string,
  leverage: number,
): Checked<{ readonly leverage: number; readonly maxNotional: Usdt }> {
  const legs = sidesOf(parts).map((side) => exposureOf(parts, symbol, side));
  const { brackets, position } = exposureOf(parts, symbol);
  const most = maxNotional(brackets, leverage);
  if (leverage < 1 || most === undefined) return refuse(refusals.leverage(`${leverage}`));
  const isLower = leverage < position.leverage;
  if (isLower && position.marginMode === 'isolated' && legs.some((leg) => !isFlat(leg.position))) return refuse(refusals.isolatedLeverage);
  if (legs.some((leg) => gt(notionalUsdt(leg.markPrice, magnitude(leg.position.quantity)), most))) return refuse(refusals.positionAboveLeverage);
  if (isLower && !affords(parts, symbol, leverage)) return refuse(refusals.leverageTooSmall);
  if (leverage !== position.leverage) setLegs(parts, symbol, { leverage });
  parts.report({ kind: 'leverage', symbol, leverage, at: parts.now() });
  return accept({ leverage, maxNotional: most });
}

/** Leverage and margin mode are the symbol's: all its positions have them alike. */
function setLegs(parts: ExchangeParts, symbol: string, terms: Partial<Pick<Position, 'leverage' | 'marginMode'>>): void {
  const touched = parts.state.positions().filter((position) => position.symbol === symbol && position.positionSide !== 'BOTH');
  for (const position of [parts.state.position(symbol), ...touched]) {
    parts.state.setPosition({ ...position, ...terms, updatedAt: parts.now() });
  }
}

/** Whether the cross margin covers a symbol's position and open orders at a lower leverage. */
function affords(parts: ExchangeParts, symbol: string, leverage: number): boolean {
  const rows = exposures(parts).map((row) => (row.position.symbol === symbol ? { ...row, position: { ...row.position, leverage } } : row));
  const margin = accountMargin(parts.state.account().wallet, rows);
  return !lt(margin.marginBalance, add(margin.positionInitial, margin.openOrderInitial));
}

export function setMarginMode(parts: ExchangeParts, symbol: string, mode: MarginMode): Checked<void> {
  const { state } = parts;
  if (state.position(symbol).marginMode === mode) return refuse(refusals.sameMarginType);
  if (mode === 'isolated' && state.account().multiAssets) return refuse(refusals.isolatedInMultiAssets);
  if (state.openOrders(symbol).length > 0) return refuse(refusals.marginTypeWithOrders);
  const legs = () => sidesOf(parts).map((side) => state.position(symbol, side));
  if (legs().some((position) => !isFlat(position))) return refuse(refusals.marginTypeWithPosition);
  setLegs(parts, symbol, { marginMode: mode });
  reportAccount(parts, legs(), 'MARGIN_TYPE_CHANGE', usdt('0'));
  return accept(undefined);
}

/** What may be taken out of an isolated position: its wallet, as far as it and its loss leave the initial margin. */
function removable(parts: ExchangeParts, position: Position): Usdt {
  const { positionInitial, unrealized } = marginOf(exposureOf(parts, position.symbol, position.positionSide));
  return min(position.isolatedWallet, subtract(add(position.isolatedWallet, unrealized), positionInitial));
}

/**
 * Adds margin to an isolated position (1) or takes some out (2).
 * @param amount USDT, above zero
 */
export function movePositionMargin(parts: ExchangeParts, symbol: string, side: PositionSide, type: 1 | 2, amount: Usdt): Checked<void> {
  const { state } = parts;
  const position = state.position(symbol, side);
  if (sign(amount) <= 0) return refuse(refusals.amountNotPositive);
  if (position.marginMode !== 'isolated') return refuse(refusals.marginOfCross);
  if (isFlat(position)) return refuse(refusals.marginOfNothing);
  if (type === 1 && gt(amount, marginNow(parts).available)) return refuse(refusals.crossBalance);
  if (type === 2 && gt(amount, removable(parts, position))) return refuse(refusals.isolatedBalance);
  const at = parts.now();
  const account = state.account();
  const after: Position = { ...position, isolatedWallet: add(position.isolatedWallet, type === 1 ? amount : negate(amount)), updatedAt: at };
  state.setPosition(after);
  state.addMarginChange({ id: account.nextTransactionId, symbol, positionSide: side, type, amount, at });
  state.setAccount({ ...account, nextTransactionId: account.nextTransactionId + 1 });
  reportAccount(parts, [after], 'MARGIN_TRANSFER', usdt('0'));
  return accept(undefined);
}

/** Multi-assets mode: with USDT alone in the account it changes nothing but what may be isolated. */
export function setMultiAssets(parts: ExchangeParts, isOn: boolean): Checked<void> {
  const { state } = parts;
  if (state.account().multiAssets === isOn) return refuse(refusals.sameMultiAssets);
  if (isOn && state.positions().some((position) => position.marginMode === 'isolated')) return refuse(refusals.multiAssetsWithIsolated);
  if (state.openOrders().length > 0) return refuse(refusals.multiAssetsWithOrders);
  state.setAccount({ ...state.account(), multiAssets: isOn });
  parts.report({ kind: 'multiAssets', isOn, at: parts.now() });
  return accept(undefined);
}

/** @param dualSide true: hedge mode; false: one-way mode */
export function setPositionMode(parts: ExchangeParts, dualSide: boolean): Checked<void> {
  const { state } = parts;
  if (state.account().dualSide === dualSide) return refuse(refusals.samePositionMode);
  if (state.openOrders().length > 0 || state.waitingAlgos().length > 0) return refuse(refusals.positionModeWithOrders);
  if (state.positions().some((position) => !isFlat(position))) return refuse(refusals.positionModeWithPosition);
  state.setAccount({ ...state.account(), dualSide });
  return accept(undefined);
}

/** Cancels a symbol's open orders when `durationMs` have passed without another call; zero takes the timer back. */
export function setCountdown(parts: ExchangeParts, symbol: string, durationMs: number): void {
  const deadline = parts.now() + durationMs;
  parts.state.setCountdown(symbol, durationMs === 0 ? undefined : { symbol, durationMs, deadline });
}

/** Carries out the countdowns that are over. @returns whether any was */
export function runCountdowns(parts: ExchangeParts): boolean {
  const due = parts.state.countdowns().filter((countdown) => countdown.deadline <= parts.now());
  for (const { symbol } of due) {
    parts.state.setCountdown(symbol, undefined);
    cancelAll(parts, symbol);
  }
  return due.length > 0;
}
