/** Every hand that can stop the console: each latches at once, says who it was, and closes all where it may ask for that. */
import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PaperConsole } from './testing/paper.ts';

let paper: PaperConsole;
const standing = () => paper.console.feed.snapshot().parts.standing;
const latched = () => paper.console.state.stop;
const until = (what: () => unknown) => expect.poll(what, { timeout: 15_000 });
const wantsAll = (): boolean => paper.console.state.closeAll === true;

beforeAll(async () => {
  paper = await PaperConsole.open({ signals: { port: 0 } });
  while (!paper.console.state.armed) await new Promise((resolve) => setTimeout(resolve, 20));
}, 30_000);
afterAll(async () => {
  await paper.close();
  expect(paper.bugs).toEqual([]);
});
beforeEach(async () => {
  if (latched() !== null) await paper.invoke('stop.reset', {});
  expect([paper.console.isStopped, latched()]).toEqual([false, null]);
});

describe('the stop', () => {
  it.each([false, true])('by the button of the page; close all: %s', async (closeAll) => {
    const pressed = paper.invoke('stop.engage', { closeAll });
    expect(paper.console.isStopped).toBe(true);
    expect(await pressed).toEqual({ ok: true, value: {} });
    expect(latched()).toMatchObject({ source: 'button', code: 'PERSON', values: {} });
    await until(standing).toMatchObject({ trading: 'stopped', stop: { source: 'button', code: 'PERSON', values: {} } });
    expect(wantsAll()).toBe(closeAll);
  });

  it.each([
    ['tray', false],
    ['tray', true],
    ['shortcut', false],
    ['command', false],
    ['command', true],
    ['secondInstance', false],
    ['secondInstance', true],
  ] as const)('by a host: %s, close all: %s', (source, closeAll) => {
    expect(paper.console.stop(source, 'for the test', closeAll)).toEqual({ ok: true });
    expect(paper.console.isStopped).toBe(true);
    expect(latched()).toMatchObject({ source, code: 'PERSON', values: {}, reason: 'for the test' });
    expect(wantsAll()).toBe(closeAll);
  });

  it('by a STOP file, which bars the reset while it is there', async () => {
    const file = join(paper.dataDir, 'STOP');
    // Written elsewhere and moved: the file is whole when it is seen.
    await writeFile(`${file}.new`, 'the desk said so\n');
    await rename(`${file}.new`, file);
    const reason = 'A STOP file lies in the data folder: the desk said so';
    await until(latched).toMatchObject({ source: 'file', code: 'PERSON', reason });
    const seen = latched()?.at;
    expect(await paper.invoke('stop.reset', { seen })).toMatchObject({ ok: false, code: 'STOP_FILE' });
    await rm(file);
    expect(await paper.invoke('stop.reset', { seen: (seen ?? 0) - 1 })).toMatchObject({ ok: false, code: 'STOP_CHANGED' });
    expect(paper.console.isStopped).toBe(true);
    expect(await paper.invoke('stop.reset', { seen })).toEqual({ ok: true, value: {} });
    expect(paper.console.isStopped).toBe(false);
  });

  it('by a message on the signal socket, which closes nothing, whatever it says', async () => {
    const { signalUrl, signalToken } = paper.console;
    const socket = new WebSocket(signalUrl ?? '', { headers: { Authorization: `Bearer ${signalToken}` } });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'stop', reason: 'the model is wrong', closeAll: true }));
    await until(latched).toMatchObject({ source: 'socket', code: 'PERSON', reason: 'the model is wrong' });
    expect(wantsAll()).toBe(false);
    socket.terminate();
  });

  it('pressed again may ask for more, and stays the one it was', async () => {
    paper.console.stop('shortcut', 'first', false);
    const at = latched()?.at;
    await paper.invoke('stop.engage', { closeAll: true });
    expect([latched()?.source, latched()?.at, wantsAll()]).toEqual(['shortcut', at, true]);
  });
});
