/**
 * Fills the chart of a console that has just started with the last day: premiums of the minutes that both venues have
 * candles of. Closing prices are not middles of books and a bank's past is not known, so the points are coarser than
 * what is watched from then on, and the kimchi premium stays a gap.
 *
 * It asks slowly, in the lowest lane, and gives up without a word: nothing depends on it.
 */
import type { Answer } from '../../shared/domain/failure.ts';
import { type Price, toNumber } from '../../shared/domain/units.ts';
import type { Columns } from './premium-series.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Two markets of Upbit at once stay below the ten requests a second that the venue takes. */
const betweenMs = 250;
/** The most that some venue gives at once; others give less, and are asked again. */
const atOnce = 1500;

/** Minutes that began before `to`, newest last (exchanges/port.ts). */
export type ReadMinutes = (to: number, count: number) => Promise<Answer<readonly { readonly at: number; readonly close: Price }[]>>;

export interface BackfillParts {
  readonly spot: ReadMinutes;
  readonly perp: ReadMinutes;
  /** Upbit's USDT/KRW. */
  readonly fx: ReadMinutes;
  readonly series: { prepend(columns: Columns, spacingMs: number): void };
  readonly now: () => number;
  /** Resolves after so many ms, or at once when it is all over. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly isOver: () => boolean;
}

/** Resolves when the past is there, could not be had, or nobody wants it any more. */
export async function backfill(parts: BackfillParts): Promise<void> {
  const until = parts.now();
  const [spot, perp, fx] = await Promise.all([parts.spot, parts.perp, parts.fx].map((read) => closesSince(read, until, parts)));
  if (!spot || !perp || !fx) return;
  parts.series.prepend(premiums(spot, perp, fx), minuteMs);
}

/** Closing prices of the last day by when their minutes ended; null when one page could not be read. */
async function closesSince(read: ReadMinutes, until: number, { sleep, isOver }: BackfillParts): Promise<Map<number, number> | null> {
  const closes = new Map<number, number>();
  const since = until - dayMs;
  for (let to = until; to > since; ) {
    const answer = await read(to, Math.min(atOnce, Math.ceil((to - since) / minuteMs) + 1));
    if (!answer.ok || isOver()) return null;
    const oldest = answer.value[0]?.at;
    // The market's own beginning, or a venue that repeats itself.
    if (oldest === undefined || oldest >= to) break;
    // The newest minute may still run: its close is none yet.
    for (const { at, close } of answer.value) if (at >= since && at + minuteMs <= until) closes.set(at + minuteMs, toNumber(close));
    to = oldest;
    await sleep(betweenMs);
    if (isOver()) return null;
  }
  return closes;
}

function premiums(spot: ReadonlyMap<number, number>, perp: ReadonlyMap<number, number>, fx: ReadonlyMap<number, number>): Columns {
  const rows = [...spot].flatMap(([at, krw]) => {
    const abroad = (perp.get(at) ?? 0) * (fx.get(at) ?? 0);
    return abroad > 0 ? [{ at, premium: krw / abroad - 1 }] : [];
  });
  rows.sort((a, b) => a.at - b.at);
  return { at: rows.map((row) => row.at), trading: rows.map((row) => row.premium), kimchi: rows.map(() => Number.NaN) };
}
