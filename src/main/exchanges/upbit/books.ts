/**
 * Order books of Upbit. Ten requests a second is little for a console that marks several hedges every second, and one
 * request may name many markets: what is asked for in the same turn of the event loop leaves as one request.
 */
import { z } from 'zod';
import type { Answer } from '../../../shared/domain/failure.ts';
import type { Coin } from '../../../shared/domain/ids.ts';
import type { Book } from '../../../shared/domain/venue.ts';
import type { VenuePort } from '../port.ts';
import type { Lane } from '../quota.ts';
import { decimalOf, quantityOf } from '../shapes.ts';
import { one, type UpbitConnection } from './connection.ts';
import { marketOf, unreadable } from './reading.ts';

const level = z.object({ ask_price: decimalOf<'price'>(), bid_price: decimalOf<'price'>(), ask_size: quantityOf, bid_size: quantityOf });
const booksShape = z.array(z.object({ market: z.string(), orderbook_units: z.array(level) })).min(1);

type Found = ReadonlyMap<Coin, Answer<Book>>;
interface Gathering {
  readonly coins: Set<Coin>;
  readonly found: Promise<Found>;
  lane: Lane;
}

/** @returns what reads a coin's book, best first, 30 levels */
export function createBooks(connection: UpbitConnection): VenuePort['book'] {
  let gathering: Gathering | undefined;
  return async (coin, reserved) => {
    gathering ??= begin();
    const { coins, found } = gathering;
    coins.add(coin);
    // What is asked for in one turn leaves together: the most urgent of it says how.
    if (reserved !== undefined) gathering.lane = 'reducing';
    return (await found).get(coin) ?? { ok: false, failure: unreadable(`the answer does not name ${marketOf(coin)}`) };
  };

  function begin(): Gathering {
    const begun: Gathering = {
      coins: new Set<Coin>(),
      lane: 'urgent',
      found: Promise.resolve().then(() => {
        gathering = undefined;
        return readAll(connection, [...begun.coins], begun.lane);
      }),
    };
    return begun;
  }
}

/** One request for all. A market that is not listed makes the venue refuse the whole list: then each is asked for alone. */
async function readAll(connection: UpbitConnection, coins: readonly Coin[], lane: Lane): Promise<Found> {
  const together = await read(connection, coins, lane);
  const alone = [...together.values()].some((answer) => !answer.ok && answer.failure.outcome === 'refused') && coins.length > 1;
  if (!alone) return together;
  const each = await Promise.all(coins.map((coin) => read(connection, [coin], lane)));
  return new Map(each.flatMap((found) => [...found]));
}

async function read({ caller, data, options }: UpbitConnection, coins: readonly Coin[], lane: Lane): Promise<Found> {
  let at = options.now();
  const answer = await caller.call({
    kind: 'read',
    signed: false,
    charges: one('orderbook'),
    lane,
    send: () => {
      at = options.now();
      return data.publicGetOrderbook({ markets: coins.map(marketOf).join(','), count: 30 });
    },
    shape: booksShape,
  });
  return new Map(
    coins.map((coin): [Coin, Answer<Book>] => {
      if (!answer.ok) return [coin, answer];
      const units = answer.value.find((row) => row.market === marketOf(coin))?.orderbook_units;
      if (units === undefined) return [coin, { ok: false, failure: unreadable(`the answer does not name ${marketOf(coin)}`) }];
      const bids = units.map((unit) => ({ price: unit.bid_price, quantity: unit.bid_size }));
      const asks = units.map((unit) => ({ price: unit.ask_price, quantity: unit.ask_size }));
      return [coin, { ok: true, value: { bids, asks, at } }];
    }),
  );
}
