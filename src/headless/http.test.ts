import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HostServer, serve } from './http.ts';

const token = 'a-token';
const health = { reconciled: true, armed: true, stopped: false };

describe('the console on loopback', () => {
  let server: HostServer;
  let stops: boolean[];
  beforeEach(async () => {
    stops = [];
    server = await serve(0, { token, health: () => health, stop: (closeAll) => void stops.push(closeAll) });
  });
  afterEach(() => server.close());

  const at = (path: string): string => `http://127.0.0.1:${server.port}${path}`;
  const stop = (body: string, headers: Record<string, string> = { authorization: `Bearer ${token}` }): Promise<Response> =>
    fetch(at('/stop'), { method: 'POST', headers, body });

  it('stops on the right token and body, and on nothing else', async () => {
    expect((await stop('{"closeAll":true}')).status).toBe(200);
    expect((await stop('{"closeAll":true}', {})).status).toBe(401);
    expect((await stop('{"closeAll":true}', { authorization: 'Bearer another' })).status).toBe(401);
    expect((await stop('{"closeAll":true}', { authorization: `Bearer ${token}`, origin: 'http://evil.test' })).status).toBe(403);
    expect((await stop('{"closeAll":1}')).status).toBe(400);
    expect((await stop('{')).status).toBe(400);
    expect((await stop('x'.repeat(5000))).status).toBe(400);
    expect(stops).toEqual([true]);
  });

  it('tells its health to whoever asks by its own name', async () => {
    expect(await (await fetch(at('/healthz'))).json()).toEqual(health);
    expect(await raw('GET /healthz HTTP/1.1\r\nHost: rebind.test\r\nConnection: close\r\n\r\n')).toContain('421');
  });

  it('goes on when a client hangs up in the middle of its body', async () => {
    const head = `POST /stop HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${token}\r\nContent-Length: 50\r\n\r\n`;
    for (let count = 0; count < 5; count += 1) await hangUpAfter(`${head}{"clo`);
    expect((await stop('{"closeAll":false}')).status).toBe(200);
    expect(stops).toEqual([false]);
  });

  function raw(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(server.port, '127.0.0.1', () => socket.write(request));
      socket.on('data', (bytes) => {
        answer += bytes.toString();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  }

  function hangUpAfter(request: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(request, () => socket.destroy()));
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
  }
});
