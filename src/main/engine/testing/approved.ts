/** An order as if the risk checks had approved it, for tests of what comes after them. Ships nowhere. */
import type { OrderRequest } from '../../../shared/domain/venue.ts';
import type { Approved } from '../approved.ts';

export const asApproved = (request: OrderRequest): Approved<OrderRequest> => request as Approved<OrderRequest>;
