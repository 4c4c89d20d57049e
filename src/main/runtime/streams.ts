/** Takes in what the venues' streams say, and remembers which stream may be relied on and what each order's last word was. */
import type { ClientOrderId } from '../../shared/domain/ids.ts';
import { max, type Quantity } from '../../shared/domain/units.ts';
import type { OrderReport, Venue } from '../../shared/domain/venue.ts';
import type { VenueEvent, VenuePort } from '../exchanges/port.ts';
import { isForced } from './forced-closes.ts';
import type { Loop } from './loop.ts';

/** What a stream told of an order over its present connection. */
interface Told {
  readonly filled: Quantity;
  readonly isOver: boolean;
}
/** Orders of a connection that are remembered: a day's worth of them and more. */
const mostRemembered = 5000;

export class StreamStates {
  readonly #live = new Map<Venue, boolean>();
  readonly #told = new Map<Venue, Map<ClientOrderId, Told>>();
  #connections = 0;
  readonly #connection = new Map<Venue, number>();

  isLive(venue: Venue): boolean {
    return this.#live.get(venue) === true;
  }
  /** `waiting` until it was live for the first time. */
  of(venue: Venue): 'waiting' | 'live' | 'silent' {
    if (this.isLive(venue)) return 'live';
    return this.#live.has(venue) ? 'silent' : 'waiting';
  }
  set(venue: Venue, live: boolean): void {
    if (live && !this.isLive(venue)) {
      this.#connections += 1;
      this.#connection.set(venue, this.#connections);
      this.#told.set(venue, new Map());
    }
    if (live || this.#live.has(venue)) this.#live.set(venue, live);
  }
  /** A number for each connection that became live; 0 while there is none. */
  connectionOf(venue: Venue): number {
    return this.isLive(venue) ? (this.#connection.get(venue) ?? 0) : 0;
  }
  tell(venue: Venue, { clientOrderId, filled, state }: OrderReport): void {
    const orders = this.#told.get(venue);
    if (orders === undefined) return;
    const before = orders.get(clientOrderId);
    orders.delete(clientOrderId);
    orders.set(clientOrderId, {
      filled: before === undefined ? filled : max(filled, before.filled),
      isOver: state !== 'open' || before?.isOver === true,
    });
    const [oldest] = orders.keys();
    if (orders.size > mostRemembered && oldest !== undefined) orders.delete(oldest);
  }
  lastTold(venue: Venue, id: ClientOrderId): Told | undefined {
    return this.#told.get(venue)?.get(id);
  }
}

/**
 * Feeds a venue's events into the loop.
 * @param onReconnect a stream that was silent is live again: what it missed has to be asked for
 * @param onOutside an order of the account that is not ours did something
 */
export function listen(
  venue: VenuePort,
  states: StreamStates,
  loop: () => Loop,
  onReconnect: () => void,
  onOutside: (event: Extract<VenueEvent, { kind: 'outsideOrder' }>) => void = () => undefined,
): void {
  const key = `stream:${venue.venue}`;
  let wasLive = false;
  venue.subscribe((event: VenueEvent) => {
    if (event.kind === 'order') {
      states.tell(venue.venue, event.report);
      loop().submit({ kind: 'reported', report: event.report });
    } else if (event.kind === 'outsideOrder') {
      const kindOf = isForced(event.clientId) ? 'a forced close' : 'an order of somebody else';
      const detail = `${venue.venue} reports ${kindOf} in ${event.coin} (${event.clientId === '' ? event.venueOrderId : event.clientId})`;
      const severity = isForced(event.clientId) ? 'critical' : 'warning';
      const values = {
        what: isForced(event.clientId) ? 'forced' : 'other',
        venue: venue.venue,
        coin: event.coin,
        order: event.clientId === '' ? event.venueOrderId : event.clientId,
      };
      loop().submit({ kind: 'alarm', key: `outside:${venue.venue}:${event.venueOrderId}`, code: 'OUTSIDE_ORDER', values, severity, detail });
      onOutside(event);
      if (severity === 'critical') onReconnect();
    } else {
      const live = event.state === 'live';
      states.set(venue.venue, live);
      if (live) loop().submit({ kind: 'alarmOver', key });
      else if (wasLive) {
        const values = { venue: venue.venue, said: event.reason };
        loop().submit({ kind: 'alarm', key, code: 'STREAM_SILENT', values, severity: 'warning', detail: `${venue.venue}: ${event.reason}` });
      }
      if (live && wasLive) onReconnect();
      wasLive = wasLive || live;
    }
  });
}
