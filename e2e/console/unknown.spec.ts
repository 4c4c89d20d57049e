/** An order without an answer: what is known of it is on the page, time alone decides nothing, and a person ends it. */
import type { Page } from '@playwright/test';
import { at, type ConsoleRun, expect, test } from '../kit/console.ts';
import { control, fault, isFlat, ledger, legsOf, repeatedSends } from '../kit/ledger.ts';
import { type Simulator, startSimulator, temporaryFolder } from '../kit/programs.ts';
import { enter } from '../kit/signals.ts';

type Start = (args?: readonly string[]) => Promise<ConsoleRun>;

/** A console on venues that faults can be planted in, and what ends them. */
async function onFaultyVenues(start: Start): Promise<{ running: ConsoleRun; venues: Simulator; end: () => Promise<void> }> {
  const folder = await temporaryFolder();
  const venues = await startSimulator(folder.path);
  const { ready, keysFile } = venues;
  const urls = ['--upbit-url', ready.upbit.rest, '--binance-url', ready.binance.rest, '--venue-keys', keysFile];
  const running = await start(['--arm', '--approval', 'auto', ...urls]);
  const end = async (): Promise<void> => {
    // The console first: without venues it would not end in its time.
    await running.program.end();
    await venues.program.end();
    await folder.remove();
  };
  return { running, venues, end };
}

/** The next perpetual order is carried out and not answered; neither stream nor lookups tell of it for so long. */
async function keepSilent(venues: Simulator, lagMs: number): Promise<void> {
  await control(venues, '/faults', { venue: 'binance', match: { stream: 'binance.user' }, kind: 'droppedEvents', times: 0 });
  await control(venues, '/faults', {
    venue: 'binance',
    match: { method: 'GET', path: '/fapi/v1/order' },
    kind: 'queryLag',
    delayMs: lagMs,
    times: 0,
  });
  await fault(venues, 'binance', 'replyLost', { delayMs: 300 });
}
const heal = (venues: Simulator): Promise<unknown> => fetch(`${venues.ready.control}/faults`, { method: 'DELETE' });

const open = async (page: Page, running: ConsoleRun): Promise<void> => {
  await page.goto(await running.url());
  await at(page, 'view-overview').waitFor();
};
/** The evidence of the one order that is silent. */
const evidence = (page: Page) => page.getByTestId(/^evidence-/).first();

test('an order that is only silent for a while is shown, asked for, and found', async ({ page, start }) => {
  const { running, venues, end } = await onFaultyVenues(start);
  await open(page, running);
  await keepSilent(venues, 20_000);
  const id = await enter(running.folder, '0.01');
  // In its row, and among what would stop everything.
  await at(page, `hedge-${id}`).getByRole('button', { expanded: false }).first().click();
  await expect(evidence(page)).toHaveAttribute('data-state', 'unknown', { timeout: 15_000 });
  await expect(evidence(page)).toContainText('Binance Perp Sell 0.01 BTC');
  await at(page, 'view-risk').click();
  await expect(page.getByTestId(/^next-silence-/)).toBeVisible();
  await heal(venues);
  await at(page, 'view-overview').click();
  await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'hedged', { timeout: 15_000 });
  const found = await ledger(venues);
  expect(legsOf(found)).toMatchObject({ spot: '0.01', short: '0.01' });
  expect(repeatedSends(found)).toEqual([]);
  await end();
});

/** 65 s after the silence a person is called and everything is stopped. Nothing was sent twice, or for the other leg. */
async function calledAPerson(page: Page, running: ConsoleRun, venues: Simulator, id: string): Promise<void> {
  await running.program.line('the stop', (line) => line.event === 'stop' && line['source'] === 'limit', 90_000);
  await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'needsOperator');
  await expect(at(page, 'stopped')).toContainText(/Orders without a known outcome: 1/);
  const { orders, ...found } = await ledger(venues);
  expect(repeatedSends({ ...found, orders })).toEqual([]);
  expect(orders.filter(({ venue }) => venue === 'upbit')).toHaveLength(1);
  await at(page, `settle-open-${id}`).click();
  await expect(evidence(page)).toHaveAttribute('data-state', 'unknown');
}

async function settleAtVenue(page: Page, id: string): Promise<void> {
  await at(page, `settle-${id}-settledAtVenue`).click();
  await at(page, `settle-${id}-settledAtVenue-confirm`).click();
}

async function reset(page: Page): Promise<void> {
  await expect(at(page, 'stop-confirmed')).toHaveAttribute('data-done', 'true', { timeout: 15_000 });
  await at(page, 'reset-stop').click();
  await expect(at(page, 'reset-stop')).toHaveCount(0);
}

/** The order was carried out: the account shows it, so it is not absent, and the books become what the venues hold. */
async function carriedOut(page: Page, start: Start): Promise<void> {
  const { running, venues, end } = await onFaultyVenues(start);
  await open(page, running);
  await keepSilent(venues, 600_000);
  const id = await enter(running.folder, '0.01');
  await calledAPerson(page, running, venues, id);
  await expect(evidence(page)).toContainText('0.01');

  // What is left is seen before the stop can be reset.
  await at(page, 'reset-stop').click();
  await expect(page.getByRole('dialog')).toContainText(id);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await settleAtVenue(page, id);
  await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'hedged', { timeout: 15_000 });
  await heal(venues);
  await reset(page);
  await at(page, `close-${id}`).click();
  await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'flat', { timeout: 15_000 });
  const found = await ledger(venues);
  expect(isFlat(found)).toBe(true);
  expect(repeatedSends(found)).toEqual([]);
  await end();
}

/** The request was lost, and somebody traded there meanwhile: nothing proves it absent. The leg that is known is closed. */
async function neverCame(page: Page, start: Start): Promise<void> {
  const { running, venues, end } = await onFaultyVenues(start);
  await open(page, running);
  await fault(venues, 'binance', 'requestLost', { delayMs: 300 });
  const id = await enter(running.folder, '0.01');
  await running.program.line('the order', (line) => line.event === 'alarm' && line['code'] === 'UNKNOWN_OUTCOME', 20_000);
  for (const side of ['buy', 'sell']) await control(venues, '/external-order', { venue: 'binance', symbol: 'BTCUSDT', side, quantity: '0.001' });
  await calledAPerson(page, running, venues, id);

  await at(page, `settle-${id}-closeKnown`).click();
  await expect.poll(async () => isFlat(await ledger(venues)), { timeout: 15_000 }).toBe(true);
  await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'needsOperator');
  await settleAtVenue(page, id);
  await expect(at(page, `hedge-${id}`)).toHaveAttribute('data-state', 'flat', { timeout: 15_000 });
  await reset(page);
  const found = await ledger(venues);
  expect(isFlat(found)).toBe(true);
  expect(repeatedSends(found)).toEqual([]);
  await end();
}

test('one that stays silent stops everything; a person reads what is known, decides, and resets', async ({ page, browser, start }) => {
  test.setTimeout(150_000);
  const other = await browser.newPage();
  // Side by side: each waits for its 65 s.
  await Promise.all([carriedOut(page, start), neverCame(other, start)]);
  await other.close();
});
