/** Opens everything a data folder holds, in the order that keeps it safe: lock, installation, settings, journal. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Fact } from '../engine/facts.ts';
import { fold } from '../engine/fold.ts';
import { initialState, type Mode, type State } from '../engine/state.ts';
import { openInstallation } from '../store/installation.ts';
import { type Journal, openJournal } from '../store/journal/journal.ts';
import { lockFolder } from '../store/lock.ts';
import { openSettings, type SettingsStore } from '../store/settings-store.ts';

export interface Store {
  readonly state: State;
  readonly journal: Journal;
  readonly settings: SettingsStore;
  /** Where the journal lies. */
  readonly journalFolder: string;
  /** Words for the person, about what recovery did. */
  readonly notices: readonly string[];
  close(): Promise<void>;
}

/** Why a data folder cannot be used; hosts turn it into their exit code. */
export type StoreProblem =
  | { readonly kind: 'inUse'; readonly reason: string }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'unusable'; readonly reason: string };
export type OpenedStore = { readonly ok: true; readonly store: Store } | { readonly ok: false; readonly problem: StoreProblem };

export async function openStore(dataDir: string, mode: Mode): Promise<OpenedStore> {
  const lock = await lockFolder(dataDir);
  if (!lock.ok) {
    if (lock.kind === 'cannotLock') return problem('unusable', `${dataDir} cannot be locked: ${lock.reason}`);
    const holder = lock.holder === null ? 'another process' : `process ${lock.holder.pid}`;
    return problem('inUse', `${dataDir} is in use by ${holder}`);
  }
  const opened = await openLocked(dataDir, mode);
  if (!opened.ok) {
    await lock.release();
    return opened;
  }
  const { store } = opened;
  return {
    ok: true,
    store: {
      ...store,
      async close() {
        await store.journal.close();
        await lock.release();
      },
    },
  };
}

type Unlocked = { readonly ok: true; readonly store: Omit<Store, 'close'> } | { readonly ok: false; readonly problem: StoreProblem };

async function openLocked(dataDir: string, mode: Mode): Promise<Unlocked> {
  const installation = await openInstallation(dataDir);
  if (!installation.ok) return problem('unusable', installation.reason);
  const settings = await openSettings(join(dataDir, 'settings.json'));
  if (!settings.ok) return problem('unusable', settings.reason);
  const folder = join(dataDir, mode, 'journal');
  const opened = await openJournal(folder);
  if (!opened.ok) return problem(opened.kind === 'damaged' ? 'damaged' : 'unusable', `${opened.file}: ${opened.reason}`);
  const rebuilt = rebuild(initialState(installation.id, mode), opened.snapshot?.state ?? null, opened.records);
  if (!rebuilt.ok) {
    await opened.journal.close();
    return problem('damaged', `${folder}: ${rebuilt.reason}`);
  }
  const torn = opened.tornTail === null ? [] : [`A torn record of ${opened.tornTail.bytes} bytes was set aside in ${opened.tornTail.file}`];
  return {
    ok: true,
    store: {
      state: unstarted(rebuilt.state),
      journalFolder: folder,
      journal: opened.journal,
      settings: settings.store,
      notices: [...opened.skippedSnapshots, ...torn],
    },
  };
}

const problem = (kind: StoreProblem['kind'], reason: string) => ({ ok: false, problem: { kind, reason } }) as const;

/** The form of a record; the facts inside were written by this engine and are guarded by the journal's checksums. */
const entrySchema = z.object({
  schema: z.literal(1),
  mode: z.string(),
  installation: z.string(),
  facts: z.array(z.looseObject({ kind: z.string(), at: z.number() })),
});
const snapshotSchema = z.looseObject({ installation: z.string(), mode: z.string(), facts: z.number() });

type Rebuilt = { readonly ok: true; readonly state: State } | { readonly ok: false; readonly reason: string };

/**
 * What the last process left armed and read is neither until this one starts: a host may listen before. The start journals
 * the same fact, so that history says so too.
 */
const unstarted = (state: State): State => ({
  ...fold(state, { kind: 'processStarted', armWhenReady: false, engine: '', at: 0 }),
  facts: state.facts,
});

/** State = fold(records) over the snapshot. A record of another installation, mode or form refuses. */
function rebuild(empty: State, snapshot: unknown, records: readonly { readonly seq: number; readonly payload: unknown }[]): Rebuilt {
  const start = snapshot === null ? { ok: true as const, state: empty } : fromSnapshot(empty, snapshot);
  if (!start.ok) return start;
  let { state } = start;
  for (const { seq, payload } of records) {
    const entry = entrySchema.safeParse(payload);
    if (!entry.success) return { ok: false, reason: `Record ${seq} is not of a form this version reads` };
    if (entry.data.mode !== empty.mode || entry.data.installation !== empty.installation)
      return { ok: false, reason: `Record ${seq} belongs to installation ${entry.data.installation}, mode ${entry.data.mode}` };
    for (const fact of entry.data.facts) state = fold(state, fact as unknown as Fact);
  }
  return { ok: true, state };
}

function fromSnapshot(empty: State, snapshot: unknown): Rebuilt {
  const parsed = snapshotSchema.safeParse(snapshot);
  if (!parsed.success) return { ok: false, reason: 'The snapshot is not of a form this version reads' };
  if (parsed.data.mode !== empty.mode || parsed.data.installation !== empty.installation)
    return { ok: false, reason: 'The snapshot belongs to another journal' };
  const state = parsed.data as unknown as State;
  // A setting that an older snapshot does not know has its default.
  return { ok: true, state: { ...empty, ...state, settings: { ...empty.settings, ...state.settings } } };
}
