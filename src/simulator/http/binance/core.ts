/** The account model with its clock, market, record and user stream: what requests, sockets and the market work on. */
import { ratio } from '../../../shared/domain/units.ts';
import { expireDated } from '../../model/binance/orders.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import type { ExchangeParts, Happening } from '../../model/binance/parts.ts';
import { runCountdowns } from '../../model/binance/settings.ts';
import { createState } from '../../model/binance/state.ts';
import type { VenueParts } from '../../venue.ts';
import type { StreamFaults } from '../stream-faults.ts';
import { createTimers } from '../timers.ts';
import { createDepth, type Depth } from './depth-stream.ts';
import type { BinanceOptions } from './options.ts';
import type { Desk } from './router.ts';
import { rulesOf } from './rules.ts';
import { createTape } from './tape.ts';
import { tradeLite, userEvent } from './user-events.ts';
import { createUserStream } from './user-stream.ts';

const fees = { taker: ratio('0.0005'), maker: ratio('0.0002') };

export interface Core {
  readonly desk: Desk;
  /** Puts changes on record, then lets events go. */
  commit(): void;
  /** Carries out what has come due by the clock: countdowns and dated orders. */
  runDue(): void;
  depthOf(symbol: string): Depth;
  close(): void;
}

/** What happens to an account, with the clock and market that it happens by. */
function createParts(venue: VenueParts, happenings: Happening[]): ExchangeParts {
  const rules = new Map<string, SymbolRules>();
  return {
    state: createState(venue.keep.load()),
    fees,
    rules(symbol) {
      const listed = venue.market.find('binance', symbol);
      if (listed === undefined) return undefined;
      const found = rules.get(symbol) ?? rulesOf(listed);
      rules.set(symbol, found);
      return found;
    },
    book: (symbol) => venue.market.book('binance', symbol),
    markPrice: (symbol) => venue.market.markPrice('binance', symbol),
    lastPrice: (symbol) => venue.market.ticker('binance', symbol).last,
    now: () => Math.floor(venue.clock.now()),
    random: venue.random,
    report: (happening) => happenings.push(happening),
  };
}

export function createCore(venue: VenueParts, options: BinanceOptions, faults: StreamFaults): Core {
  const happenings: Happening[] = [];
  const parts = createParts(venue, happenings);
  const { state, now } = parts;
  const depths = new Map<string, Depth>();
  const timers = createTimers();
  let dueTimer: NodeJS.Timeout | undefined;
  const known = (symbol: string): SymbolRules => {
    const found = parts.rules(symbol);
    if (found === undefined) throw new Error(`Invariant: what happens, happens in a listed symbol, was ${symbol}`);
    return found;
  };
  const commit = (): void => {
    venue.keep.write(state.takeChanges());
    for (const happening of arranged(happenings.splice(0), options.accountEvents, venue.random)) {
      const short = options.tradeLite ? tradeLite(happening, known) : undefined;
      if (short !== undefined) user.send(short);
      user.send(userEvent(happening, known));
    }
    clearTimeout(dueTimer);
    const expiry = state.nextExpiry();
    const deadlines = [...state.countdowns().map((countdown) => countdown.deadline), ...(expiry === undefined ? [] : [expiry])];
    if (deadlines.length > 0) dueTimer = setTimeout(runDue, Math.min(longestTimerMs, Math.max(1, Math.min(...deadlines) - now())));
  };
  const runDue = (): void => {
    runCountdowns(parts);
    expireDated(parts);
    commit();
  };
  const user = createUserStream({
    state,
    now,
    random: venue.random,
    maxDelayMs: () => options.maxEventDelayMs,
    keyLifeMs: options.listenKeyLifeMs,
    commit,
    faults,
  });
  const depthOf = (symbol: string): Depth => {
    const found = depths.get(symbol) ?? createDepth(known(symbol), now(), () => parts.book(symbol));
    depths.set(symbol, found);
    return found;
  };
  const later = (ms: number, act: () => void): void => {
    timers.after(ms, () => {
      act();
      commit();
    });
  };
  const tape = createTape(venue.market);
  const desk: Desk = {
    parts,
    market: venue.market,
    user,
    tape,
    options,
    later,
    snapshotId: (symbol) => depthOf(symbol).snapshotId(),
    currentId: (symbol) => depthOf(symbol).currentId(),
  };
  return {
    desk,
    commit,
    runDue,
    depthOf,
    close() {
      clearTimeout(dueTimer);
      timers.clear();
      tape.close();
      user.close();
    },
  };
}

/** The events of one piece of work in the order in which they are told of. */
function arranged(happenings: Happening[], order: BinanceOptions['accountEvents'], random: () => number): readonly Happening[] {
  const isFirst = order === 'first' || (order === 'random' && random() < 0.5);
  if (!isFirst) return happenings;
  const accounts = happenings.filter((row) => row.kind === 'account' && row.reason === 'ORDER');
  const others = happenings.filter((row) => !accounts.includes(row));
  const traded = others.findIndex((row) => row.kind === 'order' && row.trade !== undefined);
  return traded === -1 ? happenings : [...others.slice(0, traded), ...accounts, ...others.slice(traded)];
}

/** A timer cannot wait longer than 2^31 ms. */
const longestTimerMs = 2_000_000_000;
