import diagnostics from 'node:diagnostics_channel';
import { expect, it } from 'vitest';
import { Telling } from './telling.ts';
import { PaperConsole } from './testing/paper.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('tells in order, two turns later or at once when asked to, whatever one of them throws', async () => {
  const bugs: unknown[] = [];
  const told: number[] = [];
  const telling = new Telling((error) => void bugs.push(error));
  const broken = new Error('broken');
  telling.add(() => void told.push(1));
  telling.add(() => {
    throw broken;
  });
  telling.add(() => void told.push(2));
  await turn();
  expect(told).toEqual([]);
  await turn();
  expect([told, bugs]).toEqual([[1, 2], [broken]]);
  telling.add(() => void told.push(3));
  telling.flush();
  expect(told).toEqual([1, 2, 3]);
});

it('tells of an order when both legs have been written to their venues', async () => {
  const seen: string[] = [];
  const onRequest = (message: unknown): void => {
    const { method, path } = (message as { request: { method: string; path: string } }).request;
    if (method === 'POST' && /\/orders?(\?|$)/.test(path)) seen.push('written');
  };
  const paper = await PaperConsole.open({
    approval: 'auto',
    onFacts: (facts) => void seen.push(...facts.filter(({ kind }) => kind === 'orderIntended').map(() => 'told')),
  });
  diagnostics.subscribe('undici:client:sendHeaders', onRequest);
  try {
    await expect.poll(() => paper.console.state.armed, { timeout: 15_000 }).toBe(true);
    await paper.invoke('hedge.open', { coin: 'BTC', quantity: '0.01' });
    await expect.poll(() => seen.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(4);
    expect(seen.slice(0, 4)).toEqual(['written', 'written', 'told', 'told']);
  } finally {
    diagnostics.unsubscribe('undici:client:sendHeaders', onRequest);
    await paper.close();
  }
}, 40_000);
