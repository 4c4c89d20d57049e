/** How far the shorts are from liquidation and how many more hedges both venues can fund, as the console shows it. Pure. */
import type { RunwayView } from '../../../shared/contract/parts.ts';
import { text } from '../../../shared/domain/units.ts';
import type { State } from '../state.ts';

export const runwayPart = ({ settings }: State): RunwayView => ({
  shorts: [],
  readiness: { size: text(settings.maxHedgeKrw), spot: null, perp: null, move: null },
});
