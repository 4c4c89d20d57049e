import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { installationId } from '../../shared/domain/ids.ts';
import type { Fact } from '../engine/facts.ts';
import { initialState } from '../engine/state.ts';
import { systemClock } from '../runtime/clock.ts';
import { Loop } from '../runtime/loop.ts';
import { quietLoopParts } from '../runtime/testing.ts';
import { buildSources, type Sources } from './sources.ts';

/** A loop whose journal is this list. */
function loopInto(facts: Fact[]): Loop {
  return new Loop(initialState(installationId('k1m2p3'), 'paper'), {
    ...quietLoopParts(systemClock),
    onFacts: (recorded) => void facts.push(...recorded),
  });
}

describe('a signal feed whose address carries a token', () => {
  let server: WebSocketServer | undefined;
  let sources: Sources | undefined;
  afterEach(async () => {
    for (const source of sources?.all ?? []) await source.close();
    server?.close();
  });

  it('shows gaps and troubles without it', async () => {
    const facts: Fact[] = [];
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (socket) => {
      const signal = { id: 'a', action: 'EXIT', symbol: 'BTC', createdAt: Date.now() };
      for (const seq of [1, 5]) socket.send(JSON.stringify({ seq, signal: { ...signal, id: `a${seq}` } }));
      setImmediate(() => socket.terminate());
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const url = `ws://127.0.0.1:${port}/feed?token=a-secret-of-mine`;
    const parts = { loop: loopInto(facts), now: systemClock.now, onStop: () => undefined, token: 'unused' };
    sources = buildSources({ url }, parts);
    for (const source of sources.all) await source.start();
    await expect.poll(() => facts.filter((fact) => fact.kind === 'alarmRaised').length, { timeout: 5000 }).toBeGreaterThan(1);
    expect(facts.some((fact) => fact.kind === 'signalTaken')).toBe(true);
    expect(JSON.stringify(facts)).not.toContain('a-secret-of-mine');
  });
});
