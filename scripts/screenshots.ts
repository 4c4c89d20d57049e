/**
 * `npm run screenshots`: a console on a fresh folder makes a little history of its own, hedges open and closed, a signal
 * refused and one that waits, and every view is taken in both languages and themes. The pictures of the READMEs lie in
 * docs/images, all others in docs/images/all, which is not kept.
 */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { Program, root, temporaryFolder } from '../e2e/kit/programs.ts';
import { enter, exit, feed } from '../e2e/kit/signals.ts';
import { chromiumArgs, ensureChromium } from './testing/chromium.mjs';

const views = ['overview', 'inbox', 'orders', 'risk', 'journal', 'settings'] as const;
const languages = ['ko', 'en'] as const;
const themes = ['dark', 'light'] as const;
const small = { width: 1280, height: 800 };
const large = { width: 1920, height: 1080 };
/** What the READMEs show, and what it is called there. */
const kept = {
  'overview-en-dark': 'overview.png',
  'overview-ko-light': 'overview.ko.png',
  'inbox-en-dark': 'inbox.png',
  'inbox-ko-light': 'inbox.ko.png',
} as const;

const images = join(root, 'docs', 'images');
const everything = join(images, 'all');
const at = (page: Page, name: string) => page.getByTestId(name);

/** Hedges, one after the other: each is there before the next is asked for. */
async function makeHistory(program: Program, folder: string): Promise<void> {
  const settled = (hedge: string, state: string) =>
    program.line(`hedge ${hedge} to be ${state}`, (line) => line.event === 'hedge' && line['hedge'] === hedge && line['state'] === state);
  const open = async (id: string, quantity: string) => {
    await enter(folder, quantity, id);
    await settled(id, 'hedged');
  };
  const close = async (hedge: string, id: string) => {
    await exit(folder, { hedge }, id);
    await settled(hedge, 'flat');
  };
  await open('alpha-0931', '0.02');
  await open('alpha-0945', '0.05');
  await close('alpha-0931', 'alpha-0952');
  // The coin rests for a second after a close.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await open('zscore-1007', '0.03');
  await feed(folder, { id: 'zscore-1010', action: 'ENTER', quantity: '0.02', risk: '0.8' });
  await program.line('the refusal', (line) => line.event === 'signal' && line['id'] === 'zscore-1010' && line['state'] === 'rejected');
}

/** A signal that waits long enough to be seen in every picture. */
async function leaveOneWaiting(page: Page, program: Program, folder: string): Promise<void> {
  await at(page, 'approval-manual').click();
  const id = 'alpha-1013';
  await feed(folder, { id, action: 'ENTER', quantity: '0.04', expiresAt: Date.now() + 240_000, note: 'Premium two deviations below its mean' });
  await program.line('the ticket', (line) => line.event === 'signal' && line['id'] === id && line['state'] === 'awaitingApproval');
}

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  // Prices, tickets and the chart come with the next updates.
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(everything, `${name}.png`) });
}

async function takeAll(page: Page): Promise<void> {
  for (const theme of themes)
    for (const language of languages) {
      await at(page, 'view-settings').click();
      await at(page, `theme-${theme}`).click();
      await at(page, `language-${language}`).click();
      for (const view of views) {
        await at(page, `view-${view}`).click();
        await take(page, `${view}-${language}-${theme}`);
      }
      await page.setViewportSize(large);
      await at(page, 'view-overview').click();
      await take(page, `overview-${language}-${theme}-large`);
      await page.setViewportSize(small);
    }
}

async function run(folder: string): Promise<void> {
  const args = ['--data-dir', join(folder, 'data'), '--signals-file', join(folder, 'signals.jsonl'), '--arm', '--approval', 'auto'];
  const program = new Program('headless', args);
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
  try {
    await program.line('the console to be armed', (line) => line.event === 'armed');
    const ready = await program.line('its address', (line) => line.event === 'ready');
    const page = await browser.newPage({ viewport: small, locale: 'en-US', timezoneId: 'Asia/Seoul' });
    await page.goto(String(ready['url']));
    await makeHistory(program, folder);
    await leaveOneWaiting(page, program, folder);
    await takeAll(page);
  } finally {
    await browser.close();
    await program.end();
  }
}

const build = spawnSync(process.execPath, [join(root, 'scripts/build/build.mjs'), '--if-needed'], { cwd: root, stdio: ['ignore', 2, 2] });
if (build.status !== 0) throw new Error('The build failed');
await rm(everything, { recursive: true, force: true });
await mkdir(everything, { recursive: true });
const { path, remove } = await temporaryFolder();
try {
  await run(path);
} finally {
  await remove();
}
for (const [name, file] of Object.entries(kept)) await copyFile(join(everything, `${name}.png`), join(images, file));
