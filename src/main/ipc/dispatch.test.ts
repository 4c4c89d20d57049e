import { describe, expect, it } from 'vitest';
import type { Handlers } from '../../shared/contract/commands.ts';
import { done } from '../../shared/contract/reply.ts';
import { dispatch } from './dispatch.ts';

const asked: unknown[] = [];
const unused = () => Promise.reject(new Error('This handler has no part in the test'));
const handlers: Handlers = {
  'snapshot.get': unused,
  'console.arm': () => {
    throw new TypeError('thrown at once');
  },
  'console.disarm': () => Promise.reject(new TypeError('thrown later')),
  'approval.set': (input) => {
    asked.push(input);
    return Promise.resolve(done({}));
  },
  'signal.approve': unused,
  'signal.decline': unused,
  'hedge.open': (input) => {
    asked.push(input);
    return Promise.resolve(done({ signal: 'a' }));
  },
  'hedge.close': unused,
  'stop.engage': unused,
  'stop.reset': unused,
  'hedge.settle': unused,
  'order.place': unused,
  'order.check': unused,
  'order.amend': unused,
  'order.cancel': unused,
  'order.settle': unused,
  'outside.accept': unused,
  'settings.set': unused,
  'preferences.set': unused,
  'premium.history': unused,
  'journal.read': unused,
};
const ask = (name: string, input: unknown, bugs: unknown[] = []) => dispatch(handlers, name, input, (error) => void bugs.push(error));

describe('the door', () => {
  it.each(['toString', '__proto__', 'constructor', '', 'approval.set ', 'x'.repeat(10_000)])('knows no command %j', async (name) => {
    const reply = await ask(name, {});
    expect(reply).toMatchObject({ ok: false, code: 'UNKNOWN_COMMAND' });
    expect(JSON.stringify(reply).length).toBeLessThan(200);
  });

  it.each([
    ['approval.set', { approval: 'auto', more: 1 }],
    ['approval.set', { approval: 'never' }],
    ['approval.set', null],
    ['hedge.open', { coin: 'BTC', quantity: '1', amountKrw: '1' }],
    ['hedge.open', { coin: 'BTC', quantity: '0.000' }],
    ['hedge.open', { coin: 'BTC', quantity: '-1' }],
    ['hedge.open', { coin: 'BTC', quantity: '1e3' }],
    ['hedge.open', { coin: 'btc', quantity: '1' }],
    ['hedge.open', { coin: 'BTC', quantity: 1 }],
    ['signal.approve', { signal: 'a b' }],
    ['premium.history', { from: 0, to: 1, points: 1e9 }],
  ])('lets nothing off its form reach %s: %j', async (name, input) => {
    asked.length = 0;
    expect(await ask(name, input)).toMatchObject({ ok: false, code: 'INVALID_INPUT', reason: expect.stringMatching(/./) });
    expect(asked).toEqual([]);
  });

  it('hands on what is of the form, and what came of it', async () => {
    asked.length = 0;
    expect(await ask('hedge.open', { coin: 'BTC', amountKrw: '1000000' })).toEqual({ ok: true, value: { signal: 'a' } });
    expect(asked).toEqual([{ coin: 'BTC', amountKrw: '1000000' }]);
  });

  it.each(['console.arm', 'console.disarm'])('answers BUG for a handler that throws: %s', async (name) => {
    const bugs: unknown[] = [];
    expect(await ask(name, {}, bugs)).toMatchObject({ ok: false, code: 'BUG' });
    expect(bugs).toEqual([expect.any(TypeError)]);
  });
});
