/** What tray, menus and power saving need of the console: read off the same snapshot and updates that the page gets. */
import type { PreferencesView, Standing } from '../../shared/contract/parts.ts';
import type { HedgePhase } from '../../shared/contract/rows.ts';
import type { Snapshot, Update } from '../../shared/contract/updates.ts';
import type { Words } from './words.ts';

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

/** Of the tray; its states differ in shape as well as in color. */
export type Icon = 'armed' | 'disarmed' | 'stopped';

/** How the console stands for a person who sees nothing but the icon; null before it is open. */
export function iconFor(glance: Glance | null): Icon {
  if (glance === null) return 'disarmed';
  if (glance.isStopped || glance.trading === 'stopped' || glance.trading === 'diskFailed') return 'stopped';
  return glance.trading === 'armed' ? 'armed' : 'disarmed';
}

/** Mode, state and hedges in one line. */
export function statusLine(glance: Glance | null, isEnding: boolean, words: Words): string {
  if (isEnding) return words.states.ending;
  if (glance === null) return words.states.starting;
  const state = glance.isStopped && glance.trading !== 'diskFailed' ? 'stopped' : glance.trading;
  return [words.modes[glance.mode], words.states[state], words.hedges(Object.keys(glance.open).length)].join(' · ');
}
