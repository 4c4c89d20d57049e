/**
 * Tells whoever asked for an order by hand, or for other terms of one, what came of it.
 *
 * 1. What was decided is told once it is on disk; what the disk did not take is told as that.
 * 2. Everybody is told, within `longestMs` or when the console ends.
 */
import type { ClientOrderId } from '../../shared/domain/ids.ts';
import type { CommandReply } from '../engine/draft.ts';
import type { Denial } from '../engine/denial.ts';
import type { Fact } from '../engine/facts.ts';
import type { Clock } from './clock.ts';

/** `order`: the one that stands now. */
export type Decision = { readonly ok: true; readonly order: ClientOrderId } | Extract<CommandReply, { ok: false }>;

/** A change is a cancel, looks and a placement at most; the engine gives up on prices much sooner. */
const longestMs = 30_000;

interface Waiting {
  /** Whether to wait for the venue's word on a change, or for the decision only. */
  readonly for: 'decision' | 'change';
  readonly tell: (decision: Decision) => void;
}

export class HandDesk {
  readonly #clock: Clock;
  readonly #waiting = new Map<ClientOrderId, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param id an order that the engine is about to decide on: called in the same turn as the command */
  wait(id: ClientOrderId, what: Waiting['for']): Promise<Decision> {
    return new Promise((resolve) => {
      const callOff = this.#clock.after(longestMs, () => this.#tell(id, refusal('TIMEOUT', 'Nobody has said in time what came of it')));
      const tell = (decision: Decision): void => {
        callOff();
        resolve(decision);
      };
      this.#waiting.set(id, { for: what, tell });
    });
  }

  /** Facts that are on disk. */
  take(facts: readonly Fact[]): void {
    if (this.#waiting.size === 0) return;
    for (const fact of facts) this.#one(fact);
  }

  /** Facts that the disk did not take: what they decided does not leave, and what a venue did is on no record. */
  lost(facts: readonly Fact[]): void {
    for (const fact of facts) {
      const id = decidedOn(fact);
      if (id !== null) this.#tell(id, refusal('JOURNAL_FAILED', 'The journal cannot be written'));
    }
  }

  close(): void {
    for (const id of this.#waiting.keys()) this.#tell(id, refusal('ENDING', 'The console is ending'));
  }

  #one(fact: Fact): void {
    if (fact.kind === 'handDenied') this.#tell(fact.id, ofDenial(fact.denial));
    else if (fact.kind === 'orderAmended') this.#tell(fact.by, { ok: true, order: fact.id });
    else if (fact.kind === 'orderIntended') {
      const id = fact.request.clientOrderId;
      if (this.#waiting.get(id)?.for === 'decision') this.#tell(id, { ok: true, order: id });
    } else if (fact.kind === 'orderChanged') {
      const { id, state, failure, denial } = fact;
      if (state === 'rejected') this.#tell(id, denial === undefined ? refusal(failure?.code ?? 'REJECTED', failure?.said ?? '') : ofDenial(denial));
      else if (state === 'unknown') this.#tell(id, refusal('UNKNOWN_OUTCOME', 'The venue has not said what became of it; it is asked for'));
      else this.#tell(id, { ok: true, order: id });
    }
  }

  #tell(id: ClientOrderId, decision: Decision): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.tell(decision);
  }
}

/** The order by hand that a fact wants, decides on or tells of. */
function decidedOn(fact: Fact): ClientOrderId | null {
  if (fact.kind === 'handWanted' || fact.kind === 'orderIntended') return fact.request.clientOrderId;
  if (fact.kind === 'orderAmended') return fact.by;
  return fact.kind === 'handDenied' || fact.kind === 'orderChanged' ? fact.id : null;
}

const refusal = (code: string, reason: string): Decision => ({ ok: false, code, reason });
const ofDenial = ({ denied: code, reason, compared, values }: Denial): Decision => ({ ok: false, code, reason, compared, values });
