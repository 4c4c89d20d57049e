/** What a story is made of: who does what when, and where its processes end. */
import type { Command } from '../../main/engine/inputs.ts';
import type { State } from '../../main/engine/state.ts';

/** What a venue does with an order, and what of that the console gets to hear. */
export interface Play {
  readonly does: 'fills' | 'refuses';
  /** Part of it that fills. */
  readonly part: number;
  /** False: the answer is lost, and the stream says nothing of the order either. */
  readonly answers: boolean;
  /** How long lookups do not find it. */
  readonly hiddenMs: number;
}
export const usual: Play = { does: 'fills', part: 1, answers: true, hiddenMs: 0 };
export const play = (over: Partial<Play>): Play => ({ ...usual, ...over });

export type Side = 'spot buy' | 'spot sell' | 'perp buy' | 'perp sell';

/** What of the world outside a story may wait for. */
interface Seen {
  /** Orders that left, by what they are. */
  readonly left: readonly Side[];
}

export interface Story {
  /** For the first, second … order of that kind that reaches a venue. */
  readonly plays?: Readonly<Partial<Record<Side, readonly Play[]>>>;
  /** Lines that are written to the file of signals once this is so. */
  readonly lines: readonly { readonly when: (seen: Seen, state: State) => boolean; readonly signal: Readonly<Record<string, unknown>> }[];
  /** What a person does, and does again after a start, until it is done. */
  readonly person?: { readonly when: (seen: Seen) => boolean; readonly isDone: (state: State) => boolean; readonly command: Command };
}

/** Where a process can be ended: at one of its continuations, or instead of one of its acts; both count from 1. */
export interface Point {
  readonly where: 'continuation' | 'act';
  readonly nth: number;
  /**
   * The world that an end leaves here, by a name that is another after each change of it: with what is not synced, and
   * without. `content` leaves out what of it a power cut later on would still take.
   */
  readonly leaves: { readonly kept: string; readonly lost: string; readonly content: string };
}
/** An end, and whether what was written but not synced survives it. */
export interface Cut extends Pick<Point, 'where' | 'nth'> {
  readonly unsynced: 'kept' | 'lost';
}
