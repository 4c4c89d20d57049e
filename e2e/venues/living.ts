/** A whole console in this process, in front of simulated venues that are controlled from outside. */
import { PaperConsole } from '../../src/main/compose/testing/paper.ts';
import type { Fact } from '../../src/main/engine/facts.ts';
import type { Snapshot } from '../../src/shared/contract/updates.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { until, type VenueName, venueNames } from './bench.ts';
import { signed } from './signed.ts';

export class Living {
  readonly facts: Fact[] = [];
  readonly #simulator: Awaited<ReturnType<typeof startSimulator>>;
  #paper: PaperConsole | undefined;

  private constructor(simulator: Awaited<ReturnType<typeof startSimulator>>) {
    this.#simulator = simulator;
  }

  /** Armed, on automatic approval, with both order streams live. Prices stay where they are put. */
  static async start(): Promise<Living> {
    const simulator = await startSimulator({ market: 'still', seed: 7 });
    const living = new Living(simulator);
    const at = (name: VenueName) => ({ rest: new URL(simulator.ready[name].rest), ws: new URL(simulator.ready[name].ws) });
    living.#paper = await PaperConsole.open({
      venues: () => Promise.resolve({ upbit: at('upbit'), binance: at('binance'), keys: simulator.ready.keys }),
      firstApproval: 'auto',
      settings: [['cooldownMs', '0']],
      onFacts: (more) => void living.facts.push(...more),
    });
    await until(() => living.shown.parts.standing.trading === 'armed');
    await until(() => venueNames.every((venue) => living.shown.parts.venues[venue].stream === 'live'));
    return living;
  }

  get paper(): PaperConsole {
    if (this.#paper === undefined) throw new Error('The console was not opened');
    return this.#paper;
  }
  get shown(): Snapshot {
    return this.paper.console.feed.snapshot();
  }

  async control(path: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${this.#simulator.ready.control}${path}`, init);
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }
  /** What the account's owner does on the venue's own page. */
  atBinance(method: string, path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const { binance, keys } = this.#simulator.ready;
    return signed({ rest: binance.rest, keys: keys.binance }, method, path, parameters);
  }
  async endFaults(): Promise<void> {
    await fetch(`${this.#simulator.ready.control}/faults`, { method: 'DELETE' });
  }

  /** Asks for a hedge by hand. @returns its id */
  async open(): Promise<string> {
    const opened = await this.paper.invoke('hedge.open', { coin: 'BTC', quantity: '0.01' });
    if (!opened.ok) throw new Error(JSON.stringify(opened));
    return (opened.value as { signal: string }).signal;
  }
  async reaches(hedge: string, phase: 'hedged' | 'flat'): Promise<void> {
    await until(() => this.shown.tables.hedges[hedge]?.phase === phase, 15_000);
  }
  /** A hedge opened and closed. */
  async whole(): Promise<void> {
    const hedge = await this.open();
    await this.reaches(hedge, 'hedged');
    await this.paper.invoke('hedge.close', { hedge, quantity: null });
    await this.reaches(hedge, 'flat');
  }

  async close(): Promise<void> {
    await this.paper.close();
    await this.#simulator.close();
    if (this.paper.bugs.length > 0) throw new Error(`Bugs: ${this.paper.bugs.join(', ')}`);
  }
}
