/** What changed the wallet. Source: usds-margined-futures, "Get Income History". */
import { isZero, negate, type Usdt } from '../../../shared/domain/units.ts';
import type { State } from '../../model/binance/state.ts';
import { accept } from '../../model/binance/refusal.ts';
import { usdtPlaces } from '../../model/binance/position.ts';
import { fixed } from './digits.ts';
import { optionalInteger } from './parameters.ts';
import { namedOrAll, type Route } from './router.ts';

interface IncomeRow {
  readonly symbol: string;
  readonly incomeType: string;
  readonly amount: Usdt;
  readonly at: number;
  readonly id: number;
  readonly tradeId: string;
}

const weekMs = 604_800_000;
const defaultRows = 100;
const maxRows = 1000;

/** Fees and realized PnL are those of the trades; everything else was noted when it was booked. */
function incomesOf(state: State): readonly IncomeRow[] {
  const ofTrades = state.trades().flatMap((trade): IncomeRow[] => {
    const { symbol, at, id } = trade;
    const common = { symbol, at, id, tradeId: String(id) };
    const fee: IncomeRow = { ...common, incomeType: 'COMMISSION', amount: negate(trade.fee) };
    return isZero(trade.realized) ? [fee] : [{ ...common, incomeType: 'REALIZED_PNL', amount: trade.realized }, fee];
  });
  const others = state.incomes().map(({ symbol, type, amount, at, id }): IncomeRow => ({ symbol, incomeType: type, amount, at, id, tradeId: '' }));
  return [...ofTrades, ...others].sort((a, b) => a.at - b.at || a.id - b.id);
}

const income: Route = {
  method: 'GET',
  path: '/fapi/v1/income',
  security: 'signed',
  weight: 30,
  handle(desk, { parameters }) {
    const symbols = namedOrAll(desk, parameters);
    if (!symbols.ok) return symbols;
    const numbers = { startTime: 0, endTime: Number.POSITIVE_INFINITY, page: 1, limit: defaultRows };
    let isBounded = false;
    for (const name of ['startTime', 'endTime', 'page', 'limit'] as const) {
      const sent = optionalInteger(parameters, name);
      if (!sent.ok) return sent;
      if (sent.value === undefined) continue;
      numbers[name] = sent.value;
      isBounded ||= name === 'startTime' || name === 'endTime';
    }
    const start = isBounded ? numbers.startTime : desk.parts.now() - weekMs;
    const symbol = parameters.get('symbol');
    const type = parameters.get('incomeType');
    const rows = incomesOf(desk.parts.state).filter(
      (row) =>
        row.at >= start &&
        row.at <= numbers.endTime &&
        (symbol === undefined || row.symbol === symbol) &&
        (type === undefined || row.incomeType === type),
    );
    const limit = Math.min(numbers.limit, maxRows);
    const from = (Math.max(1, numbers.page) - 1) * limit;
    return accept(
      rows.slice(from, from + limit).map((row) => ({
        symbol: row.symbol,
        incomeType: row.incomeType,
        income: fixed(row.amount, usdtPlaces),
        asset: 'USDT',
        info: row.tradeId === '' ? row.incomeType : row.tradeId,
        time: row.at,
        tranId: row.id,
        tradeId: row.tradeId,
      })),
    );
  },
};

export const incomeRoutes: readonly Route[] = [income];
