/** Single orders by hand: the built console and the simulators' own account of what they were sent. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandInput } from '../../src/shared/contract/commands.ts';
import type { OrderRow } from '../../src/shared/contract/rows.ts';
import { control, fault, ledger, type LedgerOrder, legsOf, repeatedIds, repeatedSends } from '../kit/ledger.ts';
import { type Ask, signIn } from '../kit/page.ts';
import { type Line, type Program, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { enter } from '../kit/signals.ts';
import { until } from '../kit/until.ts';

const armed = (line: Line): boolean => line.event === 'armed';
const hedge = (state: string) => (line: Line) => line.event === 'hedge' && line['state'] === state;

describe('orders by hand', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let running: Program;
  let ask: Ask;
  const start = async (): Promise<void> => {
    running = startConsole(folder.path, simulator);
    await running.line('the console to arm', armed, 30_000);
    ask = await signIn(running);
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulator(folder.path);
    await start();
  });
  afterEach(async () => {
    const found = await ledger(simulator);
    expect([repeatedIds(found), repeatedSends(found), found.unhandled]).toEqual([[], [], []]);
    await running.end();
    await simulator.program.end();
    await folder.remove();
  });

  async function rows(): Promise<Readonly<Record<string, OrderRow>>> {
    const reply = await ask('snapshot.get', {});
    return reply.ok ? reply.value.tables.orders : {};
  }
  const state = (id: string, wanted: string): Promise<OrderRow> =>
    until(
      `${id} to be ${wanted}`,
      async () => {
        const row = (await rows())[id];
        return row?.state === wanted ? row : undefined;
      },
      15_000,
    );
  async function place(venue: 'upbit' | 'binance', side: 'buy' | 'sell', terms: CommandInput<'order.place'>['terms']): Promise<string> {
    const reply = await ask('order.place', { venue, coin: 'BTC', side, terms });
    return reply.ok ? reply.value.order : reply.code;
  }
  async function amend(order: string, quantity: string, price: string): Promise<string> {
    const reply = await ask('order.amend', { order, quantity, price });
    return reply.ok ? reply.value.order : reply.code;
  }
  const sent = async (id: string): Promise<LedgerOrder | undefined> => (await ledger(simulator)).orders.find((order) => order.clientOrderId === id);
  async function prices(): Promise<{ readonly won: (part: number) => string; readonly usdt: (part: number) => string }> {
    const market = await until(
      'prices',
      async () => {
        const reply = await ask('snapshot.get', {});
        const shown = reply.ok ? reply.value.parts.market : null;
        return shown?.spot == null || shown.perp === null ? undefined : { spot: Number(shown.spot.bid), perp: Number(shown.perp.bid) };
      },
      15_000,
    );
    return { won: (part) => String(Math.round((market.spot * part) / 1000) * 1000), usdt: (part) => String(Math.round(market.perp * part)) };
  }

  it('rest at both venues, take other terms, and are taken back', async () => {
    const { won, usdt } = await prices();
    const spot = await place('upbit', 'buy', { type: 'limit', quantity: '0.002', price: won(0.98), timeInForce: 'GTC' });
    const perp = await place('binance', 'sell', { type: 'limit', quantity: '0.002', price: usdt(1.02), timeInForce: 'GTC' });
    await Promise.all([state(spot, 'open'), state(perp, 'open')]);
    expect([await sent(spot), await sent(perp)]).toMatchObject([
      { venue: 'upbit', side: 'buy', quantity: '0.002', filled: '0' },
      { venue: 'binance', side: 'sell', quantity: '0.002', reduceOnly: false },
    ]);
    const cheaper = await amend(spot, '0.002', won(0.975));
    expect(cheaper).not.toBe(spot);
    await Promise.all([state(spot, 'canceled'), state(cheaper, 'open')]);
    expect(await amend(perp, '0.003', usdt(1.03))).toBe(perp);
    expect(await sent(perp)).toMatchObject({ quantity: '0.003' });
    for (const order of [cheaper, perp]) expect(await ask('order.cancel', { order })).toEqual({ ok: true, value: {} });
    await Promise.all([state(cheaper, 'canceled'), state(perp, 'canceled')]);
    expect(legsOf(await ledger(simulator))).toEqual({ spot: '0', short: '0', residual: '0' });
  });

  it('trade at market, never take what a hedge holds, and are no change from outside', async () => {
    await enter(folder.path, '0.05');
    await running.line('the hedge', hedge('hedged'), 30_000);
    await state(await place('upbit', 'buy', { type: 'marketByCost', cost: '1000000' }), 'filled');
    await state(await place('binance', 'sell', { type: 'market', quantity: '0.01' }), 'filled');
    expect(await place('upbit', 'sell', { type: 'market', quantity: '0.05' })).toBe('WOULD_UNHEDGE');
    expect(await place('binance', 'buy', { type: 'market', quantity: '0.011' })).toBe('WOULD_UNHEDGE');
    await state(await place('upbit', 'sell', { type: 'market', quantity: '0.005' }), 'filled');
    await state(await place('binance', 'buy', { type: 'market', quantity: '0.01' }), 'filled');
    expect(legsOf(await ledger(simulator)).short).toBe('0.05');
    const traded = Date.now();
    // A change from outside is believed when two reads 5 s apart agree.
    await until(
      'both accounts to be read again and again',
      async () => {
        const reply = await ask('snapshot.get', {});
        const venues = reply.ok ? Object.values(reply.value.parts.venues) : [];
        return venues.length === 2 && venues.every(({ readAt }) => readAt !== null && readAt > traded + 12_000) ? true : undefined;
      },
      40_000,
    );
    expect(running.lines.filter((line) => line.event === 'alarm')).toEqual([]);
  }, 60_000);

  it('protect: a stop that is set off closes the short, and the spot leg is brought level', async () => {
    await enter(folder.path, '0.05');
    await running.line('the hedge', hedge('hedged'), 30_000);
    const { usdt } = await prices();
    const id = await place('binance', 'buy', { type: 'stopMarket', quantity: '0.05', triggerPrice: usdt(1.03) });
    await state(id, 'open');
    await control(simulator, '/market', { venue: 'binance', symbol: 'BTCUSDT', price: usdt(1.04) });
    await running.line('the alarm', (line) => line.event === 'alarm' && line['code'] === 'PROTECTIVE_CLOSE', 20_000);
    await running.line('the end of the hedge', hedge('flat'), 20_000);
    expect(await state(id, 'filled')).toMatchObject({ hedge: null, filled: '0.05' });
    expect(legsOf(await ledger(simulator))).toEqual({ spot: '0', short: '0', residual: '0' });
  }, 60_000);

  it('whose answer is lost are found, and were sent once', async () => {
    await fault(simulator, 'upbit', 'replyLost');
    const id = await place('upbit', 'buy', { type: 'marketByCost', cost: '1000000' });
    expect(await state(id, 'filled')).toMatchObject({ fills: [expect.anything()] });
    expect((await ledger(simulator)).orders.filter((order) => order.clientOrderId === id)).toHaveLength(1);
  }, 40_000);

  it('that add risk are taken back by a stop; those that reduce rest on, over a restart too', async () => {
    const { won, usdt } = await prices();
    await state(await place('binance', 'sell', { type: 'market', quantity: '0.004' }), 'filled');
    const adding = [
      await place('upbit', 'buy', { type: 'limit', quantity: '0.001', price: won(0.98), timeInForce: 'GTC' }),
      await place('binance', 'sell', { type: 'limit', quantity: '0.001', price: usdt(1.03), timeInForce: 'postOnly' }),
    ];
    const reducing = [
      await place('binance', 'buy', { type: 'limit', quantity: '0.001', price: usdt(0.98), timeInForce: 'GTC' }),
      await place('binance', 'buy', { type: 'stopMarket', quantity: '0.002', triggerPrice: usdt(1.05) }),
    ];
    await Promise.all([...adding, ...reducing].map((id) => state(id, 'open')));
    expect(await ask('stop.engage', { closeAll: false })).toEqual({ ok: true, value: {} });
    await Promise.all(adding.map((id) => state(id, 'canceled')));
    await Promise.all(reducing.map((id) => state(id, 'open')));
    expect(await place('upbit', 'buy', { type: 'marketByCost', cost: '1000000' })).toBe('STOPPED');
    expect(await running.end(20_000)).toBe(0);
    for (const id of reducing) expect(running.stderr).toContain(id);
    running = startConsole(folder.path, simulator);
    await running.line('the reconciliation', (line) => line.event === 'reconciled', 30_000);
    ask = await signIn(running);
    const [bid = '', stop = ''] = reducing;
    expect([(await state(bid, 'open')).amendable, (await state(stop, 'open')).amendable]).toEqual([true, true]);
    for (const order of reducing) await ask('order.cancel', { order });
    await Promise.all(reducing.map((id) => state(id, 'canceled')));
    await state(await place('binance', 'buy', { type: 'market', quantity: '0.004' }), 'filled');
    expect(legsOf(await ledger(simulator)).short).toBe('0');
  }, 60_000);

  it('that rest when the process is killed are tracked by the next one', async () => {
    const { won } = await prices();
    const id = await place('upbit', 'buy', { type: 'limit', quantity: '0.002', price: won(0.98), timeInForce: 'GTC' });
    await state(id, 'open');
    running.child.kill('SIGKILL');
    await start();
    await state(id, 'open');
    const next = await amend(id, '0.001', won(0.97));
    await Promise.all([state(id, 'canceled'), state(next, 'open')]);
    await ask('order.cancel', { order: next });
    await state(next, 'canceled');
  }, 40_000);
});
