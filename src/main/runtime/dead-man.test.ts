import { describe, expect, it } from 'vitest';
import type { Answer, Failure } from '../../shared/domain/failure.ts';
import { type ClientOrderId, clientOrderId, coin } from '../../shared/domain/ids.ts';
import { price, quantity, ratio } from '../../shared/domain/units.ts';
import type { OrderTerms } from '../../shared/domain/venue.ts';
import type { Order, State } from '../engine/state.ts';
import { BTC } from '../engine/testing/market.ts';
import { enter } from '../engine/testing/signals.ts';
import { World } from '../engine/testing/world.ts';
import type { AccountOrder, VenuePort } from '../exchanges/port.ts';
import { DeadMan, isCountedDown } from './dead-man.ts';
import { Loop } from './loop.ts';
import { HandClock, quietLoopParts } from './testing.ts';

const ours = clientOrderId(`kck1m2p3${'a'.repeat(20)}`);
const other: AccountOrder = { coin: BTC, venueOrderId: 'v7', clientId: 'web_7' };
const gtc: OrderTerms = { type: 'limit', quantity: quantity('0.01'), price: price('130000'), timeInForce: 'GTC' };
const lost: Failure = { outcome: 'unknown', code: 'TIMEOUT', venueCode: '', said: 'no answer' };
const refused: Failure = { outcome: 'notSent', code: 'NETWORK', venueCode: '', said: 'no network' };

/** A switch over a console with a hedge, a venue of these open orders, and what was sent to it. */
class Watched {
  readonly clock = new HandClock();
  readonly sent: (readonly [coin: string, ms: number])[] = [];
  open: Answer<readonly AccountOrder[]> = { ok: true, value: [] };
  answer: Answer<void> = { ok: true, value: undefined };
  isHeld = false;
  loop: Loop;
  readonly switch: DeadMan;
  readonly #filled: Order;

  constructor() {
    const world = new World();
    world.signal(enter('h1'));
    world.run(1500);
    const filled = Object.values(world.state.orders).find(({ request }) => request.leg === 'perp');
    if (filled === undefined) throw new Error('There is a short');
    this.#filled = filled;
    this.loop = new Loop(world.state, quietLoopParts(this.clock));
    const venue: Partial<VenuePort> = {
      venue: 'binance',
      openOrders: () => Promise.resolve(this.open),
      countdownCancelAll: (coin, ms) => {
        this.sent.push([coin, ms]);
        return Promise.resolve(this.answer);
      },
    };
    // It reads open orders and starts countdowns and nothing else.
    this.switch = new DeadMan({ venue: venue as VenuePort, clock: this.clock, loop: () => this.loop, isHeld: () => this.isHeld });
  }

