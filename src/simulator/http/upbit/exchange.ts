/** The exchange side of REST that only looks: the account, its orders, its key. Who asks was checked before. */
import type { Fault } from '../../faults.ts';
import type { Market } from '../../model/market.ts';
import type { UpbitAccount } from '../../model/upbit/account.ts';
import type { UpbitOrder } from '../../model/upbit/order.ts';
import { invalidValue, isRefusal, refusal } from '../../model/upbit/refusal.ts';
import type { VenueClock } from '../../venue.ts';
import type { UpbitOptions } from './options.ts';
import { ordersNamed } from './order-cancels.ts';
import { newestFirst, readWindow, wantedStates } from './order-lists.ts';
import { wantedOrder } from './ordering.ts';
import type { Params } from './params.ts';
import { accountRow, chanceRow, keyRow, listedOrder, orderWithTrades, walletRow } from './rows.ts';

export interface Exchange {
  accounts(): unknown;
  chance(params: Params, fault: Fault | null): unknown;
  order(params: Params, fault: Fault | null): unknown;
  open(params: Params, fault: Fault | null): unknown;
  closed(params: Params, fault: Fault | null): unknown;
  byIds(params: Params, fault: Fault | null): unknown;
  keys(): unknown;
  wallets(): unknown;
  /** Nothing was ever withdrawn. */
  withdraws(): unknown;
}

export interface ExchangeParts {
  readonly account: UpbitAccount;
  readonly market: Market;
  readonly clock: VenueClock;
  readonly options: UpbitOptions;
  readonly accessKey: string;
}

const mostOpen = 100;
const mostClosed = 1000;
const usualClosed = 100;
const mostIds = 100;
/** How far behind a query is where `delayMs` was not given. */
const usualLagMs = 2000;

/** Each answers a JSON value or a `Refusal`. */
export function createExchange({ account, market, clock, options, accessKey }: ExchangeParts): Exchange {
  /** An order as this query gets to see it; undefined: not at all. */
  const seen = (order: UpbitOrder, fault: Fault | null): UpbitOrder | undefined => {
    if (fault?.kind === 'queryLag') return account.lagging(order.uuid, fault.delayMs ?? usualLagMs);
    if (fault?.kind === 'staleFilled') return account.asTaken(order.uuid);
    return clock.now() - order.createdAt < options.visibleAfterMs ? undefined : order;
  };
  const ofMarket = (params: Params, orders: Iterable<UpbitOrder>, fault: Fault | null): UpbitOrder[] => {
    const code = params.get('market');
    const wanted = [...orders].filter((order) => code === undefined || order.market === code);
    return wanted.map((order) => seen(order, fault)).filter((order) => order !== undefined);
  };

  return {
    accounts: () => account.wallet.rows().map(([currency, holding]) => accountRow(currency, holding)),
    chance: (params, fault) => {
      const listed = market.find('upbit', params.get('market') ?? '');
      if (listed === undefined) return invalidValue('market');
      const state = account.isOffline(listed.symbol) ? 'offline' : 'active';
      return chanceRow(listed, { krw: account.wallet.get('KRW'), coins: account.wallet.get(listed.coin), state, isChanged: fault !== null });
    },
    order: (params, fault) => {
      const order = wantedOrder(account, params.get('uuid'), params.get('identifier'), 'uuid');
      if (isRefusal(order)) return order;
      const view = seen(order, fault);
      return view === undefined ? refusal('order_not_found') : orderWithTrades(view);
    },
    open: (params, fault) => {
      const states = wantedStates(params, ['wait', 'watch'], ['wait']);
      if (isRefusal(states)) return states;
      const limit = readWhole(params.get('limit'), mostOpen, mostOpen);
      const page = readWhole(params.get('page'), 1, Number.MAX_SAFE_INTEGER);
      if (limit === undefined || page === undefined) return refusal('invalid_parameter');
      // What has ended since may still look as if it waited.
      const candidates = fault === null ? account.waiting() : account.orders();
      const orders = newestFirst(ofMarket(params, candidates, fault), params).filter((order) => states.includes(order.state));
      return orders.slice((page - 1) * limit, page * limit).map(listedOrder);
    },
    closed: (params, fault) => {
      const states = wantedStates(params, ['done', 'cancel'], ['done', 'cancel']);
      if (isRefusal(states)) return states;
      const window = readWindow(params, clock.now());
      const limit = readWhole(params.get('limit'), usualClosed, mostClosed);
      if (window === undefined || limit === undefined) return refusal('invalid_parameter');
      return newestFirst(ofMarket(params, account.orders(), fault), params)
        .filter((order) => states.includes(order.state) && order.createdAt >= window.from && order.createdAt <= window.to)
        .slice(0, limit)
        .map(listedOrder);
    },
    byIds: (params, fault) => {
      const found = ordersNamed(account, params, mostIds);
      return isRefusal(found) ? found : newestFirst(ofMarket(params, found, fault), params).map(listedOrder);
    },
    keys: () => [keyRow(accessKey, clock.now())],
    wallets: () => [walletRow('KRW', clock.now()), ...market.listed('upbit').map((listed) => walletRow(listed.coin, clock.now(), listed))],
    withdraws: () => [],
  };
}

/** A whole number from 1 to `most`; `usual` where there is none. */
function readWhole(value: string | undefined, usual: number, most: number): number | undefined {
  if (value === undefined || value === '') return usual;
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 1 ? Math.min(number, most) : undefined;
}
