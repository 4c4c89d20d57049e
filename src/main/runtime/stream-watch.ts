/**
 * Notices an order stream that is open, answers pings and brings nothing: what we know of an order, from answers and
 * lookups, is held against what the stream told of it. A stream that stays behind is cut and dialed anew; the reconnect
 * asks for what was missed.
 *
 * 1. Only orders that were decided while this connection was live are held against it: nothing before it is told again.
 * 2. A stream is behind by what it said, never by how long it was silent: where nothing happens nothing has to come.
 * 3. Noticed at most 4 s after we know what the stream does not tell, which is at most 2 s after it happened.
 */
import type { ClientOrderId } from '../../shared/domain/ids.ts';
import { gt, ZERO } from '../../shared/domain/units.ts';
import type { Venue } from '../../shared/domain/venue.ts';
import { isInFlight } from '../engine/legs.ts';
import type { Order } from '../engine/state.ts';
import type { VenuePort } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import type { Loop } from './loop.ts';
import type { StreamStates } from './streams.ts';
import type { Venues } from './venues.ts';

const lookMs = 1000;
/** Events may come later than the answer. */
const graceMs = 3000;

export class StreamWatch {
  readonly #venues: Venues;
  readonly #clock: Clock;
  readonly #streams: StreamStates;
  readonly #loop: () => Loop;
  /** Since when each venue's present connection is known here. */
  readonly #connected = new Map<Venue, { readonly connection: number; readonly at: number }>();
  readonly #behindSince = new Map<ClientOrderId, number>();

  constructor(venues: Venues, clock: Clock, streams: StreamStates, loop: () => Loop) {
    this.#venues = venues;
    this.#clock = clock;
    this.#streams = streams;
    this.#loop = loop;
  }

  /** @returns a function that ends it */
  start(): () => void {
    return this.#clock.every(lookMs, () => {
      for (const venue of [this.#venues.spot, this.#venues.perp]) this.#look(venue);
    });
  }

  #look(port: VenuePort): void {
    const { venue } = port;
    const now = this.#clock.now();
    const connection = this.#streams.connectionOf(venue);
    if (this.#connected.get(venue)?.connection !== connection) this.#connected.set(venue, { connection, at: now });
    if (connection === 0) return;
    const since = this.#connected.get(venue)?.at ?? now;
    for (const order of Object.values(this.#loop().state.orders)) {
      if (order.request.venue !== venue) continue;
      if (order.stamps.decided < since || !this.#isAhead(order)) this.#behindSince.delete(order.id);
      else if (now - (this.#behindSince.get(order.id) ?? now) < graceMs) this.#behindSince.set(order.id, this.#behindSince.get(order.id) ?? now);
      else {
        this.#behindSince.clear();
        return port.renewStream(`it does not tell what became of order ${order.id}`);
      }
    }
  }

  /** Whether we know more of the order than the stream told. What the venue never took has no events. */
  #isAhead(order: Order): boolean {
    const told = this.#streams.lastTold(order.request.venue, order.id);
    if (gt(order.filled, told?.filled ?? ZERO)) return true;
    return !isInFlight(order) && order.state !== 'rejected' && told?.isOver !== true;
  }
}
