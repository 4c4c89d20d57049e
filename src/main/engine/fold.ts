/**
 * state′ = fold(state, fact): the only way state changes, live and on replay alike. No decision is made here.
 * A fact about something the state does not know (an order of a hedge long gone) changes nothing.
 */
import type { Fact } from './facts.ts';
import { foldByHand } from './fold/by-hand.ts';
import { foldForced } from './fold/forced.ts';
import { foldHedges } from './fold/hedges.ts';
import { foldOrders } from './fold/orders.ts';
import { foldOutside } from './fold/outside.ts';
import { foldProcess } from './fold/process.ts';
import { foldSignals } from './fold/signals.ts';
import type { Folds } from './fold/table.ts';
import type { State } from './state.ts';

const folds: Folds<Fact['kind']> = { ...foldProcess, ...foldSignals, ...foldHedges, ...foldOrders, ...foldOutside, ...foldForced, ...foldByHand };

export function fold(state: State, fact: Fact): State {
  // The table is complete by its type; the compiler cannot follow the correlation of key and argument.
  const next = (folds[fact.kind] as (state: State, fact: Fact) => State)(state, fact);
  return { ...next, facts: state.facts + 1 };
}
