/** Whatever is thrown at the intake: one verdict each with its code, and the next good signal still runs. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { isFlat, ledger } from '../kit/ledger.ts';
import { type Line, type Program, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { append, enter, exit, feed, freshId } from '../kit/signals.ts';
import { until } from '../kit/until.ts';

describe('the intake of a running console', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let running: Program;
  let drop: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    drop = join(folder.path, 'drop');
    await mkdir(drop);
    simulator = await startSimulator(folder.path);
    running = startConsole(folder.path, simulator, ['--signals-dir', drop, '--signals-port', '0']);
    await running.line('the console to arm', (line) => line.event === 'armed');
  });
  afterAll(async () => {
    await running.end();
    await simulator.program.end();
    await folder.remove();
  });

  const verdicts = (): readonly Line[] => running.lines.filter((line) => line.event === 'signal' && line['state'] !== 'accepted');
  const verdict = (id: string, state: string): Promise<Line> =>
    running.line(`${id} to be ${state}`, (line) => line.event === 'signal' && line['id'] === id && line['state'] === state);

  /** Opens and closes a hedge: the intake is alive. */
  async function nextGoodSignal(): Promise<void> {
    await verdict(await enter(folder.path, '0.01'), 'executed');
    await verdict(await exit(folder.path), 'executed');
    expect(isFlat(await ledger(simulator))).toBe(true);
  }

  const good = { action: 'ENTER', symbol: 'BTC', quantity: '0.01' } as const;
  const bad: readonly (readonly [string, (now: number) => string, string])[] = [
    ['an unknown key', (now) => JSON.stringify({ id: freshId('bad'), ...good, createdAt: now, frobnicate: 1 }), 'UNKNOWN_KEY'],
    ['a float size', (now) => `{"id":"${freshId('bad')}","action":"ENTER","symbol":"BTC","quantity":1e-2,"createdAt":${now}}`, 'BAD_VALUE'],
    [
      'a repeated key',
      (now) => `{"id":"${freshId('bad')}","action":"ENTER","symbol":"BTC","quantity":"0.01","quantity":"5","createdAt":${now}}`,
      'REPEATED_KEY',
    ],
    ['a signal from the future', (now) => JSON.stringify({ id: freshId('bad'), ...good, createdAt: now + 60_000 }), 'FUTURE'],
    ['no JSON', () => 'buy some bitcoin', 'NOT_JSON'],
  ];
  for (const [what, line, code] of bad)
    it(`gives ${what} one verdict, ${code}, and goes on`, async () => {
      const before = verdicts().length;
      await append(folder.path, `${line(Date.now())}\n`);
      await until('the verdict', () => verdicts()[before], 5000);
      await nextGoodSignal();
      expect(verdicts()[before]).toMatchObject({ state: 'malformed', code });
      expect(verdicts().length).toBe(before + 3);
    });

  it('tells a duplicate from a conflict', async () => {
    const id = freshId('twice');
    const createdAt = Date.now();
    await feed(folder.path, { id, ...good, createdAt });
    await verdict(id, 'executed');
    // Another order of keys and another way to write the number are the same content.
    await append(folder.path, `{"quantity":0.010,"createdAt":${createdAt},"symbol":"BTC","action":"ENTER","id":"${id}"}\n`);
    await verdict(id, 'duplicate');
    await feed(folder.path, { id, ...good, quantity: '0.02', createdAt });
    await verdict(id, 'conflict');
    await verdict(await exit(folder.path), 'executed');
    await nextGoodSignal();
  });

  it('does not execute an expired signal, and alarms for an expired EXIT', async () => {
    const late = await feed(folder.path, { id: freshId('late'), ...good, createdAt: Date.now() - 31_000 });
    await verdict(late, 'expired');
    const lateExit = await feed(folder.path, { id: freshId('late'), action: 'EXIT', createdAt: Date.now() - 31_000 });
    await verdict(lateExit, 'expired');
    await running.line('the alarm', (line) => line.event === 'alarm' && line['code'] === 'EXPIRED_EXIT');
    await nextGoodSignal();
  });

  it('waits for the newline of a half-written line', async () => {
    const id = freshId('half');
    const text = `${JSON.stringify({ id, ...good, createdAt: Date.now() })}\n`;
    await append(folder.path, text.slice(0, 30));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(running.lines.some((line) => line['id'] === id)).toBe(false);
    await append(folder.path, text.slice(30));
    await verdict(id, 'executed');
    await verdict(await exit(folder.path), 'executed');
  });

  it('survives 10 MB of garbage in one line and in many', async () => {
    const before = verdicts().length;
    await append(folder.path, `${'x'.repeat(10_000_000)}\n`);
    await until('the verdict on the long line', () => verdicts()[before], 20_000);
    expect(verdicts()[before]).toMatchObject({ state: 'malformed', code: 'TOO_LARGE' });
    const lines = 20_000;
    await append(folder.path, `${'\u0000\u00ff{"id":'.repeat(60)}\n`.repeat(lines));
    await until('a verdict on each line', () => (verdicts().length >= before + 1 + lines ? true : undefined), 40_000);
    expect(verdicts().length).toBe(before + 1 + lines);
    await nextGoodSignal();
  });

  it('takes a file that is dropped by rename, an array as well', async () => {
    const ids = [freshId('drop'), freshId('drop')];
    const [first = '', second = ''] = ids;
    await writeFile(
      join(folder.path, 'dropped.json'),
      JSON.stringify([
        { id: first, ...good, createdAt: Date.now() },
        { id: second, ...good, createdAt: Date.now() },
      ]),
    );
    await rename(join(folder.path, 'dropped.json'), join(drop, 'dropped.json'));
    for (const id of ids) await verdict(id, 'executed');
    await verdict(await exit(folder.path), 'executed');
  });

  it('answers every signal on the socket and stops by it', async () => {
    const { signals } = (await running.line('ready', (line) => line.event === 'ready')) as unknown as { signals: { url: string; token: string } };
    const { url, token } = signals;
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    const answers: { type: string; id?: string; state?: string; final?: boolean; code?: string }[] = [];
    socket.on('message', (data) => void answers.push(JSON.parse(String(data)) as (typeof answers)[number]));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const id = freshId('socket');
    socket.send(JSON.stringify({ type: 'signal', signal: { id, ...good, createdAt: Date.now() } }));
    await until('the final answer', () => answers.find((answer) => answer.id === id && answer.final === true), 10_000);
    expect(answers.filter((answer) => answer.id === id).map(({ state }) => state)).toEqual(['accepted', 'executed']);
    socket.send('{"id":');
    await until('the error', () => answers.find((answer) => answer.type === 'error'), 5000);
    socket.send(JSON.stringify({ type: 'stop', reason: 'the research process says so' }));
    await running.line('the stop', (line) => line.event === 'stop' && line['source'] === 'socket');
    const after = freshId('socket');
    socket.send(JSON.stringify({ id: after, ...good, createdAt: Date.now() }));
    await until('the refusal', () => answers.find((answer) => answer.id === after && answer.state === 'rejected'), 5000);
    socket.close();
  });
});
