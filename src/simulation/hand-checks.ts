/**
 * What holds for a person's single orders: they leave under the limits of an entry where they add risk, sell nothing that
 * a hedge needs where they reduce, and what they traded is a ledger of its own that equals the venues'.
 */
import type { Coin } from '../shared/domain/ids.ts';
import { own } from '../shared/domain/record.ts';
import { toNumber } from '../shared/domain/units.ts';
import { isConditional, type Leg, legs, type OrderRequest } from '../shared/domain/venue.ts';
import { isInFlight, openHedges } from '../main/engine/legs.ts';
import { legVenue, type Order, type State } from '../main/engine/state.ts';
import type { Events } from './events.ts';
import { handKindOf } from './hand.ts';
import type { Process } from './process.ts';
import { heldOn, opensOf } from './reckoning.ts';
import type { Exchange } from './venue/exchange.ts';
import { filledOf, rests } from './venue/true-order.ts';
import type { WireLimits } from './wire-limits.ts';

export interface HandChecksParts {
  readonly exchanges: Readonly<Record<Leg, Exchange>>;
  readonly events: Events;
  readonly wireLimits: WireLimits;
  readonly fail: (invariant: string, what: string) => void;
}

export class HandChecks {
  readonly #parts: HandChecksParts;

  constructor(parts: HandChecksParts) {
    this.#parts = parts;
  }

  /** Right before the request leaves. */
  leaves(process: Process, state: State, order: Order, request: OrderRequest): void {
    const { events, wireLimits } = this.#parts;
    const fail = (invariant: string, what: string): void => this.#parts.fail(invariant, `${order.id}, by hand, ${what}`);
    if (order.replaces === undefined) events.hit(`hand ${handKindOf(request)}`);
    if (!opensOf(order)) {
      if (request.leg === 'perp' && !request.reduceOnly) fail('I7', 'buys perpetual without reduce-only');
      return this.#unhedges(state, order, request);
    }
    if (process.stoppedByPerson || state.stop !== null) fail('I9', 'left while stopped');
    if (order.stamps.decided < process.stoppedAt) fail('I9', 'was decided before a stop and left after it');
    if (!process.armedByPerson) fail('I9', 'left although nobody armed');
    const age = process.now() - order.stamps.decided;
    if (age > state.settings.maxBookAgeMs) fail('I8', `left ${age} ms after it was decided`);
    wireLimits.leavesByHand(state, order, request);
  }

  /** A hedge's leg is closed with its partner or not at all; a stop that protects is booked on the hedge. */
  #unhedges(state: State, order: Order, { leg, coin, terms }: OrderRequest): void {
    const { exchanges, fail } = this.#parts;
    if (isConditional(terms) || 'cost' in terms) return;
    // What others did to the account meanwhile nobody could know of.
    if (exchanges[leg].outside.length > 0) return;
    const held = Math.abs(toNumber(exchanges[leg].held(coin)));
    // A close of theirs, or the order that is changed, may have traded what the books have not heard of yet.
    const truly = (each: Order) => {
      const there = exchanges[leg].find(each.id);
      return there === undefined ? each.filled : filledOf(there);
    };
    const ofHedges = openHedges(state).reduce((all, hedge) => all + (hedge.coin === coin ? heldOn(state, hedge, leg, truly) : 0), 0);
    const size = toNumber(terms.quantity);
    const old = order.replaces === undefined ? undefined : own(state.orders, order.replaces);
    if (size - toNumber(truly(old ?? order)) > held - ofHedges + 1e-9)
      fail('S5.8', `${order.id} reduces ${size} of ${held} on ${leg}, of which hedges need ${ofHedges}`);
  }

  /** At rest: the books of what hands and hedges traded are what the venues did. */
  atRest(state: State): void {
    for (const leg of legs) {
      const { all } = this.#parts.exchanges[leg];
      for (const coin of new Set(all.map(({ request }) => request.coin))) {
        const ours = all.filter(({ request }) => request.coin === coin);
        if (ours.some((order) => rests(order)) || Object.values(state.orders).some((order) => order.state === 'unknown')) continue;
        const truth = ours.reduce((sum, order) => sum + (order.request.side === 'buy' ? 1 : -1) * toNumber(filledOf(order)), 0);
        const booked = this.#booked(state, leg, coin);
        if (Math.abs(truth - booked) > 1e-9) this.#parts.fail('I4', `${legVenue[leg]} made ${truth} ${coin} of our orders, the books have ${booked}`);
      }
    }
  }

  #booked(state: State, leg: Leg, coin: Coin): number {
    const book = state.byHand.book[legVenue[leg]];
    const kept = book === undefined ? undefined : own(book, coin);
    let net = kept === undefined ? 0 : toNumber(kept);
    for (const { request, filled, purpose } of Object.values(state.orders)) {
      // What no order of ours did; the part of a protective stop that closed a hedge is booked there besides, as the venue's.
      if (request.leg !== leg || request.coin !== coin || purpose === 'forced' || purpose === 'settled' || purpose === 'dust') continue;
      net += (request.side === 'buy' ? 1 : -1) * toNumber(filled);
    }
    return net;
  }

  /** I18: nothing by hand is without an end, but what rests at the venue and what a person was called for. */
  isEnded(state: State, order: Order): boolean {
    if (!isInFlight(order)) return true;
    const truth = this.#parts.exchanges[order.request.leg].find(order.id);
    if (order.state === 'open' && truth !== undefined && rests(truth)) return true;
    return order.leftToPerson === true && Object.hasOwn(state.alarms, `unknown:${order.id}`);
  }
}
