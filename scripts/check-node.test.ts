import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./check-node.mjs', import.meta.url));

/** Runs the check in a Node that believes to be of another version. */
function under(version: string) {
  const disguise = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  return spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(disguise)}`, script], { encoding: 'utf8' });
}

describe('check of the running Node', () => {
  it.each(['18.20.0', '20.20.2', '22.11.0'])('ends %s with one line that says what is needed', (version) => {
    const { status, stderr, stdout } = under(version);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^[^\n]*22\.12[^\n]*\n$/);
    expect(stderr).toContain(version);
  });

  it.each(['22.12.0', '24.21.0', '26.0.0'])('lets %s pass in silence', (version) => {
    const { status, stderr } = under(version);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
