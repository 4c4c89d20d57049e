/** What is read from Binance: orders, trades, holdings, books, rules. */
import type { Parameters } from 'ccxt/js/src/base/Exchange.js';
import type { output, ZodType } from 'zod';
import { z } from 'zod';
import type { Answer, Failure } from '../../../shared/domain/failure.ts';
import type { Coin } from '../../../shared/domain/ids.ts';
import { excess, isZero, lt, type Quantity, relabel, sum } from '../../../shared/domain/units.ts';
import type { Book, FundingPayment, Holdings, MarketRules, OrderReport, Position } from '../../../shared/domain/venue.ts';
import { sleep } from '../caller.ts';
import type { AccountOrder, AccountTrade, OrderName } from '../port.ts';
import type { Lane } from '../quota.ts';
import { decimalOf, quantityOf, timeOf } from '../shapes.ts';
import type { Brackets } from './brackets.ts';
import { algoShape, algoVenueId, becameOf, waitingReport } from './conditional.ts';
import { type BinanceConnection, weight } from './connection.ts';
import { type Contract, type Contracts, coinOfSymbol, coinPrice, exchangeInfoShape, rulesOf, toCoins } from './contracts.ts';
import { type BinanceOrder, type BinanceTrade, fillOf, orderShape, reportOf, tradeShape } from './orders.ts';

const ordersShape = z.array(orderShape);
const algosShape = z.array(algoShape);
const tradesShape = z.array(tradeShape);
const amount = decimalOf<'balance'>();
const accountShape = z.object({
  totalMarginBalance: decimalOf<'usdt'>(),
  totalMaintMargin: decimalOf<'usdt'>(),
  availableBalance: decimalOf<'usdt'>(),
  assets: z.array(z.object({ asset: z.string(), walletBalance: amount, availableBalance: amount })),
});
export const positionsShape = z.array(
  z.object({
    symbol: z.string(),
    positionAmt: decimalOf<'signedQuantity'>(),
    entryPrice: decimalOf<'price'>(),
    markPrice: decimalOf<'price'>(),
    liquidationPrice: decimalOf<'price'>().nullish(),
  }),
);
const incomesShape = z.array(z.object({ income: decimalOf<'usdt'>(), asset: z.string(), time: timeOf, tranId: z.string() }));
const levelsShape = z.array(z.tuple([decimalOf<'price'>(), quantityOf]));
const depthShape = z.object({ bids: levelsShape, asks: levelsShape });
const feesShape = z.object({ takerCommissionRate: decimalOf<'ratio'>() });

const ok = <T>(value: T): Answer<T> => ({ ok: true, value });
export const failed = (failure: Failure): Answer<never> => ({ ok: false, failure });
const unreadable = (said: string): Failure => ({ outcome: 'unknown', code: 'BAD_ANSWER', venueCode: '', said });
export const notListed = (coin: Coin): Failure => ({
  outcome: 'notSent',
  code: 'INVALID_ORDER',
  venueCode: '',
  said: `${coin} has no perpetual here`,
});

const maxTrades = 1000;
const windowMs = 7 * 86_400_000;
/** The list of trades may lag behind the order: asked again so many times, this far apart. */
const tradeLagTries = 3;
const tradeLagMs = 150;

/** A signed read on the data instance. */
export function read<Shape extends ZodType>(
  { caller }: BinanceConnection,
  cost: number,
  lane: Lane,
  send: () => Promise<unknown>,
  shape: Shape,
  fine: readonly string[] = [],
): Promise<Answer<output<Shape>>> {
  return caller.call({ kind: 'read', signed: true, charges: weight(cost), lane, send, shape, fine });
}

/** A conditional order by our id: as it waits, or the order that it became. */
export async function lookUpConditional(
  connection: BinanceConnection,
  contract: Contract,
  name: OrderName,
  ended: AbortSignal,
): Promise<Answer<OrderReport | null>> {
  const send = () => connection.data.fapiPrivateGetAlgoOrder({ clientAlgoId: name.clientOrderId });
  const algo = await read(connection, 1, 'urgent', send, algoShape.nullable(), ['-2013']);
  if (!algo.ok) return algo;
  if (algo.value === null) return ok(null);
  const waiting = waitingReport(algo.value, name.clientOrderId, connection.options.now());
  const became = becameOf(algo.value.actualOrderId);
  if (became === undefined) return ok(waiting);
  const order = await byId(connection, contract.symbol, { orderId: became });
  if (!order.ok) return order;
  return order.value === null ? ok(waiting) : whole(connection, contract, order.value, name, ended);
}

