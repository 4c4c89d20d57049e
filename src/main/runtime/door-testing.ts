/** A decided order before the door, a moment later, in a world that may have changed. Ships nowhere. */
import { withKey } from '../../shared/domain/record.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { price, quantity } from '../../shared/domain/units.ts';
import type { Book, Leg } from '../../shared/domain/venue.ts';
import type { Denial } from '../engine/denial.ts';
import type { Quote } from '../engine/quote.ts';
import type { Latest } from '../engine/risk/last-hop.ts';
import type { Purpose, State } from '../engine/state.ts';
import { asApproved } from '../engine/testing/approved.ts';
import { book, market, type Market, ok, quote } from '../engine/testing/market.ts';
import type { World } from '../engine/testing/world.ts';
import type { VenuePort } from '../exchanges/port.ts';
import { Door } from './door.ts';

/** Nothing was read since the decision. */
export const noNews: Latest = { books: { spot: undefined, perp: undefined }, fx: undefined, clockOffsetsMs: { spot: ok(0), perp: ok(0) } };

/** A door before a world, 10 ms after a decision, and a venue that asks it at once. */
export class Before {
  readonly world: World;
  readonly door: Door;
  readonly decidedAt: number;
  latest: Latest = noNews;
  /** The state as the door is to see it. */
  see: (state: State) => State = (state) => state;

  constructor(world: World) {
    this.world = world;
    this.decidedAt = Math.max(...Object.values(world.state.orders).map((order) => order.stamps.decided));
    world.now = this.decidedAt + 10;
    const clock = { now: () => world.now, elapsed: () => world.now, after: () => () => undefined, every: () => () => undefined };
    const place = async (_order: unknown, mayStart: () => boolean) => {
      const code = mayStart() ? 'RATE_LIMITED' : 'BLOCKED';
      return { outcome: 'notSent', code, venueCode: '', said: '' };
    };
    const venue = { place } as unknown as VenuePort;
    this.door = new Door(
      { spot: venue, perp: venue },
      clock,
      () => this.see(world.state),
      () => this.latest,
    );
  }

  /** What it was decided on. */
  on: (given: Quote) => Quote = (given) => given;

  /** "leaves", or the code of the denial with the numbers compared. */
  async says(leg: Leg, purpose: Purpose): Promise<string> {
    const { request } = this.world.order(leg, purpose);
    const { denial, wireAt } = await this.door.place(asApproved(request), purpose, this.on(quote(this.decidedAt)));
    if (wireAt !== (denial === null ? this.world.now : null)) throw new Error(`Invariant: what leaves has its time on the wire, was ${wireAt}`);
    return said(denial);
  }

  set(settings: Partial<Settings>): void {
    this.see = (state) => ({ ...state, settings: { ...state.settings, ...settings } });
  }
  /** Somebody read a book. */
  read(leg: Leg, now: Partial<Market> | Book, at = this.world.now): void {
    const seen = 'bids' in now ? now : bookOf(leg, market(now), at);
    this.latest = { ...this.latest, books: { ...this.latest.books, [leg]: { ...seen, at } } };
  }
}

const said = (denial: Denial | null): string => {
  if (denial === null) return 'leaves';
  return denial.compared === null ? denial.denied : `${denial.denied} ${denial.compared.was} against ${denial.compared.limit}`;
};
const bookOf = (leg: Leg, { spotBid, spotAsk, perpBid, perpAsk, depth }: Market, at: number): Book =>
  leg === 'spot' ? book(spotBid, spotAsk, price('1000'), depth, at) : book(perpBid, perpAsk, price('0.1'), depth, at);

/** A row of a table: what changed since the decision, and what the door makes of it. */
export type Row = readonly [what: string, change: (before: Before) => void, expected: string];

/** A key turned out to be another account's. */
export const otherAccount = (state: State): State => ({
  ...state,
  alarms: withKey(state.alarms, 'account:upbit', { code: 'ACCOUNT_CHANGED', severity: 'critical', hedge: null, detail: '', at: 0 }),
});

/** The short's entry turns out to have filled so much. */
export const shortFilled =
  ({ world }: Before, size: string) =>
  (state: State): State => {
    const order = world.order('perp', 'entry');
    return { ...state, orders: withKey(state.orders, order.id, { ...order, filled: quantity(size) }) };
  };
