/**
 * Simulated Binance USD-M: REST and WebSocket in the venue's own protocol, over the account model.
 *
 * 1. What a request changes is on record before its answer leaves, and before its events do.
 * 2. A path that is not here answers as the venue does and counts as unhandled.
 * 3. The venue lives by `parts.clock` alone: its times, windows and deadlines move with it.
 */
import { lte, parseDecimal, type Quantity, ratio, relabel, sign, text } from '../../../shared/domain/units.ts';
import { fund, liquidate, liquidateExhausted } from '../../model/binance/forced.ts';
import { marginNow } from '../../model/binance/funds.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import { fillResting, place, restore } from '../../model/binance/orders.ts';
import type { ExchangeParts, Happening } from '../../model/binance/parts.ts';
import { isFlat } from '../../model/binance/position.ts';
import { runCountdowns } from '../../model/binance/settings.ts';
import { createState } from '../../model/binance/state.ts';
import type { ControlResult, SimulatedVenue, VenueLedger, VenueParts } from '../../venue.ts';
import { createVenueServer, type Front } from '../server.ts';
import { ledgerPositions } from './account-shapes.ts';
import { createDepth, type Depth } from './depth-stream.ts';
import { ledgerFill, ledgerOrder } from './order-shapes.ts';
import { drawnId } from './order-ticket.ts';
import { createPublicStreams } from './public-streams.ts';
import { createQuota } from './quota.ts';
import { clientOrderIdOf, faultAnswer, handleRequest, placesOrder } from './requests.ts';
import { type BinanceOptions, type Desk, defaultOptions } from './router.ts';
import { rulesOf } from './rules.ts';
import { createUpgrades } from './upgrades.ts';
import { userEvent } from './user-events.ts';
import { createUserStream } from './user-stream.ts';

const fees = { taker: ratio('0.0005'), maker: ratio('0.0002') };

interface Core {
  readonly desk: Desk;
  /** Puts changes on record, then lets events go. */
  commit(): void;
  depthOf(symbol: string): Depth;
  close(): void;
}

/** The account model with its clock, market, record and user stream. */
function createCore(venue: VenueParts, options: BinanceOptions): Core {
  const state = createState(venue.keep.load());
  const happenings: Happening[] = [];
  const depths = new Map<string, Depth>();
  let countdownTimer: NodeJS.Timeout | undefined;
  const now = (): number => Math.floor(venue.clock.now());
  const rules = (symbol: string): SymbolRules | undefined => {
    const listed = venue.market.find('binance', symbol);
    return listed === undefined ? undefined : rulesOf(listed);
  };
  const known = (symbol: string): SymbolRules => {
    const found = rules(symbol);
    if (found === undefined) throw new Error(`Invariant: what happens, happens in a listed symbol, was ${symbol}`);
    return found;
  };
  const parts: ExchangeParts = {
    state,
    fees,
    rules,
    book: (symbol) => venue.market.book('binance', symbol),
    markPrice: (symbol) => venue.market.center('binance', symbol),
    now,
    random: venue.random,
    report: (happening) => happenings.push(happening),
  };
  const commit = (): void => {
    venue.keep.write(state.takeChanges());
    for (const happening of happenings.splice(0)) user.send(userEvent(happening, known));
    clearTimeout(countdownTimer);
    const deadlines = state.countdowns().map((countdown) => countdown.deadline);
    if (deadlines.length > 0) countdownTimer = setTimeout(runDue, Math.max(1, Math.min(...deadlines) - now()));
  };
  const runDue = (): void => {
    runCountdowns(parts);
    commit();
  };
  const user = createUserStream({
    state,
    now,
    random: venue.random,
    maxDelayMs: options.maxEventDelayMs,
    keyLifeMs: options.listenKeyLifeMs,
    commit,
  });
  const depthOf = (symbol: string): Depth => {
    const found = depths.get(symbol) ?? createDepth(known(symbol), now(), () => parts.book(symbol));
    depths.set(symbol, found);
    return found;
  };
  const desk: Desk = { parts, market: venue.market, user, options, snapshotId: (symbol) => depthOf(symbol).snapshotId() };
  return {
    desk,
    commit,
    depthOf,
    close() {
      clearTimeout(countdownTimer);
      user.close();
    },
  };
}

