/**
 * What a chart of 100,000 stored points costs against one of 1,000, in time of the processor and by turns: what runs beside
 * it does not count.
 */
import { type Browser, expect, type Page, test } from '@playwright/test';
import { FixtureHost } from '../kit/fixture-host.ts';
import { median, paced } from '../kit/pace.ts';

test.describe('the chart', () => {
  const trials = 5;
  const most = 1.3;

  test(`costs with 100,000 stored points at most ${most} times what it costs with 1,000`, async ({ browser }) => {
    test.setTimeout(120_000);
    const small = await Charted.open(browser, 1000);
    const large = await Charted.open(browser, 100_000);
    const costs = { small: [] as number[], large: [] as number[] };
    for (let trial = 0; trial < trials; trial += 1) {
      costs.small.push(await small.costOfUpdate());
      costs.large.push(await large.costOfUpdate());
    }
    await small.close();
    await large.close();
    const ratio = median(costs.large) / median(costs.small);
    console.log(JSON.stringify({ name: 'chart-100k', value: ratio, smallMs: median(costs.small), largeMs: median(costs.large), goal: most }));
    expect(ratio).toBeLessThanOrEqual(most);
  });
});

/** A page that shows a day of premiums, and what its main thread spends on each new price. */
class Charted {
  readonly #host: FixtureHost;
  readonly #page: Page;
  readonly #taskSeconds: () => Promise<number>;
  #step = 0;

  private constructor(host: FixtureHost, page: Page, taskSeconds: () => Promise<number>) {
    this.#host = host;
    this.#page = page;
    this.#taskSeconds = taskSeconds;
  }

  static async open(browser: Browser, stored: number): Promise<Charted> {
    const host = await FixtureHost.start({ stored });
    const page = await browser.newPage();
    await page.addInitScript(() => localStorage.setItem('kimp.chartRange', '24h'));
    await page.goto(host.freshUrl());
    await page.locator('.recharts-line path').first().waitFor();
    const session = await page.context().newCDPSession(page);
    // Processor time: what other programs do meanwhile does not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const taskSeconds = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
    };
    return new Charted(host, page, taskSeconds);
  }

  /** ms of the main thread for one update, over five seconds of four a second. */
  async costOfUpdate(): Promise<number> {
    await this.#page.bringToFront();
    const path = () => this.#page.locator('.recharts-line path').last().getAttribute('d');
    const before = await path();
    // The first ones after a pause pay for what the pause let go cold.
    await paced(250, 1000, () => this.#next());
    const from = await this.#taskSeconds();
    const updates = await paced(250, 5000, () => this.#next());
    const spent = (await this.#taskSeconds()) - from;
    expect(await path()).not.toBe(before);
    return (spent * 1000) / updates;
  }
  #next(): void {
    this.#host.pushMarket(this.#step);
    this.#step += 1;
  }

  async close(): Promise<void> {
    await this.#page.close();
    await this.#host.close();
    expect(this.#host.bugs).toEqual([]);
  }
}
