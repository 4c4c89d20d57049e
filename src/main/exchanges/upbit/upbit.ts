/** The venue port for Upbit's KRW spot markets. What Upbit does differently: docs/venues/upbit.md. */
import type { Answer } from '../../../shared/domain/failure.ts';
import type { Coin } from '../../../shared/domain/ids.ts';
import type { Quantity } from '../../../shared/domain/units.ts';
import type { MarketRules, OrderRequest } from '../../../shared/domain/venue.ts';
import type { Approved } from '../../engine/approved.ts';
import { accountHashOf } from '../account-hash.ts';
import type { UpbitKeys, VenueOptions } from '../options.ts';
import type { OrderName, PlaceResult, VenueEvent, VenuePort } from '../port.ts';
import { anything } from '../shapes.ts';
import { type Replacing, withQuantity } from '../replacing.ts';
import { keepOpen, type Stream } from '../socket.ts';
import { keepWarm } from '../warm.ts';
import { amend } from './amending.ts';
import { createBooks } from './books.ts';
import { candles } from './candles.ts';
import { connectUpbit, one, type UpbitConnection } from './connection.ts';
import { orderBody, orderShape, reportOf } from './orders.ts';
import * as reading from './reading.ts';
import { readMessage } from './stream-events.ts';

/** @throws RangeError when an address does not fit the mode */
export function createUpbit(options: VenueOptions<UpbitKeys>): VenuePort {
  const connection = connectUpbit(options);
  const ended = new AbortController();
  const known = new Map<Coin, MarketRules>();
  let listed: ReadonlySet<string> | undefined;
  let stream: Stream | undefined;
  const warm = keepWarm(() => warmUp(connection));
  const replacing: Replacing = {
    lookUp: (name) => reading.lookUp(connection, name),
    cancel: (name) => cancel(connection, name),
    place: (order, quantity, mayStart) => place(connection, order, mayStart, quantity),
    ended: ended.signal,
  };

  return {
    venue: 'upbit',
    leg: 'spot',
    start: async () => {
      await connection.open();
      const coins = await reading.listedCoins(connection);
      if (!coins.ok) return coins;
      listed = coins.value;
      warm.start();
      // No request here is stamped with our clock: the offset is only measured when it is asked for.
      return done;
    },
    rules: async (coin) => {
      const cached = known.get(coin);
      if (cached !== undefined) return { ok: true, value: cached };
      if (listed !== undefined && !listed.has(coin)) return { ok: true, value: undefined };
      const rules = await reading.rules(connection, coin);
      if (rules.ok) known.set(coin, rules.value);
      return rules;
    },
    amend: (resting, next, mayStart) => amend(connection, replacing, resting, next, mayStart),
    place: async (order, mayStart) => {
      const result = await place(connection, order, mayStart);
      // The rules that the order was made by may have changed since they were read.
      if (result.outcome === 'refused' && result.code === 'INVALID_ORDER') known.delete(order.coin);
      return result;
    },
    cancel: (order) => cancel(connection, order),
    lookUp: (order) => reading.lookUp(connection, order),
    openOrders: (coin) => reading.openOrders(connection, coin),
    trades: (coin, since) => reading.trades(connection, coin, since),
    holdings: () => reading.holdings(connection),
    book: createBooks(connection),
    candles: (coin, to, count) => candles(connection, coin, to, count),
    accountHash: () => accountHashOf('upbit', options.keys.accessKey),
    clockOffsetMs: () => reading.clockOffsetMs(connection, ended.signal),
    prepare: () => Promise.resolve(done),
    subscribe: (listener) => {
      stream ??= openStream(connection, listener);
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

/** @param atMost less than was approved, where part of it was filled by another order */
async function place(
  { caller, orders, options }: UpbitConnection,
  order: Approved<OrderRequest>,
  mayStart: () => boolean,
  atMost?: Quantity,
): Promise<PlaceResult> {
  const body = orderBody(withQuantity(order, atMost));
  if (!body.ok) return body.failure;
  const answer = await caller.call({
    kind: 'once',
    signed: true,
    charges: one('order'),
    // Selling coins is how the spot leg gives up risk.
    lane: order.side === 'sell' ? 'reducing' : 'urgent',
    send: () => orders.privatePostOrders(body.value),
    shape: orderShape,
    mayStart,
  });
  return answer.ok ? { outcome: 'accepted', report: reportOf(answer.value, order.clientOrderId, options.now()) } : answer.failure;
}

async function cancel({ caller, orders }: UpbitConnection, { clientOrderId }: OrderName): Promise<Answer<void>> {
  const answer = await caller.call({
    kind: 'once',
    signed: true,
    charges: one('default'),
    lane: 'cancel',
    send: () => orders.privateDeleteOrder({ identifier: clientOrderId }),
    shape: orderShape,
  });
  return answer.ok ? done : answer;
}

/** Two at once, so that an order and its partner's undoing each find an open connection. */
async function warmUp({ caller, orders }: UpbitConnection): Promise<void> {
  const request = () =>
    caller.call({
      kind: 'once',
      signed: false,
      charges: one('ticker'),
      lane: 'query',
      send: () => orders.publicGetTicker({ markets: 'KRW-BTC' }),
      shape: anything,
    });
  await Promise.all([request(), request()]);
}

/** myOrder and myAsset on one connection: the venue may refuse a second one. */
function openStream({ streams, options }: UpbitConnection, listener: (event: VenueEvent) => void): Stream {
  return keepOpen(
    streams,
    {
      prepare: async () => {
        // ccxt keeps its token and would dial again with a nonce that was used already.
        delete streams.options['ws'];
        return { client: await streams.authenticate() };
      },
      subscription: () => [[{ ticket: crypto.randomUUID() }, { type: 'myOrder' }, { type: 'myAsset' }]],
      probe: 'PING',
      onText: (text) => {
        const message = readMessage(text);
        if (message.kind === 'event') listener(message.event);
        if (message.kind === 'error') return `the venue refused the stream: ${message.name}`;
        return message.kind === 'unreadable' ? 'a message could not be read' : undefined;
      },
      onState: (state, reason) => listener({ kind: 'stream', state, reason }),
    },
    options.streamTiming,
  );
}
