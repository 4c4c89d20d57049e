/** What tray, menus and power saving need of the console: read off the same snapshot and updates that the page gets. */
import type { Standing } from '../../shared/contract/parts.ts';
import type { PreferencesView } from '../../shared/contract/parts.ts';
import type { HedgePhase } from '../../shared/contract/rows.ts';
import type { Snapshot, Update } from '../../shared/contract/updates.ts';

export interface Glance {
  readonly mode: Standing['mode'];
  readonly trading: Standing['trading'];
  readonly isStopped: boolean;
  readonly preferences: PreferencesView;
  /** Hedges that are not flat, by id. */
  readonly open: Readonly<Record<string, HedgePhase>>;
}

export const glanceAt = ({ parts, tables }: Snapshot): Glance =>
  withHedges({ ...standingOf(parts.standing), preferences: parts.preferences, open: {} }, tables.hedges);

/** The same object when the update says nothing of what is glanced at. */
export function glanceAfter(glance: Glance, { parts, tables }: Update): Glance {
  let next = glance;
  if (parts.standing !== undefined && !sameStanding(glance, parts.standing)) next = { ...next, ...standingOf(parts.standing) };
  if (parts.preferences !== undefined) next = { ...next, preferences: parts.preferences };
  return tables.hedges === undefined ? next : withHedges(next, tables.hedges);
}

const standingOf = ({ mode, trading, stop }: Standing) => ({ mode, trading, isStopped: stop !== null });

const sameStanding = (glance: Glance, { mode, trading, stop }: Standing): boolean =>
  glance.mode === mode && glance.trading === trading && glance.isStopped === (stop !== null);

function withHedges(glance: Glance, rows: Readonly<Record<string, { readonly phase: HedgePhase } | null>>): Glance {
  const open = new Map(Object.entries(glance.open));
  let changed = false;
  for (const [id, row] of Object.entries(rows)) {
    const phase = row === null || row.phase === 'flat' ? undefined : row.phase;
    if (open.get(id) === phase) continue;
    changed = true;
    if (phase === undefined) open.delete(id);
    else open.set(id, phase);
  }
  return changed ? { ...glance, open: Object.fromEntries(open) } : glance;
}
