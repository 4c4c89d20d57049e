/** `run.json` in the data folder: how a second process of the same user reaches the running console. Mode 0600. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({ pid: z.number(), port: z.number(), token: z.string() });
export type RunFile = z.output<typeof schema>;

const pathIn = (dataDir: string): string => join(dataDir, 'run.json');

/** Written anew by each start: it says nothing that a crash may not lose. */
export async function writeRunFile(dataDir: string, run: RunFile): Promise<void> {
  await removeRunFile(dataDir);
  await writeFile(pathIn(dataDir), JSON.stringify(run), { mode: 0o600, flag: 'wx' });
}
export const removeRunFile = (dataDir: string): Promise<void> => rm(pathIn(dataDir), { force: true });

/** Null when there is none, or none that can be read. */
export async function readRunFile(dataDir: string): Promise<RunFile | null> {
  try {
    return schema.parse(JSON.parse(await readFile(pathIn(dataDir), 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}
