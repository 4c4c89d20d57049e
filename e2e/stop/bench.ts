/** A headless console on simulated venues, with a page that reads along and a signal socket that entries stream in on. */
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type { OrderRow } from '../../src/shared/contract/rows.ts';
import type { LedgerOrder, LedgerRequest } from '../kit/ledger.ts';
import { type Line, type Program, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { freshId } from '../kit/signals.ts';
import { until } from '../kit/until.ts';

/** Nothing but the stop is to end entries here, however busy the machine is. */
const lenient = [
  ['maxEntriesPerMinute', '1000'],
  ['maxEntriesPerDay', '100000'],
  ['maxFailedEntriesInARow', '1000'],
  ['maxClockOffsetEntryMs', '20000'],
  ['maxClockOffsetStopMs', '60000'],
].flatMap(([name, value]) => ['--set', `${name}=${value}`]);

/** Trials come faster than stops do: what a minute of reads costs is not to be what they measure. */
const manyReads = ['--switch', 'binance.weightPerMinute=500000'];

export interface BenchParts {
  /** As many reads as the venue really allows. */
  readonly usualQuota?: boolean;
  readonly nodeArgs?: readonly string[];
  /** Makes the data folder something else than a plain one. */
  readonly prepare?: (data: string) => void;
}
export interface VenuesSeen {
  readonly requests: readonly (LedgerRequest & { readonly seq: number })[];
  readonly orders: readonly (LedgerOrder & { readonly updatedAt: number })[];
}
export interface Reply {
  readonly ok: boolean;
  readonly code?: string;
  readonly value?: unknown;
}

/** A socket to the console; one that ends with it is no failure, and what it says is not read here. */
async function opened(url: string, headers: Readonly<Record<string, string>>): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers });
  socket.on('error', () => undefined);
  await until(url, () => (socket.readyState === WebSocket.OPEN ? true : undefined), 10_000);
  return socket;
}

export class Bench {
  readonly simulator: Simulator;
  readonly program: Program;
  readonly folder: string;
  readonly #remove: () => Promise<void>;
  #session: { readonly origin: string; readonly cookie: string; readonly csrf: string } = { origin: '', cookie: '', csrf: '' };
  #socket: WebSocket | null = null;
  #page: WebSocket | null = null;

  private constructor(folder: string, simulator: Simulator, program: Program, remove: () => Promise<void>) {
    this.folder = folder;
    this.simulator = simulator;
    this.program = program;
    this.#remove = remove;
  }

  static async start({ nodeArgs = [], prepare, usualQuota = false }: BenchParts = {}): Promise<Bench> {
    const folder = await temporaryFolder();
    await mkdir(join(folder.path, 'data'), { recursive: true });
    prepare?.(join(folder.path, 'data'));
    const simulator = await startSimulator(folder.path, usualQuota ? [] : manyReads);
    const program = startConsole(folder.path, simulator, ['--signals-port', '0', ...lenient], nodeArgs);
    const bench = new Bench(folder.path, simulator, program, folder.remove);
    await bench.#connect();
    return bench;
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  async #connect(): Promise<void> {
    const ready = await this.program.line('the console to be ready', (line) => line.event === 'ready', 30_000);
    const { origin, hash } = new URL(String(ready['url']));
    const headers = { origin, 'content-type': 'application/json' };
    const response = await fetch(`${origin}/session`, { method: 'POST', headers, body: JSON.stringify({ token: hash.slice(1) }) });
    const { csrf } = (await response.json()) as { csrf: string };
    this.#session = { origin, cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '', csrf };
    const { url, token } = ready['signals'] as { url: string; token: string };
    this.#socket = await opened(url, { authorization: `Bearer ${token}` });
    this.#page = await opened(this.credentials.url, { origin, cookie: this.#session.cookie });
    this.#page.send(JSON.stringify({ csrf }));
    await this.program.line('the console to arm', (line) => line.event === 'armed', 30_000);
  }

  /** What a page sends with its socket. */
  get credentials(): { readonly url: string; readonly origin: string; readonly cookie: string; readonly csrf: string } {
    return { ...this.#session, url: `${this.#session.origin.replace('http', 'ws')}/updates` };
  }

  /** A command of the contract, as the page sends it. */
  async command(name: string, input: object): Promise<Reply> {
    const { origin, cookie, csrf } = this.#session;
    const headers = { origin, cookie, 'content-type': 'application/json', 'x-kimp-csrf': csrf };
    const response = await fetch(`${origin}/api/${name}`, { method: 'POST', headers, body: JSON.stringify(input) });
    return (await response.json()) as Reply;
  }

  /** What `npm run stop` sends, once it has read the run file and is connected. @returns when it left */
  async stopByRunFile(closeAll: boolean): Promise<number> {
    const { port, token } = JSON.parse(await readFile(join(this.data, 'run.json'), 'utf8')) as { port: number; token: string };
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const leftAt = Date.now();
    const asked = request({ host: '127.0.0.1', port, path: '/stop', method: 'POST', headers, createConnection: () => socket });
    asked.end(JSON.stringify({ closeAll }));
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    await text(response);
    return leftAt;
  }

  say(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  /** ENTERs of 0.001 BTC at a rate. @returns a function that ends them */
  enterEvery(ms: number): () => void {
    const one = (): void => {
      this.say({ type: 'signal', signal: { id: freshId('in'), action: 'ENTER', symbol: 'BTC', quantity: '0.001', createdAt: Date.now() } });
    };
    const timer = setInterval(one, ms);
    return () => clearInterval(timer);
  }

  /** The first line that fits among those printed after so many. */
  async lineAfter(count: number, what: string, fits: (line: Line) => boolean, timeoutMs: number): Promise<Line> {
    const { lines } = this.program;
    const find = (): Line | undefined => {
      for (let index = count; index < lines.length; index += 1) {
        const line = lines[index];
        if (line !== undefined && fits(line)) return line;
      }
      return undefined;
    };
    const tail = (): string =>
      `${this.program.stderr.slice(-2000)}\n${lines
        .slice(-40)
        .map((line) => JSON.stringify(line))
        .join('\n')}`;
    return await until(what, find, timeoutMs, tail);
  }

  async orders(): Promise<Readonly<Record<string, OrderRow>>> {
    const { value } = await this.command('snapshot.get', {});
    return (value as { tables: { orders: Record<string, OrderRow> } }).tables.orders;
  }
  /** What the venues were asked since, and every order that they have. */
  async venuesSince(seq: number): Promise<VenuesSeen> {
    return (await (await fetch(`${this.simulator.ready.control}/ledger?since=${seq}`)).json()) as VenuesSeen;
  }

  async plant(venue: 'upbit' | 'binance', match: object, kind: string, more: object = {}): Promise<void> {
    const body = JSON.stringify({ venue, match, kind, times: 0, ...more });
    const response = await fetch(`${this.simulator.ready.control}/faults`, { method: 'POST', body });
    if (response.status !== 200) throw new Error(await response.text());
  }
  async clearFaults(): Promise<void> {
    await fetch(`${this.simulator.ready.control}/faults`, { method: 'DELETE' });
  }

  async close(): Promise<void> {
    this.#socket?.terminate();
    this.#page?.terminate();
    await this.program.kill();
    await this.simulator.program.kill();
    await this.#remove();
  }
}
