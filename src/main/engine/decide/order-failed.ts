/** The fact of an order that failed, and when its request went out. What a venue reports of one is `orders.ts`. */
import type { Failure } from '../../../shared/domain/failure.ts';
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import { ZERO } from '../../../shared/domain/units.ts';
import type { Denial } from '../denial.ts';
import type { Draft } from '../draft.ts';
import type { FactOf } from '../facts.ts';
import type { InputOf } from '../inputs.ts';

/** When the intent was on disk, and when the request started; null when it never did, or where no request was made. */
export type Sent = Pick<FactOf<'orderChanged'>, 'durable' | 'wire'>;

/** `denial`: why our own check held it back. */
export type Tried = Sent & { readonly denial?: Denial };

export const notSent: Sent = { wire: null };

export const sentAt = ({ durableAt, wireAt }: Pick<InputOf<'placed' | 'amended'>, 'durableAt' | 'wireAt'>): Sent => ({
  ...(durableAt === undefined ? {} : { durable: durableAt }),
  wire: wireAt,
});

export const triedAt = (input: InputOf<'placed' | 'amended'>): Tried => ({
  ...sentAt(input),
  ...(input.denial === undefined ? {} : { denial: input.denial }),
});

/** Says that nothing is known to have filled, and why; a refusal is the venue's acknowledgement. What filled before stays. */
export function failed(draft: Draft, id: ClientOrderId, state: 'unknown' | 'rejected', failure: Failure, tried: Tried = notSent): void {
  const acknowledged = failure.outcome === 'refused' ? draft.at : null;
  draft.add({ kind: 'orderChanged', id, state, filled: ZERO, venueOrderId: null, failure, ...tried, acknowledged });
}
