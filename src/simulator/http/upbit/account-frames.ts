/** How the private stream prints what happened to the account. Numbers are JSON numbers, as Upbit's. */
import { type Decimal, toNumber } from '../../../shared/domain/units.ts';
import { averagePrice, preventedLocked, remainingVolume } from '../../model/upbit/order.ts';
import { type AccountEvent, uuidFrom } from '../../model/upbit/record.ts';

type OrderEvent = Extract<AccountEvent, { kind: 'order' }>;
type AssetEvent = Extract<AccountEvent, { kind: 'asset' }>;

const numberOrNull = (value: Decimal<string> | null): number | null => (value === null ? null : toNumber(value));

/** In a `trade` frame price and volume are the trade's, else the order's. @param now the venue's clock when it is sent */
export function myOrderFrame({ order, state, trade, at }: OrderEvent, now: number) {
  return {
    type: 'myOrder' as const,
    code: order.market,
    uuid: order.uuid,
    ask_bid: order.side === 'bid' ? 'BID' : 'ASK',
    order_type: order.ordType,
    state,
    trade_uuid: trade?.uuid ?? null,
    price: numberOrNull(trade?.price ?? order.limit ?? order.budget),
    avg_price: numberOrNull(averagePrice(order)) ?? 0,
    volume: numberOrNull(trade?.volume ?? order.volume),
    remaining_volume: numberOrNull(remainingVolume(order)),
    executed_volume: toNumber(order.executedVolume),
    trades_count: order.trades.length,
    reserved_fee: toNumber(order.reservedFee),
    remaining_fee: toNumber(order.remainingFee),
    paid_fee: toNumber(order.paidFee),
    locked: toNumber(order.locked),
    executed_funds: toNumber(order.executedFunds),
    time_in_force: order.timeInForce,
    trade_fee: numberOrNull(trade?.fee ?? null),
    is_maker: trade?.isMaker ?? null,
    identifier: order.identifier,
    smp_type: order.smpType,
    prevented_volume: toNumber(order.preventedVolume),
    prevented_locked: toNumber(preventedLocked(order)),
    trade_timestamp: trade === null ? null : Math.floor(trade.at),
    order_timestamp: Math.floor(order.createdAt / 1000) * 1000,
    timestamp: Math.floor(Math.max(now, at)),
    stream_type: 'REALTIME',
  };
}

/** The currencies that changed. @param number makes the asset_uuid: no two events share one */
export function myAssetFrame({ holdings, at }: AssetEvent, number: number, now: number) {
  return {
    type: 'myAsset' as const,
    asset_uuid: uuidFrom(`asset/${at}/${number}`),
    assets: holdings.map(([currency, { balance, locked }]) => ({ currency, balance: toNumber(balance), locked: toNumber(locked) })),
    asset_timestamp: Math.floor(at),
    timestamp: Math.floor(Math.max(now, at)),
    stream_type: 'REALTIME',
  };
}
