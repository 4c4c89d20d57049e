/** Spec S5.4, S6.7 and S7.1 for one ENTER, written down again: how much, or which rule says no first. And how much an EXIT leaves. */
import { average, coarse, fee, levels, minima, premium, type Scene, tick } from './scene.ts';
import { down, most, one, over, times, whole } from './whole.ts';

export interface Wish {
  readonly quantity?: string;
  readonly amountKrw?: string;
  readonly risk?: string;
  readonly bounds?: readonly [expected: string, slippage: string];
}
export interface Limits {
  maxHedgeKrw: string;
  maxSignalRisk: string;
  maxEntriesPerMinute: number;
  maxEntriesPerDay: number;
  cooldownMs: number;
  maxBookAgeMs: number;
  maxClockOffsetEntryMs: number;
  maxPositionRatio: string;
}
export const usualLimits = (): Limits => ({
  maxHedgeKrw: '100000000',
  maxSignalRisk: '0.5',
  maxEntriesPerMinute: 20,
  maxEntriesPerDay: 500,
  cooldownMs: 1000,
  maxBookAgeMs: 3000,
  maxClockOffsetEntryMs: 750,
  maxPositionRatio: '0.5',
});

/** What an entry is held against besides prices. */
export interface Standing {
  readonly limits: Limits;
  /** ms since the coin was last closed; null: never. */
  readonly sinceClose: number | null;
  readonly entriesInMinute: number;
  readonly entriesToday: number;
  /** Coins that hedges hold or may come to hold, the larger leg of each. */
  readonly exposure: bigint;
  /** Coins held on the spot venue. */
  readonly coins: bigint;
  /** The account's short, and ours; null while something of ours moves. */
  readonly short: { readonly held: bigint; readonly ours: bigint } | null;
  readonly account: { readonly krw: bigint; readonly balance: bigint; readonly available: bigint };
}

export type Judged = { readonly passes: true; readonly quantity: bigint } | { readonly passes: false; readonly codes: readonly string[] };
const no = (...codes: readonly string[]): Judged => ({ passes: false, codes });

export function judge(wish: Wish, scene: Scene, standing: Standing): Judged {
  const missing = notFresh(scene, standing.limits);
  if (missing !== null) return missing;
  const worst = collar(scene, 'spot', 'buy');
  const wanted = wish.quantity === undefined ? over(whole(wish.amountKrw ?? '0'), times(worst, one + fee)) : whole(wish.quantity);
  const quantity = down(wanted, coarse);
  if (quantity === 0n) return no('BELOW_STEP');
  const [ask, bid] = [whole(scene.spotAsk), whole(scene.perpBid)];
  if (quantity < minima.quantity || times(ask, quantity) < minima.krw || times(bid, quantity) < minima.usdt) return no('BELOW_MINIMUM');
  const code = broken(wish, scene, standing, quantity, worst);
  return code === null ? { passes: true, quantity } : no(code);
}

/** A missing or stale input denies, whatever the numbers are. */
function notFresh(scene: Scene, limits: Limits): Judged | null {
  if (scene.missing.some((part) => part === 'spot' || part === 'perp' || part === 'fx')) return no('NO_DATA');
  if (scene.staleMs > limits.maxBookAgeMs) return no('STALE_BOOK');
  if (scene.clockMs > limits.maxClockOffsetEntryMs) return no('CLOCK_OFFSET');
  return scene.missing.includes('accounts') ? no('NO_DATA') : null;
}

/** The first rule that is broken, in the order of docs/risk.md. */
function broken(wish: Wish, scene: Scene, standing: Standing, quantity: bigint, worst: bigint): string | null {
  const { limits, account } = standing;
  const [ask, bid, fx] = [whole(scene.spotAsk), whole(scene.perpBid), whole(scene.fx)];
  const at = premium(scene, 'open', quantity);
  const capital = account.krw + times(standing.coins, whole(scene.spotBid)) + times(account.balance, fx);
  const margin = times(bid, quantity) + times(times(bid, quantity), fee);
  const bounds = wish.bounds === undefined ? null : whole(wish.bounds[0]) + whole(wish.bounds[1]);
  const rules: readonly (readonly [string, boolean])[] = [
    ['SIGNAL_RISK', wish.risk !== undefined && whole(wish.risk) > whole(limits.maxSignalRisk)],
    ['COOLDOWN', standing.sinceClose !== null && standing.sinceClose < limits.cooldownMs],
    ['ENTRIES_PER_MINUTE', standing.entriesInMinute + 1 > limits.maxEntriesPerMinute],
    ['ENTRIES_PER_DAY', standing.entriesToday + 1 > limits.maxEntriesPerDay],
    ['IMPLAUSIBLE_PREMIUM', most(at, -at) > whole('0.15')],
    ['HEDGE_SIZE_LIMIT', times(ask, quantity) > whole(limits.maxHedgeKrw)],
    ['POSITION_LIMIT', times(standing.exposure + quantity, ask) > times(capital, whole(limits.maxPositionRatio))],
    ['OUTSIDE_POSITION', standing.short !== null && standing.short.held !== standing.short.ours],
    ['INSUFFICIENT_KRW', times(times(worst, quantity), one + fee) > account.krw],
    ['INSUFFICIENT_MARGIN', margin > account.available],
    ['FREE_MARGIN', account.available - margin < times(account.balance, whole('0.1'))],
    ['PREMIUM_MOVED', bounds !== null && at > bounds],
  ];
  return rules.find(([, isBroken]) => isBroken)?.[0] ?? null;
}

/** Best price moved by 50 basis points, on the tick on its inner side. */
function collar(scene: Scene, leg: 'spot', side: 'buy'): bigint {
  const [best] = levels(scene, leg, side);
  return down(times(best?.price ?? average(scene, leg, side, one), one + whole('0.005')), tick[leg]);
}

/** KST days since 1970. */
export const dayOf = (at: number): number => Math.floor((at + 32_400_000) / 86_400_000);

/** What remains open of a hedge; a remainder that a venue would not trade goes with the rest. Null: nothing can be closed of it. */
export function staysOpen(matched: bigint, quantity: bigint | null, scene: Scene): bigint | null {
  if (quantity === null || quantity >= matched) return 0n;
  const closing = down(quantity, coarse);
  if (closing === 0n) return null;
  const rest = down(matched - closing, coarse);
  const small = rest < minima.quantity || times(whole(scene.spotBid), rest) < minima.krw || times(whole(scene.perpAsk), rest) < minima.usdt;
  return small ? 0n : rest;
}
