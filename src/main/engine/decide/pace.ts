/** When a hedge is looked at again, on fresh prices. */
import type { Draft } from '../draft.ts';
import type { Hedge } from '../state.ts';

/** Pause before each correction round that made no progress; after the last a person is called. */
export const retryPausesMs = [0, 500, 1000, 2000, 4000, 8000] as const;
/** Where a quote lacked what was needed. */
export const quoteRetryMs = 1000;

export const pauseBefore = (attempts: number): number => retryPausesMs[attempts] ?? quoteRetryMs;

export const askToSettle = (draft: Draft, hedge: Hedge, afterMs: number): void =>
  draft.want({ kind: 'quote', purpose: { kind: 'settle', hedge: hedge.id }, coin: hedge.coin, afterMs });
