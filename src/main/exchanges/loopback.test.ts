import { describe, expect, it } from 'vitest';
import { guardedConnector, guardedLookup, isLoopbackHost, NotConnected, refusalOf } from './loopback.ts';
import { mayConnect } from './options.ts';

describe('hosts', () => {
  it.each(['127.0.0.1', '127.9.8.7', '[::1]', '::1', 'localhost', 'LOCALHOST', 'a.localhost'])('%s is loopback', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
    expect(refusalOf(host, true)).toBeUndefined();
    expect(refusalOf(host, false)).toContain('loopback may not');
  });

  it.each(['api.upbit.com', '10.0.0.1', '127.0.0.1.example.com', '1270.0.0.1', 'localhost.example.com'])('%s is not', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
    expect(refusalOf(host, true)).toContain('only loopback');
    expect(refusalOf(host, false)).toBeUndefined();
  });

  it.each(['0.0.0.0', '::', '::ffff:127.0.0.1', '[::ffff:7f00:1]'])('%s is reached by neither', (host) => {
    expect(refusalOf(host, true)).toBeDefined();
    expect(refusalOf(host, false)).toBeDefined();
  });
});

describe('mayConnect', () => {
  it.each([
    ['http://127.0.0.1:1', true, true],
    ['ws://[::1]:1', true, true],
    ['https://api.upbit.com', true, false],
    ['ftp://127.0.0.1', true, false],
    ['https://api.upbit.com', false, true],
    ['http://api.upbit.com', false, false],
    ['wss://localhost:1', false, false],
  ])('%s, loopback only %s → %s', (url, loopbackOnly, may) => {
    expect(mayConnect(new URL(url), loopbackOnly)).toBe(may);
  });
});

describe('guardedLookup', () => {
  const resolve = (loopbackOnly: boolean, all: boolean) =>
    new Promise<{ error: Error | null; address: unknown }>((settle) => {
      guardedLookup(loopbackOnly)('localhost', { all }, (error, address) => settle({ error, address }));
    });

  it('hands out loopback in paper, in both forms that callers ask for', async () => {
    expect((await resolve(true, false)).address).toMatch(/^(127\.0\.0\.1|::1)$/);
    expect(JSON.stringify((await resolve(true, true)).address)).toMatch(/127\.0\.0\.1|::1/);
  });

  it('hands out no loopback in live', async () => {
    expect((await resolve(false, false)).error).toMatchObject({ name: 'NotConnected', blocked: true });
  });
});

describe('guardedConnector', () => {
  it('does not even ask for a connection that the mode forbids', () => {
    const asked: string[] = [];
    const connect = guardedConnector((to, done) => {
      asked.push(to.hostname);
      done(null, null);
    }, true);
    let seen: Error | null | undefined;
    connect({ hostname: 'api.upbit.com' }, (error) => {
      seen = error;
    });
    expect(seen).toMatchObject({ blocked: true });
    expect(asked).toEqual([]);
    connect({ hostname: '127.0.0.1' }, (error) => {
      seen = error;
    });
    expect(seen).toBeNull();
    expect(asked).toEqual(['127.0.0.1']);
  });

  it('says of every failure that nothing was sent, also where the system gives it no message', () => {
    const several = Object.assign(new AggregateError([new Error('a')], ''), { code: 'ECONNREFUSED' });
    let seen: Error | null | undefined;
    guardedConnector((_to, done) => done(several), true)({ hostname: '127.0.0.1' }, (error) => {
      seen = error;
    });
    expect(seen).toBeInstanceOf(NotConnected);
    expect(seen).toMatchObject({ message: 'ECONNREFUSED', blocked: false });
  });
});
