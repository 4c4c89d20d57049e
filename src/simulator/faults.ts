/**
 * Faults that POST /faults plants.
 *
 * 1. At most one fault acts on a request: the oldest whose venue, method and path match.
 * 2. A fault is used up only when it acts: a draw lost to `probability` costs nothing.
 * 3. A fault on an order acts on requests that place an order, whatever else its path matches.
 */
import { z } from 'zod';
import { lte, parseDecimal, type Ratio, ratio, sign } from '../shared/domain/units.ts';
import { sentence } from './sentence.ts';

/** What happens to the request or its answer; http/server.ts carries these out. */
export const transportFaultKinds = ['requestLost', 'replyLost', 'latency', 'errorBefore', 'errorAfter', 'rateLimited'] as const;
/** What the venue itself says to an order; the venue's front carries these out. */
export const orderFaultKinds = ['insufficientFunds', 'filterReject', 'partialFill'] as const;
export const faultKinds = [...transportFaultKinds, ...orderFaultKinds] as const;

export type TransportFaultKind = (typeof transportFaultKinds)[number];
export type OrderFaultKind = (typeof orderFaultKinds)[number];
export type FaultKind = TransportFaultKind | OrderFaultKind;

/** A fault that acts on the request at hand. */
export interface Fault {
  readonly id: string;
  readonly kind: FaultKind;
  /** ms; null where the planter named none. */
  readonly delayMs: number | null;
  /** partialFill: the part of the order that fills before the rest ends as the venue's IOC does, 0 to 1. */
  readonly fraction: Ratio;
}

export interface Faults {
  /** @param input the body of POST /faults as parsed JSON @returns the new fault's id, or a sentence for the 400 answer */
  add(input: unknown): { readonly ok: true; readonly id: string } | { readonly ok: false; readonly error: string };
  clear(): void;
  /** Finds the fault that acts on this request and counts it down. `path` is without the query. */
  take(venue: 'upbit' | 'binance', method: string, path: string, placesOrder: boolean): Fault | undefined;
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
    z.strictObject({ stream: z.enum(['upbit.public', 'upbit.myOrder', 'upbit.myAsset', 'binance.public', 'binance.user']) }),
  ]),
  kind: z.string(),
  times: z.number().int().min(0).default(1),
  delayMs: z.number().min(0).max(3_600_000).optional(),
  probability: z.number().min(0).max(1).default(1),
  fraction: fractionForm.default(ratio('0.5')),
});

interface Planted {
  readonly venue: 'upbit' | 'binance';
  readonly method: string | undefined;
  readonly path: string;
  readonly probability: number;
  /** Infinity: until deleted. */
  left: number;
  readonly fault: Fault;
}

const isKind = (kind: string): kind is FaultKind => (faultKinds as readonly string[]).includes(kind);
const actsOnOrders = (kind: FaultKind): boolean => (orderFaultKinds as readonly string[]).includes(kind);
const pathMatches = (pattern: string, path: string): boolean => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern);

/** @param random draws for `probability`, 0 ≤ value < 1 */
export function createFaults(random: () => number): Faults {
  let planted: Planted[] = [];
  let count = 0;

  return {
    add: (input) => {
      const parsed = faultForm.safeParse(input);
      if (!parsed.success) return { ok: false, error: sentence(parsed.error) };
      const { venue, match, kind, times, delayMs, probability, fraction } = parsed.data;
      if (!isKind(kind)) return { ok: false, error: `There is no fault ${kind}; there are ${faultKinds.join(', ')}` };
      if (!('path' in match)) return { ok: false, error: `match: ${kind} acts on requests, so it needs a path` };
      if (kind === 'latency' && delayMs === undefined) return { ok: false, error: 'delayMs: latency needs one' };
      count += 1;
      const id = `f${count}`;
      const fault: Fault = { id, kind, delayMs: delayMs ?? null, fraction };
      planted.push({
        venue,
        method: match.method?.toUpperCase(),
        path: match.path,
        probability,
        left: times === 0 ? Number.POSITIVE_INFINITY : times,
        fault,
      });
      return { ok: true, id };
    },
    clear: () => {
      planted = [];
    },
    take: (venue, method, path, placesOrder) => {
      for (const row of planted) {
        if (row.venue !== venue || (row.method !== undefined && row.method !== method) || !pathMatches(row.path, path)) continue;
        if (actsOnOrders(row.fault.kind) && !placesOrder) continue;
        if (row.probability < 1 && random() >= row.probability) continue;
        row.left -= 1;
        if (row.left === 0) planted = planted.filter((other) => other !== row);
        return row.fault;
      }
      return undefined;
    },
  };
}
