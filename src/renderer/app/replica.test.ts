import { describe, expect, it, vi } from 'vitest';
import type { Update } from '../../shared/contract/updates.ts';
import { fakeTransport } from '../testing/fake-transport.ts';
import { emptySnapshot, fixtureSnapshot } from '../testing/fixture.ts';
import { applySnapshot, applyUpdate, createReplica, follow } from './replica.ts';

const start = fixtureSnapshot();
const next = (change: Partial<Update>): Update => ({ sequence: start.sequence + 1, at: start.at + 100, parts: {}, tables: {}, ...change });

const whole = () => {
  const replica = createReplica();
  applySnapshot(replica, start, start.at);
  return replica;
};

describe('an update', () => {
  it('brings changed rows and parts, takes rows out, and leaves what did not change as it was', () => {
    const replica = whole();
    const [hedge] = Object.values(start.tables.hedges);
    if (hedge === undefined) throw new Error('The fixture has hedges');
    const changed = { ...hedge, resultKrw: '1' };
    const { orders } = replica.getState().tables;
    expect(applyUpdate(replica, next({ tables: { hedges: { [hedge.id]: changed, 'h-0006': null } } }), start.at)).toBe(true);
    const { tables, parts, sequence } = replica.getState();
    expect(tables.hedges[hedge.id]).toBe(changed);
    expect(tables.hedges).not.toHaveProperty('h-0006');
    expect(tables.hedges['h-0010']).toBe(start.tables.hedges['h-0010']);
    expect(tables.orders).toBe(orders);
    expect(parts?.standing).toBe(start.parts.standing);
    expect(sequence).toBe(start.sequence + 1);
  });
  it.each(['__proto__', 'constructor', 'toString'])('may be of a row that is called %s', (id) => {
    const replica = whole();
    const [signal] = Object.values(start.tables.signals);
    expect(replica.getState().tables.signals[id]).toBeUndefined();
    // As it comes over the wire.
    const signals = JSON.parse(`{${JSON.stringify(id)}: ${JSON.stringify({ ...signal, id, key: id })}}`) as Update['tables']['signals'];
    applyUpdate(replica, next({ tables: { ...(signals === undefined ? {} : { signals }) } }), start.at);
    expect(Object.keys(replica.getState().tables.signals)).toContain(id);
    expect(replica.getState().tables.signals[id]?.id).toBe(id);
  });
  it('that is known already changes nothing', () => {
    const replica = whole();
    const before = replica.getState();
    expect(applyUpdate(replica, next({ sequence: start.sequence, parts: { market: null } }), start.at)).toBe(true);
    expect(replica.getState()).toBe(before);
  });
  it('after a gap changes nothing and says so', () => {
    const replica = whole();
    const before = replica.getState();
    expect(applyUpdate(replica, next({ sequence: start.sequence + 2, parts: { market: null } }), start.at)).toBe(false);
    expect(replica.getState()).toBe(before);
  });
});

describe('a followed transport', () => {
  it('asks once for a snapshot after a gap, and goes on from it', async () => {
    const fake = fakeTransport(start);
    const replica = createReplica();
    const end = follow(fake.transport, replica);
    const mended = { ...emptySnapshot(), sequence: start.sequence + 4 };
    let asked = 0;
    fake.answer('snapshot.get', () => {
      asked += 1;
      return { ok: true, value: mended };
    });
    fake.push({ parts: { market: null } }, 1);
    fake.push({ parts: { market: null } });
    await vi.waitFor(() => expect(replica.getState().sequence).toBe(mended.sequence));
    expect(asked).toBe(1);
    expect(replica.getState().tables.hedges).toEqual({});
    fake.push({});
    expect(replica.getState().sequence).toBe(mended.sequence);
    fake.push({});
    expect(replica.getState().sequence).toBe(mended.sequence + 1);
    end();
  });
  it('asks again when the snapshot did not come', async () => {
    const fake = fakeTransport(start);
    const replica = createReplica();
    const end = follow(fake.transport, replica);
    let asked = 0;
    fake.answer('snapshot.get', () => {
      asked += 1;
      return asked === 1 ? { ok: false, code: 'NOT_CONNECTED', reason: '' } : { ok: true, value: { ...start, sequence: start.sequence + 9 } };
    });
    fake.push({}, 1);
    await vi.waitFor(() => expect(replica.getState().sequence).toBe(start.sequence + 9), 3000);
    end();
  });
});
