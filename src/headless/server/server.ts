/**
 * The console's own server on loopback: the page, its commands and updates, and three doors for programs of the same user.
 *
 * | request | guard beyond Host, Origin and site | does |
 * | --- | --- | --- |
 * | GET / and the page's files | | the page |
 * | GET /healthz | | tells whoever watches the process |
 * | POST /session, GET /session | own Origin and a token; the cookie | signs in; tells a page that comes again |
 * | POST /api/NAME | own Origin, cookie, csrf, JSON | a command of the contract |
 * | WebSocket /updates | own Origin, cookie, csrf | snapshot and updates |
 * | POST /stop, POST /open | no Origin, token of the run file | latches; gives a new address |
 *
 * Whatever is refused changes nothing, and a client that hangs up midway breaks nothing.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import type { Reply } from '../../shared/contract/reply.ts';
import { toWire } from '../../shared/contract/wire.ts';
import { cacheControl, type Page, securityHeaders } from '../../main/ipc/page.ts';
import { readJson, saysJson } from '../../main/ipc/json-body.ts';
import { checkBearer, checkOwnOrigin, checkRequest, sameSecret, type Refused } from '../../main/ipc/loopback-guards.ts';
import type { FeedView } from '../../main/runtime/feed.ts';
import { Sessions } from './sessions.ts';
import { Updates, type UpdateTiming, usualTiming } from './updates.ts';

export interface Health {
  readonly reconciled: boolean;
  readonly armed: boolean;
  readonly stopped: boolean;
}
export interface ServerParts {
  /** What programs of the same user find in the run file. */
  readonly token: string;
  /** Null when none was built. */
  readonly page: Page | null;
  readonly feed: FeedView;
  /** A command by its name; never rejects. */
  readonly invoke: (name: string, input: unknown) => Promise<Reply<unknown>>;
  readonly health: () => Health;
  /** Closes the latch before it returns; resolves when that may be acknowledged. */
  readonly stop: (closeAll: boolean) => Promise<void>;
  /** Told of the address that takes the place of one that was used. */
  readonly onUrl: (url: string) => void;
  /** Something threw that cannot throw. */
  readonly onBug: (error: unknown) => void;
  readonly now: () => number;
  readonly timing?: UpdateTiming;
}

const smallBodyBytes = 1024;
const commandBytes = 64 * 1024;
const stopBody = z.strictObject({ closeAll: z.boolean() });
const sessionBody = z.strictObject({ token: z.string().max(200) });

/** Who dawdles over a request is hung up on; a page's idle connections are kept, so that its next command leaves at once. */
const timeouts = { headersTimeout: 5000, requestTimeout: 10_000, keepAliveTimeout: 75_000, connectionsCheckingInterval: 1000 };

