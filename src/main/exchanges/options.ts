/** What an adapter is made of: where it connects, with which keys, and who watches it. */
import { isLoopbackHost } from './loopback.ts';
import type { RequestObserver } from './port.ts';
import type { StreamTiming } from './stream-timing.ts';

/** As the simulator's ready line and the key store name them. */
export interface UpbitKeys {
  readonly accessKey: string;
  readonly secretKey: string;
}
export interface BinanceKeys {
  readonly apiKey: string;
  readonly secret: string;
}

export interface VenueOptions<Keys> {
  /** Origin of the REST interface. */
  readonly rest: URL;
  /** Origin of the WebSocket interface. */
  readonly ws: URL;
  readonly keys: Keys;
  /** Paper: true, and nothing but loopback can be reached. Live and shadow: false, and loopback is refused. */
  readonly loopbackOnly: boolean;
  /** How long one request may take, its body included. Default 10,000 ms. */
  readonly deadlineMs?: number;
  /** When a stream counts as silent and how soon it is dialed again. */
  readonly streamTiming?: StreamTiming;
  readonly onRequest: RequestObserver;
  /** ms since 1970, our clock. */
  readonly now: () => number;
}

export const defaultDeadlineMs = 10_000;

/** Whether a mode may connect to an address: paper to loopback only, the others to anything else, encrypted. */
export function mayConnect(url: URL, loopbackOnly: boolean): boolean {
  if (loopbackOnly) return isLoopbackHost(url.hostname) && ['http:', 'ws:', 'https:', 'wss:'].includes(url.protocol);
  return !isLoopbackHost(url.hostname) && ['https:', 'wss:'].includes(url.protocol);
}

/** @throws RangeError when an address does not fit the mode: the hosts check it with `mayConnect` before they come here */
export function assertAddresses(options: Pick<VenueOptions<unknown>, 'rest' | 'ws' | 'loopbackOnly'>): void {
  for (const url of [options.rest, options.ws]) {
    if (mayConnect(url, options.loopbackOnly)) continue;
    const rule = options.loopbackOnly ? 'paper connects to loopback only' : 'live connects encrypted and never to loopback';
    throw new RangeError(`Invariant: ${rule}, was ${url.origin}`);
  }
}
