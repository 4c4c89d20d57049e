/**
 * What a person and the limits do in a life, beside the faults: every stop by its source, what follows it, changes of
 * limits, and each limit that fired. Counted where it took effect.
 */
import type { StopCode } from '../shared/domain/codes.ts';
import type { StopSource } from '../main/engine/state.ts';

/** Everybody who may stop the console, but a limit. */
export const people = ['button', 'shortcut', 'tray', 'file', 'socket', 'command', 'secondInstance'] as const satisfies readonly StopSource[];
export type Who = (typeof people)[number];

/** Limits that stop or close, by the code that they say. */
const tripCodes = [
  'DAILY_LOSS',
  'API_ERRORS',
  'FAILED_ENTRIES',
  'VENUE_GONE',
  'MAINTENANCE',
  'KEY_REFUSED',
  'POSITION_MISMATCH',
  'MARGIN_RATIO',
  'CLOCK',
  'OVERFILL',
  'UNKNOWN_OUTCOME',
] as const satisfies readonly StopCode[];
export type TripCode = (typeof tripCodes)[number] | 'STOP_LOSS';

/** What a person does with single orders, and how the console took it. */
const hands = [
  'market',
  'marketByCost',
  'limit IOC',
  'limit FOK',
  'limit GTC',
  'limit postOnly',
  'best',
  'bestByCost',
  'stopMarket',
  'trailingStopMarket',
  'amend',
  'cancel',
] as const;
export type HandKind = (typeof hands)[number];
const acts = ['reset', 'arm', 'disarm', 'tightenedArmed', 'tightenedDisarmed', 'loosened', 'looseningRefused'] as const;

export type EventKind = `hand ${HandKind}` | `stop ${Who}` | `stop ${Who}, close all` | (typeof acts)[number] | `limit ${TripCode}`;

export const eventKinds: readonly EventKind[] = [
  ...people.flatMap((who): EventKind[] => [`stop ${who}`, `stop ${who}, close all`]),
  ...acts,
  ...hands.map((kind): EventKind => `hand ${kind}`),
  ...tripCodes.map((code): EventKind => `limit ${code}`),
  'limit STOP_LOSS',
];

export type EventCounts = Record<EventKind, number>;
export const noEvents = (): EventCounts => Object.fromEntries(eventKinds.map((kind) => [kind, 0])) as EventCounts;

export class Events {
  readonly counts: EventCounts = noEvents();

  hit(kind: EventKind): void {
    this.counts[kind] += 1;
  }
  /** A limit stopped the console. */
  stoppedBy(code: string | undefined): void {
    for (const known of tripCodes) if (known === code) this.hit(`limit ${known}`);
  }
}
