/** The console's own simulated venues, in a worker thread: never on the engine's event loop, durable like real ones. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';

const url = z.url().transform((text) => new URL(text));
const endpoints = z.object({ rest: url, ws: url });
/** The `keys` object of a simulator's ready line: what --venue-keys holds. */
export const venueKeysSchema = z.object({
  upbit: z.object({ accessKey: z.string().min(1), secretKey: z.string().min(1) }),
  binance: z.object({ apiKey: z.string().min(1), secret: z.string().min(1) }),
});
const readySchema = z.object({ upbit: endpoints, binance: endpoints, control: z.string(), keys: venueKeysSchema });

export type VenueKeys = z.output<typeof venueKeysSchema>;
export interface Endpoints {
  readonly rest: URL;
  readonly ws: URL;
}
export interface VenueAddresses {
  readonly upbit: Endpoints;
  readonly binance: Endpoints;
  readonly keys: VenueKeys;
  /** Where a bank's USD/KRW is read; absent where there is none. */
  readonly bankRateUrl?: URL;
  /** Ends simulated venues of the console's own. */
  close?(): Promise<void>;
}
export interface PaperVenues extends VenueAddresses {
  readonly control: string;
  close(): Promise<void>;
}

/** What the simulated venues trade on. */
export type PaperMarket = 'synthetic' | `recorded:${string}`;

export interface PaperVenueOptions {
  readonly market: PaperMarket;
  /** The built worker (out/simulator-worker.mjs). */
  readonly worker: URL;
  /** Folder of the durable accounts. */
  readonly state: string;
  readonly seed?: number;
}

/** @throws Error when the worker could not start: its own error */
export async function startPaperVenues({ worker, market, state, seed }: PaperVenueOptions): Promise<PaperVenues> {
  const thread = new Worker(worker, { workerData: { market, state, ...(seed === undefined ? {} : { seed }) } });
  const ended = new Promise((resolve) => void thread.once('exit', resolve));
  const [message] = await once(thread, 'message');
  const ready = readySchema.parse(message);
  return {
    ...ready,
    bankRateUrl: new URL('/fx/usd-krw', ready.control),
    async close() {
      thread.postMessage('close');
      await ended;
    },
  };
}
