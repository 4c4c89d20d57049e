/** The built simulation from outside, and that nothing of it is in what ships. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { desktopEntries, entries } from '../../scripts/build/entries.mjs';

const simulate = (...args: string[]) => spawnSync(process.execPath, ['out/simulate.mjs', ...args], { encoding: 'utf8', timeout: 50_000 });
const lastLine = (text: string): unknown => JSON.parse(text.trim().split('\n').at(-1) ?? '');

describe('npm run simulate', () => {
  it('lives seeds side by side and sums up in one line', () => {
    const { status, stdout } = simulate('--seeds', '40', '--jobs', '2', '--from', '1');
    expect(status).toBe(0);
    const line = lastLine(stdout) as { faults: Record<string, number> };
    expect(line).toEqual({ seeds: 40, violations: 0, failures: [], faults: expect.any(Object), seedsPerSecond: expect.any(Number) });
    expect(Object.keys(line.faults).length).toBeGreaterThanOrEqual(50);
    const { events } = JSON.parse(stdout.trim().split('\n').at(-2) ?? '') as { events: Record<string, number> };
    for (const source of ['button', 'shortcut', 'tray', 'file', 'socket', 'command', 'secondInstance'])
      for (const kind of [`stop ${source}`, `stop ${source}, close all`]) expect(events).toHaveProperty([kind]);
    expect(Object.values(events).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(40);
  });

  it('exits 1 on a violation, with the seed and the end of its story on standard error', () => {
    const { status, stdout, stderr } = simulate('--seeds', '40', '--jobs', '2', '--bug', 'resend-on-timeout');
    expect(status).toBe(1);
    const { failures } = lastLine(stdout) as { failures: number[] };
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.some((seed) => stderr.includes(`Seed ${seed}\n`))).toBe(true);
    expect(stderr).toContain('I2: ');
  });

  it('lists its bugs, at least 25, one name a line, and refuses others', () => {
    const { status, stdout } = simulate('--bugs');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n').length).toBeGreaterThanOrEqual(25);
    expect(simulate('--bug', 'none').status).toBe(2);
  });
});

/** Every file that a program of `out/` can load. */
function graphOf(entry: string): ReadonlySet<string> {
  const files = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, relative] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g))
      if (relative !== undefined) visit(join(dirname(file), relative));
  };
  visit(entry);
  return files;
}

describe('what ships', () => {
  const names = simulate('--bugs').stdout.trim().split('\n');
  const shipped = [...Object.keys(entries).filter((name) => name !== 'simulate'), ...Object.keys(desktopEntries.main)];

  it.each(shipped)('%s holds no planted bug and cannot load the simulation', (name) => {
    for (const file of graphOf(`out/${name}.mjs`)) {
      expect(file).not.toContain('simulate');
      const source = readFileSync(file, 'utf8');
      for (const bug of names) expect(source.includes(bug), `${file} holds ${bug}`).toBe(false);
    }
  });
});
