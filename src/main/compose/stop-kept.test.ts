/** What is stopped is stopped after a restart too: on a disk that hangs, on one that failed, and after a bug. */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PaperConsole } from './testing/paper.ts';

/** Every fdatasync of this process waits while the disk hangs, and goes on when it is back. */
class Disk {
  readonly #file: { datasync: () => Promise<void> };
  readonly #datasync: () => Promise<void>;
  #back: (() => void) | null = null;
  #until: Promise<void> = Promise.resolve();

  private constructor(file: { datasync: () => Promise<void> }) {
    this.#file = file;
    this.#datasync = file.datasync;
    const until = (): Promise<void> => this.#until;
    const { datasync } = file;
    file.datasync = async function (this: unknown) {
      await until();
      await datasync.call(this);
    };
  }
  static async own(): Promise<Disk> {
    const handle = await open(process.execPath, 'r');
    const file = Object.getPrototypeOf(handle) as { datasync: () => Promise<void> };
    await handle.close();
    return new Disk(file);
  }
  hang(): void {
    this.#until = new Promise((resolve) => {
      this.#back = resolve;
    });
  }
  comeBack(): void {
    this.#back?.();
    this.#until = Promise.resolve();
  }
  letGo(): void {
    this.comeBack();
    this.#file.datasync = this.#datasync;
  }
}

let disk: Disk;
let paper: PaperConsole;
const stopFile = (): string => join(paper.dataDir, 'STOP');
const until = (what: () => unknown) => expect.poll(what, { timeout: 15_000 });

beforeEach(async () => {
  disk = await Disk.own();
  paper = await PaperConsole.open({ approval: 'auto' });
  await until(() => paper.console.state.armed).toBe(true);
}, 30_000);
afterEach(async () => {
  disk.letGo();
  await paper.close();
}, 30_000);

/** The folder as a kill at this moment would leave it. */
async function killed(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kimp-killed-'));
  for (const part of ['installation.json', 'settings.json', 'paper/journal', 'STOP'])
    await cp(join(paper.dataDir, part), join(folder, part), { recursive: true }).catch(() => undefined);
  return folder;
}
/** Starts a console that is to arm, and looks how it stands once it has read the venues. */
async function startedOn(folder: string): Promise<{ readonly armed: boolean; readonly stop: string | undefined }> {
  const next = await PaperConsole.open({}, folder);
  await until(() => next.console.state.phase).toBe('ready');
  const { armed, stop } = next.console.state;
  await next.close();
  return { armed, stop: stop?.reason };
}

describe('a stop on a disk that hangs', () => {
  it('latches at once, and is acknowledged when a file of its own says it to the next start', async () => {
    disk.hang();
    // A record on its way keeps all that come after it waiting.
    paper.console.command({ kind: 'setApproval', approval: 'manual' });
    const pressed = performance.now();
    const reply = paper.invoke('stop.engage', { closeAll: true });
    expect(paper.console.isStopped).toBe(true);
    expect(await reply).toEqual({ ok: true, value: {} });
    expect(performance.now() - pressed).toBeLessThan(4000);
    expect(await readFile(stopFile(), 'utf8')).toBe('A person pressed stop (the journal did not take it; close all was asked for)\n');
    const left = await killed();
    disk.comeBack();
    const next = await startedOn(left);
    expect(next.armed).toBe(false);
    expect(next.stop).toContain('A person pressed stop');
  }, 60_000);

  it('leaves no file where the disk takes the record, or where a person reset it before', async () => {
    expect(await paper.invoke('stop.engage', { closeAll: false })).toEqual({ ok: true, value: {} });
    expect(existsSync(stopFile())).toBe(false);
    disk.hang();
    expect(await paper.invoke('stop.reset', {})).toEqual({ ok: true, value: {} });
    const acknowledged = paper.invoke('stop.engage', { closeAll: false });
    expect(await paper.invoke('stop.reset', {})).toEqual({ ok: true, value: {} });
    await acknowledged;
    expect(existsSync(stopFile())).toBe(false);
    expect(paper.console.isStopped).toBe(false);
  }, 30_000);
});

describe('a disk that hangs while nobody stops anything', () => {
  it('stops in memory and tells its host within 6 s, and trades no more when it is back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kimp-hangs-'));
    await paper.close();
    const told: string[] = [];
    paper = await PaperConsole.open({ approval: 'auto', onDiskHangs: (reason) => void told.push(reason) }, folder);
    await until(() => paper.console.state.armed).toBe(true);
    disk.hang();
    const hung = performance.now();
    paper.console.command({ kind: 'setApproval', approval: 'manual' });
    await until(() => paper.console.isStopped).toBe(true);
    expect(performance.now() - hung).toBeGreaterThan(4900);
    expect(told).toEqual(['The disk has not taken a record for 5 s']);
    expect(paper.console.state).toMatchObject({ armed: false, stop: { source: 'limit', code: 'JOURNAL_FAILED' } });
    await until(() => existsSync(stopFile())).toBe(true);
    // Who resets it while it lasts is stopped again.
    await rm(stopFile());
    expect(await paper.invoke('stop.reset', {})).toMatchObject({ ok: true });
    await until(() => paper.console.isStopped).toBe(true);
    disk.comeBack();
    await until(() => paper.console.feed.snapshot().parts.standing.trading).toBe('stopped');
    expect(told).toHaveLength(1);
  }, 60_000);
});

describe('a bug', () => {
  it('closes the latch and leaves a stopped console behind', async () => {
    paper.console.bug(new Error('This cannot be'));
    expect(paper.console.isStopped).toBe(true);
    expect(await readFile(stopFile(), 'utf8')).toBe('A bug ended the console: This cannot be\n');
    const next = await startedOn(await killed());
    expect(next.armed).toBe(false);
    expect(next.stop).toContain('This cannot be');
  }, 60_000);

  it('that the console itself meets does the same before its host hears of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kimp-bug-'));
    const stoppedByThen: boolean[] = [];
    await paper.close();
    const onFacts = (): void => {
      throw new Error('A host that throws');
    };
    paper = await PaperConsole.open({ onFacts, onBug: () => void stoppedByThen.push(existsSync(join(folder, 'STOP'))) }, folder);
    await until(() => stoppedByThen[0]).toBe(true);
    expect(paper.console.isStopped).toBe(true);
  }, 60_000);
});
