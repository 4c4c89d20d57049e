/**
 * One request between a process and a venue, with everything that can happen to it on the way, and the answer as our
 * adapters would give it: deadline of 10 s, reads sent up to four times, placements once, outcomes as in
 * exchanges/outcome.ts.
 */
import type { Answer, Failure, FailureCode, Outcome } from '../../shared/domain/failure.ts';
import type { Venue } from '../../shared/domain/venue.ts';
import type { EndedRequest } from '../../main/exchanges/port.ts';
import type { FaultKind, Faults } from '../faults.ts';
import type { Draw } from '../random.ts';
import type { Owner, Timeline } from '../timeline.ts';

const deadlineMs = 10_000;
const retriesMs = [1000, 2000, 4000] as const;
/** How long after it was stamped Binance still takes an order. */
const recvWindowMs = 5000;
/** How long a full line stays full. */
const slowLineMs = 20_000;

/** What the venue as a whole is up to; shared by every process that talks to it. */
export interface Mood {
  bannedUntil: number;
  keyRevoked: boolean;
  /** Nobody reaches it. */
  downUntil: number;
  /** It answers that it is closed for maintenance. */
  closedUntil: number;
}
export const goodMood = (): Mood => ({ bannedUntil: 0, keyRevoked: false, downUntil: 0, closedUntil: 0 });

export interface WireParts {
  readonly venue: Venue;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly draw: Draw;
  readonly owner: Owner;
  readonly mood: Mood;
  readonly onRequest: (ended: EndedRequest) => void;
  /** The clock that requests are stamped with does not fit the venue's. */
  readonly clock: { isOff: () => boolean; resync: () => void };
}

export interface Asking<T> {
  readonly kind: 'read' | 'once';
  readonly signed: boolean;
  /** Chance of each fault at this request, in a life of middling faults. */
  readonly risk: number;
  /** What the venue does and says when the request arrives. */
  readonly arrives: () => Answer<T>;
}

export const failure = (outcome: Outcome, code: FailureCode, venueCode = '', said = 'simulated'): Failure => ({ outcome, code, venueCode, said });
const failed = (value: Failure): Answer<never> => ({ ok: false, failure: value });

export class Wire {
  readonly #parts: WireParts;

  constructor(parts: WireParts) {
    this.#parts = parts;
  }

  async ask<T>(asking: Asking<T>): Promise<Answer<T>> {
    const { venue, onRequest } = this.#parts;
    const answer = await this.#withRetries(asking);
    if (!answer.ok && answer.failure.code === 'CLOCK' && asking.kind === 'once') this.#parts.clock.resync();
    const gaveUp = !answer.ok && asking.kind === 'read' && failedOnItsWay(answer.failure);
    onRequest({ venue, signed: asking.signed, ok: answer.ok, ...(answer.ok ? {} : { failure: answer.failure, gaveUp }) });
    return answer;
  }

