/** What is read from Upbit: orders, trades, holdings, books, rules, clock. */
import { z } from 'zod';
import type { Answer, Failure } from '../../../shared/domain/failure.ts';
import { type Coin, isOurOrderId } from '../../../shared/domain/ids.ts';
import type { Holdings, MarketRules, OrderReport } from '../../../shared/domain/venue.ts';
import type { Parameters } from 'ccxt/js/src/base/Exchange.js';
import { sleep } from '../caller.ts';
import type { AccountOrder, AccountTrade, OrderName } from '../port.ts';
import { coinFrom, decimalOf } from '../shapes.ts';
import { type ClockSample, offsetFrom } from './clock.ts';
import { one, type UpbitConnection } from './connection.ts';
import { orderShape, reportOf, type UpbitOrder } from './orders.ts';
import { chanceShape, instrumentsShape, rulesOf, tickerShape } from './rules.ts';

const ordersShape = z.array(orderShape);
const accountsShape = z.array(z.object({ currency: z.string(), balance: decimalOf<'balance'>(), locked: decimalOf<'balance'>() }));
const marketsShape = z.array(z.object({ market: z.string() }));

export const marketOf = (coin: Coin): string => `KRW-${coin}`;
const ok = <T>(value: T): Answer<T> => ({ ok: true, value });

/** Most that one page holds, and most pages that are asked for. */
const openPage = 100;
const closedPage = 1000;
const maxPages = 20;
/** orders/closed takes a window of at most seven days, by the time of creation. */
const windowMs = 7 * 86_400_000;
/** An order that traded since then may have been created this much earlier. */
const creationLeadMs = 600_000;
const clockProbe = 'KRW-BTC';
const betweenSamplesMs = 330;

/** The order by our id; where that finds nothing and the venue's id is known, by that. */
export async function lookUp(connection: UpbitConnection, name: OrderName): Promise<Answer<OrderReport | null>> {
  const byOurs = await getOrder(connection, { identifier: name.clientOrderId });
  if (!byOurs.ok) return byOurs;
  const byTheirs = byOurs.value === null && name.venueOrderId !== undefined ? await getOrder(connection, { uuid: name.venueOrderId }) : byOurs;
  if (!byTheirs.ok) return byTheirs;
  if (byTheirs.value === null) return ok(null);
  return ok(reportOf(byTheirs.value, name.clientOrderId, connection.options.now()));
}

function getOrder({ caller, data }: UpbitConnection, which: Parameters): Promise<Answer<UpbitOrder | null>> {
  return caller.call({
    kind: 'read',
    signed: true,
    charges: one('default'),
    lane: 'urgent',
    send: () => data.privateGetOrder(which),
    shape: orderShape.nullable(),
    fine: ['order_not_found'],
  });
}

/** Open orders and those that wait for a trigger; ccxt cannot send Upbit's array of states. */
export async function openOrders(connection: UpbitConnection, coin?: Coin): Promise<Answer<readonly AccountOrder[]>> {
  const waiting = await openWith(connection, 'wait', coin);
  if (!waiting.ok) return waiting;
  const watching = await openWith(connection, 'watch', coin);
  if (!watching.ok) return watching;
  const found = [...waiting.value, ...watching.value].flatMap((order): AccountOrder[] => {
    const named = coinFrom((order.market ?? '').split('-')[1] ?? '');
    return named === undefined ? [] : [{ coin: named, venueOrderId: order.uuid, clientId: order.identifier ?? '' }];
  });
  return ok(found);
}

function openWith({ caller, data }: UpbitConnection, state: string, coin: Coin | undefined): Promise<Answer<readonly UpbitOrder[]>> {
  const market = coin === undefined ? {} : { market: marketOf(coin) };
  return pages(openPage, (page) =>
    caller.call({
      kind: 'read',
      signed: true,
      charges: one('default'),
      lane: 'query',
      send: () => data.privateGetOrdersOpen({ ...market, state, page, limit: openPage }),
      shape: ordersShape,
    }),
  );
}

async function pages(size: number, read: (page: number) => Promise<Answer<readonly UpbitOrder[]>>): Promise<Answer<readonly UpbitOrder[]>> {
  const all: UpbitOrder[] = [];
  for (let page = 1; page <= maxPages; page += 1) {
    const answer = await read(page);
    if (!answer.ok) return answer;
    all.push(...answer.value);
    if (answer.value.length < size) break;
  }
  return ok(all);
}

/**
 * Upbit has no list of own trades: the orders of ours that ended since then, and those still open, are each asked for
 * with their trades.
 */
