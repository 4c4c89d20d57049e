/**
 * `npm run stop` for a console with a window: a door on loopback that does one thing. Its port and token lie in the run
 * file, which only this user can read; no web page gets through (no Origin, exact Host, a token).
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { readJson } from '../ipc/json-body.ts';
import { checkBearer, checkRequest, type Refused } from '../ipc/loopback-guards.ts';
import { removeRunFile, writeRunFile } from '../store/run-file.ts';

export interface StopDoorParts {
  readonly dataDir: string;
  /** Closes the latch before it returns; resolves when that may be acknowledged. */
  readonly stop: (closeAll: boolean) => Promise<void>;
  readonly onBug: (error: unknown) => void;
}
export interface StopDoor {
  close(): Promise<void>;
}

const maxBytes = 1024;
const stopBody = z.strictObject({ closeAll: z.boolean() });
const timeouts = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };

/** To be called with the lock of the data folder held. */
export async function openStopDoor({ dataDir, stop, onBug }: StopDoorParts): Promise<StopDoor> {
  const token = randomBytes(32).toString('base64url');
  const http = createServer(timeouts);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, port, token, stop).then((refused) => send(response, refused), onBug);
  });
  await writeRunFile(dataDir, { pid: process.pid, port, token });
  return {
    async close() {
      http.close();
      http.closeAllConnections();
      await once(http, 'close');
      await removeRunFile(dataDir);
    },
  };
}

/** @returns how the request is refused; null once the latch is closed */
async function answer(request: IncomingMessage, port: number, token: string, stop: StopDoorParts['stop']): Promise<Refused | null> {
  const refused = checkRequest(request, port) ?? checkBearer(request, token);
  if (refused !== null) return refused;
  if (request.method !== 'POST' || request.url !== '/stop') return { status: 404, error: 'NOT_FOUND' };
  const read = await readJson(request, maxBytes);
  if (!read.ok) return read.refused;
  const body = stopBody.safeParse(read.value);
  if (!body.success) return { status: 400, error: 'BODY' };
  await stop(body.data.closeAll);
  return null;
}

function send(response: ServerResponse, refused: Refused | null): void {
  const body = refused === null ? { ok: true } : { error: refused.error };
  response.writeHead(refused?.status ?? 200, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' });
  response.end(JSON.stringify(body));
}
