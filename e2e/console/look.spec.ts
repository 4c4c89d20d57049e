/** Language, theme, keyboard, and what assistive programs find in every view. */
import { AxeBuilder } from '@axe-core/playwright';
import { at, expect, test } from '../kit/console.ts';
import { enter } from '../kit/signals.ts';

const views = ['overview', 'inbox', 'orders', 'risk', 'journal', 'settings'] as const;

for (const theme of ['dark', 'light'] as const)
  for (const language of ['ko', 'en'] as const)
    test(`nothing for axe to complain of: ${theme}, ${language}`, async ({ console: page, running }) => {
      await at(page, 'view-settings').click();
      await at(page, `theme-${theme}`).click();
      await at(page, `language-${language}`).click();
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      await at(page, 'approval-auto').click();
      await expect(at(page, 'approval-auto')).toBeChecked();
      const open = await enter(running.folder, '0.01');
      await running.program.line('the hedge', (line) => line.event === 'hedge' && line['hedge'] === open && line['state'] === 'hedged');
      await at(page, 'approval-manual').click();
      await expect(at(page, 'approval-manual')).toBeChecked();
      await enter(running.folder, '0.02');
      for (const view of views) {
        await at(page, `view-${view}`).click();
        await expect(page.locator('main h1')).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${view}: ${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
      }
    });

test('language and theme are remembered over reload and restart', async ({ console: page, running }) => {
  await at(page, 'view-settings').click();
  await at(page, 'language-ko').click();
  await at(page, 'theme-light').click();
  await expect(at(page, 'stop')).toContainText('긴급 정지');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await running.restart();
  await page.evaluate(() => localStorage.clear());
  await page.goto('about:blank');
  await page.goto(await running.url());
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await expect(at(page, 'stop')).toContainText('긴급 정지');
});

test('everything that trades is reached by keyboard, the stop first', async ({ console: page, running }) => {
  await at(page, 'demo-open').waitFor();
  await page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined));
  await page.keyboard.press('Tab');
  await expect(at(page, 'stop')).toBeFocused();
  const reached = new Set<string>();
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? '');
    if (name !== '') reached.add(name);
  }
  for (const name of ['stop-and-close', 'view-inbox', 'demo-open']) expect([...reached]).toContain(name);
  await at(page, 'stop').focus();
  await page.keyboard.press('Enter');
  await running.program.line('the stop', (line) => line.event === 'stop');
});
