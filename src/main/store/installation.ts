/**
 * The installation id: made once with the data folder, part of every client order id (spec §1). A folder that already
 * has a journal but no readable id gets no new one: the orders it made would no longer be known as ours.
 */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { type InstallationId, installationId } from '../../shared/domain/ids.ts';
import { parseJson, readDurably, writeDurably } from './durable-file.ts';
import { makeFolder, realFiles, systemErrorText, type FileOperations } from './file-operations.ts';
import { listSegments } from './journal/chain.ts';

export type Installation =
  | { readonly ok: true; readonly id: InstallationId; readonly created: boolean }
  | { readonly ok: false; readonly reason: string };

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const idLength = 6;
const content = z.strictObject({ installation: z.string().regex(/^[a-z0-9]{6}$/) });

/** Reads the id of a data folder, or makes one for a folder that is new. Call it with the folder's lock held. */
export async function openInstallation(dataFolder: string, files: FileOperations = realFiles): Promise<Installation> {
  const path = join(dataFolder, 'installation.json');
  const read = await readDurably(path, (text) => content.safeParse(parseJson(text)).data);
  if (read.ok) return { ok: true, id: installationId(read.value.installation), created: false };
  if (read.kind === 'unreadable')
    return { ok: false, reason: `${read.reason}: it must hold {"installation":"…"} with the id of this folder's orders` };

  for (const mode of ['paper', 'live']) {
    const journal = await listSegments(join(dataFolder, mode, 'journal'));
    if (journal.ok && journal.segments.length > 0) {
      return { ok: false, reason: `${path} is missing although there is a ${mode} journal: its orders bear the id that this file held` };
    }
  }
  const id = Array.from({ length: idLength }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  try {
    await makeFolder(dataFolder, files);
    await writeDurably(path, `${JSON.stringify({ installation: id })}\n`, { files });
  } catch (error) {
    return { ok: false, reason: systemErrorText(error) };
  }
  return { ok: true, id: installationId(id), created: true };
}
