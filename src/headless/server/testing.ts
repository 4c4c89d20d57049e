/** A server on loopback with a small page and a feed that the test drives, and the ways to speak to it. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { done, type Reply } from '../../shared/contract/reply.ts';
import type { Snapshot, Update } from '../../shared/contract/updates.ts';
import { readPage, type Page } from '../../main/ipc/page.ts';
import type { FeedView } from '../../main/runtime/feed.ts';
import { HostServer } from './server.ts';
import { type UpdateTiming, usualTiming } from './updates.ts';

export const runToken = 'run-token';

/** Numbered snapshots and updates; their parts are the feed's own matter. */
class DrivenFeed implements FeedView {
  sequence = 0;
  snapshots = 0;
  readonly #listeners = new Set<(update: Update) => void>();

  snapshot(): Snapshot {
    this.snapshots += 1;
    // Only the envelope is looked at here.
    return { sequence: this.sequence, at: 0, parts: {}, tables: {} } as unknown as Snapshot;
  }
  subscribe(listener: (update: Update) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  /** Sends the next update, with padding of so many characters. */
  push(padding = 0): void {
    this.sequence += 1;
    const update = { sequence: this.sequence, at: 0, parts: { settings: { padding: 'x'.repeat(padding) } }, tables: {} };
    for (const listener of this.#listeners) listener(update);
  }
  get listeners(): number {
    return this.#listeners.size;
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export class ServerRun {
  readonly feed = new DrivenFeed();
  readonly stops: boolean[] = [];
  readonly urls: string[] = [];
  readonly invoked: [name: string, input: unknown][] = [];
  readonly bugs: unknown[] = [];
  now = 0;
  invoke: (name: string, input: unknown) => Promise<Reply<unknown>> = (name, input) => {
    this.invoked.push([name, input]);
    return Promise.resolve(done({ did: name }));
  };
  readonly #sockets: WebSocket[] = [];
  #server: HostServer | null = null;

  async start(page: URL | null = null, timing: Partial<UpdateTiming> = {}): Promise<void> {
    const files: Page | null = page === null ? null : await readPage(page);
    this.#server = await HostServer.listen(0, {
      token: runToken,
      page: files,
      feed: this.feed,
      invoke: (name, input) => this.invoke(name, input),
      health: () => ({ reconciled: true, armed: true, stopped: false }),
      stop: async (closeAll) => void this.stops.push(closeAll),
      onUrl: (url) => void this.urls.push(url),
      onBug: (error) => void this.bugs.push(error),
      now: () => this.now,
      timing: { ...usualTiming, ...timing },
    });
  }
  get server(): HostServer {
    if (this.#server === null) throw new Error('Invariant: started');
    return this.#server;
  }
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    await this.#server?.close();
  }

  get origin(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }
  freshToken(): string {
    return new URL(this.server.freshUrl()).hash.slice(1);
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.origin}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text };
  }
  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  }
  /** Signs in with a fresh token, as the page does. */
  async signIn(headers: Readonly<Record<string, string>> = {}): Promise<{ cookie: string; csrf: string }> {
    const answer = await this.post('/session', { token: this.freshToken() }, { origin: this.origin, ...headers });
    if (answer.status !== 200) throw new Error(`Signing in was answered ${answer.status}`);
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return { cookie, csrf: (answer.body as { csrf: string }).csrf };
  }
  command(name: string, input: unknown, headers: Readonly<Record<string, string>>): Promise<Answer> {
    return this.post(`/api/${name}`, input, headers);
  }
  /** What a signed-in page sends with a command. */
  async credentials(): Promise<{ origin: string; cookie: string; 'x-kimp-csrf': string }> {
    const { cookie, csrf } = await this.signIn();
    return { origin: this.origin, cookie, 'x-kimp-csrf': csrf };
  }

  socket(headers: Readonly<Record<string, string>>, path = '/updates'): Listener {
    const socket = new WebSocket(`ws://127.0.0.1:${this.server.port}${path}`, { headers });
    this.#sockets.push(socket);
    return new Listener(socket);
  }
  /** Sends bytes as they are. @returns all that came until the connection ended */
  async raw(request: string): Promise<string> {
    let answer = '';
    const socket = connect(this.server.port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (bytes) => {
      answer += bytes.toString();
    });
    await once(socket, 'close');
    return answer;
  }
  /** Hangs up in the middle. */
  async hangUpAfter(request: string): Promise<void> {
    const socket = connect(this.server.port, '127.0.0.1', () => socket.write(request, () => socket.destroy()));
    await once(socket, 'close');
  }
}

/** A socket and what it heard. */
export class Listener {
  readonly socket: WebSocket;
  readonly messages: Record<string, { readonly sequence: number }>[] = [];
  /** Its close code, or the status that its handshake was refused with; null while it is open. */
  ended: number | null = null;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => void this.messages.push(JSON.parse(String(data)) as Record<string, { sequence: number }>));
    socket.on('close', (code) => {
      this.ended ??= code;
    });
    socket.on('unexpected-response', (_request, response) => {
      this.ended = response.statusCode ?? 0;
      socket.terminate();
    });
    // The refusal is kept above; what follows it is noise.
    socket.on('error', () => undefined);
  }
  async open(): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, 'open');
  }
  /** What came, in short: s0 is the snapshot with sequence 0, u1 the update with sequence 1. */
  get heard(): readonly string[] {
    return this.messages.map((message) =>
      Object.entries(message)
        .map(([kind, { sequence }]) => `${kind.charAt(0)}${sequence}`)
        .join(),
    );
  }
}
