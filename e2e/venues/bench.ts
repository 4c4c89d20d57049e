/** Both adapters in front of freshly simulated venues, and the venues' own books to hold their answers against. */
import { createBinance } from '../../src/main/exchanges/binance/binance.ts';
import type { VenueEvent, VenuePort } from '../../src/main/exchanges/port.ts';
import { createUpbit } from '../../src/main/exchanges/upbit/upbit.ts';
import { asApproved } from '../../src/main/engine/testing/approved.ts';
import { type ClientOrderId, type Coin, clientOrderId, coin } from '../../src/shared/domain/ids.ts';
import type { OrderReport, OrderRequest, OrderTerms, Side } from '../../src/shared/domain/venue.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import type { LedgerFill, LedgerOrder } from '../../src/simulator/venue.ts';

export type VenueName = 'upbit' | 'binance';
export const venueNames = ['upbit', 'binance'] as const;
export const btc: Coin = coin('BTC');
/** The venues' own words for the bitcoin market. */
export const symbols = { upbit: 'KRW-BTC', binance: 'BTCUSDT' } as const;

export interface Ledger {
  readonly requests: readonly {
    readonly venue: string;
    readonly method: string;
    readonly path: string;
    readonly clientOrderId: string | null;
    readonly status: number;
    /** ms since 1970 when the request's last byte was read. */
    readonly at: number;
  }[];
  readonly orders: readonly LedgerOrder[];
  readonly fills: readonly LedgerFill[];
  readonly balances: Readonly<Record<VenueName, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  readonly positions: { readonly binance: Readonly<Record<string, Readonly<Record<string, string>>>> };
  readonly unhandled: readonly string[];
}

export interface Bench {
  readonly port: VenuePort;
  readonly events: readonly VenueEvent[];
  ledger(): Promise<Ledger>;
  control(path: string, body: unknown): Promise<void>;
  /** A fault on the next order of this venue. */
  faultOnOrder(kind: string, more?: object): Promise<void>;
  /** Places an order of bitcoin under a fresh id, with the door open. */
  place(side: Side, terms: OrderTerms, more?: { readonly reduceOnly?: boolean; readonly id?: ClientOrderId }): Promise<Placed>;
  close(): Promise<void>;
}
export interface Placed {
  readonly id: ClientOrderId;
  readonly result: Awaited<ReturnType<VenuePort['place']>>;
}

/** @param still prices stay where they are put */
export async function setUp(name: VenueName, deadlineMs = 3000): Promise<Bench> {
  const simulator = await startSimulator({ market: 'still', seed: 7 });
  const { control, keys } = simulator.ready;
  const common = { loopbackOnly: true, deadlineMs, onRequest: () => undefined, now: Date.now };
  const at = { rest: new URL(simulator.ready[name].rest), ws: new URL(simulator.ready[name].ws) };
  const port = name === 'upbit' ? createUpbit({ ...common, ...at, keys: keys.upbit }) : createBinance({ ...common, ...at, keys: keys.binance });
  const events: VenueEvent[] = [];
  let count = 0;
  const nextId = (): ClientOrderId => {
    count += 1;
    return clientOrderId(`kc${String(count).padStart(26, '0')}`);
  };
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(`${control}${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  const post = async (path: string, body: unknown) => {
    await ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  };

  const started = await port.start();
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  port.subscribe((event) => events.push(event));
  await until(() => events.some((event) => event.kind === 'stream' && event.state === 'live'));
  return {
    port,
    events,
    // The one reasoned cast of a body: the control API is the simulator's own.
    ledger: async () => (await ask('/ledger')) as Ledger,
    control: post,
    faultOnOrder: (kind, more = {}) => {
      const path = name === 'upbit' ? '/v1/orders' : '/fapi/v1/order';
      return post('/faults', { venue: name, match: { method: 'POST', path }, kind, ...more });
    },
    place: async (side, terms, more = {}) => {
      const id = more.id ?? nextId();
      const order: OrderRequest = { clientOrderId: id, venue: name, leg: port.leg, coin: btc, side, terms, reduceOnly: more.reduceOnly ?? false };
      return { id, result: await port.place(asApproved(order), () => true) };
    },
    close: async () => {
      await port.close();
      await simulator.close();
    },
  };
}

/** The order's report once it is final. */
export function final(bench: Bench, id: ClientOrderId): Promise<OrderReport> {
  return until(async () => {
    const answer = await bench.port.lookUp({ clientOrderId: id, coin: btc });
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
    return answer.value !== null && answer.value.state !== 'open' ? answer.value : undefined;
  });
}

/** Polls until the value is there. @throws Error when it is not within the time */
export async function until<T>(read: () => T | undefined | false | Promise<T | undefined | false>, withinMs = 8000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`not seen within ${withinMs} ms: ${read}`);
    await new Promise((settle) => setTimeout(settle, 20));
  }
}
