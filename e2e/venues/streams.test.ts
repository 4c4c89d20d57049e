/**
 * Order streams that die, lie or stay silent under a whole console. Each is noticed within a stated time where it no
 * longer tells what happens, and whatever it does no fill is lost or counted twice.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '../../src/main/engine/facts.ts';
import { text } from '../../src/shared/domain/units.ts';
import { type Ledger, until, type VenueName } from './bench.ts';
import { Living } from './living.ts';

const streams = { upbit: 'upbit.myOrder', binance: 'binance.user' } as const;
let living: Living;

const plant = (venue: VenueName, kind: string, more: object = {}) =>
  living.control('/faults', { venue, match: { stream: streams[venue] }, kind, ...more });
const isSilent = (venue: VenueName) => (fact: Fact) => fact.kind === 'alarmRaised' && fact.code === 'STREAM_SILENT' && fact.key.endsWith(venue);

beforeEach(async () => {
  living = await Living.start();
  // Orders are held against a stream from the first look on, which comes within a second of its life.
  await new Promise((settle) => setTimeout(settle, 1100));
});
afterEach(() => living.close());

/** Every fill of ours is the venue's, by its trade id, with its price; none is missing. */
async function expectSameFills(): Promise<void> {
  const ledger = (await living.control('/ledger')) as Ledger;
  const ours = (): readonly string[] =>
    Object.values(living.paper.console.state.orders)
      .flatMap((order) => order.fills.map((fill) => [order.id, fill.tradeId, text(fill.price), text(fill.quantity)].join(' ')))
      .sort();
  const theirs = ledger.fills.map((fill) => [fill.clientOrderId, fill.tradeId, fill.price, fill.quantity].join(' ')).sort();
  await until(() => ours().length >= theirs.length);
  expect(ours()).toEqual(theirs);
  for (const hedge of Object.values(living.shown.tables.hedges)) expect(hedge.residual).toBe('0');
}

describe.each(['upbit', 'binance'] as const)('the order stream of %s', (venue) => {
  it.each([
    ['droppedEvents', 9000, { times: 0 }],
    ['streamGap', 9000, { delayMs: 60_000 }],
    ['halfOpen', 8000, {}],
    ['reset', 1000, {}],
    ...(venue === 'binance' ? ([['listenKeyExpired', 1000, {}]] as const) : []),
  ] as const)('that suffers %s is noticed within %i ms, dialed anew, and nothing is lost', async (kind, withinMs, more) => {
    const from = living.facts.length;
    const begun = Date.now();
    await plant(venue, kind, more);
    await living.whole();
    const told = await until(() => living.facts.slice(from).find(isSilent(venue)), withinMs + 2000);
    console.log(JSON.stringify({ name: `stream.${venue}.${kind}`, value: told.at - begun, unit: 'ms' }));
    expect(told.at - begun).toBeLessThan(withinMs);
    await living.endFaults();
    await until(() => living.shown.parts.venues[venue].stream === 'live', 10_000);
    await expectSameFills();
    // And it tells again what happens.
    const before = living.facts.length;
    await living.whole();
    expect(living.facts.slice(before).filter(isSilent(venue))).toEqual([]);
    await expectSameFills();
  });

  it.each(['duplicateEvent', 'reorderedEvents', 'latency'] as const)('may bring its events by way of %s: each fill counts once', async (kind) => {
    await plant(venue, kind, { times: 0, ...(kind === 'latency' ? { delayMs: 1500 } : {}) });
    for (let count = 0; count < 3; count += 1) await living.whole();
    await expectSameFills();
  });
});
