/** Reads both venues at the start until each has answered; nothing leaves before that. */
import type { Holdings } from '../../shared/domain/venue.ts';
import { isInFlight } from '../engine/legs.ts';
import { orderName, type VenuePort } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import type { ClockOffsets } from './clock-offsets.ts';
import { originsOfPositions } from './foreign-positions.ts';
import type { Loop } from './loop.ts';
import type { Venues } from './venues.ts';

const retryMs = 2000;

export class Reconciler {
  readonly #venues: Venues;
  readonly #offsets: ClockOffsets;
  readonly #clock: Clock;
  readonly #loop: () => Loop;
  #closed = false;
  readonly #sleepers = new Set<() => void>();

  constructor(venues: Venues, offsets: ClockOffsets, clock: Clock, loop: () => Loop) {
    this.#venues = venues;
    this.#offsets = offsets;
    this.#clock = clock;
    this.#loop = loop;
  }

  /**
   * Resolves when both venues were read, or the console was closed first.
   * @param isCurrent asked at the end; false: what was read is out of date already, and counts for nothing
   */
  async run(isCurrent: () => boolean = () => true): Promise<void> {
    const read = await Promise.all([this.#untilRead(this.#venues.spot), this.#untilRead(this.#venues.perp)]);
    if (!this.#closed && isCurrent() && read.every(Boolean)) this.#loop().submit({ kind: 'reconciled' });
  }

  /** Reads an account again, so that the books are compared with it. */
  async compare(venue: VenuePort): Promise<void> {
    const holdings = await venue.holdings();
    if (!this.#closed && holdings.ok) this.#take(venue, holdings.value);
  }

  /** After a stream was silent: nothing is told again, so orders in flight and the account are asked for. */
  async catchUp(venue: VenuePort): Promise<void> {
    await this.#askAfterOrders(venue);
    await this.compare(venue);
  }

  close(): void {
    this.#closed = true;
    for (const wake of this.#sleepers) wake();
  }

  async #untilRead(venue: VenuePort): Promise<boolean> {
    const key = `unreachable:${venue.venue}`;
    while (!this.#closed) {
      const problem = await this.#readOnce(venue);
      if (this.#closed) break;
      if (problem === null) {
        this.#loop().submit({ kind: 'alarmOver', key });
        return true;
      }
      this.#loop().submit({
        kind: 'alarm',
        key,
        code: 'VENUE_UNREACHABLE',
        values: { venue: venue.venue, when: 'start', said: problem },
        severity: 'critical',
        detail: `${venue.venue} cannot be read: ${problem}`,
      });
      await this.#sleep(retryMs);
    }
    return false;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        callOff();
        this.#sleepers.delete(wake);
        resolve();
      };
      const callOff = this.#clock.after(ms, wake);
      this.#sleepers.add(wake);
    });
  }

  async #readOnce(venue: VenuePort): Promise<string | null> {
    const started = await venue.start();
    if (!started.ok) return started.failure.said;
    const limit = this.#loop().state.settings.maxClockOffsetStopMs;
    const [offset, holdings, open] = await Promise.all([this.#offsets.measure(venue, limit), venue.holdings(), venue.openOrders()]);
    for (const answer of [offset, holdings, open]) if (!answer.ok) return answer.failure.said;
    if (!holdings.ok || !open.ok || !offset.ok || this.#closed) return null;
    await this.#askAfterOrders(venue);
    const origins = await originsOfPositions(venue, holdings.value, this.#loop().state, holdings.value.at);
    if (!origins.ok || this.#closed) return origins.ok ? null : origins.failure.said;
    const clientIds = [...open.value.map((order) => order.clientId), ...origins.value];
    this.#loop().submit({ kind: 'venueRead', venue: venue.venue, account: venue.accountHash(), holdings: holdings.value, clientIds });
    this.#loop().submit({ kind: 'clockRead', venue: venue.venue, offsetMs: offset.value });
    return null;
  }

  /** Every order that may exist is asked for once before anything is decided; the pursuit goes on with the silent ones. */
  async #askAfterOrders(venue: VenuePort): Promise<void> {
    const inFlight = Object.values(this.#loop().state.orders).filter((order) => order.request.venue === venue.venue && isInFlight(order));
    await Promise.all(
      inFlight.map(async (order) => {
        const answer = await venue.lookUp(orderName(order.request));
        if (!this.#closed && answer.ok && answer.value !== null) this.#loop().submit({ kind: 'reported', report: answer.value });
      }),
    );
  }

  #take(venue: VenuePort, holdings: Holdings): void {
    this.#loop().submit({ kind: 'holdingsRead', venue: venue.venue, holdings });
  }
}