export async function trades(connection: UpbitConnection, coin: Coin, since: number): Promise<Answer<readonly AccountTrade[]>> {
  const found = new Map<string, UpbitOrder>();
  for (const state of ['done', 'cancel'] as const) {
    const closed = await closedSince(connection, coin, state, since - creationLeadMs);
    if (!closed.ok) return closed;
    for (const order of closed.value) found.set(order.uuid, order);
  }
  const open = await openWith(connection, 'wait', coin);
  if (!open.ok) return open;
  for (const order of open.value) found.set(order.uuid, order);

  const all: AccountTrade[] = [];
  for (const { identifier, uuid } of found.values()) {
    if (typeof identifier !== 'string' || !isOurOrderId(identifier)) continue;
    const report = await lookUp(connection, { clientOrderId: identifier, coin, venueOrderId: uuid });
    if (!report.ok) return report;
    for (const fill of report.value?.fills ?? []) {
      // Trade times have whole seconds.
      if (fill.at >= Math.floor(since / 1000) * 1000) all.push({ clientOrderId: identifier, venueOrderId: uuid, fill });
    }
  }
  return ok(all.sort((a, b) => a.fill.at - b.fill.at));
}

async function closedSince(
  { caller, data, options }: UpbitConnection,
  coin: Coin,
  state: string,
  since: number,
): Promise<Answer<readonly UpbitOrder[]>> {
  const all: UpbitOrder[] = [];
  const until = options.now() + 60_000;
  for (let from = since; from < until; from += windowMs) {
    const window = { start_time: Math.floor(from), end_time: Math.floor(Math.min(from + windowMs, until)) };
    const answer = await caller.call({
      kind: 'read',
      signed: true,
      charges: one('default'),
      lane: 'query',
      send: () => data.privateGetOrdersClosed({ market: marketOf(coin), state, ...window, limit: closedPage }),
      shape: ordersShape,
    });
    if (!answer.ok) return answer;
    all.push(...answer.value);
  }
  return ok(all);
}

export async function holdings({ caller, data, options }: UpbitConnection): Promise<Answer<Holdings>> {
  const at = options.now();
  const accounts = await caller.call({
    kind: 'read',
    signed: true,
    charges: one('default'),
    lane: 'query',
    send: () => data.privateGetAccounts(),
    shape: accountsShape,
  });
  if (!accounts.ok) return accounts;
  const balances = accounts.value.map(({ currency, balance, locked }) => ({ currency, free: balance, locked }));
  return ok({ balances, positions: [], at });
}

/** Coins with a KRW market. */
export async function listedCoins({ caller, data }: UpbitConnection): Promise<Answer<ReadonlySet<string>>> {
  const answer = await caller.call({
    kind: 'read',
    signed: false,
    charges: one('market'),
    lane: 'query',
    send: () => data.publicGetMarketAll(),
    shape: marketsShape,
  });
  if (!answer.ok) return answer;
  const coins = answer.value.filter(({ market }) => market.startsWith('KRW-')).map(({ market }) => market.slice(4));
  return ok(new Set(coins));
}

export async function rules({ caller, data }: UpbitConnection, coin: Coin): Promise<Answer<MarketRules>> {
  const market = marketOf(coin);
  const read = { kind: 'read', lane: 'query' } as const;
  const [chance, instruments, ticker] = await Promise.all([
    caller.call({ ...read, signed: true, charges: one('default'), send: () => data.privateGetOrdersChance({ market }), shape: chanceShape }),
    caller.call({
      ...read,
      signed: false,
      charges: one('orderbook'),
      send: () => data.publicGetOrderbookInstruments({ markets: market }),
      shape: instrumentsShape,
    }),
    caller.call({ ...read, signed: false, charges: one('ticker'), send: () => data.publicGetTicker({ markets: market }), shape: tickerShape }),
  ]);
  if (!chance.ok) return chance;
  if (!instruments.ok) return instruments;
  if (!ticker.ok) return ticker;
  const tick = instruments.value.find((row) => row.market === market)?.tick_size;
  const last = ticker.value.find((row) => row.market === market)?.trade_price;
  if (last === undefined) return { ok: false, failure: unreadable('the ticker does not name the market') };
  return ok(rulesOf(coin, chance.value, tick, last));
}

export const unreadable = (said: string): Failure => ({ outcome: 'unknown', code: 'BAD_ANSWER', venueCode: '', said });

/** Three answers at different parts of a second. They are read all the time: nothing that is decided on waits for them. */
export async function clockOffsetMs({ caller, data, options }: UpbitConnection, ended: AbortSignal): Promise<Answer<number>> {
  const samples: ClockSample[] = [];
  for (let count = 0; count < 3; count += 1) {
    if (count > 0) await sleep(betweenSamplesMs, ended);
    let date: number | undefined;
    let sentAt = 0;
    const answer = await caller.call({
      kind: 'read',
      signed: false,
      charges: one('ticker'),
      lane: 'query',
      send: () => {
        sentAt = options.now();
        return data.publicGetTicker({ markets: clockProbe });
      },
      shape: tickerShape,
      onHeaders: (headers) => {
        date = Date.parse(headers['date'] ?? '');
      },
    });
    if (!answer.ok) return answer;
    if (date === undefined || !Number.isFinite(date)) return { ok: false, failure: unreadable('the answer has no Date header') };
    const dataAt = Number(answer.value[0]?.timestamp);
    samples.push({ sentAt, receivedAt: options.now(), date, ...(Number.isFinite(dataAt) ? { dataAt } : {}) });
  }
  return ok(offsetFrom(samples));
}
