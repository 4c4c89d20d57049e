/**
 * What a transport fault does to a request and its answer.
 *
 * 1. requestLost, errorBefore, rateLimited, banned, clockError and maintenance: the front never sees the request.
 * 2. All others: it was carried out whole, whatever the client gets to see of the answer.
 */
import type { ServerResponse } from 'node:http';
import { isVenueFault } from '../fault-kinds.ts';
import type { Fault, Taken } from '../faults.ts';
import { type FrontAnswer, half, htmlPage, namesHeader, write, writeHalf } from './answering.ts';
import type { Timers } from './timers.ts';

/** What the venue has words of its own for. */
export type FailureKind = 'errorBefore' | 'errorAfter' | 'rateLimited' | 'banned' | 'clockError' | 'maintenance';

/** How long a connection whose answer was lost or stalls stays open. */
const silenceMs = 30_000;

export interface Transport {
  readonly response: ServerResponse;
  readonly timers: Timers;
  /** Hands the request to the front, with a fault that is the front's to carry out. */
  carryOut(fault: Fault | null): FrontAnswer;
  /** The front's words for a failure. */
  failure(kind: FailureKind): FrontAnswer;
  /** Notes the status of an answer that leaves. */
  answered(status: number): void;
}

/** Answers one request as the faults that act on it would have it. */
export function transport(parts: Transport, { fault, forMs }: Taken): void {
  const { response, timers, carryOut, answered } = parts;
  const give = (answer: FrontAnswer): void => {
    // A client that is gone is given no answer.
    if (!response.destroyed) answered(answer.status);
    write(response, answer);
  };
  const breakOff = (): void => {
    const forget = timers.after(fault?.delayMs ?? silenceMs, () => response.destroy());
    response.once('close', forget);
  };

  switch (fault?.kind) {
    case 'requestLost':
      return breakOff();
    case 'replyLost':
      carryOut(null);
      return breakOff();
    case 'errorBefore':
    case 'rateLimited':
    case 'banned':
    case 'clockError':
    case 'maintenance':
      return give(held(fault.kind, parts.failure(fault.kind), forMs));
    case 'errorAfter':
      carryOut(null);
      return give(parts.failure('errorAfter'));
    case 'truncatedJson': {
      const answer = carryOut(null);
      return give({ ...answer, body: half(answer.body) });
    }
    case 'htmlBody':
      carryOut(null);
      return give(htmlPage(fault.status));
    case 'emptyObject':
      return give({ ...carryOut(null), body: '{}' });
    case 'stalledBody': {
      const answer = carryOut(null);
      answered(answer.status);
      writeHalf(response, answer);
      return breakOff();
    }
    case 'reset':
      carryOut(null);
      response.socket?.resetAndDestroy();
      return undefined;
    default:
      return give(carryOut(fault !== undefined && isVenueFault(fault.kind) ? fault : null));
  }
}

/** What the control API promises of a fault, whatever a venue's own habits are. */
export function held(kind: FailureKind, answer: FrontAnswer, forMs: number): FrontAnswer {
  if (kind === 'errorBefore') return { ...answer, status: 503 };
  if (kind !== 'rateLimited' && kind !== 'banned') return answer;
  const status = kind === 'banned' ? 418 : 429;
  if (namesHeader(answer.headers, 'retry-after')) return { ...answer, status };
  return { ...answer, status, headers: { ...answer.headers, 'Retry-After': String(Math.max(1, Math.ceil(forMs / 1000))) } };
}
