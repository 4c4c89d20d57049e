/** Stops and ends in bad moments: venues that hang, clients that hang up, a second SIGTERM, an intent on its way. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { control, fault, ledger, legsOf, repeatedSends } from '../kit/ledger.ts';
import { type Line, type Program, root, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { enter } from '../kit/signals.ts';
import { until } from '../kit/until.ts';

const armed = (line: Line): boolean => line.event === 'armed';
const verdict = (id: string) => (line: Line) => line.event === 'signal' && line['id'] === id && line['state'] !== 'accepted';
const hedge = (state: string) => (line: Line) => line.event === 'hedge' && line['state'] === state;

describe('a console in trouble', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let running: Program;
  beforeEach(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulator(folder.path);
    running = startConsole(folder.path, simulator);
    await running.line('the console to arm', armed);
  });
  afterEach(async () => {
    await running.end();
    await simulator.program.end();
    await folder.remove();
  });

  const data = (): string => join(folder.path, 'data');
  const runFile = (): string => join(data(), 'run.json');
  const everyRequest = (kind: string, more: object = {}): Promise<unknown> =>
    Promise.all(['upbit', 'binance'].map((venue) => control(simulator, '/faults', { venue, match: { path: '/*' }, kind, times: 0, ...more })));

  function stop(...more: readonly string[]): Promise<number | null> {
    const program = spawn(process.execPath, [join(root, 'out', 'stop.mjs'), data(), ...more], { stdio: 'ignore' });
    return new Promise((resolve) => program.once('close', resolve));
  }

  it('acknowledges a stop while both venues hang, ends, and closes all when they are back', async () => {
    const id = await enter(folder.path, '0.05');
    await running.line('the hedge', verdict(id));
    await everyRequest('requestLost');
    expect(await stop('--close-all')).toBe(0);
    expect(await running.line('the stop', (line) => line.event === 'stop')).toMatchObject({ source: 'command' });
    expect(await running.end(5000)).toBe(0);
    expect(running.stderr).toContain('its close waits');
    await fetch(`${simulator.ready.control}/faults`, { method: 'DELETE' });
    running = startConsole(folder.path, simulator);
    await running.line('the close', hedge('flat'));
    const found = await ledger(simulator);
    expect([legsOf(found), repeatedSends(found)]).toEqual([{ spot: '0', short: '0', residual: '0' }, []]);
    expect(running.lines.some(armed)).toBe(false);
  });

  it('stops because a venue gave no answer, and stays up', async () => {
    await control(simulator, '/faults', { venue: 'binance', match: { path: '/*' }, kind: 'errorBefore', times: 0 });
    const stopped = await running.line('the stop', (line) => line.event === 'stop', 40_000);
    expect(stopped).toMatchObject({ source: 'limit' });
    expect(String(stopped['reason'])).toContain('binance is not available');
    expect(running.child.exitCode).toBeNull();
  }, 50_000);

  it('goes on when somebody hangs up in the middle of a stop', async () => {
    const { port, token } = JSON.parse(readFileSync(runFile(), 'utf8')) as { port: number; token: string };
    expect(statSync(runFile()).mode & 0o777).toBe(0o600);
    const request = `POST /stop HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Length: 50\r\n\r\n{"clo`;
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(request, () => socket.destroy()));
      socket.once('close', () => resolve());
    });
    const id = await enter(folder.path, '0.05');
    expect(await running.line('the verdict', verdict(id))).toMatchObject({ state: 'executed' });
  });

  it('shows a promise that a library forgot, and keeps trading', async () => {
    await running.end();
    const forgets = `data:text/javascript,setTimeout(() => void Promise.reject(new Error('nobody waits for this')), 1500)`;
    running = startConsole(folder.path, simulator, [], ['--import', forgets]);
    await running.line('the alarm', (line) => line.event === 'alarm' && String(line['detail']).includes('nobody waits for this'));
    await running.line('the console to arm', armed);
    const id = await enter(folder.path, '0.05');
    expect(await running.line('the verdict', verdict(id))).toMatchObject({ state: 'executed' });
  });

  it('leaves a stopped console behind where something threw that cannot throw', async () => {
    await running.end();
    const throws = `data:text/javascript,import { isMainThread } from 'node:worker_threads';
      import { existsSync } from 'node:fs';
      const sick = () => existsSync(${JSON.stringify(join(folder.path, 'sick'))});
      if (isMainThread) setInterval(() => { if (sick()) throw new Error('this cannot be'); }, 50).unref();`;
    running = startConsole(folder.path, simulator, [], ['--import', throws]);
    await running.line('the console to arm', armed);
    writeFileSync(join(folder.path, 'sick'), '');
    expect(await running.ended).toBe(1);
    expect(running.lines.at(-1)).toMatchObject({ event: 'alarm', code: 'BUG', severity: 'critical' });
    running = startConsole(folder.path, simulator);
    expect(await running.line('the stop', (line) => line.event === 'stop')).toMatchObject({ source: 'file' });
    await running.line('the reconciliation', (line) => line.event === 'reconciled');
    expect(running.lines.some(armed)).toBe(false);
  });

  it('ends at once on a second SIGTERM, and the next start finds what was on its way', async () => {
    await fault(simulator, 'binance', 'latency', { delayMs: 3000 });
    const id = await enter(folder.path, '0.05');
    await running.line('the order', (line) => line.event === 'order' && line['venue'] === 'binance');
    running.signal('SIGTERM');
    await running.line('the end to begin', (line) => line.event === 'disarmed');
    running.signal('SIGTERM');
    expect(await running.ended).toBe(0);
    expect(existsSync(runFile())).toBe(false);
    running = startConsole(folder.path, simulator);
    await running.line(
      'the hedge',
      (line) => line.event === 'hedge' && line['hedge'] === id && ['hedged', 'flat'].includes(String(line['state'])),
      30_000,
    );
    await until('equal legs', async () => (legsOf(await ledger(simulator)).residual === '0' ? true : undefined), 10_000);
    expect(repeatedSends(await ledger(simulator))).toEqual([]);
  });
});
