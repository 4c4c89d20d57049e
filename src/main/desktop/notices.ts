/**
 * Which facts a person is notified of, and how often.
 *
 * 1. A stop is told at once, always.
 * 2. Of every other kind the first is told at once; what follows within `quietMs` is counted and told together.
 * 3. Partial closes are no news: a hedge is told when it opened and when it is over.
 */
import { own } from '../../shared/domain/record.ts';
import { text, toNumber } from '../../shared/domain/units.ts';
import type { Fact } from '../engine/facts.ts';
import { hedgeResult } from '../engine/pnl.ts';
import type { Hedge, HedgePhase, State } from '../engine/state.ts';
import type { Words } from './words.ts';

export interface Notice {
  readonly kind: 'stop' | 'alarm' | 'opened' | 'closed' | 'unwound';
  readonly title: string;
  readonly body: string;
}

/** What a fact is worth telling; null when nothing. `before` is the hedge's phase until now. */
function noticeOf(fact: Fact, state: State, before: HedgePhase | undefined, words: Words): Notice | null {
  if (fact.kind === 'stopped') {
    const why = fact.source === 'limit' ? fact.reason : words.stoppedBy[fact.source];
    return { kind: 'stop', title: words.stopped, body: `${why} ${words.stopStays}` };
  }
  if (fact.kind === 'alarmRaised' && fact.severity === 'critical' && fact.code !== 'STOP')
    return { kind: 'alarm', title: words.alarm, body: fact.detail };
  if (fact.kind !== 'hedgeMoved') return null;
  const hedge = own(state.hedges, fact.id);
  if (hedge === undefined) return null;
  if (fact.phase === 'hedged' && before === 'opening') return { kind: 'opened', title: words.opened, body: named(hedge, state, words, false) };
  if (fact.phase !== 'flat' || before === 'flat') return null;
  const isUndone = before === 'unwinding' || before === 'opening';
  return { kind: isUndone ? 'unwound' : 'closed', title: isUndone ? words.unwound : words.closed, body: named(hedge, state, words, true) };
}

/** Korean and English group digits alike. */
const wholeKrw = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0, signDisplay: 'exceptZero' });

function named(hedge: Hedge, state: State, words: Words, isOver: boolean): string {
  const what = `${hedge.coin} ${text(hedge.planned)} · ${hedge.id}`;
  return isOver ? `${what}\n${words.result(wholeKrw.format(toNumber(hedgeResult(state, hedge).total)))}` : what;
}

const many: Readonly<Record<Exclude<Notice['kind'], 'stop'>, (words: Words, count: number) => string>> = {
  alarm: (words, count) => words.alarms(count),
  opened: (words, count) => words.openedMany(count),
  closed: (words, count) => words.closedMany(count),
  unwound: (words, count) => words.unwoundMany(count),
};

export interface NoticeBoardParts {
  readonly words: () => Words;
  readonly show: (notice: Notice) => void;
  /** Runs something later. @returns what takes it back */
  readonly after: (ms: number, run: () => void) => () => void;
  readonly quietMs: number;
}

/** Follows the facts and shows notices, grouped. */
export class NoticeBoard {
  readonly #parts: NoticeBoardParts;
  readonly #phases = new Map<string, HedgePhase>();
  readonly #waiting = new Map<Notice['kind'], { held: Notice[]; readonly cancel: () => void }>();

  constructor(parts: NoticeBoardParts) {
    this.#parts = parts;
  }

  /** Facts in order, with the state after them. */
  follow(facts: readonly Fact[], state: State): void {
    for (const fact of facts) {
      const id = 'id' in fact && typeof fact.id === 'string' ? fact.id : null;
      const notice = noticeOf(fact, state, id === null ? undefined : this.#phases.get(id), this.#parts.words());
      if (fact.kind === 'hedgeOpened') this.#phases.set(fact.id, 'opening');
      if (fact.kind === 'hedgeMoved') {
        if (fact.phase === 'flat') this.#phases.delete(fact.id);
        else this.#phases.set(fact.id, fact.phase);
      }
      if (notice !== null) this.#tell(notice);
    }
  }

  /** Hedges that were there before this process. */
  know(state: State): void {
    for (const hedge of Object.values(state.hedges)) if (hedge.phase !== 'flat') this.#phases.set(hedge.id, hedge.phase);
  }

  close(): void {
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #tell(notice: Notice): void {
    if (notice.kind === 'stop') return this.#parts.show(notice);
    const waiting = this.#waiting.get(notice.kind);
    if (waiting !== undefined) {
      waiting.held.push(notice);
      return;
    }
    this.#parts.show(notice);
    this.#wait(notice.kind);
  }

  #wait(kind: Exclude<Notice['kind'], 'stop'>): void {
    const cancel = this.#parts.after(this.#parts.quietMs, () => this.#quietOver(kind));
    this.#waiting.set(kind, { held: [], cancel });
  }

  #quietOver(kind: Exclude<Notice['kind'], 'stop'>): void {
    const held = this.#waiting.get(kind)?.held ?? [];
    this.#waiting.delete(kind);
    const [first] = held;
    if (first === undefined) return;
    const bodies = held.slice(0, 3).map((notice) => notice.body.split('\n')[0] ?? '');
    this.#parts.show(held.length === 1 ? first : { kind, title: many[kind](this.#parts.words(), held.length), body: bodies.join('\n') });
    this.#wait(kind);
  }
}
