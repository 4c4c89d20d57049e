/** For tests only: clients of a stream that keep what they heard. */
import { WebSocket } from 'ws';

export type Frame = Readonly<Record<string, unknown>>;
export interface Listener {
  readonly socket: WebSocket;
  readonly frames: Frame[];
  readonly binary: boolean[];
  /** When each frame came, on the clock of `performance.now`. */
  readonly times: number[];
  /** Waits for a frame that fits. */
  next(fits: (frame: Frame) => boolean): Promise<Frame>;
}

const deadlineMs = 5000;
const sockets: WebSocket[] = [];

export function closeListeners(): void {
  for (const socket of sockets.splice(0)) socket.terminate();
}

export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error('nothing came before the deadline');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** @returns the open stream, or the HTTP status that refused it */
export function connectTo(port: number, path: string, jwt?: string, headers: Record<string, string> = {}): Promise<Listener | number> {
  const authorization = jwt === undefined ? {} : { authorization: `Bearer ${jwt}` };
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { ...authorization, ...headers } });
  sockets.push(socket);
  const frames: Frame[] = [];
  const binary: boolean[] = [];
  const times: number[] = [];
  socket.on('message', (data, isBinary) => {
    frames.push(JSON.parse(String(data)) as Frame);
    binary.push(isBinary);
    times.push(performance.now());
  });
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {
      // A refused upgrade was told above.
    });
    socket.on('open', () =>
      resolve({
        socket,
        frames,
        binary,
        times,
        next: async (fits) => {
          await until(() => frames.some(fits));
          return frames.find(fits) ?? {};
        },
      }),
    );
  });
}

/** Connects and writes the first request. */
export async function listenTo(port: number, path: string, request: unknown, jwt?: string): Promise<Listener> {
  const listener = await connectTo(port, path, jwt);
  if (typeof listener === 'number') throw new Error(`refused with ${listener}`);
  listener.socket.send(typeof request === 'string' ? request : JSON.stringify(request));
  return listener;
}

export const is = (type: string, stream?: string) => (frame: Frame) =>
  frame['type'] === type && (stream === undefined || frame['stream_type'] === stream);
