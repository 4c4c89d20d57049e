/**
 * The headless host's own server and page on a made-up console: for what a real one cannot be brought to on purpose,
 * such as a hundred thousand stored points or two hundred rows that all change ten times a second.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HostServer } from '../../src/headless/server/server.ts';
import { readPage } from '../../src/main/ipc/page.ts';
import { dispatch } from '../../src/main/ipc/dispatch.ts';
import { PremiumSeries } from '../../src/main/market/premium-series.ts';
import { fixtureSnapshot } from '../../src/renderer/testing/fixture.ts';
import type { Handlers } from '../../src/shared/contract/commands.ts';
import type { MarketView } from '../../src/shared/contract/parts.ts';
import { done, type Reply } from '../../src/shared/contract/reply.ts';
import type { HedgeRow, OrderRow } from '../../src/shared/contract/rows.ts';
import type { Snapshot, Update } from '../../src/shared/contract/updates.ts';
import { root } from './programs.ts';

export interface FixtureOptions {
  /** Points of the premium's history, evenly over the last day. */
  readonly stored?: number;
  /** Hedges and orders, that many of each, all open. */
  readonly rows?: number;
}
const dayMs = 86_400_000;

export class FixtureHost {
  readonly #server: HostServer;
  readonly #listeners: Set<(update: Update) => void>;
  #snapshot: Snapshot;
  /** Stops that were pressed. */
  readonly stops: boolean[] = [];
  readonly bugs: unknown[];

  private constructor(server: HostServer, snapshot: Snapshot, seams: Pick<FixtureHost, 'bugs'> & { listeners: Set<(update: Update) => void> }) {
    this.#server = server;
    this.#snapshot = snapshot;
    this.#listeners = seams.listeners;
    this.bugs = seams.bugs;
  }

