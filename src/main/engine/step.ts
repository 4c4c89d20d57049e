/**
 * The engine: (state, input) → (state′, facts, effects). Pure: no clock, no randomness, no I/O, no await.
 *
 * 1. state′ = fold of the facts over state, so the journal of facts alone rebuilds it.
 * 2. Effects may be carried out only after the facts of the same step are on disk.
 * 3. An order is wanted only together with the fact that intends it.
 * 4. The same state and input always give the same step.
 */
import { byHandOnQuote } from './decide/by-hand.ts';
import { obey } from './decide/command.ts';
import { enterOnQuote, startNextEntry } from './decide/entry.ts';
import { exitOnQuote } from './decide/close.ts';
import { forcedClose, shareForced } from './decide/forced.ts';
import { startExits } from './decide/exit.ts';
import { fundingRead } from './decide/funding.ts';
import { holdingsRead } from './decide/holdings.ts';
import { route, takeSignal } from './decide/intake.ts';
import { clear, raise } from './decide/alarms.ts';
import { amended, applyReport, lookupMissed, placementEnded } from './decide/orders.ts';
import { processStarted, reconciled, resumed, venueRead } from './decide/process.ts';
import { settleOnQuote } from './decide/settle.ts';
import { keepStopped } from './decide/stop.ts';
import { marksCame } from './decide/marks.ts';
import { sweepDust } from './decide/sweep.ts';
import { clockRead, requestEnded, timePasses } from './decide/watch.ts';
import { type CommandReply, Draft } from './draft.ts';
import type { Effect } from './effects.ts';
import type { Fact } from './facts.ts';
import type { Input, InputOf } from './inputs.ts';
import type { State } from './state.ts';

export interface Step {
  readonly state: State;
  readonly facts: readonly Fact[];
  readonly effects: readonly Effect[];
  /** For commands: whether it was done, or why not. */
  readonly reply: CommandReply;
}

export function step(state: State, input: Input): Step {
  const draft = new Draft(state, input.at, input.elapsed);
  decide(draft, input);
  keepStopped(draft);
  shareForced(draft);
  route(draft);
  startExits(draft);
  startNextEntry(draft);
  return { state: draft.state, facts: draft.facts, effects: draft.effects, reply: draft.reply };
}

function decide(draft: Draft, input: Input): void {
  switch (input.kind) {
    case 'started':
      return processStarted(draft, input);
    case 'venueRead':
      return venueRead(draft, input);
    case 'resumed':
      return resumed(draft, input);
    case 'reconciled':
      return reconciled(draft);
    case 'signal':
      return takeSignal(draft, input);
    case 'quoted':
      return quoted(draft, input);
    case 'placed':
      return placementEnded(draft, input);
    case 'amended':
      return amended(draft, input);
    case 'reported':
      return applyReport(draft, input.report);
    case 'missed':
      return lookupMissed(draft, input);
    case 'requestEnded':
      return requestEnded(draft, input);
    case 'holdingsRead':
      return holdingsRead(draft, input);
    case 'forcedClose':
      return forcedClose(draft, input);
    case 'fundingRead':
      return fundingRead(draft, input);
    case 'clockRead':
      return clockRead(draft, input);
    case 'alarm':
      return raise(draft, input.key, input);
    case 'alarmOver':
      return clear(draft, input.key);
    case 'command':
      return obey(draft, input.command);
    case 'tick':
      return timePasses(draft);
  }
}

function quoted(draft: Draft, input: InputOf<'quoted'>): void {
  carryOn(draft, input);
  if (input.purpose.kind !== 'entry') sweepDust(draft, input.quote);
}

function carryOn(draft: Draft, { purpose, quote, beside }: InputOf<'quoted'>): void {
  switch (purpose.kind) {
    case 'entry':
      return enterOnQuote(draft, purpose.signal, quote);
    case 'exit':
      return exitOnQuote(draft, purpose.hedge, quote);
    case 'settle':
      return settleOnQuote(draft, purpose.hedge, quote);
    case 'byHand':
      return byHandOnQuote(draft, purpose.order, quote);
    case 'marks':
      return marksCame(draft, purpose.coin, quote, beside ?? []);
  }
}