/** What the market does to the account: resting orders fill, exhausted positions are liquidated. */
function followMarket(venue: VenueParts, core: Core): { close(): void } {
  const { parts } = core.desk;
  let checking: NodeJS.Immediate | undefined;
  const check = (): void => {
    checking = undefined;
    liquidateExhausted(parts);
    core.commit();
  };
  const stops = [
    venue.market.onMakerFills('binance', (symbol, fills) => {
      fillResting(parts, symbol, fills);
      core.commit();
    }),
    venue.market.onBook((name) => {
      if (name !== 'binance' || checking !== undefined) return;
      if (parts.state.positions().some((position) => !isFlat(position))) checking = setImmediate(check);
    }),
  ];
  return {
    close() {
      clearImmediate(checking);
      for (const stop of stops) stop();
    },
  };
}

function ledgerOf(parts: ExchangeParts): VenueLedger {
  return {
    orders: parts.state.orders().map(ledgerOrder),
    fills: parts.state.trades().map(ledgerFill),
    balances: { USDT: { wallet: text(parts.state.account().wallet), available: text(marginNow(parts).available) } },
    positions: ledgerPositions(parts),
  };
}

/** What POST /external-order, /liquidate, /funding and /reset do. */
function controlsOf(core: Core): Pick<SimulatedVenue, 'externalOrder' | 'reset'> & Required<Pick<SimulatedVenue, 'liquidate' | 'fund'>> {
  const { parts } = core.desk;
  const committed = (result: ControlResult): ControlResult => {
    core.commit();
    return result;
  };
  return {
    externalOrder(symbol, side, quantity) {
      const clientId = `web_${drawnId(20, parts.random)}`;
      const ticket = { symbol, clientId, side: side === 'buy' ? 'BUY' : 'SELL', type: 'MARKET', quantity, reduceOnly: false } as const;
      const placed = place(parts, ticket, { external: true });
      return committed(placed.ok ? { ok: true } : { ok: false, error: `${placed.refusal.code} ${placed.refusal.msg}` });
    },
    liquidate(symbol, source) {
      const fraction = parseDecimal<'ratio'>(source);
      if (fraction === undefined || sign(fraction) <= 0 || !lte(fraction, ratio('1')))
        return { ok: false, error: 'fraction: a decimal above 0, at most 1' };
      return committed(liquidate(parts, symbol, fraction));
    },
    fund(symbol, source) {
      const rate = parseDecimal<'ratio'>(source);
      if (rate === undefined) return { ok: false, error: 'rate: a decimal' };
      return committed(fund(parts, symbol, rate));
    },
    reset(quote: Quantity) {
      for (const order of parts.state.openOrders()) parts.book(order.symbol).cancel(String(order.id));
      parts.state.clear();
      parts.state.setAccount({ ...parts.state.account(), wallet: relabel(quote), updatedAt: parts.now() });
      core.commit();
    },
  };
}

/** @param options what only the simulation decides; see router.ts */
export function createBinance(venue: VenueParts, options: BinanceOptions = defaultOptions): SimulatedVenue {
  const core = createCore(venue, options);
  const { desk } = core;
  const quota = createQuota();
  for (const order of desk.parts.state.openOrders()) restore(desk.parts, order);
  runCountdowns(desk.parts);
  core.commit();
  const streams = createPublicStreams(desk, core.depthOf);
  const upgrades = createUpgrades(desk.user, streams);
  const market = followMarket(venue, core);
  const requests = { desk, quota, keys: venue.keys, commit: core.commit };
  const front: Front = {
    venue: 'binance',
    handle: (request) => handleRequest(requests, request),
    upgrade: upgrades.upgrade,
    placesOrder,
    clientOrderId: clientOrderIdOf,
    failure: (kind, _request, forMs) => faultAnswer(kind, venue.clock.now(), forMs),
  };
  const server = createVenueServer(front, venue.faults, venue.requests);
  const controls = controlsOf(core);
  return {
    name: 'binance',
    listen: server.listen,
    async close() {
      market.close();
      streams.close();
      upgrades.close();
      core.close();
      await server.close();
    },
    ledger: () => ledgerOf(desk.parts),
    ...controls,
    reset(quote) {
      quota.reset();
      controls.reset(quote);
    },
  };
}
