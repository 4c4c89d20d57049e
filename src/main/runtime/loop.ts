/**
 * The shell round the pure engine: inputs go in one at a time, facts go to disk, then effects are carried out.
 *
 * 1. A step runs synchronously: no input sees a half-made state.
 * 2. An effect starts only after the facts of its step are durable; steps keep their order. Whoever is told of the facts
 *    is told after it: printing to a slow reader holds up no order. A cancel waits for no disk: it makes nothing that a
 *    lost record would hide, and a stop must not hang with the disk.
 * 3. After a journal error nothing but cancels is carried out, and the state goes on in memory so that what the venues
 *    say is still shown. The error is told once.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { CommandReply } from '../engine/draft.ts';
import type { Effect } from '../engine/effects.ts';
import type { Fact } from '../engine/facts.ts';
import type { Input } from '../engine/inputs.ts';
import type { State } from '../engine/state.ts';
import { type Step, step } from '../engine/step.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import type { Clock } from './clock.ts';
import type { JournalPort } from './ports.ts';

/** An input as the runtime's parts write it: the loop gives it its time. */
export type Untimed = Input extends infer I ? (I extends Input ? Omit<I, 'at' | 'elapsed'> : never) : never;

export interface Submitted {
  readonly reply: CommandReply;
  /** Resolves when the facts are on disk (at once when there are none); rejects when the disk failed. */
  readonly durable: Promise<void>;
}

export interface LoopParts {
  readonly clock: Clock;
  readonly journal: JournalPort;
  readonly engineVersion: string;
  readonly carryOut: (effects: readonly Effect[]) => void;
  /** The disk failed: from here on nothing but cancels may leave. Called once. */
  readonly onJournalFailed: (reason: string) => void;
  /** Something threw that cannot throw. */
  readonly onBug: (error: unknown) => void;
  /** Called with every step's facts once they are durable and its effects have started. */
  readonly onFacts: (facts: readonly Fact[], state: State) => void;
  /** Called with the facts that the disk did not take, in order: they are true all the same, and lost with the process. */
  readonly onUnrecorded: (facts: readonly Fact[], state: State) => void;
  /** Called right after every step, durable or not, with what it was about and what it decided. */
  readonly onState: (state: State, input: Input, facts: readonly Fact[]) => void;
}

export class Loop {
  readonly #parts: LoopParts;
  #state: State;
  #settings: { readonly value: Settings; readonly hash: string };
  #lastDurable: Promise<void> = Promise.resolve();
  #journalFailed = false;
  /** Appends that were begun, and those of them that ended, well or not: they end in their order. */
  #begun = 0;
  #ended = 0;

  constructor(state: State, parts: LoopParts) {
    this.#state = state;
    this.#parts = parts;
    this.#settings = hashed(state.settings);
  }

  get state(): State {
    return this.#state;
  }
  /** Settles when everything that was decided until now is on disk; rejects when the disk failed. */
  get recorded(): Promise<void> {
    return this.#lastDurable;
  }
  /** The oldest record, by number, that the disk has neither taken nor refused; null when there is none. */
  get oldestWaiting(): number | null {
    return this.#ended < this.#begun ? this.#ended + 1 : null;
  }

  /** @throws whatever a bug throws, after `onBug` was told */
  submit(input: Untimed): Submitted {
    const { clock, carryOut, onFacts, onState, onUnrecorded } = this.#parts;
    const timed: Input = { ...input, at: clock.now(), elapsed: clock.elapsed() };
    const { state, facts, effects, reply } = this.#guard(() => this.decide(this.#state, timed));
    this.#state = state;
    this.#guard(() => onState(state, timed, facts));
    const cancels = effects.filter((effect) => effect.kind === 'cancel');
    const others = effects.filter((effect) => effect.kind !== 'cancel');
    if (cancels.length > 0) this.#guard(() => carryOut(cancels));
    const durable = facts.length === 0 ? this.#lastDurable : this.#record(facts);
    this.#lastDurable = durable;
    if (facts.length === 0 && others.length === 0) return { reply, durable };
    durable.then(
      () =>
        this.#guard(() => {
          carryOut(others);
          if (facts.length > 0) onFacts(facts, state);
        }),
      // #record told `onJournalFailed`; whoever waits on `durable` hears of it there.
      () =>
        this.#guard(() => {
          if (facts.length > 0) onUnrecorded(facts, state);
        }),
    );
    return { reply, durable };
  }

  /** One step of the engine; the simulation has it made wrong on purpose. */
  protected decide(state: State, input: Input): Step {
    return step(state, input);
  }

  /** Lets work go its way that has no reason to reject: when it does, that is a bug, and is told as one. */
  readonly watch = (work: Promise<unknown>): void => void work.then(undefined, this.#parts.onBug);

  #guard<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      this.#parts.onBug(error);
      throw error;
    }
  }

  async #record(facts: readonly Fact[]): Promise<void> {
    const { journal, engineVersion, onJournalFailed } = this.#parts;
    const { mode, installation, settings } = this.#state;
    if (this.#settings.value !== settings) this.#settings = hashed(settings);
    this.#begun += 1;
    try {
      await journal.append([{ schema: 1, mode, installation, engine: engineVersion, settings: this.#settings.hash, facts }]);
    } catch (error) {
      if (!this.#journalFailed) {
        this.#journalFailed = true;
        onJournalFailed(error instanceof Error ? error.message : String(error));
      }
      throw error;
    } finally {
      this.#ended += 1;
    }
    // A snapshot only shortens the next start: nothing waits for it, and its failure is not the journal's.
    if (journal.snapshotDue) this.watch(journal.writeSnapshot(this.#state));
  }
}

const hashed = (value: Settings) => ({ value, hash: bytesToHex(sha256(utf8ToBytes(JSON.stringify(value)))).slice(0, 16) });
