/**
 * How an entry ended, and how many failed in a row. One that a venue refused, that had to be undone or that a person has to
 * settle would fail again, and each costs fees and slippage: enough of them stop everything. One of which nothing filled
 * because nobody took its price counts neither way, nor does one that our own check held back.
 */
import type { SignalId } from '../../../shared/domain/ids.ts';
import type { Draft } from '../draft.ts';
import { ordersOf } from '../legs.ts';
import type { Hedge, State } from '../state.ts';
import { halt } from './stop.ts';
import { judge, type Verdict } from './verdict.ts';

/** Says the verdict on the ENTER of a hedge, where there is none yet, and counts it. */
export function endEntry(draft: Draft, hedge: Hedge, verdict: Verdict): void {
  if (!judge(draft, hedge.id as string as SignalId, { ...verdict, hedge: hedge.id })) return;
  const before = draft.state.failedEntries ?? 0;
  if (verdict.state === 'executed') {
    if (before > 0) draft.add({ kind: 'failedEntriesCounted', count: 0 });
    return;
  }
  if (verdict.state !== 'failed' || (verdict.code === 'NOTHING_FILLED' && !wasRefused(draft.state, hedge))) return;
  const count = before + 1;
  draft.add({ kind: 'failedEntriesCounted', count });
  const limit = draft.state.settings.maxFailedEntriesInARow;
  if (count >= limit)
    halt(
      draft,
      { code: 'FAILED_ENTRIES', values: { was: String(count), limit: String(limit) } },
      `${count} entries in a row failed, the last ${verdict.code}`,
    );
}

/** Whether a venue said no to an order of it, in its answer or later. */
const wasRefused = (state: State, hedge: Hedge): boolean =>
  ordersOf(state, hedge).some((order) => order.state === 'rejected' && (order.failure?.outcome ?? 'refused') === 'refused');
