import { Agent as HttpAgent, createServer } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { BankRateReader } from './bank-rate.ts';

const agents = { plain: new HttpAgent(), secure: new HttpsAgent() };
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A bank on loopback, and a reader whose turns the test gives. */
async function bank(answer: (count: number) => { readonly status?: number; readonly body: string } | 'hang') {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    const said = answer(asked);
    if (said !== 'hang') response.writeHead(said.status ?? 200).end(said.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const nothing = (): void => undefined;
  let turn = nothing;
  const every = (_ms: number, call: () => void): (() => void) => {
    turn = call;
    return () => {
      turn = nothing;
    };
  };
  const reader = new BankRateReader({
    url: new URL(`http://127.0.0.1:${address.port}/fx/usd-krw`),
    agents,
    clock: { every },
  });
  ends.push(() => {
    reader.close();
    server.close();
    server.closeAllConnections();
  });
  return { reader, asked: () => asked, turn: () => turn() };
}
const rate = (value: string, at = 1_795_250_000_000.25) => ({ body: JSON.stringify({ rate: value, at, source: 'a bank' }) });

describe('the bank rate', () => {
  it('is what the bank last said, with its time and name', async () => {
    const { reader, turn } = await bank((count) => rate(count === 1 ? '1400.5' : '1401'));
    expect(reader.last).toBeNull();
    reader.start();
    await expect.poll(() => reader.last).toEqual({ rate: '1400.5', at: 1_795_250_000_000, source: 'a bank' });
    turn();
    await expect.poll(() => reader.last?.rate).toBe('1401');
  });

  it.each([
    ['an error', { status: 500, body: '{"rate":"1","at":1,"source":"x"}' }],
    ['no JSON', { body: '<html>' }],
    ['no rate above zero', { body: '{"rate":"0","at":1,"source":"x"}' }],
    ['a rate that is no decimal', { body: '{"rate":"1e3","at":1,"source":"x"}' }],
    ['something endless', { body: ' '.repeat(100_000) }],
  ])('stays as it was after %s, and is asked for again', async (_what, said) => {
    const { reader, asked, turn } = await bank((count) => (count === 2 ? said : rate(`140${count}`)));
    reader.start();
    await expect.poll(() => reader.last?.rate).toBe('1401');
    turn();
    await expect.poll(asked).toBe(2);
    const askAgain = (): string | undefined => {
      turn();
      return reader.last?.rate;
    };
    await expect.poll(askAgain).not.toBe('1401');
    expect(Number(reader.last?.rate)).toBeGreaterThan(1402);
  });

  it('does not ask on top of a request that hangs, and lets go of it when closed', async () => {
    const { reader, asked, turn } = await bank(() => 'hang');
    reader.start();
    await expect.poll(asked).toBe(1);
    turn();
    turn();
    reader.close();
    reader.start();
    await expect.poll(asked).toBe(2);
  });
});
