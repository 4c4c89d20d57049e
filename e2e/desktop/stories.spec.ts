/** A trader's stories in the window, as e2e/console tells them in the browser: the same page over the other transport. */
import { expect, test } from '../kit/desktop.ts';
import { enter, exit, feed, freshId } from '../kit/signals.ts';

test('a hedge is opened and closed in three presses and under a minute, from the first start', async ({ start }) => {
  const begun = Date.now();
  const desktop = await start();
  await desktop.until('the console to arm', ({ parts }) => parts.standing.trading === 'armed');
  await desktop.at('approval-auto').click();
  await expect(desktop.at('approval-auto')).toBeChecked();
  await desktop.at('demo-open').click();
  const hedge = desktop.page.locator('[data-testid^="hedge-"]');
  await expect(hedge).toHaveAttribute('data-state', 'hedged');
  await desktop.at('demo-close').click();
  await expect(hedge).toHaveAttribute('data-state', 'flat');
  expect(Date.now() - begun).toBeLessThan(60_000);
});

test('tickets are approved, declined and expire; auto executes at once', async ({ start }) => {
  const desktop = await start();
  await desktop.until('the console to arm', ({ parts }) => parts.standing.trading === 'armed');
  await desktop.at('view-inbox').click();
  const approved = await enter(desktop.dataDir, '0.01');
  await desktop.at(`approve-${approved}`).click();
  await expect(desktop.at(`signal-${approved}`)).toHaveAttribute('data-state', 'executed');
  const declined = await enter(desktop.dataDir, '0.01');
  await desktop.at(`decline-${declined}`).click();
  await expect(desktop.at(`signal-${declined}`)).toHaveAttribute('data-state', 'declined');
  const expired = await feed(desktop.dataDir, { id: freshId('late'), action: 'ENTER', quantity: '0.01', expiresAt: Date.now() + 2500 });
  await expect(desktop.at(`signal-${expired}`)).toHaveAttribute('data-state', 'expired');

  await desktop.at('approval-auto').click();
  await expect(desktop.at('approval-auto')).toBeChecked();
  const close = await exit(desktop.dataDir);
  await expect(desktop.at(`signal-${close}`)).toHaveAttribute('data-state', 'executed');
  await desktop.at('view-overview').click();
  await expect(desktop.at(`hedge-${approved}`)).toHaveAttribute('data-state', 'flat');
});

test('a stop shows over a reload, and no order leaves until it is reset', async ({ start }) => {
  const desktop = await start();
  await desktop.at('stop').click();
  await expect(desktop.at('reset-stop')).toBeVisible();
  await desktop.page.reload();
  await expect(desktop.at('reset-stop')).toBeVisible();
  await desktop.invoke('approval.set', { approval: 'auto' });
  const refused = await enter(desktop.dataDir, '0.01');
  await desktop.until('the refusal', ({ tables }) => tables.signals[refused]?.code === 'STOPPED');
  await desktop.at('reset-stop').click();
  await expect(desktop.at('reset-stop')).toHaveCount(0);
  expect((await desktop.snapshot()).tables.orders).toEqual({});
});
