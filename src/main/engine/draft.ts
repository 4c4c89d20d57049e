/**
 * One step being worked out: deciders read `state`, add facts (folded in at once, so that the next decision sees
 * them) and effects. Nothing outside the step can see it; from outside a step is a pure function.
 */
import type { Values } from '../../shared/domain/codes.ts';
import type { ClientOrderId } from '../../shared/domain/ids.ts';
import type { Denial } from './denial.ts';
import type { Effect } from './effects.ts';
import type { Compared, Fact, Unstamped } from './facts.ts';
import { fold } from './fold.ts';
import type { State } from './state.ts';

/** What a person's command came to. */
export type CommandReply =
  | {
      readonly ok: true;
      /** The order by hand that is now decided on. */
      readonly order?: ClientOrderId;
    }
  | {
      readonly ok: false;
      readonly code: string;
      readonly reason: string;
      /** Where a check said no: what it compared, and its facts. */
      readonly compared?: Compared | null;
      readonly values?: Values;
    };

export class Draft {
  readonly at: number;
  /** ms of a clock that nobody sets, since some moment of this process. */
  readonly elapsed: number | undefined;
  readonly facts: Fact[] = [];
  readonly effects: Effect[] = [];
  /** Set by command deciders only. */
  reply: CommandReply = { ok: true };
  #state: State;

  constructor(state: State, at: number, elapsed?: number) {
    this.#state = state;
    this.at = at;
    this.elapsed = elapsed;
  }

  get state(): State {
    return this.#state;
  }

  add(fact: Unstamped): void {
    const stamped: Fact = { ...fact, at: this.at };
    this.facts.push(stamped);
    this.#state = fold(this.#state, stamped);
  }

  refuse(code: string, reason: string): void {
    this.reply = { ok: false, code, reason };
  }

  deny({ denied: code, reason, compared, values }: Denial): void {
    this.reply = { ok: false, code, reason, compared, values };
  }

  want(effect: Effect): void {
    this.effects.push(effect);
  }
}
