/**
 * What every source of signals has in common.
 *
 * 1. A source hands on each line, file entry or message exactly once, in order, good or malformed, with its place.
 * 2. The sink's promise resolves when the item is journaled. A source goes on from what was journaled, so a crash
 *    repeats items (the engine knows their ids) and never loses one.
 * 3. A sink that rejects has journaled nothing: the source keeps the item and offers it again.
 */
import type { Parsed, SignalSource } from '../../shared/domain/signal.ts';
import type { Place } from '../engine/inputs.ts';

export interface SignalItem {
  readonly parsed: Parsed;
  readonly source: SignalSource;
  /** Where to go on after a restart; null for sources that have no memory. The engine journals it with the signal. */
  readonly place: Place | null;
}
export type SignalSink = (item: SignalItem) => Promise<void>;

export interface Source {
  start(): Promise<void>;
  /** Resolves when nothing of the source runs any more: no timer, watcher, socket or half-handled item. */
  close(): Promise<void>;
}

/** What may be wrong with a source as a whole, as opposed to one of its signals. Closed set. */
export type TroubleCode =
  /** The path is a symbolic link, or not a regular file or folder. */
  | 'NOT_PLAIN'
  /** Everyone on the machine may write there. */
  | 'WORLD_WRITABLE'
  | 'UNREADABLE'
  /** A handled file could not be moved to done/. */
  | 'NOT_MOVED'
  /** The sink failed; the source waits and offers the same items again. */
  | 'NOT_TAKEN'
  | 'DISCONNECTED'
  /** The server of a feed refused the connection or sent us elsewhere. */
  | 'REFUSED';

/** Called once when trouble begins or changes, with a sentence for people. */
export type OnTrouble = (code: TroubleCode, sentence: string) => void;
