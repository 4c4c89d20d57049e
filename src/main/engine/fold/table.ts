import type { Fact, FactOf } from '../facts.ts';
import type { State } from '../state.ts';

/** One fold per kind of fact. */
export type Folds<K extends Fact['kind']> = { readonly [N in K]: (state: State, fact: FactOf<N>) => State };
