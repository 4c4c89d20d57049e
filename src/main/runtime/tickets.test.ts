import { describe, expect, it } from 'vitest';
import type { Coin } from '../../shared/domain/ids.ts';
import { signalId } from '../../shared/domain/ids.ts';
import { price } from '../../shared/domain/units.ts';
import { market, quote } from '../engine/testing/market.ts';
import { enter } from '../engine/testing/signals.ts';
import { World } from '../engine/testing/world.ts';
import type { Loop } from './loop.ts';
import type { Quotes } from './quotes.ts';
import { HandClock, settle } from './testing.ts';
import { Tickets } from './tickets.ts';

/** A world's engine behind tickets, its quotes given when the test says so. */
function parts() {
  const clock = new HandClock();
  const world = new World({ approval: 'manual' });
  world.now = clock.now();
  let prices = market();
  const asked: (readonly [purpose: string, coin: Coin])[] = [];
  let isHanging = false;
  // What tickets ask of a loop and of quotes, and no more.
  const loop = {
    get state() {
      return world.state;
    },
    watch: (work: Promise<unknown>) => void work,
  } as unknown as Loop;
  const quotes = {
    gather: (purpose: string, coin: Coin) => {
      asked.push([purpose, coin]);
      return isHanging ? new Promise(() => undefined) : Promise.resolve(quote(clock.now(), prices));
    },
  } as unknown as Quotes;
  const tickets = new Tickets({ quotes, clock, loop: () => loop });
  const follow = () => tickets.follow(world.state);
  return {
    clock,
    world,
    tickets,
    asked,
    follow,
    hang: () => {
      isHanging = true;
    },
    reprice: (spotAsk: string) => {
      prices = market({ spotAsk: price(spotAsk) });
    },
  };
}
const ticketOf = (tickets: Tickets, id: string) => tickets.all.get(signalId(id));
const lasting = { createdAt: new HandClock().now(), expiresAt: new HandClock().now() + 600_000 };

describe('tickets', () => {
  it('ask for nothing while nothing waits, and for one quote a second and coin while something does', async () => {
    const { clock, world, tickets, asked, follow } = parts();
    follow();
    await clock.pass(5000);
    expect(asked).toEqual([]);
    world.signal(enter('a1', lasting));
    world.signal(enter('a2', { ...lasting, quantity: '0.1' }));
    follow();
    await clock.pass(10);
    expect([...tickets.all.keys()]).toEqual(['a1', 'a2']);
    await clock.pass(3000);
    expect(asked).toEqual(Array.from({ length: 4 }, () => ['preview', 'BTC']));
    world.command({ kind: 'decline', signal: signalId('a1') });
    world.command({ kind: 'decline', signal: signalId('a2') });
    follow();
    expect(tickets.all.size).toBe(0);
    await clock.pass(5000);
    expect(asked).toHaveLength(4);
  });

  it('follow the prices, and tell of it', async () => {
    const { clock, world, tickets, follow, reprice } = parts();
    let told = 0;
    tickets.onChange(() => {
      told += 1;
    });
    world.signal(enter('a1', lasting));
    follow();
    await settle();
    const first = ticketOf(tickets, 'a1');
    expect(first).toMatchObject({ quantity: '0.05', denial: null, at: clock.now() });
    reprice('162000000');
    await clock.pass(1000);
    expect(Number(ticketOf(tickets, 'a1')?.premium)).toBeGreaterThan(Number(first?.premium));
    expect(told).toBe(2);
  });

  it('leave the thread to others between two previews, and leave nobody out for long', async () => {
    const { clock, world, tickets, follow } = parts();
    const ids = Array.from({ length: 300 }, (_, index) => `many${index}`);
    for (const id of ids) world.signal(enter(id, lasting));
    follow();
    await settle();
    expect(tickets.all.size).toBe(1);
    await clock.pass(995);
    const first = tickets.all.size;
    expect(first).toBeGreaterThan(100);
    expect(first).toBeLessThan(300);
    await clock.pass(2000);
    expect(tickets.all.size).toBe(300);
    expect([...tickets.all.values()].every((ticket) => ticket.denial === null)).toBe(true);
  });

  it('wait for a quote that hangs instead of asking on top of it, and end when closed', async () => {
    const { clock, world, tickets, asked, follow, hang } = parts();
    hang();
    world.signal(enter('a1', lasting));
    follow();
    await clock.pass(10_000);
    expect(asked).toHaveLength(1);
    tickets.close();
    world.signal(enter('a2', lasting));
    follow();
    await clock.pass(5000);
    expect([asked.length, tickets.all.size]).toEqual([1, 0]);
  });
});
