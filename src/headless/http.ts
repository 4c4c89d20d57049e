/**
 * The console's own server on loopback. Without a page yet it answers two things: /healthz for whoever watches the
 * process, and /stop for `npm run stop`, which knows the token from the run file.
 *
 * 1. Bound to 127.0.0.1; any other Host is answered 421, any Origin 403: no web page can speak to it.
 * 2. The token is compared in constant time.
 * 3. A client that hangs up in the middle of its request changes nothing and breaks nothing.
 */
import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

export interface Health {
  readonly reconciled: boolean;
  readonly armed: boolean;
  readonly stopped: boolean;
}
export interface HostServerParts {
  readonly token: string;
  readonly health: () => Health;
  /** Closes the latch before it returns. */
  readonly stop: (closeAll: boolean) => void;
}
export interface HostServer {
  readonly port: number;
  close(): Promise<void>;
}

const maxBodyBytes = 1024;
const stopBody = z.strictObject({ closeAll: z.boolean() });

/** @throws Error when the port is taken */
export async function serve(port: number, parts: HostServerParts): Promise<HostServer> {
  let bound = 0;
  const server: Server = createServer((request, response) => void answer(request, response, parts, bound));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: HostServerParts, port: number): Promise<void> {
  const { host, origin, authorization } = request.headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return send(response, 421, { error: 'MISDIRECTED' });
  if (origin !== undefined) return send(response, 403, { error: 'ORIGIN' });
  if (request.url === '/healthz' && request.method === 'GET') return send(response, 200, parts.health());
  if (request.url !== '/stop' || request.method !== 'POST') return send(response, 404, { error: 'NOT_FOUND' });
  if (!isToken(authorization, parts.token)) return send(response, 401, { error: 'TOKEN' });
  const body = stopBody.safeParse(await jsonBody(request));
  if (!body.success) return send(response, 400, { error: 'BODY' });
  parts.stop(body.data.closeAll);
  send(response, 200, { ok: true });
}

function isToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk as Uint8Array);
      size += bytes.length;
      if (size > maxBodyBytes) return undefined;
      chunks.push(bytes);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    // Not JSON, or cut off by a client that is gone.
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
