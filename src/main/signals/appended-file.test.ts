import { appendFile, chmod, copyFile, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppendedFile } from './appended-file.ts';
import type { SignalItem, SignalSink, TroubleCode } from './source.ts';
import { enterLine, inFolder, keep, lastPlace, until, wordsOf } from './testing.ts';

interface Watched {
  readonly items: SignalItem[];
  readonly troubles: TroubleCode[];
  readonly path: string;
  has(words: readonly string[]): Promise<void>;
}
interface Setup {
  readonly place?: unknown;
  readonly onSignal?: (kept: SignalSink) => SignalSink;
}

/** Runs a source on a file for the time of the work. */
async function watching(path: string, work: (watched: Watched) => Promise<void>, setup: Setup = {}): Promise<SignalItem[]> {
  const { items, onSignal } = keep();
  const troubles: TroubleCode[] = [];
  const sink = setup.onSignal?.(onSignal) ?? onSignal;
  const source = new AppendedFile({ path, place: setup.place ?? null, onSignal: sink, onTrouble: (code) => troubles.push(code), now: Date.now });
  const has = async (words: readonly string[]): Promise<void> => {
    await until(() => items.length >= words.length, `${words.join(' ')}, had ${wordsOf(items).join(' ')}`);
    expect(wordsOf(items)).toEqual(words);
  };
  await source.start();
  try {
    await work({ items, troubles, path, has });
  } finally {
    await source.close();
  }
  return items;
}
const inFile = (work: (path: string) => Promise<void>): Promise<void> => inFolder((folder) => work(join(folder, 'signals.jsonl')));
const lines = (...ids: string[]): string => ids.map((id) => `${enterLine(id)}\n`).join('');

describe('an appended file', () => {
  it('is read from its beginning, then as it grows, with path and line', () =>
    inFile(async (path) => {
      await writeFile(path, lines('a', 'b'));
      await watching(path, async ({ items, has }) => {
        await has(['a', 'b']);
        await appendFile(path, `\r\n\n   \n${enterLine('c')}\r\n`);
        await has(['a', 'b', 'c']);
        expect(items[2]?.source).toEqual({ kind: 'file', path, line: 6 });
      });
    }));
  it('is waited for, and so is its folder', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'later', 'signals.jsonl');
      await watching(path, async ({ has }) => {
        await mkdir(join(folder, 'later'));
        await writeFile(path, lines('a'));
        await has(['a']);
      });
    }));
  it('keeps half a line back until its newline comes', () =>
    inFile(async (path) => {
      await writeFile(path, lines('a') + enterLine('b').slice(0, 20));
      await watching(path, async ({ has }) => {
        await has(['a']);
        await appendFile(path, enterLine('b').slice(20));
        await appendFile(path, `\n${lines('c')}`);
        await has(['a', 'b', 'c']);
      });
    }));
  it('lets a malformed line stop nothing', () =>
    inFile(async (path) => {
      await writeFile(path, `${lines('a')}{"id":\n[1]\n${lines('b')}`);
      await watching(path, ({ has }) => has(['a', 'NOT_JSON', 'NOT_AN_OBJECT', 'b']));
    }));
  it('sees an appended line at once', () =>
    inFile(async (path) => {
      await writeFile(path, '');
      await watching(path, async ({ items }) => {
        const latencies: number[] = [];
        for (let index = 0; index < 20; index += 1) {
          const line = lines(`s${index}`);
          const begin = performance.now();
          await appendFile(path, line);
          await until(() => items.length > index, 'the line');
          latencies.push(performance.now() - begin);
        }
        const median = latencies.sort((a, b) => a - b)[10] ?? Number.POSITIVE_INFINITY;
        expect(median).toBeLessThan(100);
      });
    }));
});

