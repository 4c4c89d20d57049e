/**
 * Order streams that die, lie or stay silent under a whole console. Each is noticed within a stated time where it no
 * longer tells what happens, and whatever it does no fill is lost or counted twice.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PaperConsole } from '../../src/main/compose/testing/paper.ts';
import type { Fact } from '../../src/main/engine/facts.ts';
import { text } from '../../src/shared/domain/units.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { type Ledger, until, type VenueName } from './bench.ts';

const streams = { upbit: 'upbit.myOrder', binance: 'binance.user' } as const;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
let paper: PaperConsole;
let facts: Fact[];

const control = async (path: string, body?: unknown): Promise<unknown> => {
  const init = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${simulator.ready.control}${path}`, init);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};
const plant = (venue: VenueName, kind: string, more: object = {}) => control('/faults', { venue, match: { stream: streams[venue] }, kind, ...more });
const shown = () => paper.console.feed.snapshot();
const isSilent = (venue: VenueName) => (fact: Fact) => fact.kind === 'alarmRaised' && fact.code === 'STREAM_SILENT' && fact.key.endsWith(venue);

beforeEach(async () => {
  facts = [];
  simulator = await startSimulator({ market: 'still', seed: 7 });
  const at = (name: VenueName) => ({ rest: new URL(simulator.ready[name].rest), ws: new URL(simulator.ready[name].ws) });
  paper = await PaperConsole.open({
    venues: () => Promise.resolve({ upbit: at('upbit'), binance: at('binance'), keys: simulator.ready.keys }),
    firstApproval: 'auto',
    settings: [['cooldownMs', '0']],
    onFacts: (more) => void facts.push(...more),
  });
  await until(() => shown().parts.standing.trading === 'armed');
  await until(() => (['upbit', 'binance'] as const).every((venue) => shown().parts.venues[venue].stream === 'live'));
  // Orders are held against a stream from its first look on.
  await new Promise((settle) => setTimeout(settle, 1100));
});
afterEach(async () => {
  await paper.close();
  await simulator.close();
  expect(paper.bugs).toEqual([]);
});

/** A hedge opened and closed through the ordinary path. */
async function live(): Promise<void> {
  const opened = await paper.invoke('hedge.open', { coin: 'BTC', quantity: '0.01' });
  const signal = opened.ok ? (opened.value as { signal: string }).signal : '';
  await until(() => shown().tables.hedges[signal]?.phase === 'hedged', 15_000);
  await paper.invoke('hedge.close', { hedge: signal, quantity: null });
  await until(() => shown().tables.hedges[signal]?.phase === 'flat', 15_000);
}

/** Every fill of ours is the venue's, by its trade id, with its price and fee; none is missing. */
async function expectSameFills(): Promise<void> {
  const ledger = (await control('/ledger')) as Ledger;
  const ours = (): readonly string[] =>
    Object.values(paper.console.state.orders)
      .flatMap((order) => order.fills.map((fill) => [order.id, fill.tradeId, text(fill.price), text(fill.quantity)].join(' ')))
      .sort();
  const theirs = ledger.fills.map((fill) => [fill.clientOrderId, fill.tradeId, fill.price, fill.quantity].join(' ')).sort();
  await until(() => ours().length >= theirs.length);
  expect(ours()).toEqual(theirs);
  expect(Object.values(shown().tables.hedges).map((hedge) => hedge.residual)).toEqual(Object.values(shown().tables.hedges).map(() => '0'));
}

describe.each(['upbit', 'binance'] as const)('the order stream of %s', (venue) => {
  it.each([
    ['droppedEvents', 9000, { times: 0 }],
    ['streamGap', 9000, { delayMs: 60_000 }],
    ['halfOpen', 8000, {}],
    ['reset', 1000, {}],
    ...(venue === 'binance' ? ([['listenKeyExpired', 1000, {}]] as const) : []),
  ] as const)('that suffers %s is noticed within %i ms, dialed anew, and nothing is lost', async (kind, withinMs, more) => {
    const from = facts.length;
    const begun = Date.now();
    await plant(venue, kind, more);
    await live();
    const told = await until(() => facts.slice(from).find(isSilent(venue)), withinMs + 2000);
    console.log(JSON.stringify({ name: `stream.${venue}.${kind}`, value: told.at - begun, unit: 'ms' }));
    expect(told.at - begun).toBeLessThan(withinMs);
    await fetch(`${simulator.ready.control}/faults`, { method: 'DELETE' });
    await until(() => shown().parts.venues[venue].stream === 'live', 10_000);
    await expectSameFills();
    // And it tells again what happens.
    const before = facts.length;
    await live();
    expect(facts.slice(before).filter(isSilent(venue))).toEqual([]);
    await expectSameFills();
  });

  it.each(['duplicateEvent', 'reorderedEvents', 'latency'] as const)('may bring its events by way of %s: each fill counts once', async (kind) => {
    await plant(venue, kind, { times: 0, ...(kind === 'latency' ? { delayMs: 1500 } : {}) });
    for (let count = 0; count < 3; count += 1) await live();
    await expectSameFills();
  });
});
