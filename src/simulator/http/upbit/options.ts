/**
 * Every habit of the simulated Upbit that the documents leave open, as a switch, and every delay of its streams.
 * docs/simulator-upbit.md says what is known of each.
 */
import type { SmpDefault } from '../../model/upbit/terms.ts';
import { type StreamTiming, usualTiming } from './timing.ts';

export interface UpbitOptions extends StreamTiming {
  /** The body of 429 and 418: the usual error object, or plain text. */
  readonly limitBody: 'json' | 'text';
  /** Whether 429 and 418 bear Retry-After. */
  readonly retryAfter: boolean;
  /** Whether a 429 to POST /v1/orders may have been carried out all the same. */
  readonly limitedMayExecute: boolean;
  /** So many refusals with 429 within ten seconds make a ban. */
  readonly refusalsBeforeBan: number;
  /** How long the first ban lasts, the second and so on, ms; all later ones are as long as the last. An hour without one begins anew. */
  readonly bansMs: readonly number[];
  /** Which signatures it takes. */
  readonly algorithms: readonly ('HS256' | 'HS512')[];
  /** Whether the private stream takes a nonce that was used before. */
  readonly streamNonceReuse: boolean;
  /** Where a bad token at the private stream is refused: at the upgrade with 401, or after it with an INVALID_AUTH frame. */
  readonly badStreamToken: 'upgrade' | 'frame';
  /** For how long an account's first subscription ever to myAsset hears nothing, ms. */
  readonly firstAssetSilenceMs: number;
  /** How long after its POST an order can be asked for, ms. */
  readonly visibleAfterMs: number;
  /** What becomes of a volume's ninth digit. */
  readonly extraDigits: 'refuse' | 'truncate';
  /** What an order without smp_type gets: `cancel_maker` since 2026-11-09, null before. */
  readonly smpDefault: SmpDefault;
  /** What the API key may not do: its calls answer out_of_scope. */
  readonly outOfScope: readonly KeyScope[];
  readonly key: 'valid' | 'expired' | 'foreignAddress';
  /** Markets that take neither orders nor cancels. */
  readonly offlineMarkets: readonly string[];
}

/** Upbit's permission groups. */
export type KeyScope = 'accounts' | 'orders' | 'makeOrders' | 'withdraws';

export const usualOptions: UpbitOptions = {
  ...usualTiming,
  limitBody: 'json',
  retryAfter: false,
  limitedMayExecute: false,
  refusalsBeforeBan: 20,
  bansMs: [10_000, 60_000, 300_000, 1_800_000],
  algorithms: ['HS256', 'HS512'],
  streamNonceReuse: true,
  badStreamToken: 'upgrade',
  firstAssetSilenceMs: 0,
  visibleAfterMs: 0,
  extraDigits: 'refuse',
  smpDefault: 'cancel_maker',
  outOfScope: ['withdraws'],
  key: 'valid',
  offlineMarkets: [],
};