  async #withRetries<T>(asking: Asking<T>): Promise<Answer<T>> {
    const { timeline, owner, draw, clock } = this.#parts;
    let answer = await this.#once(asking);
    for (const delayMs of retriesMs) {
      if (answer.ok || asking.kind === 'once') return answer;
      if (answer.failure.code === 'CLOCK') clock.resync();
      else {
        const wait = pauseBefore(answer.failure, delayMs, draw);
        if (wait === undefined) return answer;
        await timeline.sleep(wait, owner);
      }
      answer = await this.#once(asking);
    }
    return answer;
  }

  #once<T>({ kind, signed, risk, arrives }: Asking<T>): Promise<Answer<T>> {
    const { timeline, faults, draw, owner, mood, venue, clock } = this.#parts;
    const strikes = (fault: FaultKind, weight = 1): boolean => faults.strike(fault, risk * weight);
    const [there, back] = this.#travel(risk);
    const reply = (ms: number, answer: Answer<T>): Promise<Answer<T>> => timeline.sleep(Math.min(ms, deadlineMs), owner).then(() => answer);
    const lost = (): Promise<Answer<T>> =>
      draw.chance(0.6) ? reply(deadlineMs, failed(failure('unknown', 'TIMEOUT'))) : reply(there + back + 200, failed(failure('unknown', 'NETWORK')));

    if (mood.downUntil > timeline.now) return draw.chance(0.8) ? reply(there + back, failed(failure('unknown', 'NETWORK'))) : lost();
    if (signed && mood.closedUntil > timeline.now) return reply(there + back, failed(failure('refused', 'MAINTENANCE', '-1016')));
    if (mood.bannedUntil > timeline.now)
      return reply(there + back, failed({ ...failure('notSent', 'RATE_LIMITED', '418'), retryAfterMs: mood.bannedUntil - timeline.now }));
    if (strikes('requestLost')) return lost();
    if (strikes('rateLimited')) {
      const banned = draw.chance(0.2);
      const retryAfterMs = banned ? draw.int(2000, 30_000) : 1000;
      if (banned) mood.bannedUntil = timeline.now + retryAfterMs;
      return reply(there + back, failed({ ...failure('notSent', 'RATE_LIMITED', banned ? '418' : '429'), retryAfterMs }));
    }
    const late = venue === 'binance' && kind === 'once' && there > recvWindowMs;
    if (signed && (clock.isOff() || late || strikes('clockError'))) return reply(there + back, failed(failure('refused', 'CLOCK', '-1021')));
    if (signed && mood.keyRevoked) return reply(there + back, failed(failure('refused', 'AUTHENTICATION', '-2015')));
    if (strikes('errorBefore')) return reply(there + back, failed(failure('unknown', 'VENUE_ERROR', '', 'HTTP 502')));
    const swallowed = (['replyLost', 'errorAfter', 'truncatedJson', 'htmlBody'] as const).find((fault) => strikes(fault));
    if (kind === 'read') {
      if (swallowed === 'replyLost' || there + back > deadlineMs) return lost();
      return swallowed === undefined ? timeline.sleep(there + back, owner).then(arrives) : reply(there + back, garbled(swallowed));
    }
    return this.#carry(there, back, arrives, swallowed, lost, reply);
  }

  /** The venue acts when the request arrives, whatever became of who sent it. */
  #carry<T>(
    there: number,
    back: number,
    arrives: () => Answer<T>,
    swallowed: 'replyLost' | 'errorAfter' | 'truncatedJson' | 'htmlBody' | undefined,
    lost: () => Promise<Answer<T>>,
    reply: (ms: number, answer: Answer<T>) => Promise<Answer<T>>,
  ): Promise<Answer<T>> {
    const { timeline, owner, draw } = this.#parts;
    // An error page may stand in front of a venue that did not see the request at all.
    const seen = swallowed !== 'htmlBody' || draw.chance(0.5);
    if (swallowed !== undefined || there + back > deadlineMs) {
      if (seen) timeline.after(there, () => void arrives());
      return swallowed === undefined || swallowed === 'replyLost' ? lost() : reply(there + back, garbled(swallowed));
    }
    return new Promise((resolve) => {
      timeline.after(there, () => {
        const answer = arrives();
        timeline.after(back, () => resolve(answer), owner);
      });
    });
  }

  /** Milliseconds there and back. */
  #travel(risk: number): readonly [number, number] {
    const { faults, draw, owner, timeline } = this.#parts;
    const isSlow = !faults.isOver && owner.slow !== undefined && owner.slow.until > timeline.now;
    if (!isSlow && !faults.strike('latency', risk * 3)) return [draw.int(2, 40), draw.int(2, 40)];
    // Late answers that agree with each other are the ones that look fresh.
    if (!isSlow && draw.chance(0.1)) owner.slow = { until: timeline.now + slowLineMs, ms: draw.int(3000, 8000) };
    const all = isSlow && owner.slow !== undefined ? Math.floor(owner.slow.ms * (0.9 + 0.2 * draw.part())) : this.#lateness();
    const there = Math.floor(all * draw.part());
    return [there, all - there];
  }

  #lateness(): number {
    const { draw } = this.#parts;
    return draw.chance(0.4) ? draw.int(100, 3000) : draw.chance(0.5) ? draw.int(3000, 9000) : draw.int(9000, 30_000);
  }
}

function garbled(by: 'replyLost' | 'errorAfter' | 'truncatedJson' | 'htmlBody'): Answer<never> {
  return failed(failure('unknown', by === 'errorAfter' ? 'VENUE_ERROR' : 'BAD_ANSWER', '', by));
}

const failedOnItsWay = ({ outcome, code }: Failure): boolean =>
  outcome !== 'refused' && ['TIMEOUT', 'NETWORK', 'VENUE_ERROR', 'BAD_ANSWER'].includes(code);

function pauseBefore({ code, outcome, retryAfterMs }: Failure, delayMs: number, draw: Draw): number | undefined {
  if (code === 'RATE_LIMITED') return (retryAfterMs ?? delayMs) <= 10_000 ? (retryAfterMs ?? delayMs) : undefined;
  return outcome === 'refused' || code === 'BLOCKED' ? undefined : Math.round(delayMs * draw.between(0.8, 1.2));
}
