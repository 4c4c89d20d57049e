/**
 * Faults that POST /faults plants.
 *
 * 1. On a request act at most one `latency` and one fault of another kind: of each the oldest whose venue, method and
 *    path match.
 * 2. A fault is used up only when it acts: a draw lost to `probability` costs nothing.
 * 3. A fault acts only where its kind means something (fault-kinds.ts), whatever else its path matches.
 * 4. `banned` and `maintenance` last: from the first request they act on they answer for `delayMs`, `banned` on every
 *    path of the venue.
 */
import { z } from 'zod';
import { lte, parseDecimal, type Ratio, ratio, sign } from '../shared/domain/units.ts';
import {
  actsOn,
  type FaultKind,
  faultKinds,
  isFaultKind,
  isRequestFault,
  isStreamFault,
  type RequestRole,
  type StreamFaultKind,
  type StreamName,
  streamNames,
} from './fault-kinds.ts';
import { sentence } from './sentence.ts';

/** A fault that acts on the request or event at hand. */
export interface Fault {
  readonly id: string;
  readonly kind: FaultKind;
  /** ms; null where the planter named none. */
  readonly delayMs: number | null;
  /** partialFill: the part of the order that fills before the rest ends as the venue's IOC does, 0 to 1. */
  readonly fraction: Ratio;
  /** htmlBody: the HTTP status that comes with it. */
  readonly status: number;
}
export interface StreamFault extends Fault {
  readonly kind: StreamFaultKind;
}
/** What acts on one request. */
export interface Taken {
  /** How long the request waits before anything else happens to it, ms. */
  readonly latencyMs: number;
  /** What else acts on it; the `latency` itself where nothing else does. */
  readonly fault: Fault | undefined;
  /** banned and maintenance: ms until it is over. */
  readonly forMs: number;
}

export interface Faults {
  /** @param input the body of POST /faults as parsed JSON @returns the new fault's id, or a sentence for the 400 answer */
  add(input: unknown): { readonly ok: true; readonly id: string } | { readonly ok: false; readonly error: string };
  clear(): void;
  /** Finds what acts on this request and counts it down. `path` is without the query. */
  take(venue: 'upbit' | 'binance', method: string, path: string, role: RequestRole): Taken;
  /** Finds the fault of these kinds that acts on an event of this stream, the oldest first, and counts it down. */
  takeStream(stream: StreamName, kinds: readonly StreamFaultKind[]): StreamFault | undefined;
  /** Called with the stream of every fault on a stream that is planted, and when all are deleted. @returns stops listening */
  onStream(listener: (stream: StreamName | 'cleared') => void): () => void;
}

const fractionForm = z
  .union([z.string(), z.number().transform(String)])
  .refine((source) => {
    const value = parseDecimal<'ratio'>(source);
    return value !== undefined && sign(value) >= 0 && lte(value, ratio('1'));
  }, 'a decimal from 0 to 1')
  .transform(ratio);

const faultForm = z.strictObject({
  venue: z.enum(['upbit', 'binance']),
  match: z.union([
    z.strictObject({
      method: z.string().min(1).optional(),
      path: z
        .string()
        .regex(/^(\/[^*]*)?\*?$/, 'a path, or the beginning of one and *')
        .min(1),
    }),
    z.strictObject({ stream: z.enum(streamNames) }),
  ]),
  kind: z.string(),
  times: z.number().int().min(0).default(1),
  delayMs: z.number().min(0).max(300_000_000).optional(),
  probability: z.number().min(0).max(1).default(1),
  fraction: fractionForm.default(ratio('0.5')),
  status: z.number().int().min(200).max(599).default(502),
});
type FaultForm = z.output<typeof faultForm>;

interface Planted {
  readonly venue: 'upbit' | 'binance';
  readonly match: FaultForm['match'];
  readonly probability: number;
  /** Infinity: until deleted. */
  left: number;
  /** banned, maintenance: acts without being counted until then. */
  lastsUntil: number;
  readonly fault: Fault;
}

/** How long a ban lasts that was planted without `delayMs`: the shortest that either venue documents. */
const banMs = 120_000;
const pathMatches = (pattern: string, path: string): boolean => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern);
const lastingMs = ({ kind, delayMs }: Fault): number => (kind === 'banned' ? (delayMs ?? banMs) : kind === 'maintenance' ? (delayMs ?? 0) : 0);

