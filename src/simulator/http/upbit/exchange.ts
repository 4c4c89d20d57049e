/** The exchange side of REST: the account and its orders. Who asks was checked before. */
import type { Fault } from '../../faults.ts';
import type { Market } from '../../model/market.ts';
import type { PlaceFault, UpbitAccount } from '../../model/upbit/account.ts';
import type { UpbitOrder } from '../../model/upbit/order.ts';
import { invalidValue, isRefusal, type Refusal, refusal } from '../../model/upbit/refusal.ts';
import { type Body, readTerms } from '../../model/upbit/terms.ts';
import type { VenueClock } from '../../venue.ts';
import { newestFirst, readWindow, wantedStates } from './order-lists.ts';
import type { Params } from './params.ts';
import { accountRow, chanceRow, listedOrder, orderRow, orderWithTrades } from './rows.ts';

export interface Exchange {
  accounts(): unknown;
  chance(params: Params): unknown;
  place(body: Body, fault: Fault | null): unknown;
  test(body: Body): unknown;
  order(params: Params): unknown;
  cancel(params: Params): unknown;
  open(params: Params): unknown;
  closed(params: Params): unknown;
  byIds(params: Params): unknown;
}

const mostOpen = 100;
const mostClosed = 1000;
const usualClosed = 100;
const mostIds = 100;

/** Each answers a JSON value or a `Refusal`. */
export function createExchange(account: UpbitAccount, market: Market, clock: VenueClock): Exchange {
  const isListed = (code: string): boolean => market.find('upbit', code) !== undefined;
  const find = (params: Params): UpbitOrder | Refusal => {
    const uuid = params.get('uuid');
    const identifier = params.get('identifier');
    if (uuid === undefined && identifier === undefined) return invalidValue('uuid');
    // Where both are sent the uuid decides.
    const order = uuid !== undefined ? account.byUuid(uuid) : account.byIdentifier(identifier ?? '');
    return order ?? refusal('order_not_found');
  };
  const ofMarket = (params: Params, orders: Iterable<UpbitOrder>): UpbitOrder[] => {
    const code = params.get('market');
    return [...orders].filter((order) => code === undefined || order.market === code);
  };

  return {
    accounts: () => account.wallet.rows().map(([currency, holding]) => accountRow(currency, holding)),
    chance: (params) => {
      const listed = market.find('upbit', params.get('market') ?? '');
      if (listed === undefined) return invalidValue('market');
      return chanceRow(listed, account.wallet.get('KRW'), account.wallet.get(listed.coin));
    },
    place: (body, fault) => {
      const terms = readTerms(body, isListed, null);
      if (isRefusal(terms)) return terms;
      const act = placeFault(fault);
      return print(account.place(terms, act === undefined ? {} : { fault: act }), orderRow);
    },
    test: (body) => {
      const terms = readTerms(body, isListed, null);
      return isRefusal(terms) ? terms : print(account.test(terms), orderRow);
    },
    order: (params) => print(find(params), orderWithTrades),
    cancel: (params) => {
      const order = find(params);
      // [?] What Upbit says to the cancel of a finished order is not documented; it is not found among those that wait.
      return isRefusal(order) ? order : print(account.cancel(order.uuid) ?? refusal('order_not_found'), orderRow);
    },
    open: (params) => {
      const states = wantedStates(params, ['wait', 'watch'], ['wait']);
      if (isRefusal(states)) return states;
      const limit = readWhole(params.get('limit'), mostOpen, mostOpen);
      const page = readWhole(params.get('page'), 1, Number.MAX_SAFE_INTEGER);
      if (limit === undefined || page === undefined) return refusal('invalid_parameter');
      const orders = newestFirst(ofMarket(params, account.waiting()), params).filter((order) => states.includes(order.state));
      return orders.slice((page - 1) * limit, page * limit).map(listedOrder);
    },
    closed: (params) => {
      const states = wantedStates(params, ['done', 'cancel'], ['done', 'cancel']);
      if (isRefusal(states)) return states;
      const window = readWindow(params, clock.now());
      const limit = readWhole(params.get('limit'), usualClosed, mostClosed);
      if (window === undefined || limit === undefined) return refusal('invalid_parameter');
      return newestFirst(ofMarket(params, account.orders()), params)
        .filter((order) => states.includes(order.state) && order.createdAt >= window.from && order.createdAt <= window.to)
        .slice(0, limit)
        .map(listedOrder);
    },
    byIds: (params) => {
      const uuids = params.all('uuids');
      const identifiers = params.all('identifiers');
      const count = uuids.length + identifiers.length;
      if (count === 0 || count > mostIds || (uuids.length > 0 && identifiers.length > 0)) return refusal('invalid_parameter');
      const found = uuids.length > 0 ? uuids.map(account.byUuid) : identifiers.map(account.byIdentifier);
      const orders = [...new Set(found)].filter((order) => order !== undefined);
      return newestFirst(ofMarket(params, orders), params).map(listedOrder);
    },
  };
}

const print = (answer: UpbitOrder | Refusal, row: (order: UpbitOrder) => unknown): unknown => (isRefusal(answer) ? answer : row(answer));

function placeFault(fault: Fault | null): PlaceFault | undefined {
  switch (fault?.kind) {
    case 'insufficientFunds':
    case 'filterReject':
      return { kind: fault.kind };
    case 'partialFill':
      return { kind: 'partialFill', fraction: fault.fraction };
    default:
      return undefined;
  }
}

/** A whole number from 1 to `most`; `usual` where there is none. */
function readWhole(value: string | undefined, usual: number, most: number): number | undefined {
  if (value === undefined || value === '') return usual;
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 1 ? Math.min(number, most) : undefined;
}
