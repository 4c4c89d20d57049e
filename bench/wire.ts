/**
 * The least of an HTTP client: one keep-alive connection, one request at a time, answers with a content-length. What a
 * benchmark spends on its own side is not the venue's.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

export interface WireAnswer {
  readonly status: number;
  readonly body: string;
}
export interface Wire {
  /** @param headers lines without their ends */
  ask(method: string, path: string, headers: readonly string[], body?: string): Promise<WireAnswer>;
  close(): void;
}

export async function openWire(url: URL): Promise<Wire> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  await once(socket, 'connect');
  let answered: ((answer: WireAnswer) => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  let read = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    read += chunk;
    const end = read.indexOf('\r\n\r\n');
    if (end === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(read)?.[1] ?? 0);
    if (read.length < end + 4 + length) return;
    const answer = { status: Number(read.slice(9, 12)), body: read.slice(end + 4, end + 4 + length) };
    read = '';
    answered?.(answer);
  });
  socket.on('error', (error) => failed?.(error));
  socket.on('close', () => failed?.(new Error('the venue closed the connection')));
  return {
    ask: (method, path, headers, body = '') =>
      new Promise((resolve, reject) => {
        answered = resolve;
        failed = reject;
        const lines = [`${method} ${path} HTTP/1.1`, `host: ${url.host}`, ...headers, `content-length: ${Buffer.byteLength(body)}`, '', body];
        socket.write(lines.join('\r\n'));
      }),
    close: () => {
      failed = undefined;
      socket.destroy();
    },
  };
}
