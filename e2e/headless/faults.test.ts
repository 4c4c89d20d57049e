/** What half succeeds is completed or undone: the legs end equal, flat or alarmed, and no intent is sent twice. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fault, isFlat, ledger, legsOf, repeatedIds, repeatedSends } from '../kit/ledger.ts';
import { type Line, type Program, type Simulator, startConsole, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { enter, exit } from '../kit/signals.ts';

type Venue = 'upbit' | 'binance';
const venues: readonly Venue[] = ['upbit', 'binance'];

const isFinal = (id: string) => (line: Line) =>
  line.event === 'signal' && line['id'] === id && ['executed', 'failed', 'rejected', 'expired'].includes(String(line['state']));
const isAtRest = (id: string) => (line: Line) => line.event === 'hedge' && line['hedge'] === id && ['hedged', 'flat'].includes(String(line['state']));

describe('faults on an entry', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let running: Program;

  beforeAll(async () => {
    folder = await temporaryFolder();
    simulator = await startSimulator(folder.path);
    running = startConsole(folder.path, simulator);
    await running.line('the console to arm', (line) => line.event === 'armed');
  });
  afterAll(async () => {
    await running.end();
    await simulator.program.end();
    await folder.remove();
  });
  beforeEach(async () => {
    await fetch(`${simulator.ready.control}/faults`, { method: 'DELETE' });
  });

  /** Closes what the story left open, so that the next one begins flat. */
  async function closeAll(): Promise<void> {
    if (isFlat(await ledger(simulator))) return;
    const id = await exit(folder.path);
    await running.line('the close', isFinal(id), 30_000);
    expect(isFlat(await ledger(simulator))).toBe(true);
  }

  async function honest(): Promise<void> {
    const found = await ledger(simulator);
    expect(repeatedIds(found)).toEqual([]);
    expect(repeatedSends(found)).toEqual([]);
    expect(legsOf(found).residual).toBe('0');
  }

  for (const venue of venues) {
    it(`undoes the other leg when ${venue} says insufficient funds`, async () => {
      await fault(simulator, venue, 'insufficientFunds');
      const id = await enter(folder.path, '0.05');
      const verdict = await running.line('the verdict', isFinal(id));
      expect(verdict['state']).toBe('failed');
      expect(verdict['reason']).toContain('INSUFFICIENT_FUNDS');
      expect(isFlat(await ledger(simulator))).toBe(true);
      await honest();
    });

    it(`undoes the other leg when ${venue} refuses the order by a filter`, async () => {
      await fault(simulator, venue, 'filterReject');
      const id = await enter(folder.path, '0.05');
      expect((await running.line('the verdict', isFinal(id)))['state']).toBe('failed');
      expect(isFlat(await ledger(simulator))).toBe(true);
      await honest();
    });

    for (const fraction of ['0.1', '0.5', '0.9'])
      it(`makes the legs equal when ${venue} fills ${fraction} of its order`, async () => {
        await fault(simulator, venue, 'partialFill', { fraction });
        const id = await enter(folder.path, '0.05');
        expect((await running.line('the verdict', isFinal(id)))['state']).toBe('executed');
        await running.line('the hedge at rest', isAtRest(id));
        await honest();
        await closeAll();
      });

    it(`makes the legs equal when ${venue} fills a tenth of every order for a while`, async () => {
      await fault(simulator, venue, 'partialFill', { fraction: '0.1', times: 3 });
      const id = await enter(folder.path, '0.05');
      await running.line('the verdict', isFinal(id), 20_000);
      await running.line('the hedge at rest', isAtRest(id), 20_000);
      await honest();
      await closeAll();
    });

    it(`finds the order whose answer ${venue} lost and sends nothing again`, async () => {
      await fault(simulator, venue, 'replyLost');
      const id = await enter(folder.path, '0.05');
      const verdict = await running.line('the verdict', isFinal(id), 30_000);
      expect(verdict['state']).toBe('executed');
      await honest();
      await closeAll();
    });

    it(`finds the order that ${venue} carried out and answered with an error`, async () => {
      await fault(simulator, venue, 'errorAfter');
      const id = await enter(folder.path, '0.05');
      expect((await running.line('the verdict', isFinal(id), 30_000))['state']).toBe('executed');
      await honest();
      await closeAll();
    });

    it(`undoes the other leg when ${venue} turns the order away for its rate`, async () => {
      await fault(simulator, venue, 'rateLimited');
      const id = await enter(folder.path, '0.05');
      expect((await running.line('the verdict', isFinal(id), 30_000))['state']).toBe('failed');
      await honest();
    });
  }

  it('closes a hedge although each close is refused once', async () => {
    const id = await enter(folder.path, '0.05');
    await running.line('the hedge', isFinal(id));
    for (const venue of venues) await fault(simulator, venue, 'filterReject');
    await closeAll();
    await honest();
  });

  it('closes a hedge although the answers of both closes are lost', async () => {
    const id = await enter(folder.path, '0.05');
    await running.line('the hedge', isFinal(id));
    for (const venue of venues) await fault(simulator, venue, 'replyLost');
    await closeAll();
    await honest();
  });
});

describe('an order that never arrived', () => {
  it('is proven absent after a minute of lookups, then the other leg is undone', async () => {
    const folder = await temporaryFolder();
    const simulator = await startSimulator(folder.path);
    const running = startConsole(folder.path, simulator);
    try {
      await running.line('the console to arm', (line) => line.event === 'armed');
      await fault(simulator, 'binance', 'requestLost');
      const id = await enter(folder.path, '0.05');
      await running.line('the alarm', (line) => line.event === 'alarm' && line['code'] === 'UNKNOWN_OUTCOME', 30_000);
      // While the outcome is unknown nothing is sent against the other leg.
      expect(legsOf(await ledger(simulator))).toEqual({ spot: '0.05', short: '0', residual: '0.05' });
      const verdict = await running.line('the verdict', isFinal(id), 100_000);
      expect(verdict['state']).toBe('failed');
      const found = await ledger(simulator);
      expect(isFlat(found)).toBe(true);
      expect(repeatedSends(found)).toEqual([]);
      expect(running.lines.some((line) => line.event === 'stop')).toBe(false);
    } finally {
      await running.end();
      await simulator.program.end();
      await folder.remove();
    }
  }, 130_000);
});
