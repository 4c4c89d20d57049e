/** The venue port as one process has it: what the runtime asks, carried over a wire that fails, answered from the truth. */
import type { Answer } from '../../shared/domain/failure.ts';
import type { ClientOrderId, Coin } from '../../shared/domain/ids.ts';
import { excess, isZero, toNumber, ZERO } from '../../shared/domain/units.ts';
import { type Book, changesInPlace, type MarketRules, type OrderReport, type OrderRequest } from '../../shared/domain/venue.ts';
import type { Approved } from '../../main/engine/approved.ts';
import { asApproved } from '../../main/engine/testing/approved.ts';
import type { AccountTrade, AmendResult, OrderName, PlaceResult, Resting, VenuePort } from '../../main/exchanges/port.ts';
import type { Faults } from '../faults.ts';
import type { Draw } from '../random.ts';
import type { Timeline } from '../timeline.ts';
import type { Exchange } from './exchange.ts';
import { reportOf } from './true-order.ts';
import type { Market } from './market.ts';
import type { Stream } from './stream.ts';
import { failure, type Wire } from './wire.ts';

export interface PortParts {
  readonly leg: 'spot' | 'perp';
  readonly exchange: Exchange;
  readonly market: Market;
  readonly wire: Wire;
  readonly stream: Stream;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly draw: Draw;
  /** The process's own clock. */
  readonly now: () => number;
  /** How far it is from the venue's. */
  readonly offsetMs: () => number;
  readonly resynced: () => void;
  /** Right before an order leaves. */
  readonly onWire: (order: OrderRequest) => void;
  readonly onArrival: (order: OrderRequest, taken: boolean) => void;
  readonly onBook: (coin: Coin, book: Book, askedAt: number) => void;
  readonly pause: (ms: number) => Promise<void>;
  /** What the venue makes of an order besides what was asked. */
  readonly oddly: (order: OrderRequest) => 'overfilled' | 'hidden' | null;
  readonly onCancel: (id: ClientOrderId) => void;
}

const ok = <T>(value: T): Answer<T> => ({ ok: true, value });
const done: Answer<void> = { ok: true, value: undefined };
const risks = { place: 0.1, order: 0.05, account: 0.03, book: 0.004 } as const;

export function portOf(parts: PortParts): VenuePort {
  const { leg, exchange, market, wire, stream, timeline, now, onBook } = parts;
  const venue = leg === 'spot' ? 'upbit' : 'binance';
  const known = new Map<Coin, MarketRules>();
  const read = <T>(risk: number, value: () => T, signed = true): Promise<Answer<T>> =>
    wire.ask({ kind: 'read', signed, risk, arrives: () => ok(value()) });
  const isSeen = (order: { readonly visibleAt: number }): boolean => order.visibleAt <= timeline.now;

  return {
    venue,
    leg,
    start: () => read(risks.account, () => undefined, false),
    rules: async (coin) => {
      const cached = known.get(coin);
      if (cached !== undefined) return ok(cached);
      const answer = await read(risks.book, () => market.rules(leg, coin), false);
      if (answer.ok) known.set(coin, answer.value);
      return answer;
    },
    async place(order, mayStart) {
      const result = await place(parts, order, mayStart);
      if (result.outcome === 'refused' && result.code === 'INVALID_ORDER') known.delete(order.coin);
      return result;
    },
    cancel: ({ clientOrderId }) => {
      parts.onCancel(clientOrderId);
      return wire.ask({
        kind: 'once',
        signed: true,
        risk: risks.order,
        arrives: () => (exchange.cancel(clientOrderId) ? done : { ok: false, failure: failure('refused', 'ORDER_NOT_FOUND', '-2011') }),
      });
    },
    amend: (resting, next, mayStart) => amend(parts, resting, next, mayStart),
    lookUp: (order) => lookUp(parts, order),
    openOrders: (coin) =>
      read(risks.order, () =>
        exchange.all
          .filter((order) => order.state === 'open' && isSeen(order) && (coin === undefined || order.request.coin === coin))
          .map(({ request, venueOrderId }) => ({ coin: request.coin, venueOrderId, clientId: request.clientOrderId })),
      ),
    trades: (coin, since) => read(risks.order, () => tradesOf(parts, coin, since)),
    clientIdOf: (_coin, venueOrderId) =>
      read(risks.order, () => exchange.outside.find((trade) => trade.venueOrderId === venueOrderId)?.clientId ?? null),
    holdings: () => {
      const at = now();
      return read(risks.account, () => exchange.holdings(at));
    },
    book: (coin) => {
      const at = now();
      const askedAt = timeline.now;
      const shown = (): Book => {
        const book = market.book(leg, coin, at);
        onBook(coin, book, askedAt);
        return book;
      };
      return read(risks.book, shown, false);
    },
    candles: async () => ok([]),
    accountHash: () => `account-of-${venue}`,
    clockOffsetMs: () => clockOffset(parts),
    prepare: preparing(parts),
    subscribe: (listener) => stream.open(listener),
    renewStream: () => stream.breakFor(500, true),
    close: () => Promise.resolve(),
  };
}

