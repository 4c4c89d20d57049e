/** A console that dies with an order at rest: the venue cancels it, and the next start finds out. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { control, ledger } from '../kit/ledger.ts';
import { type Ask, signIn } from '../kit/page.ts';
import { type Program, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { until } from '../kit/until.ts';
import { signed } from '../venues/signed.ts';

describe("the dead-man's switch", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let running: Program;
  beforeEach(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulator(folder.path, ['--market', 'still']);
    running = startConsole(folder.path, simulator);
  });
  afterEach(async () => {
    await running.end();
    await simulator.program.end();
    await folder.remove();
  });

  const armed = async (): Promise<Ask> => {
    await running.line('the console to arm', (line) => line.event === 'armed', 20_000);
    return signIn(running);
  };
  const shown = async (ask: Ask) => {
    const reply = await ask('snapshot.get', {});
    if (!reply.ok) throw new Error(JSON.stringify(reply));
    return reply.value;
  };
  const deadMan = async (ask: Ask) => (await shown(ask)).parts.venues.binance.deadMan;
  const countdowns = async () => (await ledger(simulator)).requests.filter(({ path }) => path === '/fapi/v1/countdownCancelAll').length;
  const stateAtVenue = async (order: string) => (await ledger(simulator)).orders.find(({ clientOrderId }) => clientOrderId === order)?.state;

  /** A sale of ours that rests a little above the market. */
  async function rest(ask: Ask): Promise<string> {
    const best = await until('a price', async () => (await shown(ask)).parts.market?.perp?.ask, 20_000);
    const price = String(Math.round(Number(best) * 1.03));
    const placed = await ask('order.place', {
      venue: 'binance',
      coin: 'BTC',
      side: 'sell',
      terms: { type: 'limit', quantity: '0.01', price, timeInForce: 'GTC' },
    });
    if (!placed.ok) throw new Error(JSON.stringify(placed));
    await until('the order at rest', async () => ((await shown(ask)).tables.orders[placed.value.order]?.state === 'open' ? true : undefined), 10_000);
    return placed.value.order;
  }
  const counts = async (ask: Ask, state: string) =>
    until(`the countdown to be ${state}`, async () => ((await deadMan(ask))?.state === state ? true : undefined), 10_000);

  it('has the venue cancel what a killed console left, which the next start finds canceled', async () => {
    const ask = await armed();
    expect(await deadMan(ask)).toEqual({ state: 'off', until: null });
    const order = await rest(ask);
    await counts(ask, 'running');
    expect(await countdowns()).toBeGreaterThan(0);
    await running.kill();
    expect(await stateAtVenue(order)).toBe('open');

    // Two minutes later by the venue's clock.
    await control(simulator, '/clock', { venue: 'binance', offsetMs: 119_000 });
    expect(await stateAtVenue(order)).toBe('open');
    await control(simulator, '/clock', { venue: 'binance', offsetMs: 125_000 });
    await until('the venue to cancel it', async () => ((await stateAtVenue(order)) === 'canceled' ? true : undefined), 10_000);
    await control(simulator, '/clock', { venue: 'binance', offsetMs: 0 });

    running = startConsole(folder.path, simulator);
    const again = await armed();
    await until('the order canceled', async () => ((await shown(again)).tables.orders[order]?.state === 'canceled' ? true : undefined), 20_000);
    expect(await deadMan(again)).toEqual({ state: 'off', until: null });
  }, 90_000);

  it('ends with the last order at rest', async () => {
    const ask = await armed();
    const order = await rest(ask);
    await counts(ask, 'running');
    expect(await ask('order.cancel', { order })).toMatchObject({ ok: true });
    await counts(ask, 'off');
    expect(await stateAtVenue(order)).toBe('canceled');
  }, 60_000);

  it('is off, with an alarm, while an order of somebody else is open in the coin', async () => {
    const ask = await armed();
    await rest(ask);
    await counts(ask, 'running');
    const before = (await shown(ask)).parts.market?.perp?.bid ?? '';
    await control(simulator, '/clock', { venue: 'binance', offsetMs: 0 });
    const account = { rest: simulator.ready.binance.rest, keys: (simulator.ready.keys as { binance: { apiKey: string; secret: string } }).binance };
    const { orderId } = (await signed(account, 'POST', '/fapi/v1/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.01',
      price: String(Math.round(Number(before) * 0.97)),
    })) as { orderId: number };
    await counts(ask, 'blocked');
    expect((await shown(ask)).tables.alarms['deadMan:off:BTC']).toMatchObject({ code: 'DEAD_MAN_OFF', severity: 'warning' });
    await signed(account, 'DELETE', '/fapi/v1/order', { symbol: 'BTCUSDT', orderId: String(orderId) });
    await counts(ask, 'running');
    expect((await shown(ask)).tables.alarms['deadMan:off:BTC']).toBeUndefined();
  }, 90_000);
});
