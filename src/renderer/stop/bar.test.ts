// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type StopBar, wireStopBar } from './bar.ts';
import type { Sent, Session } from './session.ts';

const page = readFileSync(join(import.meta.dirname, '..', 'index.html'), 'utf8');
const done: Sent = { kind: 'answered', reply: '{"ok":true,"value":{}}' };
const silent: Sent = { kind: 'unreachable' };

let sent: unknown[] = [];
let answer: () => Promise<Sent> = () => Promise.resolve(done);
let bar: StopBar;

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`There is no #${id}`);
  return found;
};
const state = () => element('stop-bar').dataset['state'];

beforeEach(() => {
  document.documentElement.lang = 'en';
  document.body.innerHTML = /<body>([\s\S]*)<\/body>/.exec(page)?.[1] ?? '';
  // Bars of earlier tests still listen to the keyboard; each has its own list.
  const own: unknown[] = [];
  sent = own;
  answer = () => Promise.resolve(done);
  const session: Session = {
    bridge: null,
    signIn: () => Promise.resolve({ kind: 'signedIn', csrf: '' }),
    send: (name, input) => {
      own.push([name, input]);
      return answer();
    },
  };
  bar = wireStopBar(session);
});

describe('a press', () => {
  it('is sent at once, once, without a question', async () => {
    element('stop').click();
    expect(sent).toEqual([['stop.engage', { closeAll: false }]]);
    expect(state()).toBe('sending');
    await vi.waitFor(() => expect(state()).toBe('stopped'));
  });
  it('is sent again until it is acknowledged, and says meanwhile what is wrong', async () => {
    answer = () => Promise.resolve(sent.length < 3 ? silent : done);
    element('stop').click();
    await vi.waitFor(() => expect(element('stop-status').textContent).toContain('npm run stop'));
    await vi.waitFor(() => expect(state()).toBe('stopped'), 5000);
    expect(sent).toHaveLength(3);
  });
  it('that hears nothing says so and names another way, while it waits on', async () => {
    answer = () => new Promise(() => undefined);
    element('stop').click();
    await vi.waitFor(() => expect(element('stop-status').textContent).toContain('npm run stop'), 5000);
    expect(sent).toHaveLength(1);
  });
  it('to close all that comes while a stop is on its way is sent after it', async () => {
    element('stop').click();
    element('stop-and-close').click();
    element('stop').click();
    await vi.waitFor(() => expect(state()).toBe('stopped'));
    expect(sent).toEqual([
      ['stop.engage', { closeAll: false }],
      ['stop.engage', { closeAll: true }],
    ]);
  });
  it('to close all is not weakened by a stop while it is tried again', async () => {
    answer = () => Promise.resolve(sent.length < 2 ? silent : done);
    element('stop-and-close').click();
    await vi.waitFor(() => expect(state()).toBe('unreachable'));
    element('stop').click();
    await vi.waitFor(() => expect(state()).toBe('stopped'), 5000);
    expect(sent).toEqual([
      ['stop.engage', { closeAll: true }],
      ['stop.engage', { closeAll: true }],
    ]);
  });
  it('to close all that nobody acknowledged for 30 s goes on as a stop, and says so until it is pressed again', async () => {
    vi.useFakeTimers();
    try {
      answer = () => Promise.resolve({ kind: 'unauthorized' });
      element('stop-and-close').click();
      await vi.advanceTimersByTimeAsync(20_000);
      element('stop-and-close').click();
      await vi.advanceTimersByTimeAsync(29_500);
      expect(new Set(sent.map((each) => JSON.stringify(each)))).toEqual(new Set(['["stop.engage",{"closeAll":true}]']));
      expect(element('stop-status').textContent).not.toContain('30 s');
      await vi.advanceTimersByTimeAsync(1000);
      expect(sent.at(-1)).toEqual(['stop.engage', { closeAll: false }]);
      expect(element('stop-status').textContent).toMatch(/^Signed out.*within 30 s/);
      answer = () => Promise.resolve(done);
      await vi.advanceTimersByTimeAsync(1000);
      expect(sent.at(-1)).toEqual(['stop.engage', { closeAll: false }]);
      bar.show(true);
      expect(state()).toBe('stopped');
      expect(element('stop-bar').hasAttribute('data-weakened')).toBe(true);
      expect(element('stop-status').textContent).toMatch(/^Stopped.*within 30 s/);
      element('stop-and-close').click();
      await vi.advanceTimersByTimeAsync(0);
      expect(sent.at(-1)).toEqual(['stop.engage', { closeAll: true }]);
      expect(element('stop-status').textContent).toBe('Stopped');
    } finally {
      vi.useRealTimers();
    }
  });
  it('that was weakened says nothing of it after a reset', async () => {
    vi.useFakeTimers();
    try {
      answer = () => Promise.resolve(silent);
      element('stop-and-close').click();
      await vi.advanceTimersByTimeAsync(31_000);
      answer = () => Promise.resolve(done);
      await vi.advanceTimersByTimeAsync(1000);
      bar.show(true);
      bar.show(false);
      expect(element('stop-status').textContent).toBe('');
    } finally {
      vi.useRealTimers();
    }
  });
  it('counts from the keyboard too', async () => {
    dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyS', ctrlKey: true, shiftKey: true }));
    expect(sent).toHaveLength(1);
    await vi.waitFor(() => expect(state()).toBe('stopped'));
  });
  it('after a reset is sent anew', async () => {
    element('stop').click();
    await vi.waitFor(() => expect(state()).toBe('stopped'));
    bar.show(false);
    expect(state()).toBe('ready');
    element('stop').click();
    expect(sent).toHaveLength(2);
    await vi.waitFor(() => expect(state()).toBe('stopped'));
  });
});

it('says its words in the language of the page, and again when that changes', async () => {
  answer = () => Promise.resolve({ kind: 'unauthorized' });
  element('stop').click();
  await vi.waitFor(() => expect(element('stop-status').textContent).toMatch(/^Signed out/));
  document.documentElement.lang = 'ko';
  bar.reword();
  expect(element('stop-status').textContent).toMatch(/로그인/);
  answer = () => Promise.resolve(done);
  await vi.waitFor(() => expect(state()).toBe('stopped'), 5000);
});