  /** An order of ours as the state has it. */
  order(terms: OrderTerms, state: Order['state'], more: Partial<Order['request']> = {}): Order {
    const { request } = this.#filled;
    return { ...this.#filled, id: ours, state, filled: quantity('0'), fills: [], request: { ...request, ...more, clientOrderId: ours, terms } };
  }
  /** The state with these orders beside the hedge's, as the switch gets it after a step. */
  async has(orders: readonly Order[], phase: State['phase'] = 'ready', id: ClientOrderId = ours): Promise<void> {
    const { [ours]: _before, ...others } = this.loop.state.orders;
    const own = Object.fromEntries(orders.map((order) => [id, order]));
    const state = { ...this.loop.state, phase, orders: { ...others, ...own } };
    this.loop = new Loop(state, quietLoopParts(this.clock));
    this.switch.follow(state);
    await this.clock.pass(0);
  }
  get alarms(): readonly string[] {
    return Object.entries(this.loop.state.alarms).flatMap(([key, { code }]) => (key.startsWith('deadMan:') ? [code] : []));
  }
  get times(): readonly number[] {
    return this.sent.map(([, ms]) => ms);
  }
}

describe('the dead-man switch', () => {
  it('counts down from the moment an order may rest, starts anew every 30 s, and ends when none does', async () => {
    const watched = new Watched();
    expect(watched.switch.view).toEqual({ state: 'off', until: null });
    await watched.has([watched.order(gtc, 'sending')]);
    const { clock } = watched;
    expect(watched.sent).toEqual([['BTC', 120_000]]);
    expect(watched.switch.view).toEqual({ state: 'running', until: clock.now() + 120_000 });
    await watched.has([watched.order(gtc, 'open')]);
    await clock.pass(29_999);
    expect(watched.sent).toHaveLength(1);
    await clock.pass(60_001);
    expect(watched.times).toEqual([120_000, 120_000, 120_000, 120_000]);
    expect(watched.switch.view).toEqual({ state: 'running', until: clock.now() + 120_000 });
    await watched.has([watched.order(gtc, 'canceled')]);
    expect(watched.times.at(-1)).toBe(0);
    expect(watched.switch.view).toEqual({ state: 'off', until: null });
    await clock.pass(300_000);
    expect(watched.sent).toHaveLength(5);
    expect(watched.alarms).toEqual([]);
  });

  it.each<[what: string, terms: OrderTerms, state: Order['state'], counts: boolean]>([
    ['a post-only order', { ...gtc, timeInForce: 'postOnly' }, 'open', true],
    ['one that nobody has said anything of', gtc, 'unknown', true],
    ['one that takes what is there', { ...gtc, timeInForce: 'IOC' }, 'open', false],
    ['a market order', { type: 'market', quantity: quantity('0.01') }, 'sending', false],
    ['a stop', { type: 'stopMarket', quantity: quantity('0.01'), triggerPrice: price('200000') }, 'open', false],
    ['a trailing stop', { type: 'trailingStopMarket', quantity: quantity('0.01'), callback: ratio('0.01') }, 'open', false],
    ['one that is over', gtc, 'filled', false],
  ])('takes %s for what it is', async (_what, terms, state, counts) => {
    const watched = new Watched();
    await watched.has([watched.order(terms, state)]);
    expect(watched.sent).toHaveLength(counts ? 1 : 0);
  });

  it('tells of each order whether the venue will cancel it', async () => {
    const watched = new Watched();
    const resting = watched.order(gtc, 'open');
    const stop = watched.order({ type: 'stopMarket', quantity: quantity('0.01'), triggerPrice: price('200000') }, 'open');
    expect([resting, stop].map((order) => isCountedDown(watched.loop.state, order))).toEqual([true, false]);
    watched.open = { ok: true, value: [other] };
    await watched.has([resting]);
    expect(isCountedDown(watched.loop.state, resting)).toBe(false);
  });

  it('leaves orders of the spot venue alone, and waits until the venues were read', async () => {
    const watched = new Watched();
    await watched.has([watched.order(gtc, 'open', { leg: 'spot', venue: 'upbit' })]);
    await watched.has([watched.order(gtc, 'open')], 'reconciling');
    expect(watched.sent).toEqual([]);
    await watched.has([watched.order(gtc, 'open')]);
    expect(watched.times).toEqual([120_000]);
  });

  it('ends what the process before it left counting, where nothing rests any more or somebody else has an order there', async () => {
    const over = new Watched();
    await over.has([over.order(gtc, 'unknown')], 'reconciling');
    await over.has([over.order(gtc, 'canceled')]);
    expect(over.sent).toEqual([['BTC', 0]]);
    await over.clock.pass(300_000);
    expect([over.times, over.switch.view.state]).toEqual([[0], 'off']);
    const shared = new Watched();
    shared.open = { ok: true, value: [other] };
    await shared.has([shared.order(gtc, 'unknown')], 'reconciling');
    await shared.has([shared.order(gtc, 'open')]);
    expect([shared.times, shared.switch.view.state, shared.alarms]).toEqual([[0], 'blocked', ['DEAD_MAN_OFF']]);
  });

  it('is off while an order of somebody else is open, and tells so until it is gone', async () => {
    const watched = new Watched();
    watched.open = { ok: true, value: [{ coin: BTC, venueOrderId: 'v1', clientId: ours }, other] };
    await watched.has([watched.order(gtc, 'open')]);
    expect(watched.sent).toEqual([]);
    expect(watched.switch.view).toEqual({ state: 'blocked', until: null });
    expect(watched.loop.state.alarms['deadMan:off:BTC']).toMatchObject({
      code: 'DEAD_MAN_OFF',
      values: { venue: 'binance', coin: 'BTC', order: 'web_7' },
    });
    watched.open = { ok: true, value: [{ coin: BTC, venueOrderId: 'v1', clientId: ours }] };
    await watched.clock.pass(30_000);
    expect(watched.times).toEqual([120_000]);
    expect(watched.alarms).toEqual([]);
  });

  it('ends a countdown as soon as the stream tells of an order of somebody else, and asks again where that fails', async () => {
    const watched = new Watched();
    watched.switch.saw({ coin: coin('ETH') });
    await watched.has([watched.order(gtc, 'open')]);
    watched.open = { ok: true, value: [{ ...other, clientId: '' }] };
    watched.answer = { ok: false, failure: lost };
    watched.switch.saw({ coin: BTC });
    await watched.clock.pass(0);
    expect(watched.times).toEqual([120_000, 0]);
    expect(watched.switch.view).toMatchObject({ state: 'blocked', until: expect.any(Number) });
    expect(watched.loop.state.alarms['deadMan:off:BTC']?.values).toMatchObject({ order: 'v7' });
    watched.answer = { ok: true, value: undefined };
    await watched.clock.pass(5000);
    expect(watched.times).toEqual([120_000, 0, 0]);
    expect(watched.switch.view).toEqual({ state: 'blocked', until: null });
    await watched.clock.pass(100_000);
    expect(watched.sent).toHaveLength(3);
  });

  it.each<[what: string, fail: (watched: Watched) => void]>([
    ['the venue does not take it', (watched) => Object.assign(watched, { answer: { ok: false, failure: refused } })],
    ['open orders cannot be read', (watched) => Object.assign(watched, { open: { ok: false, failure: refused } })],
  ])('raises an alarm where %s, tries every 5 s, and says until when the last one runs', async (_what, fail) => {
    const watched = new Watched();
    await watched.has([watched.order(gtc, 'open')]);
    const until = watched.clock.now() + 120_000;
    fail(watched);
    await watched.clock.pass(30_000);
    expect(watched.alarms).toEqual(['DEAD_MAN_FAILED']);
    expect(watched.switch.view).toEqual({ state: 'failed', until });
    await watched.clock.pass(90_000);
    expect(watched.switch.view).toEqual({ state: 'failed', until: null });
    watched.answer = { ok: true, value: undefined };
    watched.open = { ok: true, value: [] };
    await watched.clock.pass(5000);
    expect(watched.switch.view).toEqual({ state: 'running', until: watched.clock.now() + 120_000 });
    expect(watched.alarms).toEqual([]);
  });

  it('ends one that was sent and not answered, and lets it run out where that cannot be done', async () => {
    const watched = new Watched();
    watched.answer = { ok: false, failure: lost };
    await watched.has([watched.order(gtc, 'open')]);
    expect(watched.switch.view).toMatchObject({ state: 'failed', until: watched.clock.now() + 120_000 });
    await watched.has([]);
    expect(watched.times).toEqual([120_000, 0]);
    expect(watched.alarms).toEqual([]);
    await watched.clock.pass(119_999);
    const tries = watched.sent.length;
    expect(watched.times.slice(1).every((ms) => ms === 0)).toBe(true);
    await watched.clock.pass(60_000);
    expect(watched.sent).toHaveLength(tries);
    expect(watched.switch.view).toEqual({ state: 'off', until: null });
  });

  it('is not started anew while this console may not answer for its orders, nor after its end', async () => {
    const watched = new Watched();
    await watched.has([watched.order(gtc, 'open')]);
    const until = watched.clock.now() + 120_000;
    watched.isHeld = true;
    await watched.clock.pass(60_000);
    expect(watched.sent).toHaveLength(1);
    expect(watched.switch.view).toEqual({ state: 'off', until });
    watched.isHeld = false;
    watched.switch.close();
    await watched.has([watched.order(gtc, 'filled')]);
    watched.switch.saw({ coin: BTC });
    await watched.clock.pass(300_000);
    expect(watched.times).toEqual([120_000]);
  });

  it('says nothing more of an answer that comes after the end', async () => {
    const watched = new Watched();
    watched.open = { ok: false, failure: lost };
    const before = watched.has([watched.order(gtc, 'open')]);
    watched.switch.close();
    await before;
    expect(watched.alarms).toEqual([]);
    expect(watched.sent).toEqual([]);
  });
});
