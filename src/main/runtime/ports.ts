/** What the runtime needs of the outside besides venues: a journal. */
import type { Fact } from '../engine/facts.ts';

/** All facts of one step: they hold together, so they are one record. */
export interface JournalEntry {
  readonly schema: 1;
  readonly mode: string;
  readonly installation: string;
  readonly engine: string;
  /** First 16 hex characters of the SHA-256 of the settings in force. */
  readonly settings: string;
  readonly facts: readonly Fact[];
}

export interface JournalPort {
  readonly failed: object | null;
  readonly snapshotDue: boolean;
  /** Resolves once the entries are on disk; rejects for good after the first error. */
  append(entries: readonly JournalEntry[]): Promise<unknown>;
  writeSnapshot(state: unknown): Promise<unknown>;
}
