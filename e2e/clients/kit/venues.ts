/** Simulated venues as a process of their own, for one suite. */
import { control, type Ledger, ledger } from '../../kit/ledger.ts';
import { type Simulator, startSimulator, temporaryFolder } from '../../kit/programs.ts';
import { until } from '../../kit/until.ts';
import { serveVenueHosts } from './venue-hosts.ts';

export interface Keys {
  readonly upbit: { readonly accessKey: string; readonly secretKey: string };
  readonly binance: { readonly apiKey: string; readonly secret: string };
}

export interface Venues {
  readonly keys: Keys;
  /** http://127.0.0.1:PORT of each venue, for what is said to it without a client. */
  readonly upbit: string;
  readonly binance: string;
  control(path: string, body: object): Promise<unknown>;
  /** Faults on the next requests to a path. */
  fault(venue: 'upbit' | 'binance', method: string, path: string, kind: string, more?: object): Promise<unknown>;
  /** Faults on a stream, by its name in the control API. */
  streamFault(stream: string, kind: string, more?: object): Promise<unknown>;
  clearFaults(): Promise<void>;
  ledger(): Promise<Ledger>;
  close(): Promise<void>;
}

/** Prices stay where they are put, so that what a client reads can be told beforehand. */
export async function startVenues(args: readonly string[] = ['--market', 'still', '--seed', '7']): Promise<Venues> {
  const folder = await temporaryFolder();
  const simulator: Simulator = await startSimulator(folder.path, args);
  const { ready } = simulator;
  const hosts = await serveVenueHosts({ upbit: Number(new URL(ready.upbit.rest).port), binance: Number(new URL(ready.binance.rest).port) });
  return {
    keys: ready.keys as Keys,
    upbit: ready.upbit.rest,
    binance: ready.binance.rest,
    control: (path, body) => control(simulator, path, body),
    fault: (venue, method, path, kind, more = {}) => control(simulator, '/faults', { venue, match: { method, path }, kind, ...more }),
    streamFault: (stream, kind, more = {}) => control(simulator, '/faults', { venue: stream.split('.')[0], match: { stream }, kind, ...more }),
    async clearFaults() {
      await fetch(`${ready.control}/faults`, { method: 'DELETE' });
    },
    ledger: () => ledger(simulator),
    async close() {
      await simulator.program.end();
      await hosts.close();
      await folder.remove();
    },
  };
}

/** What a call throws; an error when it does not. */
export async function refusal(call: () => Promise<unknown>): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (error) {
    return error;
  }
  throw new Error(`Not refused: ${JSON.stringify(answer)}`);
}

/** Makes the same call again and again, one at a time, until it is stopped; what fails ends it and comes out of `stop`. */
export function repeat(call: () => Promise<unknown>, everyMs = 200): { stop(): Promise<void> } {
  let isOn = true;
  const rounds = (async () => {
    while (isOn) {
      await call();
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  const failed = rounds.then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    async stop() {
      isOn = false;
      const error = await failed;
      if (error !== undefined) throw error;
    },
  };
}

/** Collects what a stream tells, and waits for what fits. */
export class Heard<T> {
  readonly all: T[] = [];
  readonly push = (value: T): void => {
    this.all.push(value);
  };

  next(what: string, fits: (value: T) => boolean, timeoutMs = 10_000): Promise<T> {
    return until(
      what,
      () => this.all.find(fits),
      timeoutMs,
      () => this.all.map((value) => JSON.stringify(value)).join('\n'),
    );
  }
}
