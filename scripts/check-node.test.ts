import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./check-node.mjs', import.meta.url));
/** The same script where no Node was brought along. */
const alone = join(mkdtempSync(join(tmpdir(), 'check-node-')), 'scripts', 'check-node.mjs');
mkdirSync(dirname(alone));
copyFileSync(script, alone);
afterAll(() => rmSync(dirname(dirname(alone)), { recursive: true }));

/** Runs a script in a Node that believes to be of another version; a Node it hands over to believes the truth. */
function under(version: string, path: string) {
  const disguise = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  return spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(disguise)}`, path], { encoding: 'utf8' });
}

describe('check of the running Node', () => {
  it.each(['18.20.0', '20.20.2', '22.11.0'])('ends %s with one line that says what is needed', (version) => {
    const { status, stderr, stdout } = under(version, alone);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^[^\n]*22\.12[^\n]*\n$/);
    expect(stderr).toContain(version);
  });

  it.each(['22.12.0', '24.21.0', '26.0.0'])('lets %s pass in silence', (version) => {
    const { status, stderr } = under(version, alone);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.runIf(existsSync(new URL(`../node_modules/node-${process.platform}-${process.arch}`, import.meta.url)))(
    'hands 20.20.2 over to the Node that was brought along',
    () => {
      const { status, stderr } = under('20.20.2', script);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );
});