function tradesOf({ exchange, timeline }: PortParts, coin: Coin, since: number): readonly AccountTrade[] {
  const own = exchange.all
    .filter((order) => order.request.coin === coin && order.at >= since && order.visibleAt <= timeline.now)
    .flatMap(({ fills, request, venueOrderId }) => fills.map((fill) => ({ clientOrderId: request.clientOrderId, venueOrderId, fill })));
  const others = exchange.outside
    .filter((trade) => trade.coin === coin && trade.fill.at >= since)
    .map(({ venueOrderId, fill }) => ({ venueOrderId, fill }));
  return [...own, ...others];
}

function clockOffset({ wire, resynced, offsetMs, draw, faults }: PortParts): Promise<Answer<number>> {
  const arrives = (): Answer<number> => {
    resynced();
    // A time that cannot be read.
    if (faults.isOn('clockError') && draw.chance(0.01)) return ok(Number.NaN);
    return ok(Math.round(offsetMs() + draw.between(-20, 20)));
  };
  return wire.ask({ kind: 'read', signed: false, risk: risks.book, arrives });
}

function preparing({ leg, wire, exchange }: PortParts): VenuePort['prepare'] {
  const prepared = new Set<string>();
  return async (coin, leverage) => {
    const name = `${coin} ${leverage}`;
    if (leg === 'spot' || prepared.has(name)) return done;
    const answer = await wire.ask<void>({ kind: 'read', signed: true, risk: risks.account, arrives: () => done });
    if (!answer.ok) return answer;
    const changes = [...prepared].some((other) => other.startsWith(`${coin} `));
    if (changes && toNumber(exchange.held(coin)) !== 0) return { ok: false, failure: failure('refused', 'BLOCKED', 'MARGIN', 'has a position') };
    for (const other of prepared) if (other.startsWith(`${coin} `)) prepared.delete(other);
    prepared.add(name);
    exchange.leverage.set(coin, leverage);
    return done;
  };
}

function lookUp({ wire, exchange, timeline, faults, draw }: PortParts, { clientOrderId }: OrderName): Promise<Answer<OrderReport | null>> {
  const arrives = (): Answer<OrderReport | null> => {
    const order = exchange.find(clientOrderId);
    if (order === undefined || order.visibleAt > timeline.now) return ok(null);
    if (order.fills.length === 0 || !faults.strike('staleFilled', 0.6)) return ok(reportOf(order, 'allTrades'));
    if (draw.chance(0.5)) return ok(reportOf(order, 'allTrades', true));
    return ok(reportOf(order, order.fills.slice(0, -1)));
  };
  return wire.ask({ kind: 'read', signed: true, risk: risks.order, arrives });
}

