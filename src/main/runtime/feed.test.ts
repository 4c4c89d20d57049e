import { describe, expect, it } from 'vitest';
import type { Parts } from '../../shared/contract/parts.ts';
import { snapshot as snapshotForm, type Update, update as updateForm } from '../../shared/contract/updates.ts';
import { type Coin, signalId } from '../../shared/domain/ids.ts';
import { World } from '../engine/testing/world.ts';
import { enter, exit, fromFile } from '../engine/testing/signals.ts';
import type { Quote } from '../engine/quote.ts';
import { tradingState } from '../engine/risk/permission.ts';
import type { State } from '../engine/state.ts';
import { riskPart } from '../engine/view/risk-part.ts';
import { runwayPart } from '../engine/view/runway-part.ts';
import { settingsPart } from '../engine/view/settings-part.ts';
import { stopReport } from '../engine/view/stop-report.ts';
import { stopView } from '../engine/view/stop-view.ts';
import { venuePart } from '../engine/view/venue-part.ts';
import { Feed, maxSignalRows } from './feed.ts';
import { HandClock } from './testing.ts';

const seen = { stream: 'waiting', clockOffsetMs: null, holdings: null, deadMan: null } as const;
const standing = (state: State): Parts['standing'] => ({
  mode: state.mode,
  market: 'synthetic',
  trading: tradingState(state),
  stop: stopView(state.stop),
  stopFile: false,
  diskFailure: null,
  approval: state.approval,
  armingBar: null,
  installation: state.installation,
  version: '0.1.0',
  dataDir: '/somewhere',
  startedAt: 0,
  sources: [],
});

/** A feed that follows a world, as the console's follows its loop. */
class Watched {
  readonly clock = new HandClock();
  readonly world: World;
  readonly updates: Update[] = [];
  readonly broken: unknown[] = [];
  readonly feed: Feed;
  market: () => Parts['market'] = () => null;
  quotes: () => ReadonlyMap<Coin, Quote> = () => new Map();
  #facts: number;

  constructor(world = new World({ approval: 'manual' })) {
    this.world = world;
    this.#facts = world.facts.length;
    this.feed = new Feed(world.state, world.facts, {
      clock: this.clock,
      parts: {
        standing,
        venues: (state) => ({ upbit: venuePart(state, 'spot', seen), binance: venuePart(state, 'perp', seen) }),
        settings: (state) => settingsPart(state.settings),
        risk: (state) => riskPart(state, null, world.now),
        runway: (state) => runwayPart(state, { holdings: null, quotes: new Map() }),
        market: () => this.market(),
        preferences: () => ({ language: null, theme: 'system' }),
        stopReport: (state) => stopReport(state, { at: world.now, shown: {}, settledAt: null }),
      },
      quotes: () => this.quotes(),
      tickets: () => new Map(),
      onBroken: (error) => void this.broken.push(error),
    });
  }

  listen(): this {
    this.feed.subscribe((update) => void this.updates.push(update));
    return this;
  }

