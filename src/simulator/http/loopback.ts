/** What every server of the simulator does the same way: bind 127.0.0.1, end, and read a body whole. */
import type { IncomingMessage, Server } from 'node:http';

export const maxBodyBytes = 1_000_000;
const empty = Buffer.alloc(0);
const ignore = () => undefined;

/** @returns the bound port @throws Error of the system when the port is taken */
export function listenOnLoopback(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(address === null || typeof address === 'string' ? port : address.port);
    });
  });
}

/** Stops listening and ends every connection. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Reads a whole body and calls back in the moment its last byte was read; undefined: it is over the limit. */
export function readBody(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  });
  request.on('end', () => {
    const [first] = chunks;
    if (size > maxBodyBytes) return done(undefined);
    return done(first === undefined ? empty : chunks.length === 1 ? first : Buffer.concat(chunks));
  });
  // A client that goes away while it sends has asked nothing.
  request.on('error', ignore);
}
