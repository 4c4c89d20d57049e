/** Settings of the account and its symbols: leverage, margin type, position mode, the dead-man's switch. */
import { add, gt, lt, magnitude, type Usdt, usdt } from '../../../shared/domain/units.ts';
import { maxNotional } from './brackets.ts';
import { exposureOf, exposures, reportAccount } from './funds.ts';
import { accountMargin } from './margin.ts';
import { cancelAll } from './orders.ts';
import type { ExchangeParts } from './parts.ts';
import { isFlat, type MarginMode, notionalUsdt } from './position.ts';
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
  const exposure = exposureOf(parts, symbol);
  const most = maxNotional(exposure.brackets, leverage);
  if (leverage < 1 || most === undefined) return refuse(refusals.leverage(`${leverage}`));
  const { position } = exposure;
  if (leverage < position.leverage && position.marginMode === 'isolated' && !isFlat(position)) {
    return refuse(refusals.isolatedLeverage);
  }
  if (gt(notionalUsdt(exposure.markPrice, magnitude(position.quantity)), most)) return refuse(refusals.positionAboveLeverage);
  if (leverage < position.leverage && !affords(parts, symbol, leverage)) return refuse(refusals.leverageTooSmall);
  if (leverage !== position.leverage) parts.state.setPosition({ ...position, leverage, updatedAt: parts.now() });
  parts.report({ kind: 'leverage', symbol, leverage, at: parts.now() });
  return accept({ leverage, maxNotional: most });
}

/** Whether the cross margin covers a symbol's position and open orders at a lower leverage. */
function affords(parts: ExchangeParts, symbol: string, leverage: number): boolean {
  const rows = exposures(parts).map((row) => (row.position.symbol === symbol ? { ...row, position: { ...row.position, leverage } } : row));
  const margin = accountMargin(parts.state.account().wallet, rows);
  return !lt(margin.marginBalance, add(margin.positionInitial, margin.openOrderInitial));
}

export function setMarginMode(parts: ExchangeParts, symbol: string, mode: MarginMode): Checked<void> {
  const position = parts.state.position(symbol);
  if (position.marginMode === mode) return refuse(refusals.sameMarginType);
  if (parts.state.openOrders(symbol).length > 0) return refuse(refusals.marginTypeWithOrders);
  if (!isFlat(position)) return refuse(refusals.marginTypeWithPosition);
  parts.state.setPosition({ ...position, marginMode: mode, updatedAt: parts.now() });
  reportAccount(parts, [symbol], 'MARGIN_TYPE_CHANGE', usdt('0'));
  return accept(undefined);
}

/** @param dualSide true: hedge mode; false: one-way mode */
export function setPositionMode(parts: ExchangeParts, dualSide: boolean): Checked<void> {
  const { state } = parts;
  if (state.account().dualSide === dualSide) return refuse(refusals.samePositionMode);
  if (state.openOrders().length > 0) return refuse(refusals.positionModeWithOrders);
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
