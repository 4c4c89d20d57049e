/** Funding, margin calls, liquidation and deleveraging: what the venue does by itself. */
import { describe, expect, it } from 'vitest';
import { price, ratio, text, usdt } from '../../../shared/domain/units.ts';
import { callMargin, deleverage, fundDue } from './forced.ts';
import { movePositionMargin, setMarginMode, setMultiAssets } from './settings.ts';
import { begin, market, placed } from './test-orders.ts';

describe('what the venue does by itself', () => {
  it('books funding at each boundary of eight hours, once', () => {
    const parts = begin();
    placed(parts, market('SELL', '1'));
    const wallet = () => text(parts.state.account().wallet);
    expect(fundDue(parts, () => ratio('0.0001'))).toBe(true);
    const before = Number(wallet());
    expect(fundDue(parts, () => ratio('0.0001'))).toBe(false);
    parts.advance(28_800_000);
    parts.mark = price('100500');
    expect(fundDue(parts, () => ratio('0.0001'))).toBe(true);
    // A short of 1 at 100500 gets 10.05.
    expect(Number(wallet()) - before).toBeCloseTo(10.05, 8);
    expect(fundDue(parts, () => ratio('0.0001'))).toBe(false);
    expect(parts.state.incomes()).toMatchObject([{ type: 'FUNDING_FEE', amount: '10.05' }]);
  });

  it('waits for the next boundary again when its clock was ahead and is set back', () => {
    const parts = begin();
    placed(parts, market('SELL', '1'));
    const year = 365 * 86_400_000;
    parts.advance(year);
    fundDue(parts, () => ratio('0.0001'));
    parts.advance(-year);
    expect(fundDue(parts, () => ratio('0.0001'))).toBe(true);
    expect(parts.state.incomes()).toEqual([]);
    parts.advance(28_800_000);
    fundDue(parts, () => ratio('0.0001'));
    expect(parts.state.incomes().length).toBe(1);
  });

  it('deleverages at the mark price under the name that it gives such orders', () => {
    const parts = begin();
    placed(parts, market('SELL', '1'));
    parts.mark = price('90000');
    expect(deleverage(parts, 'BTCUSDT', ratio('0.5'))).toEqual({ ok: true });
    const order = parts.state.orders().at(-1);
    expect(order).toMatchObject({ clientId: 'adl_autoclose', side: 'BUY', status: 'FILLED', filled: '0.5', price: '90000', external: true });
    expect(text(parts.state.position('BTCUSDT').quantity)).toBe('-0.5');
  });

  it('calls margin once when a position comes close to liquidation, and again when it does so again', () => {
    const parts = begin();
    setMarginMode(parts, 'BTCUSDT', 'isolated');
    placed(parts, market('SELL', '1'));
    const calls = () => parts.happenings.filter((row) => row.kind === 'marginCall').length;
    let warned = callMargin(parts, new Set());
    expect(calls()).toBe(0);
    // The margin of 5,000 is 500 at 104,500, and maintenance is 418.
    parts.mark = price('104499');
    warned = callMargin(parts, warned);
    warned = callMargin(parts, warned);
    expect(calls()).toBe(1);
    parts.mark = price('100000');
    warned = callMargin(parts, warned);
    parts.mark = price('104499');
    callMargin(parts, warned);
    expect(calls()).toBe(2);
  });

  it('moves margin into an isolated position and out of it, as far as it may', () => {
    const parts = begin('20000');
    expect(movePositionMargin(parts, 'BTCUSDT', 'BOTH', 1, parts.state.account().wallet)).toMatchObject({ refusal: { code: -4049 } });
    setMarginMode(parts, 'BTCUSDT', 'isolated');
    const move = (type: 1 | 2, amount: string) => movePositionMargin(parts, 'BTCUSDT', 'BOTH', type, usdt(amount));
    expect(move(1, '10')).toMatchObject({ refusal: { code: -4054 } });
    placed(parts, market('SELL', '1'));
    expect(text(parts.state.position('BTCUSDT').isolatedWallet)).toBe('4999.995');
    expect([move(1, '0'), move(1, '20000'), move(2, '1')].map((result) => (result.ok ? 0 : result.refusal.code))).toEqual([-4055, -4050, -4051]);
    expect(move(1, '100').ok).toBe(true);
    expect(move(2, '50').ok).toBe(true);
    expect(text(parts.state.position('BTCUSDT').isolatedWallet)).toBe('5049.995');
    expect(parts.state.marginChanges().map((row) => [row.type, text(row.amount)])).toEqual([
      [1, '100'],
      [2, '50'],
    ]);
    expect(setMultiAssets(parts, true)).toMatchObject({ refusal: { code: -4167 } });
  });
});
