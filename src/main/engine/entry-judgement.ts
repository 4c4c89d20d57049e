/**
 * The one path from a quote to the yes or no of an ENTER. The decider (decide/entry.ts) and the preview (preview.ts)
 * both take it, so what a ticket shows is what approving would do on the same prices.
 */
import type { EnterSignal } from '../../shared/domain/signal.ts';
import { hedgeOf } from '../../shared/domain/ids.ts';
import { dayStart } from './day.ts';
import { type Denial, denied, isDenial } from './denial.ts';
import { fold } from './fold.ts';
import { executablePremium, type Sides } from './premium.ts';
import type { Quote } from './quote.ts';
import { isWithin } from './risk/bounds.ts';
import { entryInputs, freshness, sidesOf } from './risk/entry-inputs.ts';
import { checkEntry, type EntryContext } from './risk/entry-limits.ts';
import { isOtherAccount, otherAccount, refusal, tradingState } from './risk/permission.ts';
import { freeOfUnseen } from './risk/unseen.ts';
import { type Sized, sizeEntry } from './sizing.ts';
import type { State } from './state.ts';

/** How long an order may be unknown before entries freeze. */
const freezeAfterMs = 10_000;

/** After a sleep nothing is added before the venues were read. */
export const asleep = ({ resumedAt }: State): Denial | null =>
  resumedAt === undefined ? null : denied('RECONCILING', 'The machine slept, and the venues have not been read since');

/** What forbids any entry whatever its numbers. */
export function entryBarred(state: State, at: number): Denial | null {
  const standing = refusal(tradingState(state), 'entry');
  if (standing !== null) return standing;
  const barred = asleep(state) ?? (isOtherAccount(state) ? otherAccount : null);
  if (barred !== null) return barred;
  const waiting = Object.values(state.hedges).find((hedge) => hedge.phase === 'needsOperator');
  if (waiting !== undefined) return denied('NEEDS_OPERATOR', 'A hedge waits for a person to settle it', null, { hedge: waiting.id });
  const silent = Object.values(state.orders).find(
    ({ unknownSince }) => unknownSince !== undefined && !isWithin(at - unknownSince, 0, freezeAfterMs - 1),
  );
  return silent === undefined ? null : denied('UNKNOWN_OUTCOME', `Order ${silent.id} has no known outcome`, null, { order: silent.id });
}

/** An entry as it was sized and measured. Its state is the one given, with the KST day begun. */
export type Measured = EntryContext & { readonly sides: Sides };
/** Without a context the quote or the size said no before any limit could be measured. */
export type Judgement =
  | { readonly isPassed: true; readonly context: Measured; readonly denial: null }
  | { readonly isPassed: false; readonly context: Measured | null; readonly denial: Denial };

export const judgedWithout = (denial: Denial): Judgement => ({ isPassed: false, context: null, denial });

/** What the quote, the size and the limits say of an entry; `entryBarred` is asked apart. */
export const judgeEntry = (state: State, signal: EnterSignal, quote: Quote, at: number): Judgement =>
  judgeSized(state, signal, quote, at, (sides) => sizeEntry(signal, sides, state.settings));

/** The same for a size that may have been found before: right before the wire it is what was decided. */
export function judgeSized(state: State, signal: EnterSignal, quote: Quote, at: number, size: (sides: Sides) => Sized | Denial): Judgement {
  const stale = freshness(quote, state.settings, at);
  if (stale !== null) return judgedWithout(stale);
  const sides = sidesOf(quote);
  if (isDenial(sides)) return judgedWithout(sides);
  const basics = entryInputs(quote, sides);
  if (isDenial(basics)) return judgedWithout(basics);
  const sized = size(sides);
  if (isDenial(sized)) return judgedWithout(sized);
  const premium = executablePremium(sides, basics.fx, sized.quantity, 'open');
  if (premium === undefined) return judgedWithout(denied('EMPTY_BOOK', 'A book has no price on the side to be taken'));
  const day = dayStart(state, basics, at);
  const context: Measured = {
    at,
    state: day === null ? state : fold(state, { ...day, at }),
    signal,
    inputs: { ...freeOfUnseen(state, basics, { hedge: hedgeOf(signal.id), purpose: 'entry' }), premium },
    sized,
    sides,
  };
  const denial = checkEntry(context);
  return denial === null ? { isPassed: true, context, denial } : { isPassed: false, context, denial };
}
