/**
 * Sends one request of a venue and turns whatever happens into an answer.
 *
 * 1. Quota first, then the deadline; the deadline covers the body, and a request that missed it is aborted.
 * 2. Reads are sent up to four times; placements and cancels exactly once.
 * 3. Nothing rejects: a promise that lost the race against the deadline has its handler already.
 */
import type { ZodType, output } from 'zod';
import type { Answer, Failure } from '../../shared/domain/failure.ts';
import type { Venue } from '../../shared/domain/venue.ts';
import { HeldBack, type RequestContext, VenueAnswer, withContext } from './ccxt-client.ts';
import { NotConnected } from './loopback.ts';
import { outcomeOf, redact, type Seen } from './outcome.ts';
import type { RequestObserver } from './port.ts';
import type { Charge, Hold, Lane, Quota } from './quota.ts';

export interface Request<Shape extends ZodType> {
  /** Read: asked again when it failed on the way. Once: never sent twice. */
  readonly kind: 'read' | 'once';
  readonly signed: boolean;
  readonly charges: readonly Charge[];
  readonly lane: Lane;
  /** Makes the ccxt call; called once per attempt. */
  readonly send: () => Promise<unknown>;
  /** What the answer must look like; anything else is BAD_ANSWER. */
  readonly shape: Shape;
  /** Asked synchronously right before the request is handed to the transport, after any wait for quota. */
  readonly mayStart?: () => boolean;
  /** Venue codes of refusals that are no failure here: null is read through the shape instead. */
  readonly fine?: readonly string[];
  readonly onHeaders?: (headers: Readonly<Record<string, string>>) => void;
}

export interface CallerParts {
  readonly venue: Venue;
  readonly quota: Quota;
  readonly deadlineMs: number;
  readonly now: () => number;
  readonly onRequest: RequestObserver;
  readonly secrets: readonly string[];
  /** The buckets that a block (418) of a request with these ones closes; absent: all. */
  readonly blockedWith?: (buckets: readonly string[]) => readonly string[];
  /** Reads the venue's quota headers. */
  readonly onHeaders: (headers: Readonly<Record<string, string>>) => void;
  /** Corrects the clock that requests are stamped with; false when that failed. */
  readonly resync?: () => Promise<boolean>;
}

export interface Caller {
  call<Shape extends ZodType>(request: Request<Shape>): Promise<Answer<output<Shape>>>;
  close(): void;
}

interface Course {
  outOfStep?: boolean;
}

const retryDelaysMs = [1000, 2000, 4000] as const;
/** How long a request may wait for quota before it is turned away. */
const maxQuotaWaitMs = { cancel: 5000, reducing: 5000, urgent: 2500, query: 10_000 } as const satisfies Record<Lane, number>;
/** A refused order's answer does not wait longer for the clock. */
const longestResyncMs = 1000;
/** The fastest of fewer round trips may have been slow on its way out alone. */
const enoughAnswers = 30;
const longestWayBackMs = 100;
/** A read waits out a refusal for quota that is no longer than this. */
const maxReadPauseMs = 10_000;