/** The order by our id, with its trades once anything is filled. */
export async function lookUp(
  connection: BinanceConnection,
  contract: Contract,
  name: OrderName,
  ended: AbortSignal,
): Promise<Answer<OrderReport | null>> {
  if (name.conditional === true) return lookUpConditional(connection, contract, name, ended);
  const { symbol } = contract;
  const byOurs = await byId(connection, symbol, { origClientOrderId: name.clientOrderId });
  if (!byOurs.ok) return byOurs;
  const byTheirs = byOurs.value === null && name.venueOrderId !== undefined ? await byId(connection, symbol, { orderId: name.venueOrderId }) : byOurs;
  if (!byTheirs.ok) return byTheirs;
  return byTheirs.value === null ? ok(null) : whole(connection, contract, byTheirs.value, name, ended);
}

const byId = (
  connection: BinanceConnection,
  symbol: string,
  which: { readonly origClientOrderId: string } | { readonly orderId: string },
): Promise<Answer<BinanceOrder | null>> =>
  read(connection, 1, 'urgent', () => connection.data.fapiPrivateGetOrder({ symbol, ...which }), orderShape.nullable(), ['-2013']);

/** Funding in USDT, oldest first; what is paid in another asset is left out. */
export async function funding(connection: BinanceConnection, { symbol }: Contract, since: number): Promise<Answer<readonly FundingPayment[]>> {
  const parameters = { symbol, incomeType: 'FUNDING_FEE', startTime: Math.floor(since), limit: 1000 };
  const answer = await read(connection, 30, 'query', () => connection.data.fapiPrivateGetIncome(parameters), incomesShape);
  if (!answer.ok) return answer;
  return ok(answer.value.filter((row) => row.asset === 'USDT').map((row) => ({ id: row.tranId, at: row.time, amount: row.income })));
}

export async function clientIdOf(connection: BinanceConnection, { symbol }: Contract, venueOrderId: string): Promise<Answer<string | null>> {
  const order = await byId(connection, symbol, { orderId: venueOrderId });
  return order.ok ? ok(order.value === null ? null : order.value.clientOrderId) : order;
}

async function whole(
  connection: BinanceConnection,
  contract: Contract,
  order: BinanceOrder,
  name: OrderName,
  ended: AbortSignal,
): Promise<Answer<OrderReport>> {
  const trades = isZero(order.executedQty) ? ok([]) : await tradesOf(connection, contract.symbol, order, ended);
  return trades.ok ? ok(reportOf(order, trades.value, contract, name.clientOrderId, connection.options.now())) : trades;
}

async function tradesOf(
  connection: BinanceConnection,
  symbol: string,
  order: BinanceOrder,
  ended: AbortSignal,
): Promise<Answer<readonly BinanceTrade[]>> {
  const parameters = { symbol, orderId: order.orderId, limit: maxTrades };
  for (let attempt = 1; ; attempt += 1) {
    const answer = await read(connection, 5, 'urgent', () => connection.data.fapiPrivateGetUserTrades(parameters), tradesShape);
    if (!answer.ok || attempt >= tradeLagTries) return answer;
    const seen: Quantity = sum(answer.value.map((trade) => trade.qty));
    if (!lt(seen, order.executedQty)) return answer;
    await sleep(tradeLagMs, ended);
  }
}

/** Plain orders, and conditional ones that wait: those live apart at this venue. */
export async function openOrders(connection: BinanceConnection, contracts: Contracts, coin?: Coin): Promise<Answer<readonly AccountOrder[]>> {
  const contract = coin === undefined ? undefined : contracts.byCoin.get(coin);
  if (coin !== undefined && contract === undefined) return ok([]);
  const parameters = contract === undefined ? {} : { symbol: contract.symbol };
  const cost = contract === undefined ? 40 : 1;
  const [plain, waiting] = await Promise.all([
    read(connection, cost, 'query', () => connection.data.fapiPrivateGetOpenOrders(parameters), ordersShape),
    read(connection, cost, 'query', () => connection.data.fapiPrivateGetOpenAlgoOrders(parameters), algosShape),
  ]);
  if (!plain.ok) return plain;
  if (!waiting.ok) return waiting;
  const named = (symbol: string, venueOrderId: string, clientId: string): AccountOrder[] => {
    const coinOf = coinOfSymbol(contracts, symbol);
    return coinOf === undefined ? [] : [{ coin: coinOf, venueOrderId, clientId }];
  };
  return ok([
    ...plain.value.flatMap(({ symbol, orderId, clientOrderId }) => named(symbol, orderId, clientOrderId)),
    ...waiting.value.flatMap(({ symbol, algoId, clientAlgoId }) => named(symbol, algoVenueId(algoId), clientAlgoId)),
  ]);
}

/** Own trades since a time, in windows of seven days: the most the venue takes. */
export async function trades(connection: BinanceConnection, contract: Contract, since: number): Promise<Answer<readonly AccountTrade[]>> {
  const found = new Map<string, BinanceTrade>();
  const until = connection.options.now() + 60_000;
  for (let from = since; from < until; from += windowMs) {
    const window = { startTime: Math.floor(from), endTime: Math.floor(Math.min(from + windowMs - 1, until)) };
    const answer = await tradesWithin(connection, contract.symbol, window, found);
    if (!answer.ok) return answer;
  }
  const rows = [...found.values()].filter((trade) => trade.time >= since).sort((a, b) => a.time - b.time);
  return ok(rows.map((trade) => ({ venueOrderId: trade.orderId, fill: fillOf(trade, contract) })));
}

