/** The stop as the console shows it. Pure. */
import type { Standing } from '../../../shared/contract/parts.ts';
import type { Stop } from '../state.ts';

export const stopView = (stop: Stop | null): Standing['stop'] =>
  stop === null ? null : { at: stop.at, source: stop.source, reason: stop.reason, code: stop.code ?? 'UNSAID', values: stop.values ?? {} };
