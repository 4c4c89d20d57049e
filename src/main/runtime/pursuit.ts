/**
 * Asks after orders whose end is not known: soon after a silence, then steadily, by our own id. What is found goes in
 * as a report; what is not found is a miss, together with what else the account shows (evidence.ts). The engine decides
 * what it all proves.
 */
import type { ClientOrderId } from '../../shared/domain/ids.ts';
import { isDetailed, isInFlight } from '../engine/legs.ts';
import type { Order, State } from '../engine/state.ts';
import { type OrderName, orderName } from '../exchanges/port.ts';
import type { Clock } from './clock.ts';
import { gatherEvidence } from './evidence.ts';
import type { Loop } from './loop.ts';
import type { StreamStates } from './streams.ts';
import type { Venues } from './venues.ts';

/** Pauses before the first lookups of a silent order; every 2 s after that. */
const unknownPausesMs = [200, 300, 500, 1000] as const;
const steadyMs = 2000;
/** An order that has ended and whose trades the venue does not show: asked for twice as rarely each time, up to this. */
const rarestMs = 60_000;
/** An order in flight while its stream is not to be relied on. */
const withoutStreamMs = 500;

interface Chase {
  tries: number;
  callOff: () => void;
}

export class Pursuit {
  readonly #venues: Venues;
  readonly #clock: Clock;
  readonly #streams: StreamStates;
  readonly #loop: () => Loop;
  readonly #chases = new Map<ClientOrderId, Chase>();
  /** Orders as they are when nothing is left to ask; state is never changed in place, so one that changed is another. */
  readonly #settled = new WeakSet<Order>();
  /** The orders that were looked through last. */
  #followed: State['orders'] | null = null;
  #closed = false;

  constructor(venues: Venues, clock: Clock, streams: StreamStates, loop: () => Loop) {
    this.#venues = venues;
    this.#clock = clock;
    this.#streams = streams;
    this.#loop = loop;
  }

  /** Starts a chase for every order that needs one. Called after each step. */
  readonly follow = (state: State): void => {
    if (this.#closed || state.orders === this.#followed) return;
    this.#followed = state.orders;
    for (const order of Object.values(state.orders)) {
      if (this.#settled.has(order)) continue;
      if (!needsChase(order)) this.#settled.add(order);
      else if (!this.#chases.has(order.id)) this.#schedule(order, 0);
    }
  };

  close(): void {
    this.#closed = true;
    for (const chase of this.#chases.values()) chase.callOff();
    this.#chases.clear();
  }

  #schedule(order: Order, tries: number): void {
    const callOff = this.#clock.after(this.#pause(order, tries), () => this.#loop().watch(this.#lookUp(order.id)));
    this.#chases.set(order.id, { tries, callOff });
  }

  #pause(order: Order, tries: number): number {
    if (order.state === 'unknown') return unknownPausesMs[tries] ?? steadyMs;
    if (!isInFlight(order)) return Math.min(withoutStreamMs * 2 ** Math.min(tries, 10), rarestMs);
    return this.#streams.isLive(order.request.venue) ? steadyMs : withoutStreamMs;
  }

  async #lookUp(id: ClientOrderId): Promise<void> {
    const before = this.#current(id);
    if (before !== undefined) await this.#ask(before);
    const tries = (this.#chases.get(id)?.tries ?? 0) + 1;
    this.#chases.delete(id);
    const after = this.#current(id);
    if (!this.#closed && after !== undefined) this.#schedule(after, after.state === before?.state ? tries : 0);
  }

  #current(id: ClientOrderId): Order | undefined {
    const order = Object.values(this.#loop().state.orders).find((entry) => entry.id === id);
    return order !== undefined && needsChase(order) ? order : undefined;
  }

  async #ask(order: Order): Promise<void> {
    const venue = this.#venues[order.request.leg];
    const answer = await venue.lookUp(nameOf(order));
    if (this.#closed || !answer.ok) return;
    if (answer.value !== null) this.#loop().submit({ kind: 'reported', report: answer.value });
    else if (order.state === 'unknown' || order.state === 'open') {
      const stream = this.#streams.isLive(order.request.venue) ? 'live' : 'silent';
      const found = await gatherEvidence(venue, order, stream, () => this.#loop().state);
      if (!this.#closed) for (const input of found) this.#loop().submit(input);
    }
  }
}

/** In flight, or final with trades whose prices and fees are not known yet. */
const needsChase = (order: Order): boolean => isInFlight(order) || !isDetailed(order);

const nameOf = (order: Order): OrderName => orderName(order.request, order.venueOrderId);
