/** How Upbit's REST answers and the ledger print an order, a trade and a holding. Decimals are text. */
import { ratio, scale, text } from '../../../shared/domain/units.ts';
import type { Holding } from '../../model/upbit/wallet.ts';
import { averagePrice, feeRate, preventedLocked, remainingVolume, type UpbitOrder } from '../../model/upbit/order.ts';
import { maxTotal } from '../../model/upbit/filters.ts';
import type { ListedMarket } from '../../model/listing.ts';
import type { LedgerFill, LedgerOrder } from '../../venue.ts';

const nineHoursMs = 9 * 3_600_000;
const two = ratio('2');

/** "2026-08-01T10:00:00+09:00": Korean time to the second. @param at ms since 1970 */
const koreanTime = (at: number): string => `${new Date(at + nineHoursMs).toISOString().slice(0, 19)}+09:00`;

const orNull = (value: Parameters<typeof text>[0] | null): string | null => (value === null ? null : text(value));

/** POST and DELETE answers; the base of the others. */
export const orderRow = (order: UpbitOrder) => ({
  uuid: order.uuid,
  side: order.side,
  ord_type: order.ordType,
  price: orNull(order.limit ?? order.budget),
  state: order.state,
  market: order.market,
  created_at: koreanTime(order.createdAt),
  volume: orNull(order.volume),
  remaining_volume: orNull(remainingVolume(order)),
  executed_volume: text(order.executedVolume),
  reserved_fee: text(order.reservedFee),
  remaining_fee: text(order.remainingFee),
  paid_fee: text(order.paidFee),
  locked: text(order.locked),
  prevented_volume: text(order.preventedVolume),
  prevented_locked: text(preventedLocked(order)),
  trades_count: order.trades.length,
  identifier: order.identifier,
  time_in_force: order.timeInForce,
  smp_type: order.smpType,
});

/** GET /v1/order: the only answer with the trades. */
export const orderWithTrades = (order: UpbitOrder) => ({
  ...orderRow(order),
  trades: order.trades.map((trade) => ({
    market: order.market,
    uuid: trade.uuid,
    price: text(trade.price),
    volume: text(trade.volume),
    funds: text(trade.funds),
    trend: trade.trend,
    created_at: koreanTime(trade.at),
    side: order.side,
  })),
});

/** Lists of orders. */
export const listedOrder = (order: UpbitOrder) => ({ ...orderRow(order), executed_funds: text(order.executedFunds) });

export const accountRow = (currency: string, holding: Holding) => ({
  currency,
  balance: text(holding.balance),
  locked: text(holding.locked),
  avg_buy_price: text(holding.avgBuyPrice),
  avg_buy_price_modified: currency === 'KRW',
  unit_currency: 'KRW',
});

export interface Chance {
  readonly krw: Holding;
  readonly coins: Holding;
  readonly state: 'active' | 'offline';
  /** filterChange: the minima are twice what they were. */
  readonly isChanged: boolean;
}

/** GET /v1/orders/chance. */
export const chanceRow = (market: ListedMarket, { krw, coins, state, isChanged }: Chance) => {
  const minTotal = text(isChanged ? scale(market.minNotional, two) : market.minNotional);
  return {
    bid_fee: text(feeRate),
    ask_fee: text(feeRate),
    maker_bid_fee: text(feeRate),
    maker_ask_fee: text(feeRate),
    market: {
      id: market.symbol,
      name: `${market.coin}/KRW`,
      order_types: ['limit'],
      order_sides: ['ask', 'bid'],
      bid_types: ['best_fok', 'best_ioc', 'limit', 'limit_fok', 'limit_ioc', 'price'],
      ask_types: ['best_fok', 'best_ioc', 'limit', 'limit_fok', 'limit_ioc', 'market'],
      bid: { currency: 'KRW', min_total: minTotal },
      ask: { currency: market.coin, min_total: minTotal },
      max_total: text(maxTotal),
      state,
    },
    bid_account: accountRow('KRW', krw),
    ask_account: accountRow(market.coin, coins),
  };
};

const yearMs = 365 * 86_400_000;

/** GET /v1/api_keys: keys live for a year. */
export const keyRow = (accessKey: string, now: number) => ({ access_key: accessKey, expire_at: koreanTime(now + yearMs) });

const minuteMs = 60_000;

/** GET /v1/status/wallet. Block heights are made up and grow with time; won have no chain. */
export function walletRow(currency: string, now: number, market?: ListedMarket) {
  if (market === undefined) {
    const none = { block_state: null, block_height: null, block_updated_at: null, block_elapsed_minutes: null };
    return { currency, wallet_state: 'working', ...none, net_type: currency, network_name: null };
  }
  const minute = Math.floor(now / minuteMs);
  return {
    currency,
    wallet_state: market.walletHalted ? 'paused' : 'working',
    block_state: market.walletHalted ? 'inactive' : 'normal',
    block_height: minute,
    block_updated_at: `${new Date(minute * minuteMs).toISOString().slice(0, 23)}+00:00`,
    block_elapsed_minutes: 0,
    net_type: currency,
    network_name: market.englishName,
  };
}

const ledgerStates = { wait: 'open', done: 'filled', cancel: 'canceled' } as const;
const ledgerSides = { bid: 'buy', ask: 'sell' } as const;

export const ledgerOrder = (order: UpbitOrder): LedgerOrder => ({
  venue: 'upbit',
  symbol: order.market,
  clientOrderId: order.identifier ?? '',
  venueOrderId: order.uuid,
  side: ledgerSides[order.side],
  type: order.ordType,
  timeInForce: order.timeInForce ?? 'none',
  reduceOnly: false,
  price: orNull(order.limit),
  quantity: orNull(order.volume),
  cost: orNull(order.budget),
  filled: text(order.executedVolume),
  averagePrice: orNull(averagePrice(order)),
  state: ledgerStates[order.state],
  external: order.external,
  createdAt: order.createdAt,
  updatedAt: order.updatedAt,
});

export const ledgerFills = (order: UpbitOrder): readonly LedgerFill[] =>
  order.trades.map((trade) => ({
    venue: 'upbit',
    symbol: order.market,
    tradeId: trade.uuid,
    venueOrderId: order.uuid,
    clientOrderId: order.identifier ?? '',
    side: ledgerSides[order.side],
    price: text(trade.price),
    quantity: text(trade.volume),
    fee: text(trade.fee),
    feeCurrency: 'KRW',
    at: trade.at,
  }));
