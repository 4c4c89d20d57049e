/** What a host gives a console, and what it is told. */
import type { StopReport } from '../../shared/contract/parts.ts';
import type { Fact } from '../engine/facts.ts';
import type { Mode, State } from '../engine/state.ts';
import type { VenueAddresses } from './paper-venues.ts';
import type { SourceOptions } from './sources.ts';

export interface ConsoleOptions {
  readonly dataDir: string;
  readonly mode: Mode;
  /** What the venues trade on, as the banner says it: `synthetic`, `live` or `recorded:FILE`. */
  readonly market: string;
  /** Where the venues are; called with the data folder's lock held, so that durable simulators have one owner too. */
  readonly venues: () => Promise<VenueAddresses>;
  readonly signals: SourceOptions;
  /** Arm as soon as the venues were read; paper only. */
  readonly armWhenReady: boolean;
  /** The toggle as given on the command line; absent: as it was. */
  readonly approval?: 'manual' | 'auto';
  /** What the toggle is in a data folder that has never run; manual when absent. */
  readonly firstApproval?: 'manual' | 'auto';
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Facts as they become durable, in order, with the state after them. */
  readonly onFacts: (facts: readonly Fact[], state: State) => void;
  /** Facts that the disk did not take, in order: signals stay at their sources, what the venues said is true all the same. */
  readonly onUnrecorded: (facts: readonly Fact[], state: State) => void;
  /** The disk failed, told once: from here on nothing but cancels leaves. With what is open, in words. */
  readonly onJournalFailed: (reason: string, open: readonly string[]) => void;
  /**
   * The disk neither takes nor refuses a record, told each time that begins: it is stopped in memory, and nothing but
   * cancels leaves until the disk is back. With what is open, in words.
   */
  readonly onDiskHangs?: (reason: string, open: readonly string[]) => void;
  /** What came of a stop: told when it is done, and within 5 s in any case, with what is open and unknown then. */
  readonly onStopReport?: (report: StopReport) => void;
  /** Something threw that no trade depends on (a view, a listener): told once each, and the console goes on. */
  readonly onTrouble?: (error: unknown) => void;
  /** Something threw that cannot throw: the host ends the process, and the next start recovers. */
  readonly onBug: (error: unknown) => void;
}
