/** What a person, or a program that may speak for one, asks of the engine. A refusal is a value with its reason. */
import { own } from '../../../shared/domain/record.ts';
import type { Draft } from '../draft.ts';
import type { Command } from '../inputs.ts';
import { settingChange } from '../setting-change.ts';
import { clear } from './alarms.ts';
import { amendByHand, cancelByHand, cancelEntries, placeByHand, settleByHand } from './by-hand.ts';
import { queueExit } from './exit.ts';
import { approveSignal, declineSignal, setApproval } from './intake.ts';
import { settleByPerson } from './operator.ts';
import { acceptOutside } from './outside.ts';
import { arm, disarm } from './process.ts';
import { closeAll, stop } from './stop.ts';

const byPerson = { code: 'PERSON', values: {} } as const;

export function obey(draft: Draft, command: Command): void {
  switch (command.kind) {
    case 'arm':
      return arm(draft);
    case 'disarm':
      return disarm(draft, command.reason);
    case 'approve':
      return approveSignal(draft, command.signal);
    case 'decline':
      return declineSignal(draft, command.signal);
    case 'setApproval':
      return setApproval(draft, command.approval);
    case 'stop':
      stop(draft, { source: command.source, reason: command.reason, ...(command.cause ?? byPerson) });
      return command.closeAll ? closeAll(draft) : undefined;
    case 'resetStop':
      return resetStop(draft, command.seen);
    case 'closeHedge':
      return closeHedge(draft, command);
    case 'settle':
      return settleByPerson(draft, command);
    case 'placeOrder':
      return placeByHand(draft, command);
    case 'amendOrder':
      return amendByHand(draft, command);
    case 'cancelOrder':
      return cancelByHand(draft, command);
    case 'settleOrder':
      return settleByHand(draft, command);
    case 'cancelEntries':
      return cancelEntries(draft);
    case 'acceptOutside':
      return acceptOutside(draft, command);
    case 'set':
      return set(draft, command);
  }
}

function resetStop(draft: Draft, seen: number | undefined): void {
  const { stop: standing } = draft.state;
  if (standing === null) return draft.refuse('NOT_STOPPED', 'Trading is not stopped');
  // A stop that nobody has seen is not reset by a press that was meant for the one before it.
  if (seen !== undefined && seen !== standing.at) return draft.refuse('STOP_CHANGED', `Trading was stopped anew: ${standing.reason}`);
  draft.add({ kind: 'stopReset' });
  clear(draft, 'stop');
}

function closeHedge(draft: Draft, command: Extract<Command, { kind: 'closeHedge' }>): void {
  const hedge = own(draft.state.hedges, command.hedge);
  if (hedge === undefined || hedge.phase === 'flat') return draft.refuse('NOTHING_TO_CLOSE', `Hedge ${command.hedge} is not open`);
  queueExit(draft, hedge.id, { kind: 'person' }, command.quantity);
}

function set(draft: Draft, command: Extract<Command, { kind: 'set' }>): void {
  const change = settingChange(draft.state, command);
  if (!change.ok) return draft.refuse(change.code, change.reason);
  const { name, old, new: value, settings } = change;
  if (value !== old) draft.add({ kind: 'settingsSet', settings, changed: `${name}: ${old} to ${value}`, name, old, new: value });
}
