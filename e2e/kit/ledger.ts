/** The simulators' own account of what happened, and the control of their faults. */
import { add, decimal, isZero, subtract, sum, text, type SignedQuantity } from '../../src/shared/domain/units.ts';
import type { Simulator } from './programs.ts';

export interface LedgerOrder {
  readonly venue: 'upbit' | 'binance';
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  readonly reduceOnly: boolean;
  readonly quantity: string | null;
  readonly filled: string;
  readonly state: string;
}
export interface LedgerRequest {
  readonly venue: string;
  readonly method: string;
  readonly path: string;
  readonly clientOrderId: string | null;
  readonly status: number;
  readonly at: number;
  readonly fault: string | null;
}
export interface Ledger {
  readonly requests: readonly LedgerRequest[];
  readonly orders: readonly LedgerOrder[];
  readonly balances: { readonly upbit: Readonly<Record<string, { free: string; locked: string }>> };
  readonly positions: { readonly binance: Readonly<Record<string, { quantity: string; leverage: string; marginMode: string }>> };
  readonly unhandled: readonly unknown[];
}

export async function ledger({ ready }: Simulator): Promise<Ledger> {
  const response = await fetch(`${ready.control}/ledger`);
  return (await response.json()) as Ledger;
}

export async function control({ ready }: Simulator, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${ready.control}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (response.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

export const fault = (simulator: Simulator, venue: 'upbit' | 'binance', kind: string, more: object = {}): Promise<unknown> =>
  control(simulator, '/faults', { venue, match: { method: 'POST', path: venue === 'upbit' ? '/v1/orders' : '/fapi/v1/order' }, kind, ...more });

export interface Legs {
  readonly spot: string;
  readonly short: string;
  /** spot − short. */
  readonly residual: string;
}

/** What the account holds of a coin: spot balance and short position. */
export function legsOf({ balances, positions }: Ledger, coin = 'BTC'): Legs {
  const balance = balances.upbit[coin];
  const spot = balance === undefined ? decimal<'signedQuantity'>('0') : add<'signedQuantity'>(decimal(balance.free), decimal(balance.locked));
  const position: SignedQuantity = decimal(positions.binance[`${coin}USDT`]?.quantity ?? '0');
  const short = subtract<'signedQuantity'>(decimal('0'), position);
  return { spot: text(spot), short: text(short), residual: text(subtract(spot, short)) };
}

/** Orders that share a client order id at one venue: there must never be any. */
export function repeatedIds({ orders }: Ledger): readonly string[] {
  const seen = new Set<string>();
  return orders.flatMap(({ venue, clientOrderId }) => {
    const key = `${venue}:${clientOrderId}`;
    if (seen.has(key)) return [key];
    seen.add(key);
    return [];
  });
}

/** Placement requests that share a client order id: the same intent sent twice, whatever the venue made of it. */
export function repeatedSends({ requests }: Ledger): readonly string[] {
  const posts = requests.filter(({ method, path }) => method === 'POST' && (path === '/v1/orders' || path === '/fapi/v1/order'));
  const ids = posts.map(({ venue, clientOrderId }) => `${venue}:${clientOrderId}`);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}

export const filledBy = ({ orders }: Ledger, venue: string, side: string): string =>
  text(sum(orders.filter((order) => order.venue === venue && order.side === side).map((order) => decimal<'quantity'>(order.filled))));

export const isFlat = (found: Ledger): boolean => {
  const { spot, short } = legsOf(found);
  return isZero(decimal(spot)) && isZero(decimal(short));
};

/** Orders that the later of two ledgers has and the earlier has not. */
export function ordersSince(before: Ledger, after: Ledger): readonly LedgerOrder[] {
  const known = new Set(before.orders.map(({ venue, clientOrderId }) => `${venue}:${clientOrderId}`));
  return after.orders.filter(({ venue, clientOrderId }) => !known.has(`${venue}:${clientOrderId}`));
}
