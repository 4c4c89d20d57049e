/**
 * Bugs planted on purpose, each a wrapper round a real part, to prove that the checks would see it. They exist here and
 * nowhere else: no part of the console knows of them.
 */
import type { State } from '../main/engine/state.ts';
import type { VenuePort } from '../main/exchanges/port.ts';
import type { Clock } from '../main/runtime/clock.ts';
import { Door } from '../main/runtime/door.ts';
import type { Untimed } from '../main/runtime/loop.ts';
import type { JournalPort } from '../main/runtime/ports.ts';
import type { Venues } from '../main/runtime/venues.ts';
import type { FileOperations } from '../main/store/file-operations.ts';
import type { Process } from './process.ts';

export interface Plant {
  readonly files?: (files: FileOperations) => FileOperations;
  readonly journal?: (journal: JournalPort, process: Process) => JournalPort;
  readonly recovered?: (state: State) => State;
  /** Null swallows the input. */
  readonly input?: (input: Untimed, process: Process) => Untimed | null;
  readonly port?: (port: VenuePort, process: Process) => VenuePort;
  readonly door?: (venues: Venues, clock: Clock, state: () => State) => Door;
}

export const noPlant: Plant = {};

export const bugs: Readonly<Record<string, Plant>> = {
  'send-before-journal': {
    journal: (journal) => ({ ...passing(journal), append: async (entries) => void journal.append(entries).catch(() => undefined) }),
  },
  'resend-on-timeout': {
    port: (port) => ({
      ...port,
      async place(order, mayStart) {
        const first = await port.place(order, mayStart);
        return first.outcome === 'unknown' ? port.place(order, mayStart) : first;
      },
    }),
  },
  'stop-not-rechecked': {
    door: (venues, clock, state) =>
      new Door(
        {
          spot: { ...venues.spot, place: (order) => venues.spot.place(order, () => true) },
          perp: { ...venues.perp, place: (order) => venues.perp.place(order, () => true) },
        },
        clock,
        state,
      ),
  },
  'dedup-lost-on-restart': { recovered: (state) => ({ ...state, signals: {} }) },
};

const passing = (journal: JournalPort): JournalPort => ({
  get failed() {
    return journal.failed;
  },
  get snapshotDue() {
    return journal.snapshotDue;
  },
  append: (entries) => journal.append(entries),
  writeSnapshot: (state) => journal.writeSnapshot(state),
});
