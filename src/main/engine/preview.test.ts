import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hedgeOf } from '../../shared/domain/ids.ts';
import { own } from '../../shared/domain/record.ts';
import type { EnterSignal } from '../../shared/domain/signal.ts';
import { fxRate, price, quantity, ratio, scale, subtract, text } from '../../shared/domain/units.ts';
import type { Quote } from './quote.ts';
import { previewEntry } from './preview.ts';
import { step } from './step.ts';
import { failed, market, ok, perpHoldings, quote, spotHoldings } from './testing/market.ts';
import { enter } from './testing/signals.ts';
import { World } from './testing/world.ts';

/** As a ticket's quote comes: leverage was never set. */
const unprepared = (given: Quote): Quote => ({
  ...given,
  legs: {
    spot: { ...given.legs.spot, prepared: failed('BLOCKED', 'notSent') },
    perp: { ...given.legs.perp, prepared: failed('BLOCKED', 'notSent') },
  },
});

/** A console with a hedge or two behind it, some settings of its own, and a signal that waits for a person. */
function waiting(history: readonly string[], settings: readonly (readonly [string, string])[], signal: EnterSignal) {
  const world = new World();
  for (const [index, size] of history.entries()) {
    world.signal(enter(`h${index}`, { quantity: size }));
    world.run(2000);
  }
  world.command({ kind: 'disarm', reason: 'to set limits' });
  for (const [name, value] of settings) world.command({ kind: 'set', name, value, again: value });
  world.command({ kind: 'arm' });
  world.command({ kind: 'setApproval', approval: 'manual' });
  world.signal(signal);
  return world;
}

/** Approves, and decides on exactly this quote. */
function decide(world: World, signal: EnterSignal, given: Quote, at: number) {
  const approved = step(world.state, { kind: 'command', command: { kind: 'approve', signal: signal.id }, at });
  expect(approved.reply.ok).toBe(true);
  return step(approved.state, { kind: 'quoted', purpose: { kind: 'entry', signal: signal.id }, quote: given, at });
}

const size = fc.constantFrom('0.0004', '0.001', '0.0507', '0.5', '1.9', '4', '11', '40');
const signals = fc
  .record({
    size: fc.oneof(
      size.map((value) => ({ quantity: value })),
      fc.constantFrom({ amountKrw: '1000' }, { amountKrw: '8000000' }, { amountKrw: '700000000' }),
    ),
    risk: fc.constantFrom({}, { risk: '0.5' }, { risk: '0.51' }),
    premium: fc.constantFrom({}, { premium: ['0.02', '0.001'] as const }, { premium: ['-0.01', '0'] as const }),
  })
  .map(({ size: wanted, risk, premium }) => enter('a1', { ...wanted, ...risk, ...premium }));
const histories = fc.array(fc.constantFrom('0.05', '1', '2.5'), { maxLength: 3 });
const limits = fc.array(
  fc.constantFrom<readonly [string, string]>(
    ['maxPositionRatio', '0.2'],
    ['maxCoinPositionRatio', '0.01'],
    ['maxHedgeKrw', '9000000000'],
    ['maxEntriesPerMinute', '1'],
    ['maxEntriesPerDay', '2'],
    ['cooldownMs', '60000'],
    ['leverage', '2'],
    ['minLiquidationDistanceRatio', '0.5'],
    ['maxPremiumRatio', '0.001'],
    ['spotEntryOrder', 'market'],
  ),
  { maxLength: 3 },
);
const distortions = fc.constantFrom<(given: Quote) => Quote>(
  (given) => given,
  (given) => given,
  (given) => given,
  (given) => ({ ...given, fx: failed() }),
  (given) => ({ ...given, legs: { ...given.legs, perp: { ...given.legs.perp, book: failed() } } }),
  (given) => ({ ...given, legs: { ...given.legs, spot: { ...given.legs.spot, book: ok({ bids: [], asks: [], at: given.at }) } } }),
  (given) => ({ ...given, legs: { ...given.legs, spot: { ...given.legs.spot, rules: ok(undefined) } } }),
  (given) => ({ ...given, legs: { ...given.legs, spot: { ...given.legs.spot, clockOffsetMs: ok(900) } } }),
  (given) => ({ ...given, legs: { ...given.legs, spot: { ...given.legs.spot, holdings: ok(spotHoldings(given.at, '9000')) } } }),
  (given) => ({ ...given, legs: { ...given.legs, perp: { ...given.legs.perp, holdings: ok(perpHoldings(given.at, '1000', '1000', '600')) } } }),
);
const markets = fc
  .record({ spot: fc.constantFrom('1', '1.03', '0.8'), depth: fc.constantFrom('0.1', '2', '30'), fx: fc.constantFrom('1400', '1390.5') })
  .map(({ spot, depth, fx }) => {
    const base = market();
    return market({
      spotBid: subtract(scale(base.spotAsk, ratio(spot)), price('1000')),
      spotAsk: scale(base.spotAsk, ratio(spot)),
      depth: quantity(depth),
      fx: fxRate(fx),
    });
  });