export class HostServer {
  readonly #parts: ServerParts;
  readonly #http: Server;
  readonly #port: number;
  readonly #sessions: Sessions;
  readonly #updates: Updates;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(http: Server, port: number, parts: ServerParts) {
    this.#parts = parts;
    this.#http = http;
    this.#port = port;
    this.#updates = new Updates(parts.feed, parts.now, parts.timing ?? usualTiming, parts.onBug);
    this.#sessions = new Sessions(port, parts.now, (session) => this.#updates.end(session));
    // Not every browser takes 'self' for ws:// too.
    this.#headers = securityHeaders(["'self'", `ws://127.0.0.1:${port}`, `ws://localhost:${port}`]);
    http.on(
      'request',
      (request: IncomingMessage, response: ServerResponse) =>
        void this.#answer(request, response).catch((error: unknown) => {
          response.destroy();
          parts.onBug(error);
        }),
    );
    http.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => this.#upgrade(request, connection, head));
  }

  /** @param port 0 lets the system choose. @throws Error when the port is taken */
  static async listen(port: number, parts: ServerParts): Promise<HostServer> {
    const http = createServer(timeouts);
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    return new HostServer(http, (http.address() as AddressInfo).port, parts);
  }

  get port(): number {
    return this.#port;
  }

  /** An address that signs in once. */
  freshUrl(): string {
    return `http://127.0.0.1:${this.#port}/#${this.#sessions.issue()}`;
  }

  async close(): Promise<void> {
    this.#http.close();
    this.#updates.close();
    this.#http.closeAllConnections();
    await once(this.#http, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = checkRequest(request, this.#port);
    if (refused !== null) return this.#refuse(response, refused);
    const { method = '', url = '' } = request;
    if (method === 'POST') {
      if (url === '/stop') return await this.#stop(request, response);
      if (url.startsWith('/api/')) return await this.#command(url.slice('/api/'.length), request, response);
      if (url === '/session') return await this.#signIn(request, response);
      if (url === '/open') return this.#open(request, response);
    } else if (method === 'GET' || method === 'HEAD') {
      if (url === '/healthz') return this.#send(response, 200, JSON.stringify(this.#parts.health()));
      if (url === '/session') return this.#tellSession(request, response);
      return this.#serve(url, response);
    }
    this.#refuse(response, { status: 404, error: 'NOT_FOUND' });
  }

  async #stop(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = checkBearer(request, this.#parts.token);
    if (refused !== null) return this.#refuse(response, refused);
    const read = await readJson(request, smallBodyBytes);
    if (!read.ok) return this.#refuse(response, read.refused);
    const body = stopBody.safeParse(read.value);
    if (!body.success) return this.#refuse(response, { status: 400, error: 'BODY' });
    await this.#parts.stop(body.data.closeAll);
    this.#send(response, 200, '{"ok":true}');
  }

  #open(request: IncomingMessage, response: ServerResponse): void {
    const refused = checkBearer(request, this.#parts.token);
    if (refused !== null) return this.#refuse(response, refused);
    this.#send(response, 200, JSON.stringify({ url: this.freshUrl() }));
  }

  async #command(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = checkOwnOrigin(request) ?? this.#checkSignedIn(request);
    if (refused !== null) return this.#refuse(response, refused);
    const read = await readJson(request, commandBytes);
    if (!read.ok) return this.#refuse(response, read.refused);
    this.#send(response, 200, toWire(await this.#parts.invoke(name, read.value)));
  }

  #checkSignedIn(request: IncomingMessage): Refused | null {
    const session = this.#sessions.of(request);
    if (session === null) return { status: 401, error: 'SESSION' };
    const csrf = request.headers['x-kimp-csrf'];
    if (typeof csrf !== 'string' || !sameSecret(csrf, session.csrf)) return { status: 403, error: 'CSRF' };
    return saysJson(request) ? null : { status: 415, error: 'CONTENT_TYPE' };
  }

  async #signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = checkOwnOrigin(request) ?? (saysJson(request) ? null : { status: 415, error: 'CONTENT_TYPE' });
    if (refused !== null) return this.#refuse(response, refused);
    const read = await readJson(request, smallBodyBytes);
    if (!read.ok) return this.#refuse(response, read.refused);
    const body = sessionBody.safeParse(read.value);
    if (!body.success) return this.#refuse(response, { status: 400, error: 'BODY' });
    const signedIn = this.#sessions.signIn(request, body.data.token);
    if (typeof signedIn === 'number') return this.#refuse(response, { status: signedIn, error: 'TOKEN' });
    this.#parts.onUrl(this.freshUrl());
    const { session, setCookie } = signedIn;
    this.#send(response, 200, JSON.stringify({ csrf: session.csrf }), setCookie === null ? {} : { 'set-cookie': setCookie });
  }

  #tellSession(request: IncomingMessage, response: ServerResponse): void {
    const session = this.#sessions.of(request);
    if (session === null) return this.#refuse(response, { status: 401, error: 'SESSION' });
    this.#send(response, 200, JSON.stringify({ csrf: session.csrf }));
  }

  #serve(path: string, response: ServerResponse): void {
    const { page } = this.#parts;
    if (page === null && path === '/') return this.#text(response, 503, 'The page was not built: npm run build builds it.\n');
    const file = page?.get(path);
    if (file === undefined) return this.#text(response, 404, 'There is no such page.\n');
    response.writeHead(200, { ...this.#headers, 'content-type': file.type, 'content-length': file.body.length, 'cache-control': cacheControl(file) });
    response.end(file.body);
  }

  #upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    // A client may hang up at any moment.
    connection.on('error', () => connection.destroy());
    const refused = checkRequest(request, this.#port) ?? checkOwnOrigin(request);
    const session = refused === null ? this.#sessions.of(request) : null;
    if (refused !== null) return hangUp(connection, refused.status);
    if (request.url !== '/updates') return hangUp(connection, 404);
    if (session === null) return hangUp(connection, 401);
    if (this.#updates.isFull) return hangUp(connection, 503);
    this.#updates.accept(request, connection, head, session);
  }

  #refuse(response: ServerResponse, { status, error }: Refused): void {
    this.#send(response, status, JSON.stringify({ error }), { connection: 'close' });
  }
  #text(response: ServerResponse, status: number, words: string): void {
    response.writeHead(status, { ...this.#headers, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(words);
  }
  #send(response: ServerResponse, status: number, body: string, more: Readonly<Record<string, string>> = {}): void {
    response.writeHead(status, { ...this.#headers, 'content-type': 'application/json', 'cache-control': 'no-store', ...more }).end(body);
  }
}

function hangUp(connection: Duplex, status: number): void {
  // A peer that never ends its half would otherwise keep the server from closing.
  connection.once('finish', () => connection.destroy());
  connection.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