async function place(parts: PortParts, order: Approved<OrderRequest>, mayStart: () => boolean): Promise<PlaceResult> {
  const { wire, exchange, timeline, faults, draw, leg, onWire, onArrival, pause } = parts;
  // The turn of a full quota, or of a signing slot.
  if (draw.chance(0.25)) await pause(draw.chance(0.2) ? draw.int(100, 2500) : draw.int(1, 30));
  if (!mayStart()) return failure('notSent', 'BLOCKED', '', 'held back by the door');
  onWire(order);
  const wireAt = timeline.now;
  const oddly = parts.oddly(order);
  const answer = await wire.ask<PlaceResult>({
    kind: 'once',
    signed: true,
    risk: risks.place,
    arrives: () => {
      const refused =
        oddly !== null
          ? null
          : faults.strike('insufficientFunds', 0.16)
            ? 'INSUFFICIENT_FUNDS'
            : faults.strike('filterReject', 0.16)
              ? 'INVALID_ORDER'
              : null;
      const part = oddly === null && refused === null && faults.strike('partialFill', 0.2) ? draw.part() : 1;
      const hidden = refused === null && faults.strike('queryLag', 0.22) ? Math.min(timeline.now + draw.int(100, 55_000), wireAt + 55_000) : 0;
      const until = oddly === 'hidden' ? timeline.now + draw.int(70_000, 95_000) : hidden;
      const taken = refused ?? exchange.place(order, until, part, oddly);
      onArrival(order, typeof taken !== 'string');
      if (taken === 'DUPLICATE_ID') return { ok: false, failure: failure('unknown', 'DUPLICATE_ID', '-4116') };
      if (typeof taken === 'string') return { ok: false, failure: failure('refused', taken, '-2019') };
      if (taken.isSecret && taken.visibleAt > timeline.now) return { ok: false, failure: failure('unknown', 'VENUE_ERROR', '', 'HTTP 503') };
      // Upbit answers before it matches.
      const whole = reportOf(taken, []);
      const answered = leg === 'spot' && draw.chance(0.6) ? { ...whole, state: 'open' as const, filled: ZERO } : whole;
      return ok({ outcome: 'accepted', report: answered });
    },
  });
  return answer.ok ? answer.value : answer.failure;
}

/** As the adapters do it: in place, or a cancel and, once the old order is seen to be over, a new one for what is left. */
async function amend(parts: PortParts, resting: Resting, next: Approved<OrderRequest>, mayStart: () => boolean): Promise<AmendResult> {
  const { wire, exchange, onWire } = parts;
  if (!mayStart()) return failure('notSent', 'BLOCKED', '', 'held back by the door');
  if (changesInPlace({ venue: next.venue, terms: resting.terms }, next.terms)) {
    onWire(next);
    const answer = await wire.ask<AmendResult>({
      kind: 'once',
      signed: true,
      risk: risks.place,
      arrives: () => {
        if (!exchange.amend(resting.clientOrderId, next.terms)) return { ok: false, failure: failure('refused', 'ORDER_NOT_FOUND', '-2013') };
        const order = exchange.find(resting.clientOrderId);
        return order === undefined
          ? { ok: false, failure: failure('refused', 'ORDER_NOT_FOUND') }
          : ok({ outcome: 'changed', report: reportOf(order, []) });
      },
    });
    return answer.ok ? answer.value : answer.failure;
  }
  const canceled = await wire.ask<void>({
    kind: 'once',
    signed: true,
    risk: risks.order,
    arrives: () => (exchange.cancel(resting.clientOrderId) ? done : gone),
  });
  if (!canceled.ok && canceled.failure.outcome === 'unknown') return { ...canceled.failure, outcome: 'notSent' };
  if (!canceled.ok && canceled.failure.code !== 'ORDER_NOT_FOUND') return canceled.failure;
  const ended = await seenOver(parts, resting);
  // Whether it is over nobody knows: nothing is put in its place.
  if (ended === null) return failure('notSent', 'BAD_ANSWER', '', 'the venue does not show that the order is over');
  const { terms } = next;
  const left = 'cost' in terms ? ZERO : excess(terms.quantity, ended.filled);
  if ('cost' in terms || isZero(left)) return { outcome: 'ended', ended };
  const placed = await place(parts, asApproved({ ...next, terms: { ...terms, quantity: left } }), mayStart);
  if (placed.outcome === 'accepted') return { outcome: 'replaced', ended, report: placed.report };
  return placed.outcome === 'unknown' ? placed : { outcome: 'ended', ended, failure: placed };
}

/** As exchanges/replacing.ts, whose pauses are real time's. */
async function seenOver(parts: PortParts, resting: Resting): Promise<OrderReport | null> {
  for (const pauseMs of [0, 100, 200, 400, 800, 1500]) {
    if (pauseMs > 0) await parts.pause(pauseMs);
    const answer = await lookUp(parts, resting);
    if (answer.ok && answer.value !== null && answer.value.state !== 'open') return answer.value;
  }
  return null;
}
const gone: Answer<never> = { ok: false, failure: failure('refused', 'ORDER_NOT_FOUND', '-2011') };
