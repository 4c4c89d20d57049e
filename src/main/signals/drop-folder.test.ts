import { appendFile, chmod, mkdir, readdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DropFolder } from './drop-folder.ts';
import { signalsIn } from './dropped-file.ts';
import type { SignalItem, TroubleCode } from './source.ts';
import { enterLine, inFolder, keep, until, wordsOf } from './testing.ts';

interface Watched {
  readonly folder: string;
  readonly items: SignalItem[];
  readonly troubles: TroubleCode[];
  has(words: readonly string[]): Promise<void>;
  /** Waits until a file lies in done/. */
  isDone(name: string): Promise<void>;
}

async function watching(folder: string, work: (watched: Watched) => Promise<void>): Promise<void> {
  const { items, onSignal } = keep();
  const troubles: TroubleCode[] = [];
  const source = new DropFolder({ folder, onSignal, onTrouble: (code) => troubles.push(code), now: Date.now });
  const has = async (words: readonly string[]): Promise<void> => {
    await until(() => items.length >= words.length, `${words.join(' ')}, had ${wordsOf(items).join(' ')}`);
    expect(wordsOf(items)).toEqual(words);
  };
  const isDone = (name: string): Promise<void> =>
    until(
      async () => (await readdir(join(folder, 'done')).catch((): string[] => [])).includes(name) && !(await readdir(folder)).includes(name),
      `done/${name}`,
    );
  await source.start();
  try {
    await work({ folder, items, troubles, has, isDone });
  } finally {
    await source.close();
  }
}
const batch = (...ids: string[]): string => `[${ids.map((id) => enterLine(id)).join(',\n')}]`;

describe('a dropped file', () => {
  it('counts at once when it is moved in', () =>
    inFolder((folder) =>
      watching(folder, async ({ has, isDone }) => {
        await writeFile(join(folder, 'a.json.tmp'), enterLine('a'));
        await rename(join(folder, 'a.json.tmp'), join(folder, 'a.json'));
        await has(['a']);
        await isDone('a.json');
      }),
    ));
  it('counts when it is written in place, with every signal of an array', () =>
    inFolder((folder) =>
      watching(folder, async ({ has, isDone, items }) => {
        await writeFile(join(folder, 'b.json'), batch('b', 'c'));
        await has(['b', 'c']);
        expect(items[1]?.source).toEqual({ kind: 'folder', path: join(folder, 'b.json'), index: 1 });
        await isDone('b.json');
      }),
    ));
  it('is waited for while it is half-written', () =>
    inFolder((folder) =>
      watching(folder, async ({ has, items }) => {
        const text = batch('a', 'b');
        await writeFile(join(folder, 'slow.json'), text.slice(0, 50));
        await writeFile(join(folder, 'x.json'), enterLine('x'));
        await has(['x']);
        expect(items).toHaveLength(1);
        await appendFile(join(folder, 'slow.json'), text.slice(50));
        await has(['x', 'a', 'b']);
      }),
    ));
  it('was there at start, and is read once over restarts, oldest first', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, '2.json'), enterLine('first'));
      await until(async () => {
        await writeFile(join(folder, '1.json'), enterLine('second'));
        return (await stat(join(folder, '1.json'))).mtimeMs > (await stat(join(folder, '2.json'))).mtimeMs;
      }, 'a later time of writing');
      await watching(folder, async ({ has, isDone }) => {
        await has(['first', 'second']);
        await isDone('1.json');
      });
      await watching(folder, async ({ has }) => {
        await writeFile(join(folder, '3.json'), enterLine('third'));
        await has(['third']);
      });
    }));
  it('may bear a name that is in done/ already', () =>
    inFolder((folder) =>
      watching(folder, async ({ has, isDone }) => {
        await writeFile(join(folder, 'a.json'), enterLine('a'));
        await has(['a']);
        await isDone('a.json');
        await writeFile(join(folder, 'a.json'), enterLine('b'));
        await has(['a', 'b']);
        await until(async () => (await readdir(join(folder, 'done'))).length === 2, 'both in done/');
      }),
    ));
  it('loses nothing when one name is written over again and again', () =>
    inFolder((folder) =>
      watching(folder, async ({ has }) => {
        const words = Array.from({ length: 40 }, (_, index) => `w${index}`);
        for (const [index, word] of words.entries()) {
          await writeFile(join(folder, 'same.json'), enterLine(word));
          // As soon as the one before was read, whether it has been moved away by then or not.
          await has(words.slice(0, index + 1));
        }
      }),
    ));
  it('gets its verdict when it stays malformed, and stops nothing', () =>
    inFolder((folder) =>
      watching(folder, async ({ has, isDone }) => {
        await writeFile(join(folder, 'bad.json'), '{"id":');
        await writeFile(join(folder, 'good.json'), enterLine('a'));
        await has(['a']);
        await has(['a', 'NOT_JSON']);
        await isDone('bad.json');
      }),
    ));
  it('is ignored as .tmp or dotfile, and waited for with its folder', () =>
    inFolder(async (parent) => {
      const folder = join(parent, 'later');
      await watching(folder, async ({ has }) => {
        await mkdir(folder);
        await writeFile(join(folder, 'a.tmp'), enterLine('no'));
        await writeFile(join(folder, '.b.json'), enterLine('no'));
        await writeFile(join(folder, 'c.json'), enterLine('yes'));
        await has(['yes']);
        expect((await readdir(folder)).sort()).toContain('a.tmp');
      });
    }));
  it.skipIf(process.platform === 'win32')('is refused as a link, or when everyone may write it', () =>
    inFolder((folder) =>
      watching(folder, async ({ has, troubles }) => {
        await writeFile(join(folder, 'target.tmp'), enterLine('no'));
        await symlink(join(folder, 'target.tmp'), join(folder, 'link.json'));
        await writeFile(join(folder, 'open.tmp'), enterLine('no'));
        await chmod(join(folder, 'open.tmp'), 0o666);
        await rename(join(folder, 'open.tmp'), join(folder, 'open.json'));
        await writeFile(join(folder, 'good.json'), enterLine('yes'));
        await has(['yes']);
        expect([...troubles].sort()).toEqual(['NOT_PLAIN', 'WORLD_WRITABLE']);
      }),
    ),
  );
});

describe('the content of a dropped file', () => {
  const words = (text: string): string[] =>
    signalsIn(Buffer.from(text), Date.now()).entries.map((parsed) => (parsed.ok ? parsed.signal.id : parsed.code));
  const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `s${index}`);
  it('is at most 256 signals', () => {
    expect(words(batch(...ids(256)))).toEqual(ids(256));
    expect(words(batch(...ids(257)))).toEqual(['TOO_MANY']);
  });
  it('is judged signal by signal', () => {
    expect(words(`[${enterLine('a')},{"id":"b","id":"c"},7,${enterLine('d').padEnd(20_000)}, {"note":"${'x'.repeat(17_000)}"}]`)).toEqual([
      'a',
      'REPEATED_KEY',
      'NOT_AN_OBJECT',
      'd',
      'TOO_LARGE',
    ]);
  });
  it('gives one verdict when it is not JSON, and takes nothing of it', () => {
    expect(words(`[${enterLine('a')},]`)).toEqual(['NOT_JSON']);
    expect(words(`${enterLine('a')}\n${enterLine('b')}`)).toEqual(['NOT_JSON']);
    expect(words('['.repeat(100_000))).toEqual(['TOO_DEEP']);
    expect(words('x'.repeat(5_000_000))).toEqual(['TOO_LARGE']);
    expect(words('"text"')).toEqual(['NOT_AN_OBJECT']);
  });
});
