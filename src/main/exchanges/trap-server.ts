/** A server on loopback that misbehaves as told; for tests of the adapters. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Seen {
  readonly method: string;
  readonly path: string;
}
export interface TrapServer {
  readonly rest: URL;
  readonly ws: URL;
  readonly requests: readonly Seen[];
  readonly sockets: readonly WebSocket[];
  close(): Promise<void>;
}

/**
 * @param answer what to do with a request
 * @param onSocket what to do with a WebSocket connection; its path with the query as second argument
 */
export async function startTrap(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  onSocket: (socket: WebSocket, path: string) => void = () => undefined,
): Promise<TrapServer> {
  const requests: Seen[] = [];
  const sockets: WebSocket[] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', path: (request.url ?? '').split('?')[0] ?? '' });
    request.resume();
    request.on('end', () => answer(request, response));
  });
  const upgrades = new WebSocketServer({ server, autoPong: false });
  upgrades.on('connection', (socket, request) => {
    sockets.push(socket);
    onSocket(socket, request.url ?? '');
  });
  await new Promise<void>((settle) => {
    server.listen(0, '127.0.0.1', settle);
  });
  const { port } = server.address() as AddressInfo;
  return {
    rest: new URL(`http://127.0.0.1:${port}`),
    ws: new URL(`ws://127.0.0.1:${port}`),
    requests,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.terminate();
      upgrades.close();
      server.closeAllConnections();
      await new Promise((settle) => {
        server.close(settle);
      });
    },
  };
}

/** Polls until the value is there. @throws Error when it is not within the time */
export async function until<T>(read: () => T | undefined | false, withinMs = 8000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`not seen within ${withinMs} ms: ${read}`);
    await new Promise((settle) => setTimeout(settle, 10));
  }
}
