/** The venue closes the short by itself: the console books it and brings the spot leg level, also when it was not there to see it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { control, isFlat, ledger, legsOf } from '../kit/ledger.ts';
import { type Program, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { enter } from '../kit/signals.ts';
import { until } from '../kit/until.ts';

describe('a forced close', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let running: Program;

  beforeEach(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulator(folder.path);
    running = startConsole(folder.path, simulator);
    await running.line('the console to arm', (line) => line.event === 'armed');
    const id = await enter(folder.path, '0.05');
    await running.line('the hedge', (line) => line.event === 'signal' && line['id'] === id && line['state'] === 'executed');
  });
  afterEach(async () => {
    await running.end();
    await simulator.program.end();
    await folder.remove();
  });

  const isAlarm = (code: string) => (line: Readonly<Record<string, unknown>>) => line['event'] === 'alarm' && line['code'] === code;
  const level = async () => {
    const found = legsOf(await ledger(simulator));
    return found.residual === '0' ? found : undefined;
  };

  it('by liquidation of a part, then by auto-deleveraging of the rest, leaves equal legs and nothing stopped', async () => {
    await control(simulator, '/liquidate', { symbol: 'BTCUSDT', fraction: '0.4' });
    await running.line('the alarm', isAlarm('FORCED_CLOSE'), 10_000);
    expect(await until('level legs', level, 20_000)).toMatchObject({ spot: '0.03', short: '0.03' });
    await control(simulator, '/liquidate', { symbol: 'BTCUSDT', fraction: '1', kind: 'adl' });
    await until('flat legs', async () => (isFlat(await ledger(simulator)) ? true : undefined), 20_000);
    expect(running.lines.some((line) => line.event === 'stop')).toBe(false);
  });

  it('while the console is away is found by the next one', async () => {
    await running.kill();
    await control(simulator, '/liquidate', { symbol: 'BTCUSDT', fraction: '1' });
    running = startConsole(folder.path, simulator);
    await running.line('the alarm', isAlarm('FORCED_CLOSE'), 40_000);
    await until('flat legs', async () => (isFlat(await ledger(simulator)) ? true : undefined), 20_000);
    expect(running.lines.some((line) => line.event === 'stop')).toBe(false);
  });
});
