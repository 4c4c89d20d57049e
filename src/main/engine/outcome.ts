import type { Failure } from '../../shared/domain/failure.ts';
import type { OrderReport } from '../../shared/domain/venue.ts';

/** How a placement ended as far as its own answer tells. */
export type PlaceOutcome = { readonly outcome: 'accepted'; readonly report: OrderReport } | Failure;
