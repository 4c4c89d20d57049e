/** What the engine wants done once the facts of the same step are on disk. Replaying facts yields no effects. */
import type { ClientOrderId, Coin } from '../../shared/domain/ids.ts';
import type { OrderRequest } from '../../shared/domain/venue.ts';
import type { Approved } from './approved.ts';
import type { QuoteFor } from './inputs.ts';
import type { Quote } from './quote.ts';
import type { Purpose } from './state.ts';

export type Effect =
  /** `on`: the quote that it was approved on. */
  | { readonly kind: 'place'; readonly order: Approved<OrderRequest>; readonly purpose: Purpose; readonly on: Quote }
  /** Other terms for an order that rests, by way of an order that replaces it. */
  | {
      readonly kind: 'amend';
      readonly resting: ClientOrderId;
      readonly order: Approved<OrderRequest>;
      readonly purpose: Purpose;
      readonly on: Quote;
    }
  | { readonly kind: 'cancel'; readonly id: ClientOrderId; readonly coin: Coin }
  | { readonly kind: 'quote'; readonly purpose: QuoteFor; readonly coin: Coin; readonly afterMs: number };