/** @param random draws for `probability`, 0 ≤ value < 1 @param now ms, for the kinds that last */
export function createFaults(random: () => number, now: () => number = () => performance.now()): Faults {
  let planted: Planted[] = [];
  let count = 0;
  const listeners = new Set<(stream: StreamName | 'cleared') => void>();

  /** Counts a fault down, unless it loses its draw. */
  const acts = (row: Planted): boolean => {
    if (row.left === 0 || (row.probability < 1 && random() >= row.probability)) return false;
    row.left -= 1;
    row.lastsUntil = now() + lastingMs(row.fault);
    return true;
  };
  const sweep = () => {
    if (planted.some((row) => row.left === 0)) planted = planted.filter((row) => row.left > 0 || row.lastsUntil > now());
  };
  const takeRequest = (venue: string, method: string, path: string, role: RequestRole, isWanted: (kind: FaultKind) => boolean): Planted | undefined =>
    planted.find((row) => {
      const { match, fault } = row;
      if (row.venue !== venue || !('path' in match) || !isWanted(fault.kind)) return false;
      const isLasting = row.lastsUntil > now();
      if (isLasting && fault.kind === 'banned') return true;
      if (match.method !== undefined && match.method !== method) return false;
      return pathMatches(match.path, path) && actsOn(fault.kind, role) && (isLasting || acts(row));
    });

  return {
    add: (input) => {
      const parsed = faultForm.safeParse(input);
      if (!parsed.success) return { ok: false, error: sentence(parsed.error) };
      const read = readFault(parsed.data, `f${count + 1}`);
      if (typeof read === 'string') return { ok: false, error: read };
      count += 1;
      planted.push(read);
      const { match } = read;
      if ('stream' in match) for (const listener of listeners) listener(match.stream);
      return { ok: true, id: read.fault.id };
    },
    clear: () => {
      planted = [];
      for (const listener of listeners) listener('cleared');
    },
    take: (venue, method, path, role) => {
      if (planted.length === 0) return nothing;
      const latency = takeRequest(venue, method, path, role, (kind) => kind === 'latency')?.fault;
      const row = takeRequest(venue, method, path, role, (kind) => kind !== 'latency');
      const forMs = row === undefined ? 0 : Math.max(0, row.lastsUntil - now());
      sweep();
      return { latencyMs: latency?.delayMs ?? 0, fault: row?.fault ?? latency, forMs };
    },
    takeStream: (stream, kinds) => {
      for (const row of planted) {
        if (!('stream' in row.match) || row.match.stream !== stream || !isEventFault(row.fault) || !kinds.includes(row.fault.kind) || !acts(row))
          continue;
        sweep();
        return row.fault;
      }
      return undefined;
    },
    onStream: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

const isEventFault = (fault: Fault): fault is StreamFault => isStreamFault(fault.kind);
const nothing: Taken = { latencyMs: 0, fault: undefined, forMs: 0 };

/** @returns what is planted, or what is wrong with it */
function readFault({ venue, match, kind, times, delayMs, probability, fraction, status }: FaultForm, id: string): Planted | string {
  if (!isFaultKind(kind)) return `There is no fault ${kind}; there are ${faultKinds.join(', ')}`;
  if ('stream' in match) {
    if (!isStreamFault(kind)) return `match: ${kind} acts on requests, so it needs a path`;
    if (!match.stream.startsWith(`${venue}.`)) return `match: ${match.stream} is not a stream of ${venue}`;
    if (kind === 'listenKeyExpired' && match.stream !== 'binance.user') return 'match: listenKeyExpired acts on binance.user';
  } else if (!isRequestFault(kind)) {
    return `match: ${kind} acts on events, so it needs a stream`;
  }
  if (kind === 'latency' && delayMs === undefined) return 'delayMs: latency needs one';
  return {
    venue,
    match: 'stream' in match || match.method === undefined ? match : { ...match, method: match.method.toUpperCase() },
    probability,
    left: times === 0 ? Number.POSITIVE_INFINITY : times,
    lastsUntil: 0,
    fault: { id, kind, delayMs: delayMs ?? null, fraction, status },
  };
}
