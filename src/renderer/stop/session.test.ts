// @vitest-environment happy-dom
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { beginSession } from './session.ts';

const token = 'aBcDeFgHiJkLmNoPqRsTuVwXyZ_0123456789-';
/** A host as the real one: a token counts once, a session can end. */
let server: Server;
let asked: string[];
let isSignedIn: boolean;
let isTokenUsed: boolean;
let csrf: string;

const body = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  asked.push(`${request.method} ${request.url}`);
  const end = (status: number, value: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const text = await body(request);
  if (request.url === '/session') {
    if (request.method === 'POST') {
      if (isTokenUsed || text !== JSON.stringify({ token })) return void end(401, {});
      isTokenUsed = true;
      isSignedIn = true;
    }
    return void (isSignedIn ? end(200, { csrf }) : end(401, {}));
  }
  if (request.headers['x-kimp-csrf'] !== csrf) return void end(403, {});
  end(200, { ok: true, value: {} });
}

beforeEach(async () => {
  asked = [];
  isSignedIn = false;
  isTokenUsed = false;
  csrf = 'first';
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // happy-dom's own handle, which the DOM's types do not know.
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(`http://127.0.0.1:${port}/#${token}`);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('exchanges the token once and takes it out of the address', async () => {
  const session = beginSession();
  expect(location.hash).toBe('');
  expect(await session.signIn()).toEqual({ kind: 'signedIn', csrf: 'first' });
  expect(asked).toEqual(['POST /session']);
});
it('sends what is pressed before it is signed in, once it is', async () => {
  const session = beginSession();
  const sent = await session.send('stop.engage', { closeAll: false });
  expect(sent).toEqual({ kind: 'answered', reply: '{"ok":true,"value":{}}' });
  expect(asked).toEqual(['POST /session', 'POST /api/stop.engage']);
});
it('takes the session that is there when the token was used before', async () => {
  isTokenUsed = true;
  isSignedIn = true;
  expect(await beginSession().signIn()).toEqual({ kind: 'signedIn', csrf: 'first' });
});
it('signs in again when the host knows another csrf by now', async () => {
  const session = beginSession();
  await session.signIn();
  csrf = 'second';
  expect(await session.send('console.arm', {})).toMatchObject({ kind: 'answered' });
});
it('says that it is signed out, and that nobody is there', async () => {
  isTokenUsed = true;
  const session = beginSession();
  expect(await session.send('stop.engage', { closeAll: false })).toEqual({ kind: 'unauthorized' });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await vi.waitFor(async () => expect(await session.send('stop.engage', { closeAll: false })).toEqual({ kind: 'unreachable' }));
});
