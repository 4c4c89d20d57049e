/** The guard itself: names that no server has stand for the hosts outside. */
import { createServer } from 'node:http';
import { connect, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { loopback } from './loopback-only.mjs';
import { refusal } from './venues.ts';

const failureOf = (socket: Socket): Promise<NodeJS.ErrnoException> => new Promise((resolve) => socket.once('error', resolve));

afterEach(() => {
  loopback().refused.splice(0);
  loopback().routes.clear();
});

describe('connections of the suites', () => {
  it('are refused when they would leave this machine, in every form of connect', async () => {
    const sockets = [
      connect(443, 'outside.invalid'),
      connect({ port: 443, host: 'outside.invalid' }),
      new Socket().connect(443, 'outside.invalid'),
      connectTls({ port: 443, host: 'outside.invalid' }),
      connectTls(443, 'outside.invalid'),
    ];
    for (const failure of await Promise.all(sockets.map(failureOf))) expect(failure.message).toBe('outside.invalid is not on this machine');
    expect(loopback().refused).toEqual(Array(5).fill('outside.invalid'));
  });

  it('are refused through fetch too', async () => {
    const error = await refusal(() => fetch('https://outside.invalid/'));
    expect((error as Error).cause).toMatchObject({ code: 'ECONNREFUSED', message: 'outside.invalid is not on this machine' });
  });

  it('reach loopback, by address and by a name that ends there', async () => {
    const server = createServer((_request, response) => response.end('here'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here');
    loopback().routes.set('venue.invalid', port);
    expect(await (await fetch('http://venue.invalid/')).text()).toBe('here');
    expect(loopback().refused).toEqual([]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
