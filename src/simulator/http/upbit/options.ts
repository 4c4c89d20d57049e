/**
 * Every habit of the simulated Upbit that the documents leave open, as a switch, and every delay of its streams.
 * docs/simulator-upbit.md says what is known of each.
 */
import { z } from 'zod';
import { sentence } from '../../sentence.ts';

const ms = z.number().min(0);

/** Upbit's permission groups. */
const keyScopes = ['accounts', 'orders', 'makeOrders', 'withdraws'] as const;
export type KeyScope = (typeof keyScopes)[number];

export const upbitOptionsForm = z.strictObject({
  /** How long after it happened an account event is sent: evenly drawn from 0 to this. */
  eventDelayMs: ms.default(20),
  /** How often, of all calls, the events leave before the REST answer does. 0 to 1. */
  earlyEvents: z.number().min(0).max(1).default(0.25),
  /** A connection on which nothing went either way for this long is closed. */
  idleMs: ms.default(120_000),
  /** How often the status is repeated once a client wrote PING. Whether it counts as traffic is [?], here it does not. */
  statusMs: ms.default(10_000),
  /** What a sixth data request in a second, or a hundred and first in a minute, gets: an error frame, or the end. */
  excessMessages: z.enum(['error', 'close']).default('error'),
  /** `off` counts no requests at all: for benchmarks of everything else. */
  limits: z.enum(['on', 'off']).default('on'),
  /** The body of 429 and 418: the usual error object, or plain text. */
  limitBody: z.enum(['json', 'text']).default('json'),
  /** Whether 429 and 418 bear Retry-After. Those of planted faults always do. */
  retryAfter: z.boolean().default(false),
  /** Whether a 429 to an order may have been carried out all the same. */
  limitedMayExecute: z.boolean().default(false),
  /** So many refusals with 429 within ten seconds make a ban. */
  refusalsBeforeBan: z.number().int().min(1).default(20),
  /** How long the first ban lasts, the second and so on, ms; all later ones are as long as the last. An hour without one begins anew. */
  bansMs: z.array(ms).min(1).readonly().default([10_000, 60_000, 300_000, 1_800_000]),
  /** Which signatures it takes. */
  algorithms: z
    .array(z.enum(['HS256', 'HS512']))
    .readonly()
    .default(['HS256', 'HS512']),
  /** Whether the private stream takes a nonce that was used before. */
  streamNonceReuse: z.boolean().default(true),
  /** Where a bad token at the private stream is refused: at the upgrade with 401, or after it with an INVALID_AUTH frame. */
  badStreamToken: z.enum(['upgrade', 'frame']).default('upgrade'),
  /** For how long an account's first subscription ever to myAsset hears nothing. */
  firstAssetSilenceMs: ms.default(0),
  /** How long after its POST an order can be asked for. */
  visibleAfterMs: ms.default(0),
  /** What becomes of a volume's ninth digit. */
  extraDigits: z.enum(['refuse', 'truncate']).default('refuse'),
  /** What an order without smp_type gets: `cancel_maker` since 2026-11-09, before that it stayed absent. */
  smpDefault: z.enum(['cancel_maker', 'absent']).default('cancel_maker'),
  /** What the API key may not do: its calls answer out_of_scope. */
  outOfScope: z.array(z.enum(keyScopes)).readonly().default(['withdraws']),
  key: z.enum(['valid', 'expired', 'foreignAddress']).default('valid'),
  /** Markets that take neither orders nor cancels. */
  offlineMarkets: z.array(z.string()).readonly().default([]),
});

export type UpbitOptions = Readonly<z.output<typeof upbitOptionsForm>>;
/** The part that streams go by. */
export type StreamTiming = Pick<UpbitOptions, 'eventDelayMs' | 'earlyEvents' | 'idleMs' | 'statusMs' | 'excessMessages'>;

/** @throws ZodError when a switch does not exist or cannot stand like this */
export const upbitOptions = (wanted: z.input<typeof upbitOptionsForm>): UpbitOptions => upbitOptionsForm.parse(wanted);
export const usualOptions: UpbitOptions = upbitOptions({});

/**
 * One switch set to another value; lists may come as text, their members between commas.
 * @returns all switches, or what is wrong with the value
 */
export function changedOptions(options: UpbitOptions, name: string, value: unknown): UpbitOptions | string {
  const whole = upbitOptionsForm.safeParse({ ...options, [name]: value });
  if (whole.success) return whole.data;
  const members = typeof value === 'string' ? value.split(',').filter((member) => member !== '') : [];
  const numbers = members.every((member) => /^\d+$/.test(member)) ? members.map(Number) : members;
  const listed = upbitOptionsForm.safeParse({ ...options, [name]: numbers });
  return typeof value === 'string' && listed.success ? listed.data : sentence(whole.error);
}