describe('after a restart', () => {
  it('goes on behind what was handed on, malformed lines included', () =>
    inFile(async (path) => {
      await writeFile(path, `${lines('a')}nonsense\n`);
      const before = await watching(path, ({ has }) => has(['a', 'NOT_JSON']));
      await appendFile(path, lines('b'));
      const place: unknown = JSON.parse(JSON.stringify(lastPlace(before)));
      const after = await watching(path, ({ has }) => has(['b']), { place });
      expect(after[0]?.source).toEqual({ kind: 'file', path, line: 3 });
    }));
  it('reads the rest of a file that was rotated meanwhile, then the new one', () =>
    inFile(async (path) => {
      await writeFile(path, lines('a'));
      const before = await watching(path, ({ has }) => has(['a']));
      await appendFile(path, lines('b'));
      await rename(path, `${path}.1`);
      await writeFile(path, lines('c'));
      await watching(path, ({ has }) => has(['b', 'c']), { place: lastPlace(before) });
    }));
  it('reads the rest of a copy when the file was emptied meanwhile', () =>
    inFile(async (path) => {
      await writeFile(path, lines('a'));
      const before = await watching(path, ({ has }) => has(['a']));
      await appendFile(path, lines('b'));
      await copyFile(path, `${path}.1`);
      await truncate(path);
      await appendFile(path, lines('c', 'd', 'e'));
      await watching(path, ({ has }) => has(['b', 'c', 'd', 'e']), { place: lastPlace(before) });
    }));
  it('starts over when the file was made anew, even with the same inode and more bytes', () =>
    inFile(async (path) => {
      await writeFile(path, lines('a'));
      const before = await watching(path, ({ has }) => has(['a']));
      await writeFile(path, lines('x', 'y'));
      await watching(path, ({ has }) => has(['x', 'y']), { place: lastPlace(before) });
    }));
  it('goes on in a file that an editor saved under another inode', () =>
    inFile(async (path) => {
      await writeFile(path, `${lines('a')}nonsense\n`);
      const before = await watching(path, ({ has }) => has(['a', 'NOT_JSON']));
      await copyFile(path, `${path}~`);
      await appendFile(`${path}~`, lines('b'));
      await rename(`${path}~`, path);
      await watching(path, ({ has }) => has(['b']), { place: lastPlace(before) });
    }));
  it('takes a place that is none of ours for no place', () =>
    inFile(async (path) => {
      await writeFile(path, lines('a'));
      await watching(path, ({ has }) => has(['a']), { place: { offset: -1 } });
    }));
});

describe('while it runs', () => {
  it('follows a rotation, and a writer who has not noticed it', () =>
    inFile(async (path) => {
      await writeFile(path, lines('a'));
      await watching(path, async ({ has }) => {
        await has(['a']);
        await appendFile(path, lines('b') + enterLine('c').slice(0, 9));
        await rename(path, `${path}.1`);
        await writeFile(path, lines('d'));
        await has(['a', 'b', 'd']);
        await appendFile(`${path}.1`, `${enterLine('c').slice(9)}\n`);
        await has(['a', 'b', 'd', 'c']);
        await appendFile(path, lines('e'));
        await has(['a', 'b', 'd', 'c', 'e']);
      });
    }));
  it('follows truncation, deletion and re-creation', () =>
    inFile(async (path) => {
      await writeFile(path, lines('a'));
      await watching(path, async ({ has }) => {
        await has(['a']);
        await truncate(path);
        await appendFile(path, lines('b'));
        await has(['a', 'b']);
        await rm(path);
        await writeFile(path, lines('c'));
        await has(['a', 'b', 'c']);
      });
    }));
  it('offers a line again that the sink could not take', () =>
    inFile(async (path) => {
      await writeFile(path, lines('a'));
      let failures = 2;
      const failing =
        (kept: SignalSink): SignalSink =>
        (item) => {
          failures -= 1;
          return failures >= 0 ? Promise.reject(new Error('disk full')) : kept(item);
        };
      await watching(
        path,
        async ({ has, troubles }) => {
          await has(['a']);
          expect(troubles).toEqual(['NOT_TAKEN']);
        },
        { onSignal: failing },
      );
    }));
});

