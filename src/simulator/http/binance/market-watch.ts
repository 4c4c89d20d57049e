/**
 * What the market does to the account: resting orders fill, conditional ones trigger, funding is booked when it is due,
 * margin is called, exhausted positions are liquidated.
 */
import { type Price, text } from '../../../shared/domain/units.ts';
import { showPrice } from '../../model/binance/algo.ts';
import { callMargin, fundDue, liquidateExhausted } from '../../model/binance/forced.ts';
import { expireDated, fillResting } from '../../model/binance/orders.ts';
import { isFlat } from '../../model/binance/position.ts';
import { runCountdowns } from '../../model/binance/settings.ts';
import type { Market } from '../../model/market.ts';
import type { Core } from './core.ts';

export function watchMarket(market: Market, core: Core): { close(): void } {
  const { parts } = core.desk;
  /** Contract prices that were traded since the last look, oldest first. */
  const traded: { readonly symbol: string; readonly price: Price }[] = [];
  let warned: ReadonlySet<string> = new Set();
  let judgedAt = '';
  let checking: NodeJS.Immediate | undefined;

  const showPrices = (): boolean => {
    let changed = false;
    for (const { symbol, price } of traded.splice(0)) changed = showPrice(parts, symbol, 'CONTRACT_PRICE', price) || changed;
    const byMark = new Set(parts.state.waitingAlgos().flatMap((order) => (order.workingType === 'MARK_PRICE' ? [order.symbol] : [])));
    for (const symbol of byMark) changed = showPrice(parts, symbol, 'MARK_PRICE', parts.markPrice(symbol)) || changed;
    return changed;
  };
  /** Judges the margin of what is held, once for each step of the market and each price that moved. */
  const judge = (): boolean => {
    const held = parts.state.positions().filter((position) => !isFlat(position));
    if (held.length === 0) return false;
    const marks = held.map(({ symbol }) => text(parts.markPrice(symbol)));
    const now = [market.now, ...marks].join(' ');
    if (now === judgedAt) return false;
    judgedAt = now;
    warned = callMargin(parts, warned);
    liquidateExhausted(parts);
    return true;
  };
  const check = (): void => {
    checking = undefined;
    const triggered = showPrices();
    const funded = fundDue(parts, (symbol) => market.funding(symbol).rate);
    const judged = judge();
    // Timers know nothing of a clock that was moved.
    const counted = runCountdowns(parts);
    const expired = expireDated(parts);
    if (triggered || funded || judged || counted || expired) core.commit();
  };
  const wake = (): void => {
    checking ??= setImmediate(check);
  };
  const stops = [
    market.onMakerFills('binance', (symbol, fills) => {
      fillResting(parts, symbol, fills);
      core.commit();
    }),
    market.onTrade(({ venue, symbol, price }) => {
      if (venue !== 'binance' || parts.state.waitingAlgos(symbol).length === 0) return;
      traded.push({ symbol, price });
      wake();
    }),
    market.onBook((venue) => {
      if (venue === 'binance') wake();
    }),
  ];
  return {
    close() {
      clearImmediate(checking);
      for (const stop of stops) stop();
    },
  };
}
