/**
 * One stream's events on one socket: what is held back, doubled, dropped or overtaken. Events keep their order, except
 * where `reorderedEvents` changes it.
 */
import type { StreamFault } from '../faults.ts';
import type { Timers } from './timers.ts';

export type EventData = string | Buffer;

export interface EventLane {
  /** Sends an event, or does to it what the fault says. */
  deliver(data: EventData, fault: StreamFault | undefined): void;
  /** Loses every event until then, on the clock of performance.now; 0 ends it. */
  loseUntil(time: number): void;
  isLosing(): boolean;
  /** What is held back is gone. */
  drop(): void;
}

/** How long an event waits for the one that is to overtake it, where `delayMs` was not given. */
const overtakenMs = 1000;

export function createEventLane(timers: Timers, write: (data: EventData) => void): EventLane {
  /** Held back, oldest first, with when they are due. */
  const queue: { readonly data: EventData; readonly due: number }[] = [];
  let overtaken: { readonly data: EventData; readonly forget: () => void } | undefined;
  let losesUntil = 0;

  const flush = (): void => {
    const now = performance.now();
    for (let next = queue[0]; next !== undefined && next.due <= now; next = queue[0]) {
      queue.shift();
      write(next.data);
    }
    const [first] = queue;
    if (first !== undefined) timers.after(first.due - now, flush);
  };
  /** Behind what is held back already. */
  const pass = (data: EventData, delayMs: number): void => {
    const last = queue.at(-1);
    if (last === undefined && delayMs === 0) return write(data);
    queue.push({ data, due: Math.max(last?.due ?? 0, performance.now() + delayMs) });
    if (last === undefined) timers.after(delayMs, flush);
    return undefined;
  };
  /** Lets the overtaken event follow the one that overtook it. */
  const release = (): void => {
    const waiting = overtaken;
    if (waiting === undefined) return;
    waiting.forget();
    overtaken = undefined;
    pass(waiting.data, 0);
  };

  return {
    deliver: (data, fault) => {
      if (fault?.kind === 'reorderedEvents') {
        release();
        overtaken = { data, forget: timers.after(fault.delayMs ?? overtakenMs, release) };
        return;
      }
      if (fault?.kind !== 'droppedEvents') pass(data, fault?.kind === 'latency' ? (fault.delayMs ?? 0) : 0);
      if (fault?.kind === 'duplicateEvent') pass(data, 0);
      release();
    },
    loseUntil: (time) => {
      losesUntil = time;
    },
    isLosing: () => losesUntil > performance.now(),
    drop: () => {
      overtaken?.forget();
      overtaken = undefined;
      queue.length = 0;
    },
  };
}
