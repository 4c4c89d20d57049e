/** A person who has never seen the console: from an empty folder to a hedge opened and closed. */
import { at, expect, test } from '../kit/console.ts';

test('a hedge is opened and closed in four presses and under a minute, from the first start', async ({ start, page }) => {
  const begun = Date.now();
  const running = await start();
  await page.goto(await running.url());
  await at(page, 'arm').click();
  await at(page, 'approval-auto').click();
  await expect(at(page, 'approval-auto')).toBeChecked();
  await at(page, 'demo-open').click();
  const hedge = page.locator('[data-testid^="hedge-"]');
  await expect(hedge).toHaveAttribute('data-state', 'hedged');
  await at(page, 'demo-close').click();
  await expect(hedge).toHaveAttribute('data-state', 'flat');
  expect(Date.now() - begun).toBeLessThan(60_000);
  const done = running.program.lines.filter((line) => line.event === 'hedge');
  expect(done.at(-1)).toMatchObject({ state: 'flat', spotFilled: '0', perpFilled: '0', residual: '0' });
});

test('with manual approval the hedge waits for a yes on its ticket', async ({ console: page }) => {
  await at(page, 'demo-open').click();
  await page.locator('[data-testid^="approve-"]').click();
  const hedge = page.locator('[data-testid^="hedge-"]');
  await expect(hedge).toHaveAttribute('data-state', 'hedged');
  await at(page, 'demo-close').click();
  await expect(hedge).toHaveAttribute('data-state', 'flat');
});

test('says what it is and on which market, and shows both premiums', async ({ console: page }) => {
  await expect(at(page, 'mode')).toHaveAttribute('data-value', 'paper');
  await expect(at(page, 'market')).toHaveAttribute('data-value', 'synthetic');
  await expect(at(page, 'premium-now')).toHaveText(/^[+−-]?\d+\.\d\d\s?%$/);
});
