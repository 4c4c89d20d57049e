import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseSignal } from '../src/main/signals/parse.ts';
import { inFolder } from '../src/main/signals/testing.ts';

const script = join(import.meta.dirname, 'example-signal.ts');
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args], { env: { ...process.env, ...env } });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    return { code, stdout, stderr };
  }
}

describe('example-signal', () => {
  it('appends a valid ENTER to the default file, whose folder it makes', () =>
    inFolder(async (folder) => {
      const ended = await run(['enter'], { KIMP_CONSOLE_DATA: join(folder, 'data') });
      const file = join(folder, 'data', 'signals.jsonl');
      expect(await readFile(file, 'utf8')).toBe(ended.stdout);
      expect(parseSignal(ended.stdout.trim(), Date.now())).toMatchObject({
        ok: true,
        signal: { action: 'ENTER', coin: 'BTC', size: { quantity: '0.01' } },
      });
      if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    }));
  it('appends an EXIT to a file of choice, on a line of its own', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'mine.jsonl');
      await writeFile(file, '{"half":');
      const ended = await run(['exit', '--file', file, '--quantity', '0.5']);
      expect(ended.code).toBe(0);
      expect(await readFile(file, 'utf8')).toBe(`{"half":\n${ended.stdout}`);
      expect(parseSignal(ended.stdout.trim(), Date.now())).toMatchObject({ ok: true, signal: { action: 'EXIT', quantity: '0.5' } });
    }));
  it.each([
    [[]],
    [['sell']],
    [['enter', 'exit']],
    [['enter', '--size', '1']],
    [['enter', '--quantity', '1e3']],
    [['enter', '--quantity', '0']],
    [['enter', '--file', '']],
  ])('refuses %j with exit code 2 and its usage', (args) =>
    inFolder(async (folder) => {
      const ended = await run(args, { KIMP_CONSOLE_DATA: folder });
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toContain('usage:');
      await expect(stat(join(folder, 'signals.jsonl'))).rejects.toThrow('ENOENT');
    }),
  );
  it('says so when the file cannot be written', () =>
    inFolder(async (folder) => {
      expect(await run(['enter', '--file', folder])).toMatchObject({ code: 1, stdout: '' });
    }));
});