describe('a preview and the decision on the same quote', () => {
  it('agree on everything but the preparation, which only the decision asks for', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        histories,
        limits,
        signals,
        markets,
        distortions,
        fc.constantFrom(0, 2999, 3001),
        fc.boolean(),
        (history, settings, signal, now, distort, age, nextDay) => {
          const world = waiting(history, settings, signal);
          const at = world.now + (nextDay ? 50_000_000 : 1000);
          const lasting = { ...signal, expiresAt: at + 1000 };
          const { state } = world;
          const entry = own(state.entries, signal.id);
          const open = entry === undefined ? state : { ...state, entries: { ...state.entries, [signal.id]: { ...entry, signal: lasting } } };
          world.state = open;
          const { leverage } = world.state.settings;
          const given = { ...distort(quote(at - age, now, { perp: { holdings: ok(world.holdings('binance')) } })), leverage };
          const preview = previewEntry(open, lasting, unprepared(given), at);
          const decided = decide(world, lasting, given, at);
          const hedge = own(decided.state.hedges, hedgeOf(signal.id));
          const judged = decided.facts.find((fact) => fact.kind === 'signalJudged' && fact.id === signal.id);
          seen.add(preview.denial?.denied ?? 'passes');
          if (preview.denial === null) {
            expect(hedge?.planned).toBe(preview.quantity);
            const opened = decided.facts.find((fact) => fact.kind === 'hedgeOpened');
            expect(opened).toMatchObject({ premium: text(preview.premium ?? ratio('9')) });
            for (const { request } of Object.values(decided.state.orders).filter((order) => order.hedge === hedge?.id))
              if (request.terms.type === 'limit') expect(request.terms.price).toBe(request.leg === 'spot' ? preview.spotWorst : preview.perpWorst);
          } else {
            expect(hedge).toBeUndefined();
            expect(judged).toMatchObject({ code: preview.denial.denied, reason: preview.denial.reason, compared: preview.denial.compared });
          }
        },
      ),
      // One draw in a hundred passes.
      { numRuns: 1200 },
    );
    // The draw is of use only while it reaches both ends and most reasons.
    expect(seen).toContain('passes');
    expect(seen.size).toBeGreaterThan(8);
  });
});

describe('a preview', () => {
  const at = (world: World) => quote(world.now, world.market, { perp: { holdings: ok(world.holdings('binance')) } });

  it('says what the legs cost at the book, what they bind, and what they leave of the limits', () => {
    const signal = enter('a1', { quantity: '3', risk: '0.25' });
    const world = waiting([], [['maxHedgeKrw', '600000000']], signal);
    const preview = previewEntry(world.state, signal, unprepared(at(world)), world.now);
    expect(preview.denial).toBeNull();
    // Two coins at 161,000,000 and one at 161,001,000; 0.05 % on top.
    expect(preview.spotCostKrw).toBe('483242500.5');
    // Three coins at 115,000 USDT, and its fee.
    expect(preview.marginUsdt).toBe('345172.5');
    // 241,500.5 KRW, and 0.05 % of two coins at 115,000 and one at 114,999.9 USDT at 1,400.
    expect(preview.feesKrw).toBe('483000.43');
    const shares = Object.fromEntries(preview.limits.map(({ setting, use, limit, part }) => [setting, [use, limit, part]]));
    expect(shares['maxHedgeKrw']).toEqual(['483000000', '600000000', 0.805]);
    expect(shares['maxSignalRisk']).toEqual(['0.25', '0.5', 0.5]);
    expect(shares['maxEntriesPerDay']).toEqual(['1', '500', 0.002]);
    // 483 of 2,400 million of capital, and what 345,172.5 leave of a million USDT.
    expect(shares['maxPositionRatio']).toEqual(['0.20125', '0.5', 0.4025]);
    expect(shares['maxCoinPositionRatio']).toEqual(['0.20125', '0.5', 0.4025]);
    expect(shares['minFreeMarginRatio']?.[0]).toBe('0.654827');
  });

  it('keeps its numbers when only the console is in the way, and has none when the prices are', () => {
    const signal = enter('a1');
    const world = waiting([], [], signal);
    world.command({ kind: 'disarm', reason: 'test' });
    const disarmed = previewEntry(world.state, signal, unprepared(at(world)), world.now);
    expect([disarmed.denial?.denied, disarmed.quantity]).toEqual(['DISARMED', '0.05']);
    const stale = previewEntry(world.state, signal, unprepared(at(world)), world.now + 60_000);
    expect(stale).toMatchObject({ quantity: null, spotCostKrw: null, premium: null, limits: [] });
    world.command({ kind: 'arm' });
    expect(previewEntry(world.state, signal, at(world), world.now + 60_000).denial?.denied).toBe('STALE_BOOK');
  });

  it('changes nothing', () => {
    const signal = enter('a1');
    const world = waiting(['0.05'], [], signal);
    const before = structuredClone(world.state);
    previewEntry(world.state, signal, at(world), world.now);
    expect(world.state).toEqual(before);
  });
});