/** One window, page by page from the last trade's id: times and ids cannot be asked for together. */
async function tradesWithin(
  connection: BinanceConnection,
  symbol: string,
  window: { readonly startTime: number; readonly endTime: number },
  found: Map<string, BinanceTrade>,
): Promise<Answer<void>> {
  let page: Parameters = window;
  for (;;) {
    const parameters: Parameters = { symbol, limit: maxTrades, ...page };
    const answer = await read(connection, 5, 'query', () => connection.data.fapiPrivateGetUserTrades(parameters), tradesShape);
    if (!answer.ok) return answer;
    const before = found.size;
    for (const trade of answer.value) found.set(trade.id, trade);
    const last = answer.value.at(-1);
    if (answer.value.length < maxTrades || last === undefined || found.size === before || last.time > window.endTime) return ok(undefined);
    page = { fromId: last.id };
  }
}

export async function holdings(connection: BinanceConnection, contracts: Contracts, brackets: Brackets): Promise<Answer<Holdings>> {
  const at = connection.options.now();
  const [account, positions] = await Promise.all([
    read(connection, 5, 'query', () => connection.data.fapiPrivateV3GetAccount(), accountShape),
    read(connection, 5, 'query', () => connection.data.fapiPrivateV3GetPositionRisk(), positionsShape),
  ]);
  if (!account.ok) return account;
  if (!positions.ok) return positions;
  const { totalMarginBalance, totalMaintMargin, availableBalance, assets } = account.value;
  return ok({
    balances: assets.map(({ asset, walletBalance, availableBalance: free }) => ({
      currency: asset,
      free,
      // What of the wallet is bound as margin; never below zero, for profit can make more available than the wallet holds.
      locked: relabel<'balance'>(excess(relabel<'quantity'>(walletBalance), relabel<'quantity'>(free))),
    })),
    positions: positions.value.flatMap((row) => positionOf(row, contracts, brackets)),
    margin: { balance: totalMarginBalance, available: availableBalance, maintenance: totalMaintMargin },
    at,
  });
}

function positionOf(row: output<typeof positionsShape>[number], contracts: Contracts, brackets: Brackets): readonly Position[] {
  const coin = coinOfSymbol(contracts, row.symbol);
  if (coin === undefined || isZero(row.positionAmt)) return [];
  const multiplier = contracts.bySymbol.get(row.symbol)?.multiplier;
  const priced = (value: Position['markPrice']) => (multiplier === undefined ? value : coinPrice(value, multiplier));
  const { liquidationPrice } = row;
  const maintenance = brackets.of(row.symbol);
  return [
    {
      coin,
      quantity: multiplier === undefined ? row.positionAmt : toCoins(row.positionAmt, multiplier),
      entryPrice: priced(row.entryPrice),
      markPrice: priced(row.markPrice),
      // Zero is the venue's word for none.
      ...(liquidationPrice && !isZero(liquidationPrice) ? { liquidationPrice: priced(liquidationPrice) } : {}),
      ...(maintenance === undefined ? {} : { maintenance }),
    },
  ];
}

export async function book(connection: BinanceConnection, { symbol, multiplier }: Contract, lane: Lane): Promise<Answer<Book>> {
  let at = connection.options.now();
  const answer = await connection.caller.call({
    kind: 'read',
    signed: false,
    charges: weight(2),
    lane,
    // A book is as old as its request, not as the wait for quota before it.
    send: () => {
      at = connection.options.now();
      return connection.data.fapiPublicGetDepth({ symbol, limit: 50 });
    },
    shape: depthShape,
  });
  if (!answer.ok) return answer;
  const levels = (rows: output<typeof levelsShape>) =>
    rows.map(([price, quantity]) => ({ price: coinPrice(price, multiplier), quantity: toCoins(quantity, multiplier) }));
  return ok({ bids: levels(answer.value.bids), asks: levels(answer.value.asks), at });
}

export function exchangeInfo({ caller, data }: BinanceConnection): Promise<Answer<output<typeof exchangeInfoShape>>> {
  const send = () => data.fapiPublicGetExchangeInfo();
  return caller.call({ kind: 'read', signed: false, charges: weight(1), lane: 'query', send, shape: exchangeInfoShape });
}

export async function rules(connection: BinanceConnection, contract: Contract): Promise<Answer<MarketRules>> {
  const { symbol } = contract;
  const fees = await read(connection, 20, 'query', () => connection.data.fapiPrivateGetCommissionRate({ symbol }), feesShape);
  if (!fees.ok) return fees;
  const rules = rulesOf(contract, fees.value.takerCommissionRate);
  return rules === undefined ? failed(unreadable(`the filters of ${symbol} are not complete`)) : ok(rules);
}