describe('what it refuses', () => {
  it('is a symbolic link', () =>
    inFile(async (path) => {
      await writeFile(`${path}.target`, lines('a'));
      await symlink(`${path}.target`, path);
      await watching(path, async ({ items, troubles, has }) => {
        await until(() => troubles.length > 0, 'trouble');
        expect(troubles).toEqual(['NOT_PLAIN']);
        expect(items).toEqual([]);
        await rm(path);
        await writeFile(path, lines('b'));
        await has(['b']);
      });
    }));
  it.skipIf(process.platform === 'win32')('is a file that everyone may write, from the moment it is so', () =>
    inFile(async (path) => {
      await writeFile(path, lines('a'));
      await watching(path, async ({ troubles, has }) => {
        await has(['a']);
        await chmod(path, 0o666);
        await until(() => troubles.length > 0, 'trouble');
        await appendFile(path, lines('b'));
        await chmod(path, 0o600);
        await has(['a', 'b']);
        expect(troubles).toEqual(['WORLD_WRITABLE']);
      });
    }),
  );
});

describe('garbage', () => {
  it('of 10 MB in one line gives one verdict before its newline comes, also over a restart', () =>
    inFile(async (path) => {
      await writeFile(path, Buffer.alloc(10_000_000, 0x78));
      const before = await watching(path, ({ has }) => has(['TOO_LARGE']));
      await appendFile(path, `${'x'.repeat(100_000)}\n${lines('a')}`);
      const after = await watching(path, ({ has }) => has(['a']), { place: lastPlace(before) });
      expect(after[0]?.source).toMatchObject({ line: 2 });
    }));
  it(
    'of 10 MB in many lines is survived within seconds',
    () =>
      inFile(async (path) => {
        const garbage = '{"id":"a1","action":"ENTER","symbol":"BTC","quantity":"no","createdAt":0}\n';
        const count = Math.ceil(10_000_000 / garbage.length);
        await writeFile(path, garbage.repeat(count) + lines('a'));
        await watching(path, async ({ items }) => {
          const begin = performance.now();
          await until(() => items.length === count + 1, 'all lines', 15_000);
          expect(wordsOf(items.slice(-2))).toEqual(['BAD_VALUE', 'a']);
          expect(performance.now() - begin).toBeLessThan(15_000);
        });
      }),
    30_000,
  );
});

describe('P3 and P4', () => {
  it('any cutting of the bytes and any restarts give the lines of the whole file, in order', async () => {
    const entry = fc.oneof(
      { weight: 4, arbitrary: fc.nat(999).map((id) => ({ text: enterLine(`s${id}`, 1_795_250_000_000), word: 'signal' })) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          { text: '{"a"', word: 'NOT_JSON' },
          { text: '', word: '' },
          { text: 'y'.repeat(17_000), word: 'TOO_LARGE' },
          { text: 'z'.repeat(150_000), word: 'TOO_LARGE' },
        ),
      },
    );
    const story = fc.tuple(
      fc.array(entry, { maxLength: 12 }),
      fc.array(fc.nat(999), { maxLength: 8 }),
      fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
    );
    await fc.assert(
      fc.asyncProperty(story, ([entries, cuts, restarts]) =>
        inFile(async (path) => {
          const bytes = Buffer.from(entries.map(({ text }) => `${text}\n`).join(''));
          const expected = entries.filter(({ word }) => word !== '').length;
          const marks = [0, ...cuts.map((cut) => Math.floor((cut / 1000) * bytes.length)).sort((a, b) => a - b), bytes.length];
          const { items, onSignal } = keep();
          const open = async (): Promise<AppendedFile> => {
            const source = new AppendedFile({ path, place: lastPlace(items), onSignal, onTrouble: () => undefined, now: () => 1_795_250_000_000 });
            await source.start();
            return source;
          };
          let source = await open();
          for (let index = 1; index < marks.length; index += 1) {
            await appendFile(path, bytes.subarray(marks[index - 1], marks[index]));
            if (restarts[index - 1] !== true) continue;
            await source.close();
            source = await open();
          }
          await until(() => items.length >= expected, `${expected} items, had ${items.length}`);
          await source.close();
          const words = items.map(({ parsed }) => (parsed.ok ? 'signal' : parsed.code));
          expect(words).toEqual(entries.map(({ word }) => word).filter((word) => word !== ''));
        }),
      ),
      { numRuns: 40 },
    );
  }, 60_000);
});
