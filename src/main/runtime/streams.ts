/** Takes in what the venues' streams say, and remembers which stream may be relied on. */
import type { Venue } from '../../shared/domain/venue.ts';
import type { VenueEvent, VenuePort } from '../exchanges/port.ts';
import type { Loop } from './loop.ts';

export class StreamStates {
  readonly #live = new Map<Venue, boolean>();

  isLive(venue: Venue): boolean {
    return this.#live.get(venue) === true;
  }
  /** `waiting` until it was live for the first time. */
  of(venue: Venue): 'waiting' | 'live' | 'silent' {
    if (this.isLive(venue)) return 'live';
    return this.#live.has(venue) ? 'silent' : 'waiting';
  }
  set(venue: Venue, live: boolean): void {
    if (live || this.#live.has(venue)) this.#live.set(venue, live);
  }
}

/** Liquidations and auto-deleveragings carry these client ids (docs/venues/binance.md). */
const forced = /^(adl_autoclose|autoclose-)/;

/**
 * Feeds a venue's events into the loop.
 * @param onReconnect a stream that was silent is live again: what it missed has to be asked for
 */
export function listen(venue: VenuePort, states: StreamStates, loop: () => Loop, onReconnect: () => void): void {
  const key = `stream:${venue.venue}`;
  let wasLive = false;
  venue.subscribe((event: VenueEvent) => {
    if (event.kind === 'order') loop().submit({ kind: 'reported', report: event.report });
    else if (event.kind === 'outsideOrder') {
      const kindOf = forced.test(event.clientId) ? 'a forced close' : 'an order of somebody else';
      const detail = `${venue.venue} reports ${kindOf} in ${event.coin} (${event.clientId === '' ? event.venueOrderId : event.clientId})`;
      const severity = forced.test(event.clientId) ? 'critical' : 'warning';
      loop().submit({ kind: 'alarm', key: `outside:${venue.venue}:${event.venueOrderId}`, code: 'OUTSIDE_ORDER', severity, detail });
      if (severity === 'critical') onReconnect();
    } else {
      const live = event.state === 'live';
      states.set(venue.venue, live);
      if (live) loop().submit({ kind: 'alarmOver', key });
      else if (wasLive) loop().submit({ kind: 'alarm', key, code: 'STREAM_SILENT', severity: 'warning', detail: `${venue.venue}: ${event.reason}` });
      if (live && wasLive) onReconnect();
      wasLive = wasLive || live;
    }
  });
}
