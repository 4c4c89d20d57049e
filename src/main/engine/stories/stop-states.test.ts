/**
 * The stop, pressed in every state that a hedge can be in: it ends flat or hedged as was chosen, or alarmed with exactly
 * what each leg holds; nothing that adds risk is sent from then on, and the report says what the venues hold.
 */
import { describe, expect, it } from 'vitest';
import { isZero, quantity, text } from '../../../shared/domain/units.ts';
import { holding, openHedges } from '../legs.ts';
import { expectAtRest } from '../testing/at-rest.ts';
import { states } from '../testing/entry-states.ts';
import { hedgeStates } from '../testing/hedge-states.ts';
import type { World } from '../testing/world.ts';
import { stopReport } from '../view/stop-report.ts';

const addsRisk = (world: World, from: number): readonly string[] =>
  world.orders(from).filter((order) => order.startsWith('entry') || order.startsWith('complete'));

/** What reads of both venues begun now would say. */
const reportNow = (world: World) => {
  const shown = { begunAt: world.now, clientIds: [] };
  return stopReport(world.state, {
    at: world.now,
    shown: { upbit: { ...shown, holdings: world.holdings('upbit') }, binance: { ...shown, holdings: world.holdings('binance') } },
    settledAt: world.now,
  });
};

describe.each([false, true])('the stop (close all: %s), pressed while a hedge is', (closeAll) => {
  it.each(hedgeStates)('$name', ({ reach, phase, orders, ends }) => {
    const world = reach();
    expect([world.phase('h'), states(world)]).toEqual([phase, orders]);
    const { length } = world.sent;
    expect(world.command({ kind: 'stop', source: 'button', reason: 'test', closeAll })).toEqual({ ok: true });
    expect(world.state.armed).toBe(false);
    world.run(120_000);

    expect(addsRisk(world, length)).toEqual([]);
    expect(world.phase('h')).toBe(ends[closeAll ? 1 : 0]);
    for (const hedge of openHedges(world.state)) {
      const { spot, perp, residual } = holding(world.state, hedge);
      if (closeAll) expect(hedge.phase).toBe('needsOperator');
      const alarm = world.state.alarms[`operator:${hedge.id}`];
      if (hedge.phase === 'needsOperator')
        expect(alarm?.detail).toContain(`${text(spot)} spot against ${text(perp)} perpetual BTC: ${text(residual)} are not hedged`);
    }
    const report = reportNow(world);
    const isOver = ends[closeAll ? 1 : 0] !== 'needsOperator';
    if (isOver) expectAtRest(world);
    expect(report).toMatchObject(isOver ? { closeAll, done: true, openOrders: [], unknownOrders: [], unconfirmed: [] } : { closeAll });
    if (closeAll && isOver)
      for (const row of report?.hedges ?? [])
        expect([row.state, row.perp, isZero(quantity(row.spot)) || row.hedge === 'h']).toEqual(['closed', '0', true]);
    if (!isOver) expect(report?.hedges.find((row) => row.hedge === 'h')).toMatchObject({ state: 'needsOperator', residual: '0.1' });
  });
});

it('covers at least the twenty states that there are', () => {
  expect(new Set(hedgeStates.map(({ name }) => name)).size).toBeGreaterThanOrEqual(20);
});
