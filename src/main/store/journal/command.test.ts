import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inScratch } from '../testing/scratch.ts';
import { journalCommand } from './command.ts';
import { openJournal } from './journal.ts';

async function run(...args: string[]): Promise<{ code: number; lines: unknown[] }> {
  const lines: unknown[] = [];
  const code = await journalCommand(args, (line) => lines.push(JSON.parse(line)));
  return { code, lines };
}

async function fill(folder: string, count: number): Promise<string> {
  const opened = await openJournal(folder);
  if (!opened.ok) throw new Error(opened.reason);
  for (let n = 1; n <= count; n++) await opened.journal.append([{ n }]);
  await opened.journal.close();
  return join(folder, 'journal-000000000001.log');
}

it('verifies every journal of a data folder, a line each', () =>
  inScratch(async (data) => {
    await fill(join(data, 'paper', 'journal'), 3);
    await fill(join(data, 'live', 'journal'), 0);
    const { code, lines } = await run('verify', data);
    expect(code).toBe(0);
    expect(lines).toEqual([
      expect.objectContaining({ mode: 'live', verdict: 'clean', segments: 1, records: 0, firstSeq: null, lastSeq: null, tornTailBytes: 0 }),
      expect.objectContaining({
        mode: 'paper',
        verdict: 'clean',
        segments: 1,
        records: 3,
        firstSeq: 1,
        lastSeq: 3,
        journal: join(data, 'paper', 'journal'),
      }),
    ]);
  }));

it('exits 1 on damage, whatever else is there', () =>
  inScratch(async (data) => {
    const segment = await fill(join(data, 'live', 'journal'), 3);
    await mkdir(join(data, 'paper', 'journal'), { recursive: true });
    const bytes = await readFile(segment);
    bytes.writeUInt8(bytes.readUInt8(50) ^ 1, 50);
    await writeFile(segment, bytes);
    const { code, lines } = await run('verify', data);
    expect(code).toBe(1);
    expect(lines).toMatchObject([
      { mode: 'live', verdict: 'damaged', file: segment, reason: expect.any(String) },
      { mode: 'paper', verdict: 'cannotOpen' },
    ]);
  }));

it('exits 2 when there is nothing to verify or the command is not understood', () =>
  inScratch(async (data) => {
    expect(await run('verify', data)).toMatchObject({ code: 2, lines: [{ error: expect.stringContaining('no journal') }] });
    expect(await run('verify', join(data, 'nowhere'))).toMatchObject({ code: 2, lines: [{ error: expect.stringContaining('ENOENT') }] });
    expect(await run('mend', data)).toMatchObject({ code: 2, lines: [{ error: expect.stringContaining('Usage') }] });
    await mkdir(join(data, 'paper', 'journal'), { recursive: true });
    expect(await run('verify', data)).toMatchObject({ code: 2, lines: [{ verdict: 'cannotOpen' }] });
  }));
