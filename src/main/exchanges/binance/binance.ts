/** The venue port for Binance USD-M perpetuals. What Binance does differently: docs/venues/binance.md. */
import type { Answer, Failure } from '../../../shared/domain/failure.ts';
import type { Coin } from '../../../shared/domain/ids.ts';
import type { MarketRules } from '../../../shared/domain/venue.ts';
import { accountHashOf } from '../account-hash.ts';
import type { BinanceKeys, VenueOptions } from '../options.ts';
import type { VenuePort } from '../port.ts';
import { anything } from '../shapes.ts';
import type { Stream } from '../socket.ts';
import { keepWarm } from '../warm.ts';
import { createBrackets } from './brackets.ts';
import { candles } from './candles.ts';
import { amend, cancel, countdownCancelAll, place } from './changing.ts';
import { type BinanceConnection, connectBinance, weight } from './connection.ts';
import { type Contract, type Contracts, contractsFrom } from './contracts.ts';
import { prepare } from './preparing.ts';
import * as reading from './reading.ts';
import { openUserStream } from './user-stream.ts';

/** @throws RangeError when an address does not fit the mode */
export function createBinance(options: VenueOptions<BinanceKeys>): VenuePort {
  const connection = connectBinance(options);
  const ended = new AbortController();
  const markets = listing(connection);
  const brackets = createBrackets(connection);
  const known = new Map<Coin, MarketRules>();
  let stream: Stream | undefined;
  const warm = keepWarm(() => warmUp(connection));
  const on = <T>(coin: Coin, act: (contract: Contract) => Promise<Answer<T>>): Promise<Answer<T>> => markets.with(coin, act);

  return {
    venue: 'binance',
    leg: 'perp',
    start: async () => {
      await connection.open();
      const [offset, listed] = await Promise.all([connection.measureClock('urgent'), markets.load()]);
      if (!listed.ok) return listed;
      warm.start();
      return offset.ok ? done : offset;
    },
    rules: async (coin) => {
      const cached = known.get(coin);
      if (cached !== undefined) return { ok: true, value: cached };
      const listed = await markets.get();
      if (!listed.ok) return listed;
      const contract = listed.value.byCoin.get(coin);
      if (contract === undefined) return { ok: true, value: undefined };
      const rules = await reading.rules(connection, contract);
      if (rules.ok) known.set(coin, rules.value);
      return rules;
    },
    place: async (order, mayStart) => {
      const answer = await on(order.coin, (contract) => place(connection, contract, order, mayStart));
      if (answer.ok) return answer.value;
      // The filters that the order was made by may have changed since they were read.
      if (answer.failure.outcome === 'refused' && answer.failure.code === 'INVALID_ORDER') {
        known.delete(order.coin);
        markets.forget();
      }
      return answer.failure;
    },
    amend: async (resting, next, mayStart) => {
      const answer = await on(next.coin, (contract) => amend(connection, contract, resting, next, mayStart, ended.signal));
      return answer.ok ? answer.value : answer.failure;
    },
    cancel: (order) => on(order.coin, (contract) => cancel(connection, contract, order)),
    lookUp: (order) => on(order.coin, (contract) => reading.lookUp(connection, contract, order, ended.signal)),
    openOrders: async (coin) => {
      const listed = await markets.get();
      return listed.ok ? reading.openOrders(connection, listed.value, coin) : listed;
    },
    trades: (coin, since) => on(coin, (contract) => reading.trades(connection, contract, since)),
    funding: (coin, since) => on(coin, (contract) => reading.funding(connection, contract, since)),
    clientIdOf: (coin, venueOrderId) => on(coin, (contract) => reading.clientIdOf(connection, contract, venueOrderId)),
    holdings: async () => {
      const listed = await markets.get();
      return listed.ok ? reading.holdings(connection, listed.value, brackets) : listed;
    },
    book: (coin, reserved) => on(coin, (contract) => reading.book(connection, contract, reserved === undefined ? 'urgent' : 'reducing')),
    candles: (coin, to, count) => on(coin, (contract) => candles(connection, contract, to, count)),
    accountHash: () => accountHashOf('binance', options.keys.apiKey),
    clockOffsetMs: () => connection.measureClock('query'),
    prepare: once((coin, leverage) => on(coin, (contract) => prepare(connection, contract, leverage))),
    countdownCancelAll: (coin, ms) => on(coin, (contract) => countdownCancelAll(connection, contract, ms)),
    subscribe: (listener) => {
      stream ??= openUserStream(connection, () => markets.get(), listener);
    },
    renewStream: (reason) => stream?.renew(reason),
    close: async () => {
      ended.abort();
      warm.stop();
      const closing = connection.close();
      await stream?.close();
      await closing;
    },
  };
}

const done: Answer<void> = { ok: true, value: undefined };

/** Prepares each coin once for a leverage. */
function once(prepareNow: VenuePort['prepare']): VenuePort['prepare'] {
  const prepared = new Set<string>();
  return async (coin, leverage) => {
    const name = `${coin} ${leverage}`;
    if (prepared.has(name)) return done;
    const answer = await prepareNow(coin, leverage);
    if (!answer.ok) return answer;
    // Another leverage of the same coin is no longer set.
    for (const other of prepared) if (other.startsWith(`${coin} `)) prepared.delete(other);
    prepared.add(name);
    return done;
  };
}

/** The contract list, read at start and again after it was found to be out of date. */
function listing(connection: BinanceConnection) {
  let contracts: Contracts | undefined;
  let isStale = false;
  const load = async (): Promise<Answer<Contracts>> => {
    const info = await reading.exchangeInfo(connection);
    if (!info.ok) return info;
    contracts = contractsFrom(info.value);
    connection.takeLimits(info.value.rateLimits);
    isStale = false;
    return { ok: true, value: contracts };
  };
  /** The list at hand, however old: orders do not wait for a fresh one. */
  const atHand = (): Promise<Answer<Contracts>> => (contracts === undefined ? load() : Promise.resolve({ ok: true, value: contracts }));
  return {
    load,
    get: (): Promise<Answer<Contracts>> => (isStale ? load() : atHand()),
    forget: () => {
      isStale = true;
    },
    with: async <T>(coin: Coin, act: (contract: Contract) => Promise<Answer<T>>): Promise<Answer<T>> => {
      const listed = await atHand();
      if (!listed.ok) return notSent(listed.failure);
      const contract = listed.value.byCoin.get(coin);
      return contract === undefined ? reading.failed(reading.notListed(coin)) : act(contract);
    },
  };
}

/** Whatever became of the read before it, the request itself never left. */
const notSent = (failure: Failure): Answer<never> => ({ ok: false, failure: { ...failure, outcome: 'notSent' } });

/** Two at once, so that an order and its partner's undoing each find an open connection. */
async function warmUp({ caller, orders }: BinanceConnection): Promise<void> {
  const send = () => orders.fapiPublicGetPing();
  const request = () => caller.call({ kind: 'once', signed: false, charges: weight(1), lane: 'query', send, shape: anything });
  await Promise.all([request(), request()]);
}