  static async start({ stored = 1000, rows = 0 }: FixtureOptions = {}): Promise<FixtureHost> {
    const page = await readPage(pathToFileURL(join(root, 'out', 'renderer', '/')));
    if (page === null) throw new Error('The page was not built');
    const blank = { body: Buffer.from(blankPage), type: 'text/html; charset=utf-8', immutable: false };
    const listeners = new Set<(update: Update) => void>();
    const bugs: unknown[] = [];
    const handlers = handlersOn(
      historyOf(stored),
      (closeAll) => host.#stop(closeAll),
      () => host.snapshot(),
    );
    const server = await HostServer.listen(0, {
      token: 'run-token',
      page: new Map([...page, ['/blank', blank]]),
      feed: {
        snapshot: () => host.snapshot(),
        subscribe: (listener) => {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      },
      invoke: (name, input) => dispatch(handlers, name, input, (error) => void bugs.push(error)),
      health: () => ({ reconciled: true, armed: true, stopped: false }),
      stop: () => Promise.resolve(),
      onUrl: () => undefined,
      onBug: (error) => void bugs.push(error),
      now: Date.now,
    });
    const host = new FixtureHost(server, withRows(quietSnapshot(), rows), { listeners, bugs });
    return host;
  }

  #stop(closeAll: boolean): void {
    this.stops.push(closeAll);
    const stop = { at: Date.now(), source: 'button', reason: 'A person pressed stop', code: 'PERSON', values: {} } as const;
    this.push({ parts: { standing: { ...this.#snapshot.parts.standing, trading: 'stopped', stop } } });
  }

  freshUrl(): string {
    return this.#server.freshUrl();
  }
  /** A page of the same server that has a button and nothing else. */
  get blankUrl(): string {
    return `http://127.0.0.1:${this.#server.port}/blank`;
  }
  snapshot(): Snapshot {
    return this.#snapshot;
  }
  close(): Promise<void> {
    return this.#server.close();
  }

  /** Sends the next update. */
  push({ parts = {}, tables = {} }: Partial<Pick<Update, 'parts' | 'tables'>>): void {
    const before = this.#snapshot;
    const update: Update = { sequence: before.sequence + 1, at: Date.now(), parts, tables };
    // Rows only ever change here, none leaves.
    const merged = Object.fromEntries(
      Object.entries(before.tables).map(([name, rows]) => [name, { ...rows, ...tables[name as keyof typeof tables] }]),
    );
    this.#snapshot = {
      ...before,
      sequence: update.sequence,
      at: update.at,
      parts: { ...before.parts, ...parts },
      tables: merged as Snapshot['tables'],
    };
    for (const listener of this.#listeners) listener(update);
  }

  /** The next prices, a little off the last ones. */
  pushMarket(step: number): void {
    const at = Date.now();
    const wobble = (scale: number, shift: number): string => (0.02 + scale * Math.sin((step + shift) / 3)).toFixed(5);
    this.push({ parts: { market: { ...marketOf(this.#snapshot), at, tradingPremium: wobble(0.002, 0), kimchiPremium: wobble(0.0025, 1) } } });
  }

  /** Every hedge and every order, each a little different from before. */
  pushRows(step: number): void {
    const { hedges, orders } = this.#snapshot.tables;
    const sign = step % 2 === 0 ? '' : '-';
    this.push({
      tables: {
        hedges: changed(hedges, (row, index) => ({ ...row, resultKrw: `${sign}${1000 + index}.${step}`, resultRatio: `${sign}0.00${100 + index}` })),
        orders: changed(orders, (row, index) => ({ ...row, filled: `0.00${100 + ((index + step) % 800)}` })),
      },
    });
  }
}

const changed = <R>(rows: Readonly<Record<string, R>>, change: (row: R, index: number) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(rows).map(([id, row], index) => [id, change(row, index)]));

function marketOf({ parts }: Snapshot): MarketView {
  if (parts.market === null) throw new Error('Invariant: the fixture has prices');
  return parts.market;
}

/** Without alarms: they would take room from what is measured. */
function quietSnapshot(): Snapshot {
  const base = fixtureSnapshot(Date.now());
  return { ...base, tables: { ...base.tables, alarms: {} } };
}

function withRows(base: Snapshot, rows: number): Snapshot {
  if (rows === 0) return base;
  const hedge = Object.values(base.tables.hedges).find(({ phase }) => phase === 'hedged');
  const order = Object.values(base.tables.orders).find(({ state }) => state === 'filled');
  if (hedge === undefined || order === undefined) throw new Error('Invariant: the fixture has a hedge and an order');
  const ids = Array.from({ length: rows }, (_, index) => `row-${String(index).padStart(4, '0')}`);
  const hedges = Object.fromEntries(ids.map((id, index): [string, HedgeRow] => [id, { ...hedge, id, openedAt: hedge.openedAt - index * 1000 }]));
  const orders = Object.fromEntries(
    ids.map((id, index): [string, OrderRow] => [
      id,
      { ...order, id, hedge: id, state: 'open', stamps: { ...order.stamps, decided: order.stamps.decided - index * 1000 } },
    ]),
  );
  return { ...base, tables: { ...base.tables, hedges, orders } };
}

/** The engine's own store of points, filled. */
function historyOf(stored: number): Handlers['premium.history'] {
  const series = new PremiumSeries(Math.max(stored, 1));
  const now = Date.now();
  const at = Float64Array.from({ length: stored }, (_, index) => now - dayMs + ((index + 1) * dayMs) / stored);
  const trading = at.map((time) => 0.02 + 0.004 * Math.sin(time / 5_000_000) + 0.001 * Math.sin(time / 37_000));
  series.prepend({ at, trading, kimchi: trading.map((value) => value + 0.009) }, dayMs / stored);
  return ({ from, to, points }) => Promise.resolve(done({ coin: 'BTC', ...series.between(from, to, points) }));
}

function handlersOn(history: Handlers['premium.history'], stop: (closeAll: boolean) => void, snapshot: () => Snapshot): Handlers {
  const nothing = (): Promise<Reply<Record<string, never>>> => Promise.resolve(done({}));
  return {
    'snapshot.get': () => Promise.resolve(done(snapshot())),
    'stop.engage': ({ closeAll }) => {
      stop(closeAll);
      return nothing();
    },
    'premium.history': history,
    'journal.read': () => Promise.resolve(done({ entries: [], more: false })),
    'hedge.open': () => Promise.resolve(done({ signal: 'hand-1' })),
    'console.arm': nothing,
    'console.disarm': nothing,
    'approval.set': nothing,
    'signal.approve': nothing,
    'signal.decline': nothing,
    'hedge.close': nothing,
    'stop.reset': nothing,
    'hedge.settle': nothing,
    'order.place': () => Promise.resolve(done({ order: 'kck3f9x2aa01aa02cc03dd04ee05' })),
    'order.check': () => Promise.resolve(done({ worst: null, valueKrw: null, feesKrw: null, denial: null })),
    'order.amend': ({ order }) => Promise.resolve(done({ order })),
    'order.cancel': nothing,
    'order.settle': nothing,
    'outside.accept': nothing,
    'settings.set': nothing,
    'preferences.set': nothing,
  };
}

const blankPage =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Blank</title><button type="button" data-testid="stop">Stop</button></html>';
