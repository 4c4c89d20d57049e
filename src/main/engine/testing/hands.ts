/** A person's single orders in a world, as short as tests like them. */
import { own } from '../../../shared/domain/record.ts';
import { notionalOf, price, quantity, ratio, text } from '../../../shared/domain/units.ts';
import type { OrderTerms, Side, TimeInForce, Venue } from '../../../shared/domain/venue.ts';
import type { ClientOrderId } from '../../../shared/domain/ids.ts';
import { handAt } from '../by-hand.ts';
import type { CommandReply } from '../draft.ts';
import type { Order } from '../state.ts';
import { BTC } from './market.ts';
import { reportOf } from './venue-truth.ts';
import type { World } from './world.ts';

export const atMarket = (size: string): OrderTerms => ({ type: 'market', quantity: quantity(size) });
export const byCost = (won: string): OrderTerms => ({ type: 'marketByCost', cost: notionalOf(won) });
export const limit = (size: string, at: string, timeInForce: TimeInForce = 'GTC'): OrderTerms => ({
  type: 'limit',
  quantity: quantity(size),
  price: price(at),
  timeInForce,
});
export const stopAt = (size: string, trigger: string): OrderTerms => ({ type: 'stopMarket', quantity: quantity(size), triggerPrice: price(trigger) });
export const trailing = (size: string, callback: string, from?: string): OrderTerms => ({
  type: 'trailingStopMarket',
  quantity: quantity(size),
  callback: ratio(callback),
  ...(from === undefined ? {} : { activationPrice: price(from) }),
});

/** What a command was answered at once: the order's id, or the code of the refusal. */
const idOf = (reply: CommandReply): string => (reply.ok ? (reply.order ?? 'done') : reply.code);

export const ask = (world: World, venue: Venue, side: Side, terms: OrderTerms): string =>
  idOf(world.command({ kind: 'placeOrder', venue, coin: BTC, side, terms }));
export const change = (world: World, order: string, size: string, at: string): string =>
  idOf(world.command({ kind: 'amendOrder', order: order as ClientOrderId, quantity: quantity(size), price: price(at) }));

/** Asks for an order and lets it be decided. @returns its id, or the code of the denial */
export function place(world: World, venue: Venue, side: Side, terms: OrderTerms): string {
  const id = ask(world, venue, side, terms);
  return decided(world, id);
}
export const amend = (world: World, order: string, size: string, at: string): string => decided(world, change(world, order, size, at));

function decided(world: World, id: string): string {
  if (!id.startsWith('kc')) return id;
  world.run(500);
  const denied = world.facts.find((fact) => fact.kind === 'handDenied' && fact.id === id);
  return denied?.kind === 'handDenied' ? denied.denial.denied : id;
}

export function handOrder(world: World, id: string): Order {
  const order = own(world.state.orders, id as ClientOrderId);
  if (order === undefined) throw new Error(`There is no order ${id}`);
  return order;
}

/** What was traded by hand: coins on Upbit, and the position on Binance. */
export const hands = ({ state }: World): readonly string[] => (['upbit', 'binance'] as const).map((venue) => text(handAt(state, venue, BTC)));

/** Somebody trades with an order that rests, and the stream tells of it. */
export const tradeWith = (world: World, id: string, size: string): void =>
  void world.report(reportOf(world.truth.trade(id as ClientOrderId, size, world.market, world.now)));
