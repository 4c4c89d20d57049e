import { describe, expect, it } from 'vitest';
import { installationId } from '../../shared/domain/ids.ts';
import type { Effect } from '../engine/effects.ts';
import type { Fact } from '../engine/facts.ts';
import { initialState } from '../engine/state.ts';
import { World } from '../engine/testing/world.ts';
import { enter } from '../engine/testing/signals.ts';
import { Loop, type LoopParts } from './loop.ts';
import type { JournalPort } from './ports.ts';
import { HandClock, settle } from './testing.ts';

/** A disk that takes what it is given until it is full. */
class Disk implements JournalPort {
  failed: object | null = null;
  readonly snapshotDue = false;
  #isFull = false;
  #hangs = false;
  fill(): void {
    this.#isFull = true;
  }
  hang(): void {
    this.#hangs = true;
  }
  append(): Promise<unknown> {
    if (this.#hangs) return new Promise(() => undefined);
    return this.#isFull ? Promise.reject(new Error('ENOSPC')) : Promise.resolve();
  }
  writeSnapshot(): Promise<unknown> {
    return Promise.resolve();
  }
}

function loopOn(state = initialState(installationId('k1m2p3'), 'paper')) {
  const disk = new Disk();
  const seen: { order: string[]; recorded: Fact[]; unrecorded: Fact[]; effects: Effect[]; failures: string[]; bugs: unknown[] } = {
    order: [],
    recorded: [],
    unrecorded: [],
    effects: [],
    failures: [],
    bugs: [],
  };
  const parts: LoopParts = {
    clock: new HandClock(),
    journal: disk,
    engineVersion: 'test',
    carryOut: (effects) => {
      seen.effects.push(...effects);
      seen.order.push(...effects.map(({ kind }) => kind));
    },
    onJournalFailed: (reason) => void seen.failures.push(reason),
    onBug: (error) => void seen.bugs.push(error),
    onFacts: (facts) => {
      seen.recorded.push(...facts);
      seen.order.push(...facts.map(({ kind }) => kind));
    },
    onUnrecorded: (facts) => void seen.unrecorded.push(...facts),
    onState: () => undefined,
  };
  return { disk, seen, loop: new Loop(state, parts) };
}

/** A state with both legs of an entry under way, the spot one resting. */
function underWay() {
  const world = new World();
  world.signal(enter('a1'));
  while (world.sent.length < 2) world.run(10);
  const { clientOrderId } = world.order('spot', 'entry').request;
  const report = { clientOrderId, venueOrderId: 'v1', state: 'open', filled: world.order('spot', 'entry').filled, fills: [], at: world.now } as const;
  world.report(report);
  return { state: world.state, id: clientOrderId };
}

describe('the loop on a full disk', () => {
  it('tells the failure once, and what it did not write all the same', async () => {
    const { disk, seen, loop } = loopOn();
    disk.fill();
    for (const key of ['a', 'b']) {
      const { durable } = loop.submit({ kind: 'alarm', key, code: 'STALE_MARKS', values: { coin: 'BTC' }, severity: 'warning', detail: key });
      await expect(durable).rejects.toThrow('ENOSPC');
    }
    expect(seen.failures).toEqual(['ENOSPC']);
    expect([seen.recorded.length, seen.unrecorded.map((fact) => fact.kind)]).toEqual([0, ['alarmRaised', 'alarmRaised']]);
    expect(Object.keys(loop.state.alarms)).toEqual(['a', 'b']);
  });

  it('still cancels own open orders, and sends nothing else', async () => {
    const { state, id } = underWay();
    const { disk, seen, loop } = loopOn(state);
    disk.fill();
    const stopped = loop.submit({ kind: 'command', command: { kind: 'stop', source: 'limit', reason: 'disk', closeAll: true } });
    await expect(stopped.durable).rejects.toThrow('ENOSPC');
    await settle();
    expect(seen.effects).toEqual([{ kind: 'cancel', id, coin: 'BTC' }]);
  });
});

describe('a step', () => {
  it('lets its effects start before anybody is told of its facts, and tells them in order', async () => {
    const world = new World();
    world.signal(enter('a1'));
    world.run(2000);
    const { seen, loop } = loopOn(world.state);
    loop.submit({ kind: 'command', command: { kind: 'closeHedge', hedge: world.hedge('a1').id, quantity: null } });
    expect(seen.order).toEqual([]);
    await settle();
    expect(seen.effects.map(({ kind }) => kind)).toEqual(['quote']);
    expect(seen.recorded[0]?.kind).toBe('exitQueued');
    expect(seen.order).toEqual(['quote', ...seen.recorded.map(({ kind }) => kind)]);
  });

  it('lets a cancel leave on a disk that hangs, and nothing else', async () => {
    const { state, id } = underWay();
    const { disk, seen, loop } = loopOn(state);
    disk.hang();
    loop.submit({ kind: 'command', command: { kind: 'stop', source: 'button', reason: 'test', closeAll: true } });
    expect(seen.effects).toEqual([{ kind: 'cancel', id, coin: 'BTC' }]);
    await settle();
    expect([seen.effects.length, seen.recorded]).toEqual([1, []]);
    expect(loop.state).toMatchObject({ armed: false, stop: { source: 'button' } });
  });

  it('knows which record the disk has longest kept waiting', async () => {
    const { disk, seen, loop } = loopOn();
    const alarm = (key: string) =>
      loop.submit({ kind: 'alarm', key, code: 'STALE_MARKS', values: { coin: 'BTC' }, severity: 'warning', detail: key });
    expect(loop.oldestWaiting).toBeNull();
    const first = alarm('a');
    expect(loop.oldestWaiting).toBe(1);
    expect(loop.recorded).toBe(first.durable);
    await first.durable;
    expect(loop.oldestWaiting).toBeNull();
    disk.hang();
    alarm('b');
    alarm('c');
    await settle();
    expect([loop.oldestWaiting, seen.failures]).toEqual([2, []]);
  });

  it('keeps nothing waiting that the disk refused', async () => {
    const { disk, loop } = loopOn();
    disk.fill();
    const { durable } = loop.submit({ kind: 'alarm', key: 'a', code: 'STALE_MARKS', values: { coin: 'BTC' }, severity: 'warning', detail: 'a' });
    await expect(durable).rejects.toThrow('ENOSPC');
    expect(loop.oldestWaiting).toBeNull();
  });
});

describe('work that is let go', () => {
  it('is a bug when it rejects', async () => {
    const { seen, loop } = loopOn();
    loop.watch(Promise.reject(new Error('forgotten')));
    await settle();
    expect(seen.bugs).toHaveLength(1);
  });
});
