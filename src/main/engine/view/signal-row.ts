/**
 * Signals as the console shows them, made from facts one after the other: the state itself keeps no more than their
 * verdicts. Pure.
 */
import type { SignalRow } from '../../../shared/contract/rows.ts';
import type { Signal, SignalSource } from '../../../shared/domain/signal.ts';
import { text } from '../../../shared/domain/units.ts';
import type { FactOf } from '../facts.ts';
import type { PendingEntry, PendingExit } from '../state.ts';

/** A fact's number in its journal: the same after every restart. A space keeps the key apart from every signal id. */
export const unreadKey = (fact: number): string => `fact ${fact}`;

export const takenRow = (signal: Signal, source: SignalSource, seen: number): SignalRow => ({
  key: signal.id,
  id: signal.id,
  seen,
  source,
  state: 'accepted',
  code: 'ACCEPTED',
  reason: 'Taken',
  compared: null,
  values: {},
  hedge: null,
  content: contentOf(signal),
  excerpt: null,
  ticket: null,
});

/** A signal that waits, of which no fact is at hand any more. */
export function pendingRow({ signal, source, seen, state }: PendingEntry | PendingExit): SignalRow {
  const row = takenRow(signal, source, seen);
  return state === 'awaitingApproval' ? { ...row, state, code: 'AWAITING_APPROVAL', reason: 'Waits for a person' } : row;
}

export const malformedRow = (fact: FactOf<'signalMalformed'>, key: string): SignalRow => ({
  key,
  id: fact.id,
  seen: fact.at,
  source: fact.source,
  state: 'malformed',
  code: fact.code,
  reason: fact.reason,
  compared: null,
  values: {},
  hedge: null,
  content: null,
  excerpt: fact.excerpt,
  ticket: null,
});

export const repeatedReasons = { duplicate: 'Known already', conflict: 'The same id came with another content' } as const;

export const repeatedRow = (fact: FactOf<'signalRepeated'>, key: string): SignalRow => ({
  key,
  id: fact.id,
  seen: fact.at,
  source: fact.source,
  state: fact.state,
  code: fact.state.toUpperCase(),
  reason: repeatedReasons[fact.state],
  compared: null,
  values: {},
  hedge: null,
  content: null,
  excerpt: null,
  ticket: null,
});

export const judgedRow = (row: SignalRow, fact: FactOf<'signalJudged'>): SignalRow => ({
  ...row,
  state: fact.state,
  code: fact.code,
  reason: fact.reason,
  compared: fact.compared,
  values: fact.values ?? {},
  hedge: fact.hedge ?? row.hedge,
  ticket: fact.state === 'awaitingApproval' ? row.ticket : null,
});

export const queuedRow = (row: SignalRow, fact: FactOf<'signalQueued'>): SignalRow => ({
  ...row,
  state: 'accepted',
  code: 'QUEUED',
  reason: fact.by === 'person' ? 'A person approved it' : 'Runs by itself',
  compared: null,
  values: {},
  ticket: null,
});

function contentOf(signal: Signal): NonNullable<SignalRow['content']> {
  const sized = signal.action === 'ENTER' ? signal.size : { quantity: signal.quantity };
  return {
    action: signal.action,
    coin: signal.coin,
    quantity: 'quantity' in sized && sized.quantity !== undefined ? text(sized.quantity) : null,
    amountKrw: 'amountKrw' in sized ? text(sized.amountKrw) : null,
    createdAt: signal.createdAt,
    expiresAt: signal.expiresAt,
    risk: signal.risk === undefined ? null : text(signal.risk),
    expectedPremium: signal.premium === undefined ? null : text(signal.premium.expected),
    maxSlippage: signal.premium === undefined ? null : text(signal.premium.maxSlippage),
    hedge: signal.action === 'EXIT' ? (signal.hedge ?? null) : null,
    note: signal.note ?? null,
  };
}
