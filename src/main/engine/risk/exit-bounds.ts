/** The bounds that an EXIT signal sets to the premium it closes at (spec S6.7): asked at the decision, and right before the wire. */
import { own } from '../../../shared/domain/record.ts';
import { excess, lt, type Quantity, subtract, text } from '../../../shared/domain/units.ts';
import { type Denial, denied } from '../denial.ts';
import { holding } from '../legs.ts';
import { executablePremium, type Sides, tradingFx } from '../premium.ts';
import type { Quote } from '../quote.ts';
import type { ExitRequest, Hedge, State } from '../state.ts';

/** Why a close that a signal asked for is refused at these prices; null where nobody set bounds, and where they hold. */
export function beyondBounds(state: State, hedge: Hedge, { cause }: ExitRequest, quote: Quote, sides: Sides, target: Quantity): Denial | null {
  if (cause.kind !== 'signal') return null;
  const bounds = own(state.exits, cause.signal)?.signal.premium;
  if (bounds === undefined) return null;
  const fx = quote.fx.ok ? tradingFx(quote.fx.value) : undefined;
  const premium = fx === undefined ? undefined : executablePremium(sides, fx, excess(holding(state, hedge).matched, target), 'close');
  if (premium === undefined) return denied('NO_DATA', 'The executable premium is not known', null, { venue: '', what: 'premium', failure: '' });
  const least = subtract(bounds.expected, bounds.maxSlippage);
  return lt(premium, least)
    ? denied('PREMIUM_MOVED', `The executable premium is ${text(premium)}, the signal allows down to ${text(least)}`, {
        limit: text(least),
        was: text(premium),
      })
    : null;
}

/** Whether a denial is one of these. */
export const isOfBounds = ({ denied: code, values }: Denial): boolean =>
  code === 'PREMIUM_MOVED' || (code === 'NO_DATA' && values['what'] === 'premium');
