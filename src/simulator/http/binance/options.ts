/**
 * What only this simulation decides: habits of the venue that its documents leave open, as switches, and its delays and
 * lives, as numbers. docs/simulator-binance.md says what is known of each.
 */
import { z } from 'zod';
import { sentence } from '../../sentence.ts';

const ms = z.number().min(0);
const life = z.number().min(1).max(2_000_000_000);

export const binanceOptionsForm = z.strictObject({
  /** POST, PUT and DELETE answers carry avgPrice and cumQuote; the venue's own connector dropped them in 2026. */
  moneyInAnswers: z.boolean().default(true),
  /** Executions are told of in short form (TRADE_LITE) ahead of the long one. */
  tradeLite: z.boolean().default(true),
  /** What becomes of a post-only order that would trade at once: refused with -5022, or taken and EXPIRED. */
  crossingPostOnly: z.enum(['refuse', 'expire']).default('refuse'),
  /** Where ACCOUNT_UPDATE of an execution stands: behind the events of the order, or ahead of its executions. */
  accountEvents: z.enum(['last', 'first', 'random']).default('last'),
  /** Events of the user stream leave within this time after what they tell of, in their order. */
  maxEventDelayMs: ms.default(20),
  /** How long a listen key lives without being asked for again. */
  listenKeyLifeMs: life.default(3_600_000),
  /** `off` refuses nobody for weight or order counts: for benchmarks of everything else. */
  limits: z.enum(['on', 'off']).default('on'),
  /** What a minute holds; another one is for measuring. */
  weightPerMinute: z.number().int().min(1).max(9_999_999).default(2400),
  /** So many refusals for weight within a minute make a ban. */
  refusalsBeforeBan: z.number().int().min(1).default(10),
  /** How long a WebSocket lives at most. */
  socketLifeMs: life.default(86_400_000),
  /** How often the venue pings, and how long it waits for an answer. */
  pingEveryMs: life.default(180_000),
  pongWithinMs: life.default(600_000),
});
export type BinanceOptions = z.output<typeof binanceOptionsForm>;
export type ChosenOptions = Partial<BinanceOptions>;

/** Those that may be changed while the venue runs. */
const changeable: readonly string[] = ['moneyInAnswers', 'tradeLite', 'crossingPostOnly', 'accountEvents', 'maxEventDelayMs'];

/** Changes one option of a running venue. @returns the options with it, or what is wrong */
export function changedOption(
  options: BinanceOptions,
  name: string,
  value: unknown,
): { ok: true; options: BinanceOptions } | { ok: false; error: string } {
  const read = binanceOptionsForm.safeParse({ ...options, [name]: value });
  if (!read.success) return { ok: false, error: sentence(read.error) };
  if (changeable.includes(name)) return { ok: true, options: read.data };
  return { ok: false, error: `${name} is set at the start only; ${changeable.join(', ')} may change` };
}