export function createCaller(parts: CallerParts): Caller {
  const ended = new AbortController();
  let fastestMs = Number.POSITIVE_INFINITY;
  let answers = 0;

  const once = async <Shape extends ZodType>(request: Request<Shape>): Promise<Answer<output<Shape>>> => {
    const hold: Hold = { entries: [] };
    const full = await parts.quota.take(request.charges, request.lane, Math.min(maxQuotaWaitMs[request.lane], parts.deadlineMs), hold);
    if (full !== undefined) return { ok: false, failure: full };
    const startedAt = performance.now();
    const seen = await attempt(request, parts, ended.signal);
    parts.quota.arrived(hold, wayBackMs(seen, performance.now() - startedAt));
    if ('raw' in seen) {
      const read = request.shape.safeParse(seen.raw);
      if (read.success) return { ok: true, value: read.data };
      const body = typeof seen.raw === 'string' ? seen.raw : (JSON.stringify(seen.raw) ?? '');
      return { ok: false, failure: told(outcomeOf(parts.venue, { kind: 'unreadable', body }, parts.now())) };
    }
    const failure = told(outcomeOf(parts.venue, seen, parts.now()));
    if (failure.code === 'RATE_LIMITED') pause(failure, request.charges);
    return { ok: false, failure };
  };

  /** An answer took half of the fastest of many round trips to come back, at least; of silence nothing is known. */
  const wayBackMs = (seen: Seen | { raw: unknown }, tookMs: number): number => {
    if (!('raw' in seen) && seen.kind !== 'answer') return 0;
    fastestMs = Math.min(fastestMs, tookMs);
    answers += 1;
    return answers < enoughAnswers ? 0 : Math.min(fastestMs / 2, longestWayBackMs);
  };
  const told = (failure: Failure): Failure => ({ ...failure, said: redact(failure.said, parts.secrets) });
  const pause = ({ venueCode, retryAfterMs = 1000 }: Failure, charges: readonly Charge[]) => {
    if (venueCode === '418') parts.quota.ban(retryAfterMs, parts.blockedWith?.(bucketsOf(charges)));
    else parts.quota.pause(retryAfterMs, bucketsOf(charges));
  };

  /** @param course what happened on the way to the last answer */
  const withRetries = async <Shape extends ZodType>(request: Request<Shape>, course: Course): Promise<Answer<output<Shape>>> => {
    let answer = await once(request);
    let resynced = false;
    for (const delayMs of retryDelaysMs) {
      if (answer.ok || request.kind === 'once' || ended.signal.aborted) return answer;
      const { failure } = answer;
      if (failure.code === 'CLOCK') course.outOfStep = true;
      if (failure.code === 'CLOCK' && !resynced && parts.resync !== undefined) {
        resynced = true;
        if (!(await parts.resync())) return answer;
      } else {
        const wait = pauseBefore(failure, delayMs);
        if (wait === undefined) return answer;
        await sleep(wait, ended.signal);
        if (ended.signal.aborted) return answer;
      }
      answer = await once(request);
    }
    return answer;
  };

  return {
    call: async (request) => {
      const course: Course = {};
      const answer = await withRetries(request, course);
      // A clock that is off is put right before anybody sends another one in its place; this one is not sent again.
      if (!answer.ok && answer.failure.code === 'CLOCK' && request.kind === 'once') {
        course.outOfStep = true;
        await Promise.race([parts.resync?.(), sleep(longestResyncMs, ended.signal)]);
      }
      if (!answer.ok && request.fine?.includes(answer.failure.venueCode)) {
        parts.onRequest({ venue: parts.venue, signed: request.signed, ok: true, ...course });
        const nothing = request.shape.safeParse(null);
        return nothing.success ? { ok: true, value: nothing.data } : answer;
      }
      const outcome = answer.ok ? {} : { failure: answer.failure, gaveUp: request.kind === 'read' && failedOnItsWay(answer.failure) };
      parts.onRequest({ venue: parts.venue, signed: request.signed, ok: answer.ok, ...outcome, ...course });
      return answer;
    },
    close: () => ended.abort(),
  };
}

const bucketsOf = (charges: readonly Charge[]): readonly string[] => charges.map((charge) => charge.bucket);

/** One request under its deadline. Never rejects. */
async function attempt(request: Request<ZodType>, parts: CallerParts, ended: AbortSignal): Promise<Seen | { raw: unknown }> {
  const deadline = new AbortController();
  const context: RequestContext = {
    signal: AbortSignal.any([deadline.signal, ended]),
    left: false,
    ...(request.mayStart === undefined ? {} : { mayStart: request.mayStart }),
    onHeaders: (headers) => {
      parts.onHeaders(headers);
      request.onHeaders?.(headers);
    },
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((settle) => {
    timer = setTimeout(() => {
      deadline.abort();
      settle('late');
    }, parts.deadlineMs);
  });
  const sent = withContext(context, request.send).then(
    (raw): Seen | { raw: unknown } => ({ raw }),
    (error: unknown) => seenOf(error, context.left, deadline.signal.aborted),
  );
  const first = await Promise.race([sent, late]);
  clearTimeout(timer);
  return first === 'late' ? { kind: 'deadline', left: context.left } : first;
}

function seenOf(error: unknown, left: boolean, isLate: boolean): Seen {
  if (error instanceof HeldBack) return { kind: 'notConnected', reason: error.message, blocked: true };
  if (error instanceof VenueAnswer) {
    const { status, headers, body, hint } = error;
    return { kind: 'answer', status, headers, body, ...(hint === undefined ? {} : { hint }) };
  }
  if (error instanceof NotConnected) return { kind: 'notConnected', reason: error.message, blocked: error.blocked };
  if (isLate) return { kind: 'deadline', left };
  return { kind: 'transport', reason: error instanceof Error ? error.message : String(error), left };
}

/** Nothing was wrong with the request itself, nor with its rate. */
const failedOnItsWay = ({ outcome, code }: Failure): boolean =>
  outcome !== 'refused' && ['TIMEOUT', 'NETWORK', 'VENUE_ERROR', 'BAD_ANSWER'].includes(code);

/** How long to wait before a read is sent again; undefined when it is of no use. */
function pauseBefore(failure: Failure, delayMs: number): number | undefined {
  if (failure.code === 'RATE_LIMITED') {
    const wait = failure.retryAfterMs ?? delayMs;
    return wait <= maxReadPauseMs ? wait : undefined;
  }
  if (failure.outcome === 'refused' || failure.code === 'BLOCKED') return undefined;
  return delayMs * (0.8 + Math.random() * 0.4);
}

/** Resolves after the time, or at once when the signal fires. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((settle) => {
    if (signal.aborted) return settle();
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      settle();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish);
  });
}
