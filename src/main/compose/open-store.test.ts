/** A data folder that an older console wrote: what its state does not know is what it would be at a first start. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultSettings } from '../../shared/domain/settings.ts';
import { openStore, type Store } from './open-store.ts';

it('takes the default of a setting that the snapshot of an older console lacks, and counts no failed entry', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kimp-older-'));
  const open = async (): Promise<Store> => {
    const opened = await openStore(dataDir, 'paper');
    if (!opened.ok) throw new Error(opened.problem.reason);
    return opened.store;
  };
  try {
    const older = await open();
    const { failedEntries: _none, ...state } = older.state;
    const { maxFailedEntriesInARow: _unknown, ...settings } = state.settings;
    const { installation, mode } = state;
    await older.journal.append([{ schema: 1, mode, installation, facts: [{ kind: 'reconciled', at: 1 }] }]);
    expect(await older.journal.writeSnapshot({ ...state, settings: { ...settings, maxEntriesPerDay: 7 } })).toMatchObject({ ok: true });
    await older.close();
    const newer = await open();
    expect(newer.state.settings).toEqual({ ...defaultSettings, maxEntriesPerDay: 7 });
    expect(newer.state.failedEntries).toBeUndefined();
    await newer.close();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