  /** Tells the feed what the world did. */
  follow(): void {
    const facts = this.world.facts.slice(this.#facts);
    this.#facts = this.world.facts.length;
    this.feed.follow(this.world.state);
    if (facts.length > 0) this.feed.record(facts, this.world.state);
  }
}

/** A replica as a console keeps it. */
function applied(first: ReturnType<Feed['snapshot']>, updates: readonly Update[]) {
  const parts = { ...first.parts };
  const tables = structuredClone(first.tables) as Record<string, Record<string, unknown>>;
  for (const update of updates) {
    Object.assign(parts, update.parts);
    for (const [name, rows] of Object.entries(update.tables))
      for (const [key, row] of Object.entries(rows)) {
        if (row === null) delete tables[name]?.[key];
        else Object.assign(tables[name] ?? {}, { [key]: row });
      }
  }
  return { parts, tables };
}

describe('the feed', () => {
  it('gives a replica that equals its snapshot after a whole life of hedges, every message of its form', async () => {
    const watched = new Watched().listen();
    const first = watched.feed.snapshot();
    const { world } = watched;
    for (let index = 0; index < 6; index += 1) {
      world.signal(enter(`in${index}`));
      watched.follow();
      await watched.clock.pass(30);
      if (index !== 3) world.command({ kind: index === 2 ? 'decline' : 'approve', signal: signalId(`in${index}`) });
      watched.follow();
      world.run(3000);
      watched.follow();
      await watched.clock.pass(150);
    }
    world.signal(exit('out'));
    world.command({ kind: 'approve', signal: signalId('out') });
    for (let index = 0; index < 20; index += 1) {
      world.run(500);
      watched.follow();
      await watched.clock.pass(20);
    }
    world.command({ kind: 'stop', source: 'button', reason: 'for the test', closeAll: true });
    watched.follow();
    await watched.clock.pass(1000);
    const last = watched.feed.snapshot();
    expect(applied(first, watched.updates)).toEqual({ parts: last.parts, tables: last.tables });
    expect(snapshotForm.safeParse(last).error).toBeUndefined();
    for (const update of watched.updates) expect(updateForm.safeParse(update).error).toBeUndefined();
    expect(watched.updates.map((update) => update.sequence)).toEqual(watched.updates.map((_, index) => first.sequence + 1 + index));
    expect(last.sequence).toBe(watched.updates.at(-1)?.sequence);
    expect(last.tables.signals['in2']).toMatchObject({ state: 'declined', code: 'DECLINED' });
    expect(last.tables.hedges['in0']).toMatchObject({ phase: 'flat', entryPremium: expect.any(String), exitPremium: expect.any(String) });
    expect(watched.broken).toEqual([]);
  });

  it('sends changes in a twentieth of a second, ten times a second at most, and nothing when nothing changed', async () => {
    const watched = new Watched().listen();
    const { world, clock, updates } = watched;
    watched.feed.snapshot();
    for (let index = 0; index < 100; index += 1) {
      world.signal(enter(`s${index}`));
      watched.follow();
      await clock.pass(10);
      // What the step asks of disk and venues goes first.
      if (index === 3) expect(updates).toHaveLength(0);
      if (index === 5) expect(updates).toHaveLength(1);
    }
    await clock.pass(200);
    expect(updates.length).toBeGreaterThan(9);
    expect(updates.length).toBeLessThanOrEqual(12);
    const count = updates.length;
    for (let index = 0; index < 20; index += 1) {
      watched.feed.touch();
      await clock.pass(100);
    }
    expect(updates).toHaveLength(count);
  });

  it('goes on at its pace when the clock is set back', async () => {
    const watched = new Watched().listen();
    const { world, clock, updates } = watched;
    world.signal(enter('a'));
    watched.follow();
    await clock.pass(200);
    expect(updates).toHaveLength(1);
    clock.sleep(-3_600_000);
    world.signal(enter('b'));
    watched.follow();
    await clock.pass(200);
    expect(updates).toHaveLength(2);
  });

  it('tells a stop before the tenth of a second is over, and never on the stack of who stopped', async () => {
    const watched = new Watched().listen();
    const { world, clock, updates } = watched;
    world.signal(enter('a'));
    watched.follow();
    await clock.pass(50);
    expect(updates).toHaveLength(1);
    world.command({ kind: 'stop', source: 'button', reason: 'now', closeAll: false });
    watched.follow();
    expect(updates).toHaveLength(1);
    await clock.pass(1);
    expect(updates.at(-1)?.parts.standing).toMatchObject({ trading: 'stopped', stop: { reason: 'now' } });
  });

  it('goes on when a view or a listener throws, says so once and shows it', async () => {
    const watched = new Watched();
    watched.feed.subscribe(() => {
      throw new Error('a listener of the test');
    });
    watched.listen();
    watched.feed.snapshot();
    watched.market = () => {
      throw new Error('a view of the test');
    };
    for (let index = 0; index < 3; index += 1) {
      watched.world.signal(enter(`s${index}`));
      watched.follow();
      await watched.clock.pass(200);
    }
    expect(watched.broken).toHaveLength(2);
    const shown = watched.feed.snapshot();
    expect(shown.tables.alarms['view']).toMatchObject({ code: 'BUG', severity: 'warning' });
    expect(Object.keys(shown.tables.signals)).toEqual(['s0', 's1', 's2']);
    expect(watched.updates.length).toBeGreaterThan(2);
  });

  it('ends nothing when prices cannot be had', async () => {
    const watched = new Watched().listen();
    watched.quotes = () => {
      throw new Error('no prices');
    };
    watched.world.signal(enter('a'));
    watched.follow();
    await watched.clock.pass(200);
    expect(watched.broken).toEqual([new Error('no prices')]);
  });

  it('keeps the newest signals, and all that wait however old', async () => {
    const watched = new Watched(new World({ approval: 'manual' })).listen();
    watched.world.signal(enter('waits'));
    watched.follow();
    for (let index = 0; index < maxSignalRows + 50; index += 1)
      watched.world.feed({ kind: 'signal', parsed: { ok: false, code: 'NOT_JSON', reason: 'no', excerpt: 'x' }, source: fromFile, place: null });
    watched.follow();
    await watched.clock.pass(200);
    const { signals } = watched.feed.snapshot().tables;
    expect(Object.keys(signals)).toHaveLength(maxSignalRows);
    expect(signals['waits']?.state).toBe('awaitingApproval');
  });

  it('makes nothing anew that did not change', async () => {
    const watched = new Watched().listen();
    watched.world.signal(enter('a'));
    watched.world.command({ kind: 'approve', signal: signalId('a') });
    watched.world.run(3000);
    watched.follow();
    await watched.clock.pass(200);
    const before = watched.feed.snapshot().tables;
    watched.world.signal(enter('b'));
    watched.follow();
    await watched.clock.pass(200);
    const after = watched.feed.snapshot().tables;
    expect(before.hedges['a']?.phase).toBe('hedged');
    expect(after.hedges['a']).toBe(before.hedges['a']);
    expect(Object.keys(watched.updates.at(-1)?.tables ?? {})).toEqual(['signals']);
  });

  it('has a row for an id that every object seems to have', async () => {
    const watched = new Watched().listen();
    for (const id of ['__proto__', 'constructor']) watched.world.signal(enter(id));
    watched.follow();
    await watched.clock.pass(200);
    const { signals } = watched.feed.snapshot().tables;
    expect(Object.keys(signals).toSorted()).toEqual(['__proto__', 'constructor']);
    expect(Object.keys(watched.updates[0]?.tables.signals ?? {})).toContain('__proto__');
  });

  it('leaves no timer and no listener behind', async () => {
    const watched = new Watched().listen();
    watched.world.signal(enter('a'));
    watched.follow();
    watched.feed.close();
    await watched.clock.pass(1000);
    expect(watched.updates).toEqual([]);
  });
});
