/** Faults drawn at random for the order paths and order streams of both venues, as a bad day deals them. */
import { control } from './ledger.ts';
import type { Simulator } from './programs.ts';

type Venue = 'upbit' | 'binance';
type Draw = () => number;

const orderPaths = { upbit: { place: '/v1/orders', query: '/v1/order' }, binance: { place: '/fapi/v1/order', query: '/fapi/v1/order' } } as const;
const orderStreams = { upbit: 'upbit.myOrder', binance: 'binance.user' } as const;

/** Each with what it needs to be felt within the seconds that a console lives between two kills. */
const onPlacing: readonly object[] = [
  { kind: 'requestLost', delayMs: 400 },
  { kind: 'replyLost', delayMs: 400 },
  { kind: 'latency', delayMs: 150, times: 4 },
  { kind: 'latency', delayMs: 1200 },
  { kind: 'errorBefore' },
  { kind: 'errorAfter' },
  { kind: 'truncatedJson' },
  { kind: 'htmlBody' },
  { kind: 'emptyObject' },
  { kind: 'stalledBody', delayMs: 400 },
  { kind: 'reset' },
  { kind: 'insufficientFunds' },
  { kind: 'filterReject' },
  { kind: 'partialFill', fraction: '0.1' },
  { kind: 'partialFill', fraction: '0.5', times: 3 },
  { kind: 'venueCancel', delayMs: 50 },
];
const onQueries: readonly object[] = [
  { kind: 'queryLag', delayMs: 800, times: 3 },
  { kind: 'staleFilled', times: 2 },
  { kind: 'latency', delayMs: 300, times: 5 },
  { kind: 'errorBefore', times: 2 },
  { kind: 'replyLost', delayMs: 400 },
];
const onStreams: readonly object[] = [
  { kind: 'droppedEvents', times: 0 },
  { kind: 'droppedEvents', times: 0, probability: 0.5 },
  { kind: 'duplicateEvent', times: 0 },
  { kind: 'reorderedEvents', times: 0 },
  { kind: 'latency', delayMs: 400, times: 0 },
  { kind: 'streamGap', delayMs: 1500 },
  { kind: 'halfOpen', delayMs: 1500 },
  { kind: 'reset' },
];

const pick = <T>(of: readonly T[], draw: Draw): T => {
  const found = of[Math.floor(draw() * of.length)];
  if (found === undefined) throw new Error('Invariant: a draw is below 1');
  return found;
};

/** Takes away what is left of the last faults and plants one to three new ones. @returns their kinds */
export async function plantMisfortune(simulator: Simulator, draw: Draw): Promise<readonly string[]> {
  await fetch(`${simulator.ready.control}/faults`, { method: 'DELETE' });
  const count = 1 + Math.floor(draw() * 3);
  const kinds: string[] = [];
  for (let planted = 0; planted < count; planted += 1) {
    const venue: Venue = draw() < 0.5 ? 'upbit' : 'binance';
    const place = draw();
    const body =
      place < 0.6
        ? { match: { method: 'POST', path: orderPaths[venue].place }, ...pick(onPlacing, draw) }
        : place < 0.8
          ? { match: { method: 'GET', path: orderPaths[venue].query }, ...pick(onQueries, draw) }
          : { match: { stream: orderStreams[venue] }, ...pick(onStreams, draw) };
    await control(simulator, '/faults', { venue, ...body });
    kinds.push(`${venue} ${'kind' in body ? String(body.kind) : ''}`);
  }
  return kinds;
}
