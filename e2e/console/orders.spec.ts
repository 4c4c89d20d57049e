/** Single orders by hand: typed, checked, sent in two presses, seen, amended, canceled; and what a denial looks like. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { at, expect, test } from '../kit/console.ts';

const hand = (page: Page, name: string) => at(page, `hand-${name}`);

/** Opens the panel and types a limit buy of spot coins this far below the ask. @returns the price that was typed */
async function typeLimit(page: Page, size: string, below: number): Promise<string> {
  await at(page, 'view-orders').click();
  await hand(page, 'open').click();
  // What the book offers is taken over by a press, and then lowered so that the order rests.
  await hand(page, 'take-ask').click();
  const ask = Number((await hand(page, 'price').inputValue()).replaceAll(',', ''));
  const price = String(Math.floor((ask * (1 - below)) / 1000) * 1000);
  await hand(page, 'price').fill(price);
  await hand(page, 'size').fill(size);
  return price;
}

/** Reviews and sends what is typed. @returns the order's id */
async function send(page: Page): Promise<string> {
  await hand(page, 'review').click();
  await hand(page, 'send').click();
  await expect(hand(page, 'sent')).toBeVisible();
  return (await hand(page, 'sent').getAttribute('data-order')) ?? '';
}

test('a resting order is placed, seen, amended and canceled', async ({ console: page }) => {
  const price = await typeLimit(page, '0.01', 0.004);
  await expect(hand(page, 'figures')).toContainText(/\d,\d{3}/);
  await expect(hand(page, 'denial')).toHaveCount(0);
  const id = await send(page);
  const row = at(page, `order-${id}`);
  await expect(row).toHaveAttribute('data-state', 'open');
  await expect(row).toContainText('By hand');
  await expect(row).toContainText(Number(price).toLocaleString('en-US'));
  await expect(hand(page, 'size')).toHaveValue('');

  await at(page, `amend-${id}`).click();
  const lower = String(Number(price) - 100_000);
  await at(page, 'amend-price').fill(lower);
  await at(page, 'amend-send').click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  // Upbit takes back the old order and makes a new one; whichever stands is the one that can be canceled.
  const standing = page.locator('tr[data-state="open"]', { hasText: 'By hand' });
  await expect(standing).toHaveCount(1);
  await expect(standing).toContainText(Number(lower).toLocaleString('en-US'));

  await standing.getByRole('button', { name: 'Cancel' }).click();
  await expect(standing).toHaveCount(0);
  await expect(page.locator('tr[data-state="canceled"]', { hasText: 'By hand' }).first()).toBeVisible();
});

test('a double press of either button sends one order', async ({ console: page, running }) => {
  await typeLimit(page, '0.01', 0.004);
  await hand(page, 'review').dblclick();
  await hand(page, 'send').dblclick();
  await expect(hand(page, 'sent')).toBeVisible();
  await expect(page.locator('tr', { hasText: 'By hand' })).toHaveCount(1);
  expect(running.program.stderr).not.toContain('LEFT LOOPBACK');
});

test('what would be denied is said with its numbers in the reader’s language, and cannot be sent', async ({ console: page }) => {
  await at(page, 'view-settings').click();
  await at(page, 'language-ko').click();
  await typeLimit(page, '50', 0.004);
  await expect(hand(page, 'denial')).toContainText(/한도 .*값/);
  await expect(hand(page, 'review')).toBeDisabled();
  await hand(page, 'size').fill('0.01');
  await expect(hand(page, 'denial')).toHaveCount(0);
  await expect(hand(page, 'review')).toBeEnabled();
});

test('coins of a hedge are not for sale by hand', async ({ console: page }) => {
  await at(page, 'approval-auto').click();
  await expect(at(page, 'approval-auto')).toBeChecked();
  await at(page, 'demo-open').click();
  await expect(page.locator('[data-testid^="hedge-"][data-state="hedged"]')).toHaveCount(1);
  await at(page, 'view-orders').click();
  await hand(page, 'open').click();
  await hand(page, 'side-sell').click();
  await hand(page, 'type-market').click();
  await hand(page, 'size').fill('0.01');
  await expect(hand(page, 'denial')).toHaveAttribute('data-code', 'WOULD_UNHEDGE');
});

test('in a narrow window the buttons of a row stay in sight, by keys too, and axe finds nothing', async ({ console: page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await typeLimit(page, '0.01', 0.004);
  await expect(hand(page, 'review')).toBeEnabled();
  await hand(page, 'size').press('Enter');
  await expect(hand(page, 'summary')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(hand(page, 'send')).toBeEnabled();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(hand(page, 'send')).toBeFocused();
  await page.keyboard.press('Enter');
  const id = (await hand(page, 'sent').getAttribute('data-order')) ?? '';
  await expect(at(page, `cancel-${id}`)).toBeInViewport({ ratio: 1 });
  await at(page, `cancel-${id}`).press('Enter');
  await expect(at(page, `order-${id}`)).toHaveAttribute('data-state', 'canceled');
});
