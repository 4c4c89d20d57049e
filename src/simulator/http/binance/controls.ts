/** What the control API does to the account: orders by somebody else, liquidation, deleveraging, funding, reset. */
import { lte, parseDecimal, type Quantity, type Ratio, ratio, relabel, sign, text } from '../../../shared/domain/units.ts';
import { deleverage, type Done, fund, liquidate } from '../../model/binance/forced.ts';
import { marginNow } from '../../model/binance/funds.ts';
import { place } from '../../model/binance/orders.ts';
import type { ExchangeParts } from '../../model/binance/parts.ts';
import type { PositionSide } from '../../model/binance/position.ts';
import type { ControlResult, SimulatedVenue, VenueLedger } from '../../venue.ts';
import { ledgerPositions } from './account-shapes.ts';
import type { Core } from './core.ts';
import { ledgerFill, ledgerOrder } from './order-shapes.ts';
import { drawnId } from './order-terms.ts';

export function ledgerOf(parts: ExchangeParts): VenueLedger {
  return {
    orders: parts.state.orders().map(ledgerOrder),
    fills: parts.state.trades().map(ledgerFill),
    balances: { USDT: { wallet: text(parts.state.account().wallet), available: text(marginNow(parts).available) } },
    positions: ledgerPositions(parts),
  };
}

/** In hedge mode somebody else's order closes what is open the other way, or opens. */
function legFor(parts: ExchangeParts, symbol: string, side: 'BUY' | 'SELL'): PositionSide {
  if (!parts.state.account().dualSide) return 'BOTH';
  const opposite = side === 'BUY' ? 'SHORT' : 'LONG';
  if (sign(parts.state.position(symbol, opposite).quantity) !== 0) return opposite;
  return side === 'BUY' ? 'LONG' : 'SHORT';
}

export type Controls = Pick<SimulatedVenue, 'externalOrder' | 'reset'> & Required<Pick<SimulatedVenue, 'liquidate' | 'deleverage' | 'fund'>>;

export function controlsOf(core: Core): Controls {
  const { parts } = core.desk;
  const committed = (result: ControlResult): ControlResult => {
    core.commit();
    return result;
  };
  const closing = (act: (parts: ExchangeParts, symbol: string, fraction: Ratio) => Done) => (symbol: string, source: string) => {
    const fraction = parseDecimal<'ratio'>(source);
    const isPart = fraction !== undefined && sign(fraction) > 0 && lte(fraction, ratio('1'));
    return isPart ? committed(act(parts, symbol, fraction)) : { ok: false as const, error: 'fraction: a decimal above 0, at most 1' };
  };
  return {
    externalOrder(symbol, bookSide, quantity) {
      const clientId = `web_${drawnId(20, parts.random)}`;
      const side = bookSide === 'buy' ? 'BUY' : 'SELL';
      const positionSide = legFor(parts, symbol, side);
      const placed = place(parts, { symbol, clientId, side, positionSide, type: 'MARKET', quantity, reduceOnly: false }, { external: true });
      return committed(placed.ok ? { ok: true } : { ok: false, error: `${placed.refusal.code} ${placed.refusal.msg}` });
    },
    liquidate: closing(liquidate),
    deleverage: closing(deleverage),
    fund(symbol, source) {
      const rate = parseDecimal<'ratio'>(source);
      if (rate === undefined) return { ok: false, error: 'rate: a decimal' };
      return committed(fund(parts, symbol, rate));
    },
    reset(quote: Quantity) {
      for (const order of parts.state.openOrders()) parts.book(order.symbol).cancel(String(order.id));
      parts.state.clear();
      const account = parts.state.account();
      const at = parts.now();
      parts.state.addIncome({ id: account.nextTransactionId, symbol: '', type: 'TRANSFER', amount: relabel(quote), at });
      parts.state.setAccount({ ...account, wallet: relabel(quote), nextTransactionId: account.nextTransactionId + 1, updatedAt: at });
      core.commit();
    },
  };
}
