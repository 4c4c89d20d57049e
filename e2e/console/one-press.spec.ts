/** One press acts once, on what it was aimed at: a hand that presses twice must not trade twice. */
import { at, expect, test } from '../kit/console.ts';
import { enter } from '../kit/signals.ts';

const hedges = /^hedge-/;

test('a double click and a held key open one hedge each', async ({ console: page }) => {
  await at(page, 'approval-auto').click();
  await expect(at(page, 'approval-auto')).toBeChecked();
  await at(page, 'demo-open').dblclick();
  await expect(page.getByTestId(hedges)).toHaveCount(1);
  await expect(page.getByTestId(hedges)).toHaveAttribute('data-state', 'hedged');
  await at(page, 'demo-open').focus();
  // Playwright repeats a key that is pressed down again.
  for (let repeat = 0; repeat < 8; repeat += 1) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await expect(page.getByTestId(hedges)).toHaveCount(2);
  await expect(page.locator('[data-testid^="hedge-"][data-state="hedged"]')).toHaveCount(2);
  await expect(page.getByTestId(hedges)).toHaveCount(2);
});

test('disarming twice in one place does not arm', async ({ console: page }) => {
  const place = await at(page, 'disarm').boundingBox();
  if (place === null) throw new Error('Disarm is not drawn');
  const press = () => page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
  await press();
  await expect(at(page, 'trading')).toHaveAttribute('data-value', 'disarmed');
  await press();
  await expect(at(page, 'trading')).toHaveAttribute('data-value', 'disarmed');
  await expect(at(page, 'arm')).toHaveAttribute('aria-pressed', 'false');
});

test('closing twice in one place closes one hedge', async ({ console: page, running }) => {
  await at(page, 'approval-auto').click();
  await expect(at(page, 'approval-auto')).toBeChecked();
  const first = await enter(running.folder, '0.01');
  await expect(at(page, `hedge-${first}`)).toHaveAttribute('data-state', 'hedged');
  const second = await enter(running.folder, '0.01');
  await expect(at(page, `hedge-${second}`)).toHaveAttribute('data-state', 'hedged');
  const place = await at(page, `close-${second}`).boundingBox();
  if (place === null) throw new Error('The button is not drawn');
  const press = () => page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
  await press();
  await expect(at(page, `hedge-${second}`)).toHaveAttribute('data-state', 'flat');
  await press();
  // Out of the table the rows take their places, and the other hedge is what it was.
  await page.mouse.move(5, 5);
  await expect(page.getByTestId(hedges).first()).toHaveAttribute('data-testid', `hedge-${first}`);
  await expect(at(page, `hedge-${first}`)).toHaveAttribute('data-state', 'hedged');
  await expect(at(page, `close-${first}`)).not.toHaveAttribute('aria-busy', 'true');
});
