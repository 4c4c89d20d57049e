import { hedgeOf, type SignalId } from '../../../shared/domain/ids.ts';
import { own } from '../../../shared/domain/record.ts';
import type { State } from '../state.ts';

/**
 * Whether an ENTER has gone further than waiting: it holds the slots or has become a hedge. From there on only the
 * hedge's own course gives its verdict; it is not expired, refused or started again.
 */
export const hasBegun = (state: State, id: SignalId): boolean =>
  Object.values(state.slots).includes(id) || own(state.hedges, hedgeOf(id)) !== undefined;
