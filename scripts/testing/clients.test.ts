import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInstalled } from './clients.ts';

describe('the package of clients', () => {
  let folder = '';
  const write = (name: string, seconds: number): void => {
    writeFileSync(join(folder, name), '{}');
    utimesSync(join(folder, name), seconds, seconds);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kimp-clients-'));
    write('package-lock.json', 1_000);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('counts as installed only when what npm left there is not older than the lockfile', () => {
    expect(isInstalled(folder)).toBe(false);
    mkdirSync(join(folder, 'node_modules'));
    expect(isInstalled(folder)).toBe(false);
    write('node_modules/.package-lock.json', 999);
    expect(isInstalled(folder)).toBe(false);
    write('node_modules/.package-lock.json', 1_000);
    expect(isInstalled(folder)).toBe(true);
  });
});
