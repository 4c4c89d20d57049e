import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countTests } from './report.ts';

describe('counting the tests of a report', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kimp-report-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const count = (testResults: readonly unknown[]) => {
    const path = join(folder, 'report.json');
    writeFileSync(path, JSON.stringify({ testResults }));
    return countTests(path, folder);
  };
  const test = (fullName: string, status: string) => ({ fullName, status });

  it('counts each state and names what was skipped', () => {
    const assertionResults = [test('a', 'passed'), test('b', 'failed'), test('c', 'skipped'), test('d', 'todo'), test('e', 'pending')];
    const name = join(folder, 'src', 'x.test.ts');
    const path = join('src', 'x.test.ts');
    expect(count([{ name, status: 'failed', assertionResults }])).toEqual({
      passed: 1,
      failed: 1,
      skipped: [`${path} > c`, `${path} > d`, `${path} > e`],
    });
  });

  it('counts a file that could not be run as one failure', () => {
    expect(count([{ name: 'x', status: 'failed', assertionResults: [] }]).failed).toBe(1);
    expect(count([{ name: 'x', status: 'failed', assertionResults: [test('a', 'passed')] }])).toEqual({ passed: 1, failed: 1, skipped: [] });
  });

  it('takes a missing report for a failure', () => {
    expect(countTests(join(folder, 'none.json'), folder).failed).toBe(1);
  });
});
