import type { Failure } from '../../shared/domain/failure.ts';
import type { OrderReport } from '../../shared/domain/venue.ts';

/** How a placement ended as far as its own answer tells. */
export type PlaceOutcome = { readonly outcome: 'accepted'; readonly report: OrderReport } | Failure;

/** How a change of an order that rests ended. After an unknown one both orders are asked for. */
export type AmendOutcome =
  /** The order has the new terms and keeps its id. */
  | { readonly outcome: 'changed'; readonly report: OrderReport }
  /** The old order is over (null: the venue does not show it yet) and the new one was accepted under its own id. */
  | { readonly outcome: 'replaced'; readonly ended: OrderReport | null; readonly report: OrderReport }
  /** The old order is over and nothing came in its place: nothing was left of it, or the new one failed. */
  | { readonly outcome: 'ended'; readonly ended: OrderReport; readonly failure?: Failure }
  /** Not sent, or refused: the order rests as before. */
  | Failure;
