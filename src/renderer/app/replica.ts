/**
 * The console's copy of what the engine shows. One rule: it is exactly a snapshot plus every update since, or it says
 * that it is not (docs/glossary.md, replica).
 *
 * - An update that is known already is dropped; the next one is applied; after a gap nothing is until a snapshot came.
 * - Rows that did not change keep their identity, so that only what changed is drawn.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Parts } from '../../shared/contract/parts.ts';
import type { RowOf, TableName, Tables } from '../../shared/contract/rows.ts';
import type { Snapshot, Update } from '../../shared/contract/updates.ts';
import type { ConnectionState, Transport } from './transport.ts';

export interface ReplicaState {
  readonly connection: ConnectionState;
  /** ms since 1970 when the connection was last known good; null before the first. */
  readonly heardAt: number | null;
  /** Engine's clock minus ours, in ms, as of the last message: countdowns follow the engine's clock. */
  readonly clockOffsetMs: number;
  /** Null until the first snapshot came. */
  readonly sequence: number | null;
  readonly parts: Parts | null;
  readonly tables: Tables;
}
export type Replica = StoreApi<ReplicaState>;

/** Rows by id, and nothing else: without a prototype an id may be `constructor` or `__proto__`. */
const rowsOf = <R>(...sources: readonly Readonly<Record<string, R>>[]): Record<string, R> =>
  Object.assign(Object.create(null) as Record<string, R>, ...sources) as Record<string, R>;
const tablesOf = ({ signals, hedges, orders, alarms }: Tables): Tables => ({
  signals: rowsOf(signals),
  hedges: rowsOf(hedges),
  orders: rowsOf(orders),
  alarms: rowsOf(alarms),
});
const noTables = tablesOf({ signals: {}, hedges: {}, orders: {}, alarms: {} });
export const createReplica = (): Replica =>
  createStore<ReplicaState>(() => ({ connection: 'connecting', heardAt: null, clockOffsetMs: 0, sequence: null, parts: null, tables: noTables }));

function patched<T extends TableName>(rows: Tables[T], changes: Readonly<Record<string, RowOf<T> | null>> | undefined): Tables[T] {
  if (changes === undefined) return rows;
  const next = rowsOf(rows as Readonly<Record<string, RowOf<T>>>);
  for (const [id, row] of Object.entries(changes)) {
    if (row === null) delete next[id];
    else next[id] = row;
  }
  // Rows of table T by id are that table; the index type cannot say so for a T that is still open.
  return next as Tables[T];
}

/** @returns whether the replica is whole after it, or waits for its first snapshot anyway; false is a gap */
export function applyUpdate(replica: Replica, update: Update, now: number): boolean {
  const state = replica.getState();
  if (state.sequence === null || state.parts === null) return true;
  if (update.sequence <= state.sequence) return true;
  if (update.sequence !== state.sequence + 1) return false;
  const { signals, hedges, orders, alarms } = update.tables;
  replica.setState({
    heardAt: now,
    clockOffsetMs: update.at - now,
    sequence: update.sequence,
    parts: { ...state.parts, ...update.parts },
    tables: {
      signals: patched<'signals'>(state.tables.signals, signals),
      hedges: patched<'hedges'>(state.tables.hedges, hedges),
      orders: patched<'orders'>(state.tables.orders, orders),
      alarms: patched<'alarms'>(state.tables.alarms, alarms),
    },
  });
  return true;
}

export function applySnapshot(replica: Replica, snapshot: Snapshot, now: number): void {
  replica.setState({
    heardAt: now,
    clockOffsetMs: snapshot.at - now,
    sequence: snapshot.sequence,
    parts: snapshot.parts,
    tables: tablesOf(snapshot.tables),
  });
}

const gapRetryMs = 500;

/** Keeps the replica fed. @returns ends it */
export function follow(transport: Transport, replica: Replica): () => void {
  let asking = false;
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const mend = async () => {
    if (asking || ended) return;
    asking = true;
    const reply = await transport.invoke('snapshot.get', {});
    asking = false;
    if (ended) return;
    // A connection that came back meanwhile may have brought a newer one.
    if (reply.ok && reply.value.sequence < (replica.getState().sequence ?? 0)) return;
    if (reply.ok) applySnapshot(replica, reply.value, Date.now());
    else if (replica.getState().connection === 'connected') timer = setTimeout(mend, gapRetryMs);
  };
  const end = transport.subscribe({
    snapshot: (snapshot) => applySnapshot(replica, snapshot, Date.now()),
    update: (update) => {
      if (!applyUpdate(replica, update, Date.now())) void mend();
    },
    state: (connection) => {
      if (replica.getState().connection === connection) return;
      // The moment it was lost is when it was last good, also where nothing was said for a while.
      const wasGood = replica.getState().connection === 'connected';
      replica.setState(wasGood ? { connection, heardAt: Date.now() } : { connection });
    },
  });
  return () => {
    ended = true;
    clearTimeout(timer);
    end();
  };
}
